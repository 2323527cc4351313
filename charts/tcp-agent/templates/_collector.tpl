{{/* The endpoint's port; without one in the URL, its scheme's. */}}
{{- define "tcp-agent.collectorPort" -}}
{{- $host := (urlParse .Values.otlp.endpoint).host }}
{{- $port := regexFind ":[0-9]+$" $host | trimPrefix ":" }}
{{- default (ternary "443" "80" (hasPrefix "https://" .Values.otlp.endpoint)) $port }}
{{- end }}
