#!/usr/bin/env bash
# Fetches the metric backends that the tests export to, from Debian trixie, without installing anything:
# victoria-metrics 1.112 (with vmagent), prometheus 2.53 with promtool and prometheus-node-exporter 1.9, unpacked into one
# folder.
#
#   tests/tools/fetch-backends.sh [FOLDER]      default: artifacts/backends under the repository root
#
# Tests look in $AGENT_TEST_BACKENDS, or in the default folder. Does nothing when the folder is complete.
set -euo pipefail

suite=trixie
packages=('victoria-metrics=1.112*' 'prometheus=2.53*' 'promtool=2.53*' 'prometheus-node-exporter=1.9*')
binaries=(victoria-metrics vmagent prometheus promtool prometheus-node-exporter)

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
# shellcheck source=tests/tools/debian.sh
. "$root/tests/tools/debian.sh"
mkdir -p "${1:-$root/artifacts/backends}"
folder=$(cd "${1:-$root/artifacts/backends}" && pwd)
wanted="$suite ${packages[*]}"

is_complete() {
    [ "$(cat "$folder/complete" 2>/dev/null)" = "$wanted" ] || return 1
    local binary
    for binary in "${binaries[@]}"; do
        [ -x "$folder/usr/bin/$binary" ] || return 1
    done
}

if is_complete; then
    echo "fetch-backends: $folder is complete"
    exit 0
fi

debs=$(mktemp -d)
trap 'rm -rf "$debs"' EXIT
download_debs "$suite" "$(dpkg --print-architecture)" "$debs" "${packages[@]}"

rm -rf "$folder/usr" "$folder/complete"
for package in "$debs"/*.deb; do
    dpkg --fsys-tarfile "$package" | tar -x -C "$folder" ./usr/bin
done
echo "$wanted" > "$folder/complete"
echo "fetch-backends: $(ls "$debs" | tr '\n' ' ')are in $folder"
