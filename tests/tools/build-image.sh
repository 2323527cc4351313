#!/usr/bin/env bash
# Builds the image's root filesystem by the Dockerfile, without a container engine: what the build stage copies and runs is
# copied and run, word for word, in a throw-away layer over this machine, whose .NET SDK stands in for the base image's. For
# the last stage's base stands what it has and the program needs: the libraries it links to, OpenSSL, the authorities'
# certificates, users.
#
#   tests/tools/build-image.sh [FOLDER]      default: artifacts/image under the repository root
#
# Tests look in $AGENT_TEST_IMAGE, or in the default folder: root/ is the filesystem, user and entrypoint are the
# Dockerfile's. Needs root, for mounts in a namespace of its own. TARGETARCH is amd64 unless set; arm64 is built, not run.
set -euo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
if [ "${1:-}" != --in-namespace ]; then
    mkdir -p "${1:-$root/artifacts/image}"
    exec unshare --mount --propagation private "${BASH_SOURCE[0]}" --in-namespace "$(cd "${1:-$root/artifacts/image}" && pwd)"
fi

folder=$2
export TARGETARCH=${TARGETARCH:-amd64}
work=$(mktemp -d)
mount -t tmpfs -o size=4g tmpfs "$work"
trap 'umount --lazy "$work"; rmdir "$work"' EXIT
mkdir "$work"/{upper,work,build,context}

# The build context: what .dockerignore lets through.
is_in_context() {
    local line pattern in=yes
    while read -r line; do
        pattern=${line#!}
        pattern=${pattern/%\//\/**}
        pattern=${pattern/#\*\*\//*/}
        # A * of bash's also matches slashes, as ** does there.
        [[ "/$1" == /$pattern || "/$1" == $pattern ]] && { [[ $line == !* ]] && in=yes || in=no; }
    done < "$root/.dockerignore"
    [ "$in" = yes ]
}

(cd "$root" && find . -type d \( -name .git -o -name artifacts -o -name bin -o -name obj \) -prune -o -type f -printf '%P\n') | while read -r file; do
    if is_in_context "$file"; then
        install -D "$root/$file" "$work/context/$file"
    fi
done

mount -t overlay overlay -o "lowerdir=/,upperdir=$work/upper,workdir=$work/work" "$work/build"
for mount in proc dev sys; do mount --rbind "/$mount" "$work/build/$mount"; done
rm -rf "$folder/root"
mkdir -p "$folder/root"

# One instruction a line, without comments.
sed -E '/^[[:space:]]*(#|$)/d' "$root/Dockerfile" | sed -e ':a' -e '/\\$/{N;s/\\\n//;ta' -e '}' > "$work/instructions"
stage=
directory=/
while read -r instruction rest; do
    read -r -a words <<< "$rest"
    target=${words[-1]:-}
    case "$stage $instruction" in
        *' FROM') [[ $rest == *' AS build' ]] && stage=build || stage=image ;;
        'build WORKDIR') directory=$rest && mkdir -p "$work/build$directory" ;;
        'build COPY')
            mkdir -p "$work/build$directory/$target"
            for source in "${words[@]:0:${#words[@]}-1}"; do
                [ ! -d "$work/context/$source" ] || source=$source.
                cp -a "$work/context/$source" "$work/build$directory/$target"
            done ;;
        'build RUN') chroot "$work/build" /bin/sh -c "cd '$directory' && $rest" < /dev/null ;;
        'image COPY') install -D "$work/build${words[-2]}" "$folder/root$target" ;;
        'image USER') echo "$rest" > "$folder/user" ;;
        'image ENTRYPOINT') echo "$rest" > "$folder/entrypoint" ;;
        'build ARG' | 'image ARG' | 'image LABEL') ;;
        *) echo "build-image: does not know $instruction in stage ${stage:-none}" >&2; exit 1 ;;
    esac
done < "$work/instructions"

if [ "$TARGETARCH" = amd64 ]; then
    {
        ldd "$folder/root/app/agent" | grep -o '/[^ ]*'
        ldconfig -p | grep -oE '/.*/lib(ssl|crypto)\.so\.3$'
    } | sort -u | while read -r library; do
        install -D "$library" "$folder/root$library"
    done
    install -D -m 0644 /etc/ssl/certs/ca-certificates.crt "$folder/root/etc/ssl/certs/ca-certificates.crt"
    # The base has users, though not the image's own: uid 65532 is nobody there.
    printf '%s\n' 'root:x:0:0:root:/root:/bin/bash' 'app:x:1654:1654::/home/app:/bin/false' > "$folder/root/etc/passwd"
fi
mkdir -p "$folder/root"/{proc,dev}
echo "build-image: $TARGETARCH, $(du -sm "$folder/root" | cut -f1) MB in $folder/root"
