#!/usr/bin/env bash
# Fetches the metric backends that the tests export to, from Debian trixie, without installing anything:
# victoria-metrics 1.112 (with vmagent), prometheus 2.53 with promtool and prometheus-node-exporter 1.9, unpacked into one
# folder.
#
#   tests/tools/fetch-backends.sh [FOLDER]      default: artifacts/backends under the repository root
#
# Tests look in $AGENT_TEST_BACKENDS, or in the default folder. Works on Debian bookworm and trixie, as any user. The
# packages come from wherever this machine's own apt sources point, with the suite's name replaced; apt's own lists,
# cache, sources and hooks are neither used nor changed. Does nothing when the folder is complete.
set -euo pipefail

suite=trixie
packages=('victoria-metrics=1.112*' 'prometheus=2.53*' 'promtool=2.53*' 'prometheus-node-exporter=1.9*')
binaries=(victoria-metrics vmagent prometheus promtool prometheus-node-exporter)

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
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

# The machine's sources with its suite renamed, one file each, into the folder $1. Files that do not name the suite
# (other vendors' repositories) are left out.
copy_sources() {
    local codename source
    codename=$(. /etc/os-release && echo "${VERSION_CODENAME:?no Debian release}")
    local names="($codename|$suite|stable|oldstable)"
    for source in /etc/apt/sources.list /etc/apt/sources.list.d/*.list /etc/apt/sources.list.d/*.sources; do
        if [ -f "$source" ] && grep -Eq "^[^#]*[[:space:]]$names\b" "$source"; then
            sed -E "/^[[:space:]]*#/d; s/([[:space:]])$names\b/\1$suite/g" "$source" > "$1/$(basename "$source")"
        fi
    done
    if ! ls "$1"/* > /dev/null 2>&1; then
        echo "fetch-backends: no apt source of this machine names $codename" >&2
        return 1
    fi
}

# An apt configuration with directories of its own under $1. The system's is read before it, for proxies and the like;
# hooks that clean the system's cache after an update are taken out.
write_configuration() {
    mkdir -p "$1/sources" "$1/empty" "$1/state/lists/partial" "$1/cache/archives/partial"
    : > "$1/status"
    # One-line sources are read from sources.list or *.list in the parts folder.
    [ ! -f "$1/sources/sources.list" ] || mv "$1/sources/sources.list" "$1/sources/main.list"
    cat > "$1/apt.conf" <<EOF
#clear APT::Update;
#clear DPkg;
Dir::Etc::sourcelist "/dev/null";
Dir::Etc::sourceparts "$1/sources";
Dir::Etc::preferences "/dev/null";
Dir::Etc::preferencesparts "$1/empty";
Dir::State "$1/state";
Dir::State::status "$1/status";
Dir::Cache "$1/cache";
APT::Sandbox::User "$(id -un)";
EOF
}

if is_complete; then
    echo "fetch-backends: $folder is complete"
    exit 0
fi

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
mkdir -p "$work/apt/sources" "$work/debs"
copy_sources "$work/apt/sources"
write_configuration "$work/apt"
apt-get -c "$work/apt/apt.conf" -qq update || echo "fetch-backends: some lists could not be fetched; going on without" >&2
(cd "$work/debs" && apt-get -c "$work/apt/apt.conf" -qq download "${packages[@]}")

rm -rf "$folder/usr" "$folder/complete"
for package in "$work"/debs/*.deb; do
    dpkg --fsys-tarfile "$package" | tar -x -C "$folder" ./usr/bin
done
echo "$wanted" > "$folder/complete"
echo "fetch-backends: $(ls "$work/debs" | tr '\n' ' ')are in $folder"
