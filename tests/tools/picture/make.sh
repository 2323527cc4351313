#!/usr/bin/env bash
# Makes docs/images/states.png: five minutes of real sockets (activity.mjs) in a network namespace of its own, counted by
# the agent, on a real Prometheus' page. Not for CI. Needs root, Node.js, and of Debian trixie the packages chromium and
# prometheus (for its page; the program is that of tests/tools/fetch-backends.sh).
#
#   dotnet publish src/Agent --configuration Release --runtime linux-x64 --output artifacts/publish
#   tests/tools/picture/make.sh artifacts/publish/agent
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
root=$(cd "$here/../../.." && pwd)
if [ "${1:-}" != --in-namespace ]; then
    exec unshare --net "${BASH_SOURCE[0]}" --in-namespace "$(realpath "$1")"
fi

agent=$2
bin=$root/artifacts/backends/usr/bin
work=$(mktemp -d)
trap 'kill $(jobs -p) 2>/dev/null; wait; rm -rf "$work"' EXIT
ip link set lo up
# An address that is nobody's (RFC 5737).
ip route add 192.0.2.0/24 dev lo

echo 'global: {}' > "$work/prometheus.yml"
"$bin/prometheus" --config.file="$work/prometheus.yml" --storage.tsdb.path="$work/data" \
    --web.listen-address=127.0.0.1:9090 --web.enable-remote-write-receiver --log.level=warn &
"$bin/vmagent" -httpListenAddr=127.0.0.1:8429 -remoteWrite.url=http://127.0.0.1:9090/api/v1/write \
    -remoteWrite.tmpDataPath="$work/vmagent" -remoteWrite.flushInterval=1s -opentelemetry.usePrometheusNaming \
    -loggerLevel=ERROR &
sleep 2
Tcp__Namespaces=Own OTEL_METRIC_EXPORT_INTERVAL=1000 \
    OTEL_EXPORTER_OTLP_ENDPOINT=http://127.0.0.1:8429/opentelemetry "$agent" &
node "$here/activity.mjs"

query='sum%20by%20(network_connection_state)%20(tcp_connections)'
chromium --headless --no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking \
    --disable-component-update --disable-sync --user-data-dir="$work/chromium" --hide-scrollbars \
    --window-size=1200,1010 --virtual-time-budget=15000 --screenshot="$root/docs/images/states.png" \
    "http://127.0.0.1:9090/classic/graph?g0.range_input=330s&g0.step_input=1&g0.tab=0&g0.expr=$query"
