{{/* Capabilities that are added in a pod reach root only, so what enters namespaces runs as root, without root's other powers. */}}
{{- define "tcp-agent.podSecurityContext" -}}
{{- $own := ternary (dict "runAsNonRoot" false "runAsUser" 0 "runAsGroup" 0) dict .Values.enterNamespaces }}
{{- mergeOverwrite (deepCopy .Values.podSecurityContext) $own | toYaml }}
{{- end }}

{{- define "tcp-agent.securityContext" -}}
{{- $add := dig "capabilities" "add" list .Values.securityContext | default list | concat (list "SYS_ADMIN" "SYS_PTRACE") | uniq }}
{{- $own := ternary (dict "capabilities" (dict "add" $add)) dict .Values.enterNamespaces }}
{{- mergeOverwrite (deepCopy .Values.securityContext) $own | toYaml }}
{{- end }}
