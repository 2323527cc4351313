# syntax=docker/dockerfile:1
# Builds on the build machine's own platform and cross-publishes for the target's.
FROM --platform=$BUILDPLATFORM mcr.microsoft.com/dotnet/sdk:10.0 AS build
ARG TARGETARCH
WORKDIR /source

# Project files first: the restore is cached until a dependency changes.
COPY Directory.Build.props Directory.Packages.props BannedSymbols.txt .editorconfig global.json ./
COPY src/Directory.Build.props src/
COPY src/Agent/Agent.csproj src/Agent/packages.lock.json src/Agent/
COPY src/Agent.Tcp/Agent.Tcp.csproj src/Agent.Tcp/packages.lock.json src/Agent.Tcp/
RUN case "$TARGETARCH" in amd64) rid=linux-x64 ;; arm64) rid=linux-arm64 ;; *) echo "no build for $TARGETARCH" >&2; exit 1 ;; esac \
    && echo "$rid" > /rid \
    && dotnet restore src/Agent --runtime "$rid" --locked-mode

COPY LICENSE ./
COPY src/ src/
RUN dotnet publish src/Agent --configuration Release --runtime "$(cat /rid)" --no-restore --output /app

FROM mcr.microsoft.com/dotnet/runtime-deps:10.0-noble-chiseled
LABEL org.opencontainers.image.title="tcp-agent" \
      org.opencontainers.image.description="Tells what every TCP socket on a node is doing, over OpenTelemetry." \
      org.opencontainers.image.licenses="Apache-2.0"
COPY --from=build /app/agent /app/agent
# A number, so that Kubernetes can see that it is not root.
USER 65532:65532
ENTRYPOINT ["/app/agent"]
