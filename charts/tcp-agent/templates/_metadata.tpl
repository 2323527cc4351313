{{/* An object's metadata. */}}
{{- define "tcp-agent.metadata" -}}
name: {{ include "tcp-agent.fullname" . }}
namespace: {{ .Release.Namespace }}
labels:
  {{- include "tcp-agent.labels" . | nindent 2 }}
{{- with .Values.annotations }}
annotations:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- end }}
