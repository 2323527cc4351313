{{/* Combinations that cannot work, each with its fix. */}}
{{- define "tcp-agent.refusals" -}}
{{- $v := .Values }}
{{- if not $v.otlp.endpoint }}
{{- fail "otlp.endpoint is required: say where metrics go, such as --set otlp.endpoint=http://otel-collector.observability.svc:4317" }}
{{- end }}
{{- if not $v.image.repository }}
{{- fail "image.repository is required: build the image with the repository's Dockerfile, push it, and name it, such as --set image.repository=registry.example.com/tcp-agent" }}
{{- end }}
{{- $tls := or $v.otlp.tls.caSecret.name $v.otlp.tls.clientSecret.name }}
{{- if and $tls (not (hasPrefix "https://" $v.otlp.endpoint)) }}
{{- fail (printf "otlp.tls is set, and %s is not encrypted: write otlp.endpoint with https://, or leave otlp.tls out" (include "tcp-agent.shownEndpoint" .)) }}
{{- end }}
{{- $port := include "tcp-agent.collectorPort" . }}
{{- if and (eq $port "4317") (ne $v.otlp.protocol "grpc") }}
{{- fail "otlp.endpoint has port 4317, which speaks gRPC: set otlp.protocol to grpc, or take the collector's HTTP port, 4318" }}
{{- end }}
{{- if and (eq $port "4318") (eq $v.otlp.protocol "grpc") }}
{{- fail "otlp.endpoint has port 4318, which speaks HTTP: set otlp.protocol to http/protobuf, or take the collector's gRPC port, 4317" }}
{{- end }}
{{- $surge := include "tcp-agent.maxSurge" . }}
{{- $unavailable := (default dict (default dict $v.updateStrategy).rollingUpdate).maxUnavailable }}
{{- $isNone := has (toString $unavailable) (list "0" "0%") }}
{{- if and $surge (not (kindIs "invalid" $unavailable)) (not $isNone) }}
{{- fail "updateStrategy.rollingUpdate has both maxSurge and maxUnavailable, and Kubernetes takes one of them: leave maxUnavailable out, which is 0 with a maxSurge, or leave maxSurge out" }}
{{- end }}
{{- if and $isNone (not $surge) }}
{{- fail "updateStrategy.rollingUpdate.maxUnavailable is 0 without a maxSurge, so that no pod could be replaced: leave maxUnavailable out, or set maxSurge" }}
{{- end }}
{{- if and $surge $v.hostNetwork $v.health.port }}
{{- fail (printf "updateStrategy.rollingUpdate.maxSurge starts the new pod beside the old one, and with hostNetwork both need the node's port %d (health.port): leave maxSurge out, or set health.port to 0" (int $v.health.port)) }}
{{- end }}
{{- if and $v.enterNamespaces (or (ne (dig "Tcp" "Namespaces" "All" $v.agent | lower) "all") (eq (dig "Tcp" "Source" "Auto" $v.agent | lower) "procfs")) }}
{{- fail "enterNamespaces gives the agent capabilities that its settings do not use: leave agent.Tcp.Namespaces at All and agent.Tcp.Source at Auto, or enterNamespaces at false" }}
{{- end }}
{{- if and $v.networkPolicy.enabled $v.hostNetwork }}
{{- fail "networkPolicy.enabled has no effect on the host's network: set hostNetwork to false, or leave networkPolicy.enabled at false" }}
{{- end }}
{{- if and $v.spool.hostPath (not $v.spool.enabled) }}
{{- fail "spool.hostPath is set and spool.enabled is false: set spool.enabled to true, or leave spool.hostPath out" }}
{{- end }}
{{- $scope := dig "Tcp" "Namespaces" "All" $v.agent | lower }}
{{- if and (eq $scope "own") (not $v.hostNetwork) }}
{{- fail "agent.Tcp.Namespaces is Own and hostNetwork is false: the agent would count its own pod's sockets only; set hostNetwork to true, or Namespaces to Host or All" }}
{{- end }}
{{- if and (eq (dig "Tcp" "Source" "Auto" $v.agent | lower) "sockdiag") (not $v.hostNetwork) }}
{{- fail "agent.Tcp.Source is SockDiag and hostNetwork is false: sock_diag sees the agent's own network namespace only; set hostNetwork to true, or Source to Auto" }}
{{- end }}
{{- if and (dig "Tcp" "Metrics" "RoundTrips" false $v.agent) (not $v.hostNetwork) (not $v.enterNamespaces) }}
{{- fail "agent.Tcp.Metrics.RoundTrips is true and hostNetwork is false: sock_diag, which alone tells round-trip times, would see the agent's own pod only; set hostNetwork or enterNamespaces to true, or RoundTrips to false" }}
{{- end }}
{{- $variables := dict }}
{{- range $v.extraEnv }}
{{- if hasKey $variables .name }}
{{- fail (printf "extraEnv has %s twice: leave one of them out" .name) }}
{{- end }}
{{- $_ := set $variables .name true }}
{{- end }}
{{- range $name, $value := $v.resourceAttributes }}
{{- if regexMatch "[,=]" (printf "%s%v" $name $value) }}
{{- fail (printf "resourceAttributes.%s: a comma or an equals sign would begin another attribute; leave it out, or write it percent-encoded (%%2C, %%3D)" $name) }}
{{- end }}
{{- if regexMatch "%" (regexReplaceAll "%[0-9A-Fa-f]{2}" (toString $value) "") }}
{{- fail (printf "resourceAttributes.%s: a percent sign begins an encoded character; write it percent-encoded (%%25)" $name) }}
{{- end }}
{{- end }}
{{- end }}
