{{- define "tcp-agent.volumeMounts" -}}
- name: config
  mountPath: /etc/tcp-agent/config
  readOnly: true
{{- if not .Values.hostPID }}
- name: proc
  mountPath: /host/proc
  readOnly: true
{{- end }}
{{- if .Values.podLogs.enabled }}
- name: pod-logs
  mountPath: {{ .Values.podLogs.path }}
  readOnly: true
- name: container-logs
  mountPath: {{ .Values.podLogs.containersPath }}
  readOnly: true
{{- end }}
{{- if .Values.spool.enabled }}
- name: spool
  mountPath: /var/spool/tcp-agent
{{- end }}
{{- if .Values.otlp.headersSecret.name }}
- name: headers
  mountPath: /etc/tcp-agent/headers
  readOnly: true
{{- end }}
{{- if .Values.otlp.tls.caSecret.name }}
- name: ca
  mountPath: /etc/tcp-agent/ca
  readOnly: true
{{- end }}
{{- if .Values.otlp.tls.clientSecret.name }}
- name: client
  mountPath: /etc/tcp-agent/client
  readOnly: true
{{- end }}
{{- with .Values.extraVolumeMounts }}
{{ toYaml . }}
{{- end }}
{{- end }}

{{- define "tcp-agent.volumes" -}}
- name: config
  configMap:
    name: {{ include "tcp-agent.fullname" . }}
{{- if not .Values.hostPID }}
- name: proc
  hostPath:
    path: /proc
    type: Directory
{{- end }}
{{- if .Values.podLogs.enabled }}
- name: pod-logs
  hostPath:
    path: {{ .Values.podLogs.path }}
    type: Directory
- name: container-logs
  hostPath:
    path: {{ .Values.podLogs.containersPath }}
    type: Directory
{{- end }}
{{- if .Values.spool.enabled }}
- name: spool
{{- if .Values.spool.hostPath }}
  hostPath:
    path: {{ .Values.spool.hostPath }}
    type: Directory
{{- else }}
  emptyDir:
    sizeLimit: {{ div (mul (int64 .Values.spool.maxBytes) 5) 4 | quote }}
{{- end }}
{{- end }}
{{- with .Values.otlp.headersSecret }}
{{- if .name }}
- name: headers
  secret:
    secretName: {{ .name }}
    defaultMode: 0440
    items: [{key: {{ .key }}, path: headers}]
{{- end }}
{{- end }}
{{- with .Values.otlp.tls.caSecret }}
{{- if .name }}
- name: ca
  secret:
    secretName: {{ .name }}
    defaultMode: 0440
    items: [{key: {{ .key }}, path: ca.crt}]
{{- end }}
{{- end }}
{{- with .Values.otlp.tls.clientSecret }}
{{- if .name }}
- name: client
  secret:
    secretName: {{ .name }}
    defaultMode: 0440
    items: [{key: {{ .certKey }}, path: tls.crt}, {key: {{ .keyKey }}, path: tls.key}]
{{- end }}
{{- end }}
{{- with .Values.extraVolumes }}
{{ toYaml . }}
{{- end }}
{{- end }}
