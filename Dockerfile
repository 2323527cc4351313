# syntax=docker/dockerfile:1
#   docker build --tag registry.example.com/tcp-agent:0.1.0 .
#   docker buildx build --platform linux/amd64,linux/arm64 --tag … --push .
#
# Both platforms are built on either, without emulation: the compiler makes code for the other one, and Debian's and
# Ubuntu's cross packages link it. Bases are pinned by version: a digest would keep out their security updates.
FROM --platform=$BUILDPLATFORM mcr.microsoft.com/dotnet/sdk:10.0.401-noble AS restored
# What links a native program, for this platform and for the other one.
RUN case "$(dpkg --print-architecture)" in \
      amd64) cross='gcc-aarch64-linux-gnu libc6-dev-arm64-cross' ;; \
      arm64) cross='gcc-x86-64-linux-gnu libc6-dev-amd64-cross' ;; \
    esac \
    && apt-get update \
    && apt-get install --yes --no-install-recommends clang $cross \
    && rm -rf /var/lib/apt/lists/*
WORKDIR /source

# Project files first: the restore is cached until a dependency changes.
COPY Directory.Build.props Directory.Packages.props BannedSymbols.txt .editorconfig global.json ./
COPY src/Directory.Build.props src/
COPY src/Agent/Agent.csproj src/Agent/packages.lock.json src/Agent/
COPY src/Agent.Tcp/Agent.Tcp.csproj src/Agent.Tcp/packages.lock.json src/Agent.Tcp/
# For every platform: the lock files hold them together.
RUN dotnet restore src/Agent --locked-mode

FROM restored AS build
COPY LICENSE ./
COPY src/ src/
ARG TARGETARCH
# Where the build runs, the caller knows: --build-arg REVISION=$(git rev-parse HEAD).
ARG REVISION=""
# Without analyzers: a build of the checkout has them.
RUN case "$TARGETARCH" in amd64) rid=linux-x64 ;; arm64) rid=linux-arm64 ;; *) echo "no build for $TARGETARCH" >&2; exit 1 ;; esac \
    && dotnet publish src/Agent --configuration Release --runtime "$rid" --no-restore --output /app \
         -p:RunAnalyzers=false -p:SourceRevisionId="$REVISION"

# What the program needs of a system, and nothing else: the C library, OpenSSL and what that links to, the certificates of
# the authorities. Images of the .NET runtime's dependencies have libstdc++ besides, which a native program does not need.
FROM --platform=$BUILDPLATFORM debian:trixie-slim AS base
RUN apt-get update && apt-get install --yes --no-install-recommends ca-certificates
WORKDIR /packages
ARG TARGETARCH
RUN dpkg --add-architecture "$TARGETARCH" \
    && apt-get update \
    && apt-get download "libc6:$TARGETARCH" "libssl3t64:$TARGETARCH" "libzstd1:$TARGETARCH" "zlib1g:$TARGETARCH"
WORKDIR /base
RUN mkdir -p usr/lib/ssl usr/lib64 etc/ssl/certs var/lib/dpkg/status.d \
    && ln -s usr/lib lib && ln -s usr/lib64 lib64 \
    && for package in /packages/*.deb; do \
         dpkg-deb --fsys-tarfile "$package" \
           | tar -x --keep-directory-symlink --exclude '*/gconv' --exclude '*/engines-3' --exclude '*/ossl-modules' \
               --exclude './usr/share/lintian' --exclude './usr/share/doc/*/changelog*' --exclude './usr/share/doc/*/NEWS*' \
         # So that scanners know what there is.
         && dpkg-deb --field "$package" > "var/lib/dpkg/status.d/$(dpkg-deb --field "$package" Package)" \
         || exit 1; \
       done \
    && cp /etc/ssl/certs/ca-certificates.crt etc/ssl/certs/ \
    && ln -s /etc/ssl/certs usr/lib/ssl/certs \
    && cp -L /etc/os-release etc/os-release \
    && echo 'hosts: files dns' > etc/nsswitch.conf \
    && echo 'agent:x:65532:65532::/nonexistent:/usr/sbin/nologin' > etc/passwd \
    && echo 'agent:x:65532:' > etc/group

FROM scratch
ARG REVISION=""
LABEL org.opencontainers.image.title="tcp-agent" \
      org.opencontainers.image.description="Tells what every TCP socket on a node is doing, over OpenTelemetry." \
      org.opencontainers.image.version="0.1.0" \
      org.opencontainers.image.revision="$REVISION" \
      org.opencontainers.image.licenses="Apache-2.0" \
      org.opencontainers.image.base.name="debian:trixie-slim"
COPY --from=base /base /
COPY --from=build /source/LICENSE /app/LICENSE
COPY --from=build /app/agent /app/agent
# A number, so that Kubernetes can see that it is not root.
USER 65532:65532
ENTRYPOINT ["/app/agent"]
