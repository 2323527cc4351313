{{- define "tcp-agent.pod" -}}
metadata:
  annotations:
    # New settings, new pods.
    checksum/config: {{ include "tcp-agent.config" . | sha256sum }}
    {{- with .Values.podAnnotations }}
    {{- toYaml . | nindent 4 }}
    {{- end }}
  labels:
    {{- include "tcp-agent.labels" . | nindent 4 }}
    {{- with .Values.podLabels }}
    {{- toYaml . | nindent 4 }}
    {{- end }}
spec:
  serviceAccountName: {{ include "tcp-agent.serviceAccountName" . }}
  automountServiceAccountToken: false
  enableServiceLinks: false
  hostNetwork: {{ .Values.hostNetwork }}
  hostPID: {{ .Values.hostPID }}
  dnsPolicy: {{ ternary "ClusterFirstWithHostNet" "ClusterFirst" .Values.hostNetwork }}
  {{- with .Values.priorityClassName }}
  priorityClassName: {{ . }}
  {{- end }}
  terminationGracePeriodSeconds: {{ .Values.terminationGracePeriodSeconds }}
  securityContext:
    {{- include "tcp-agent.podSecurityContext" . | nindent 4 }}
  {{- with .Values.imagePullSecrets }}
  imagePullSecrets:
    {{- toYaml . | nindent 4 }}
  {{- end }}
  containers:
    - name: agent
      image: {{ include "tcp-agent.image" . | quote }}
      imagePullPolicy: {{ .Values.image.pullPolicy }}
      {{- with .Values.extraArgs }}
      args:
        {{- toYaml . | nindent 8 }}
      {{- end }}
      env:
        {{- include "tcp-agent.env" . | trim | nindent 8 }}
      {{- if .Values.health.port }}
      ports:
        - name: health
          containerPort: {{ .Values.health.port }}
          protocol: TCP
      {{- include "tcp-agent.probes" . | nindent 6 }}
      {{- end }}
      resources:
        {{- toYaml .Values.resources | nindent 8 }}
      securityContext:
        {{- include "tcp-agent.securityContext" . | nindent 8 }}
      volumeMounts:
        {{- include "tcp-agent.volumeMounts" . | nindent 8 }}
  volumes:
    {{- include "tcp-agent.volumes" . | nindent 4 }}
  nodeSelector:
    {{- toYaml (merge (dict "kubernetes.io/os" "linux") (default dict .Values.nodeSelector)) | nindent 4 }}
  {{- with .Values.affinity }}
  affinity:
    {{- toYaml . | nindent 4 }}
  {{- end }}
  {{- with .Values.tolerations }}
  tolerations:
    {{- toYaml . | nindent 4 }}
  {{- end }}
{{- end }}
