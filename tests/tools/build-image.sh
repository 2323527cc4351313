#!/usr/bin/env bash
# Builds the image by the Dockerfile as it is, with podman (tests/tools/engine.sh), for both platforms. No registry is
# needed: stand-ins bear the names of the base images, made of Debian's packages. For the SDK's stands a Debian system with
# this machine's .NET SDK; for the last stage's base stands what it has and the program needs: the C library, libstdc++,
# OpenSSL, the authorities' certificates, users.
#
#   tests/tools/build-image.sh      makes localhost/tcp-agent:amd64 and localhost/tcp-agent:arm64
#
# Needs root on Debian, podman and debootstrap. Stand-ins that it made before are used again.
set -euo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
# shellcheck source=tests/tools/debian.sh
. "$root/tests/tools/debian.sh"
suite=$(. /etc/os-release && echo "$VERSION_CODENAME")
mapfile -t bases < <(sed -nE 's/^FROM (--platform=\S+ )?(\S+).*/\2/p' "$root/Dockerfile")
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

engine() { "$root/tests/tools/engine.sh" "$@"; }

# Makes an image of a folder, unless there is one: stand_in NAME ARCHITECTURE FUNCTION, which fills the folder $1.
stand_in() {
    local local_name=localhost/stand-in-$(basename "$1" | tr : -):$2
    if ! engine image exists "$local_name"; then
        mkdir "$work/root"
        "$3" "$work/root" "$2"
        tar -C "$work/root" --numeric-owner -c . \
            | engine import --quiet --change 'ENV DOTNET_SYSTEM_GLOBALIZATION_INVARIANT=1' - "$local_name"
        rm -rf "$work/root"
    fi
    engine tag "$local_name" "$1"
}

make_sdk() {
    local mirror
    mirror=$(apt-get indextargets --format '$(SITE)' 'Created-By: Packages' | head -n 1)
    debootstrap --variant=minbase --include=ca-certificates "$suite" "$1" "$mirror" > "$work/log" 2>&1 || { tail "$work/log" >&2; return 1; }
    rm -rf "$1"/var/cache/apt/archives/*.deb
    # This machine's ways to packages: apt's sources and settings, NuGet's sources, the authorities it trusts.
    cp -aT /etc/apt "$1/etc/apt"
    cp -aL /etc/ssl/certs/ca-certificates.crt "$1/etc/ssl/certs/"
    mkdir -p "$1/root/.nuget" "$1/usr/share/dotnet"
    [ ! -d ~/.nuget/NuGet ] || cp -a ~/.nuget/NuGet "$1/root/.nuget/"
    cp -aT "$(dirname "$(readlink -f "$(command -v dotnet)")")" "$1/usr/share/dotnet"
    ln -s ../share/dotnet/dotnet "$1/usr/bin/dotnet"
}

make_runtime() {
    local openssl=libssl3 package
    [ "$suite" = bookworm ] || openssl=libssl3t64
    download_debs "$suite" "$2" "$work/debs-$2" libc6 libgcc-s1 libstdc++6 "$openssl"
    for package in "$work/debs-$2"/*.deb; do
        dpkg --fsys-tarfile "$package" | tar -x -C "$1" --exclude ./usr/share --exclude '*/gconv' --exclude '*/engines-3'
    done
    mkdir -p "$1/etc/ssl/certs"
    cp -L /etc/ssl/certs/ca-certificates.crt "$1/etc/ssl/certs/"
    # The base has users, though not the image's own: uid 65532 is nobody there.
    printf '%s\n' 'root:x:0:0:root:/root:/bin/bash' 'app:x:1654:1654::/home/app:/bin/false' > "$1/etc/passwd"
}

# The platform is given as a build argument, and the stand-ins are all of this machine's: podman 4.3 (buildah 1.28) takes
# the first stage's platform for every stage.
stand_in "${bases[0]}" amd64 make_sdk
for architecture in amd64 arm64; do
    stand_in "${bases[1]}" "$architecture" make_runtime
    engine build --pull-never --isolation chroot --ulimit nofile=4096:4096 --ulimit nproc=4096:4096 --network host \
        --build-arg "TARGETARCH=$architecture" --tag "localhost/tcp-agent:$architecture" "$root"
done
