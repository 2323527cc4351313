#!/usr/bin/env bash
# Runs podman with a store of the tests' own (artifacts/engine), so that the stand-ins which bear the names of the base
# images never meet those of the machine.
#
#   tests/tools/engine.sh ARGUMENT...      for example: tests/tools/engine.sh run --rm tcp-agent states
#
# Where the machine's control groups are those of version 1 and 2 at once, crun refuses to start anything: podman then gets
# a mount namespace in which it sees version 1 alone. Where root may not raise limits (a container, often), what podman
# would raise stays as it is.
set -euo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
store=${AGENT_TEST_ENGINE:-$root/artifacts/engine}
mkdir -p "$store"
export CONTAINERS_CONF=$store/containers.conf
cat > "$CONTAINERS_CONF.$$" <<CONF
[containers]
default_ulimits = ["nofile=4096:4096", "nproc=4096:4096"]
[engine]
cgroup_manager = "cgroupfs"
events_logger = "file"
CONF
mv "$CONTAINERS_CONF.$$" "$CONTAINERS_CONF"

podman=(podman --root "$store/storage" --runroot "$store/run" "$@")
if [ -e /sys/fs/cgroup/unified/cgroup.procs ] && [ -z "${AGENT_TEST_ENGINE_SEES_V1:-}" ]; then
    exec unshare --mount --propagation slave sh -ec 'umount /sys/fs/cgroup/unified; exec "$@"' sh "${podman[@]}"
fi
exec "${podman[@]}"
