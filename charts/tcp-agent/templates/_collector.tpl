{{/* The endpoint's port; without one in the URL, its scheme's. */}}
{{- define "tcp-agent.collectorPort" -}}
{{- $host := (urlParse .Values.otlp.endpoint).host }}
{{- $port := regexFind ":[0-9]+$" $host | trimPrefix ":" }}
{{- default (ternary "443" "80" (hasPrefix "https://" .Values.otlp.endpoint)) $port }}
{{- end }}

{{/* The endpoint as it may be shown: a query can hold a key. */}}
{{- define "tcp-agent.shownEndpoint" -}}
{{- regexReplaceAll "[?#].*" .Values.otlp.endpoint "" }}
{{- end }}
