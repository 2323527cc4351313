{{/* How many pods more than one a node a rollout may start, as a number or its percentage; nothing for none. */}}
{{- define "tcp-agent.maxSurge" -}}
{{- $surge := (default dict (default dict .Values.updateStrategy).rollingUpdate).maxSurge | toString | trimSuffix "%" | int }}
{{- if $surge }}{{ $surge }}{{ end }}
{{- end }}

{{/* Kubernetes takes a surge or unavailable pods, not both; of neither, it takes one unavailable pod at a time. */}}
{{- define "tcp-agent.updateStrategy" -}}
{{- $strategy := deepCopy (default dict .Values.updateStrategy) }}
{{- $rollingUpdate := default dict $strategy.rollingUpdate }}
{{- if kindIs "invalid" $rollingUpdate.maxUnavailable }}
{{- $_ := set $rollingUpdate "maxUnavailable" (ternary 0 "10%" (ne (include "tcp-agent.maxSurge" .) "")) }}
{{- end }}
{{- toYaml (set $strategy "rollingUpdate" $rollingUpdate) }}
{{- end }}
