# syntax=docker/dockerfile:1
#   docker build --tag registry.example.com/tcp-agent:0.1.0 .
#   docker buildx build --platform linux/amd64,linux/arm64 --tag … --push .
#
# Both bases are pinned by version: the SDK to the one that the lock files were made with, the runtime's libraries to the
# runtime that the SDK publishes. A digest would pin them to the byte, and keep out the base's security updates.

# Builds on the build machine's own platform and cross-publishes for the target's.
FROM --platform=$BUILDPLATFORM mcr.microsoft.com/dotnet/sdk:10.0.401-noble AS build
WORKDIR /source

# Project files first: the restore is cached until a dependency changes.
COPY Directory.Build.props Directory.Packages.props BannedSymbols.txt .editorconfig global.json ./
COPY src/Directory.Build.props src/
COPY src/Agent/Agent.csproj src/Agent/packages.lock.json src/Agent/
COPY src/Agent.Tcp/Agent.Tcp.csproj src/Agent.Tcp/packages.lock.json src/Agent.Tcp/
# For every platform: the lock files hold them together.
RUN dotnet restore src/Agent --locked-mode

COPY LICENSE ./
COPY src/ src/
ARG TARGETARCH
RUN case "$TARGETARCH" in amd64) rid=linux-x64 ;; arm64) rid=linux-arm64 ;; *) echo "no build for $TARGETARCH" >&2; exit 1 ;; esac \
    && dotnet publish src/Agent --configuration Release --runtime "$rid" --no-restore --output /app

# The C library, libstdc++, OpenSSL and the certificates of the authorities: no shell, no package manager.
FROM mcr.microsoft.com/dotnet/runtime-deps:10.0.12-noble-chiseled
# Where the build runs, the caller knows: --build-arg REVISION=$(git rev-parse HEAD).
ARG REVISION=""
LABEL org.opencontainers.image.title="tcp-agent" \
      org.opencontainers.image.description="Tells what every TCP socket on a node is doing, over OpenTelemetry." \
      org.opencontainers.image.version="0.1.0" \
      org.opencontainers.image.revision="$REVISION" \
      org.opencontainers.image.licenses="Apache-2.0" \
      org.opencontainers.image.base.name="mcr.microsoft.com/dotnet/runtime-deps:10.0.12-noble-chiseled"
COPY --from=build /source/LICENSE /app/LICENSE
COPY --from=build /app/agent /app/agent
# A number, so that Kubernetes can see that it is not root.
USER 65532:65532
ENTRYPOINT ["/app/agent"]
