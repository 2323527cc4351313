{{/* The agent's configuration: the user's settings, and over them what the chart itself knows. */}}
{{- define "tcp-agent.config" -}}
{{- $own := dict
  "Tcp" (dict
    "ProcRoot" (ternary "/proc" "/host/proc" .Values.hostPID)
    "PodLogs" (ternary .Values.podLogs.path "" .Values.podLogs.enabled)
    "ContainerLogs" (ternary .Values.podLogs.containersPath "" .Values.podLogs.enabled))
  "Health" (dict "Port" (int64 .Values.health.port)) }}
{{- $export := dict }}
{{- if .Values.spool.enabled }}
{{- $_ := set $export "Spool" (dict "Path" "/var/spool/tcp-agent" "MaxBytes" (int64 .Values.spool.maxBytes)) }}
{{- end }}
{{- if .Values.otlp.headersSecret.name }}
{{- $_ := set $export "HeadersFile" "/etc/tcp-agent/headers/headers" }}
{{- end }}
{{- if $export }}
{{- $_ := set $own "Export" $export }}
{{- end }}
{{- mergeOverwrite (deepCopy .Values.agent) $own | toPrettyJson }}
{{- end }}

{{/* Who reports. The node's name is also the instance: one series a node, whatever the pod is called. */}}
{{- define "tcp-agent.resourceAttributes" -}}
{{- $attributes := list "k8s.node.name=$(K8S_NODE_NAME)" "host.name=$(K8S_NODE_NAME)" "service.instance.id=$(K8S_NODE_NAME)" }}
{{- with .Values.clusterName }}
{{- $attributes = append $attributes (printf "k8s.cluster.name=%s" .) }}
{{- end }}
{{- range $name, $value := .Values.resourceAttributes }}
{{- $attributes = append $attributes (printf "%s=%s" $name $value) }}
{{- end }}
{{- join "," $attributes }}
{{- end }}
