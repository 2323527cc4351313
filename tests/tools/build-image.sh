#!/usr/bin/env bash
# Builds the image by the Dockerfile as it is, with podman (tests/tools/engine.sh), for both platforms, and lays out what is
# in each under artifacts/image. No registry is needed: stand-ins bear the names of the base images. Both are Debian trixie,
# made by debootstrap; the SDK's has this machine's .NET SDK besides.
#
#   tests/tools/build-image.sh      makes localhost/tcp-agent:amd64 and localhost/tcp-agent:arm64,
#                                   artifacts/image/amd64 and artifacts/image/arm64
#
# Needs root on Debian, podman and debootstrap. Stand-ins that it made before are used again.
set -euo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
# shellcheck source=tests/tools/debian.sh
. "$root/tests/tools/debian.sh"
suite=trixie
mapfile -t bases < <(sed -nE 's/^FROM (--platform=\S+ )?(\S+[:]\S+).*/\2/p' "$root/Dockerfile")
packages=${NUGET_PACKAGES:-$HOME/.nuget/packages}
mkdir -p "$packages"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

engine() { "$root/tests/tools/engine.sh" "$@"; }

# Makes the folder $1 the image $2.
import() {
    tar -C "$1" --numeric-owner -c . | engine import --quiet --change 'ENV DOTNET_SYSTEM_GLOBALIZATION_INVARIANT=1' - "$2"
}

# A small Debian with this machine's ways to packages: apt's settings and sources, the authorities it trusts.
make_debian() {
    local mirror
    mirror=$(apt-get indextargets --format '$(SITE)' 'Created-By: Packages' | head -n 1)
    debootstrap --variant=minbase --include=ca-certificates "$suite" "$1" "$mirror" > "$work/log" 2>&1 || { tail "$work/log" >&2; return 1; }
    rm -rf "$1"/var/cache/apt/archives/*.deb "$1"/var/lib/apt/lists/* "$1/etc/apt/sources.list"
    cp -aT /etc/apt/apt.conf.d "$1/etc/apt/apt.conf.d"
    copy_sources "$suite" "$1/etc/apt/sources.list.d"
    [ ! -f "$1/etc/apt/sources.list.d/sources.list" ] || mv "$1/etc/apt/sources.list.d/sources.list" "$1/etc/apt/sources.list"
    cp -aL /etc/ssl/certs/ca-certificates.crt "$1/etc/ssl/certs/"
}

# Adds this machine's .NET SDK and NuGet's sources.
add_sdk() {
    mkdir -p "$1/root/.nuget" "$1/usr/share/dotnet"
    [ ! -d ~/.nuget/NuGet ] || cp -a ~/.nuget/NuGet "$1/root/.nuget/"
    cp -aT "$(dirname "$(readlink -f "$(command -v dotnet)")")" "$1/usr/share/dotnet"
    ln -s ../share/dotnet/dotnet "$1/usr/bin/dotnet"
}

# The platform $1 is given as a build argument: podman 4.3 (buildah 1.28) takes the first stage's platform for every stage.
# This machine's packages of NuGet are used, and added to: neither downloaded twice, nor written to a layer.
build() {
    local architecture=$1
    shift
    engine build --pull-never --isolation chroot --ulimit nofile=4096:4096 --ulimit nproc=4096:4096 --network host \
        --volume "$packages:/root/.nuget/packages" \
        --build-arg "TARGETARCH=$architecture" --build-arg "REVISION=$(git -C "$root" rev-parse HEAD)" "$@" "$root"
}

make_image() {
    local architecture=$1 container
    build "$architecture" --tag "localhost/tcp-agent:$architecture"
    rm -rf "$root/artifacts/image/$architecture"
    mkdir -p "$root/artifacts/image/$architecture"
    container=$(engine create "localhost/tcp-agent:$architecture")
    engine export "$container" | tar -C "$root/artifacts/image/$architecture" -x
    engine rm "$container" > /dev/null
}

# Runs each argument, a command line, beside the others, and fails if one of them does.
together() {
    local command status=0
    local -a jobs=()
    for command in "$@"; do
        $command &
        jobs+=($!)
    done
    for job in "${jobs[@]}"; do
        wait "$job" || status=$?
    done
    return "$status"
}

# Makes the stand-in of the SDK of the folder of the other, $1, and what both platforms' builds begin with.
make_restored() {
    if ! engine image exists "localhost/stand-in-sdk:$suite"; then
        add_sdk "$1"
        import "$1" "localhost/stand-in-sdk:$suite"
    fi
    engine tag "localhost/stand-in-sdk:$suite" "${bases[0]}"
    build amd64 --target restored
}

if ! engine image exists "localhost/stand-in-sdk:$suite" || ! engine image exists "localhost/stand-in-debian:$suite"; then
    make_debian "$work/debian"
    import "$work/debian" "localhost/stand-in-debian:$suite"
fi
engine tag "localhost/stand-in-debian:$suite" "${bases[1]}"

# Much of the time is spent on downloads and on writing layers. What the platforms share is made once, and first.
together "make_restored $work/debian" 'build amd64 --target base' 'build arm64 --target base'
rm -rf "$work/debian"
together 'make_image amd64' 'make_image arm64'
