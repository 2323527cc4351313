{{/*
The chart's own variables, except those that extraEnv has: a name may stand there once. Kubernetes puts a value in for
$(NAME) where NAME stands before, so the resource attributes are last.
*/}}
{{- define "tcp-agent.env" -}}
{{- $given := list }}
{{- range .Values.extraEnv }}
{{- $given = append $given .name }}
{{- end }}
{{- range include "tcp-agent.ownEnv" . | fromYamlArray }}
{{- if not (has .name $given) }}
{{ toYaml (list .) }}
{{- end }}
{{- end }}
{{- range .Values.extraEnv }}
- name: {{ .name | quote }}
{{- if hasKey . "value" }}
  value: {{ include "tcp-agent.text" .value | quote }}
{{- end }}
{{- with omit . "name" "value" }}
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- end }}
{{- if not (has "OTEL_RESOURCE_ATTRIBUTES" $given) }}
- name: OTEL_RESOURCE_ATTRIBUTES
  value: {{ include "tcp-agent.resourceAttributes" . | quote }}
{{- end }}
{{- end }}

{{- define "tcp-agent.ownEnv" -}}
- name: AGENT_CONFIG
  value: /etc/tcp-agent/config/appsettings.json
- name: OTEL_METRICS_EXPORTER
  value: otlp
- name: OTEL_EXPORTER_OTLP_ENDPOINT
  value: {{ .Values.otlp.endpoint | quote }}
- name: OTEL_EXPORTER_OTLP_PROTOCOL
  value: {{ .Values.otlp.protocol }}
- name: OTEL_EXPORTER_OTLP_COMPRESSION
  value: {{ .Values.otlp.compression }}
- name: OTEL_EXPORTER_OTLP_TIMEOUT
  value: {{ mul .Values.otlp.timeoutSeconds 1000 | quote }}
- name: OTEL_METRIC_EXPORT_INTERVAL
  value: {{ mul .Values.otlp.intervalSeconds 1000 | quote }}
{{- if .Values.otlp.tls.caSecret.name }}
- name: OTEL_EXPORTER_OTLP_CERTIFICATE
  value: /etc/tcp-agent/ca/ca.crt
{{- end }}
{{- if .Values.otlp.tls.clientSecret.name }}
- name: OTEL_EXPORTER_OTLP_CLIENT_CERTIFICATE
  value: /etc/tcp-agent/client/tls.crt
- name: OTEL_EXPORTER_OTLP_CLIENT_KEY
  value: /etc/tcp-agent/client/tls.key
{{- end }}
- name: K8S_NODE_NAME
  valueFrom:
    fieldRef:
      fieldPath: spec.nodeName
{{- if and .Values.health.port (not .Values.hostNetwork) }}
# The kubelet probes the pod's own address.
- name: Health__Address
  valueFrom:
    fieldRef:
      fieldPath: status.podIP
{{- end }}
{{- end }}

{{/* Any scalar as the text that was written: Helm reads 1000000 as a float, which would become 1e+06; nothing is "". */}}
{{- define "tcp-agent.text" -}}
{{- if and (kindIs "float64" .) (eq . (float64 (int64 .))) }}{{ int64 . }}{{ else if not (kindIs "invalid" .) }}{{ . }}{{ end }}
{{- end }}
