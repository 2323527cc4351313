#!/usr/bin/env bash
# Installs grpc-js, the gRPC implementation of Node.js, for the receiver in tests/tools/grpc-js: by npm ci, so exactly
# what package-lock.json there says.
#
#   tests/tools/fetch-grpc-js.sh [FOLDER]      default: artifacts/grpc-js under the repository root
#
# Tests look in $AGENT_TEST_GRPC_JS, or in the default folder. Does nothing when the folder is complete.
set -euo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
folder=${1:-$root/artifacts/grpc-js}
lock=$root/tests/tools/grpc-js/package-lock.json

if cmp -s "$lock" "$folder/complete"; then
    echo "fetch-grpc-js: $folder is complete"
    exit 0
fi

mkdir -p "$folder"
rm -f "$folder/complete"
cp "$root/tests/tools/grpc-js/package.json" "$lock" "$folder/"
npm ci --prefix "$folder" --ignore-scripts --no-audit --no-fund --loglevel=error
cp "$lock" "$folder/complete"
echo "fetch-grpc-js: $(node -p "require('$folder/node_modules/@grpc/grpc-js/package.json').version") is in $folder"
