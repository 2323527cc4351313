{{/*
Ready when a probe, one every five seconds, sees that the first collection was made, which it is within two seconds of the start. Dead when none came for three intervals and what the settings allow a collection and an
export to take; the start may take 30 s more. The agent does that arithmetic, so the probe's own numbers stay the same.
*/}}
{{- define "tcp-agent.probes" -}}
livenessProbe:
  httpGet:
    path: /healthz
    {{- include "tcp-agent.probeTarget" . | nindent 4 }}
  periodSeconds: 30
  timeoutSeconds: 5
  failureThreshold: 3
readinessProbe:
  httpGet:
    path: /readyz
    {{- include "tcp-agent.probeTarget" . | nindent 4 }}
  periodSeconds: 5
  timeoutSeconds: 5
  failureThreshold: 3
{{- end }}

{{/* On the host's network, the kubelet reaches 127.0.0.1; otherwise it takes the pod's address. */}}
{{- define "tcp-agent.probeTarget" -}}
port: health
{{- if .Values.hostNetwork }}
host: 127.0.0.1
{{- end }}
{{- end }}
