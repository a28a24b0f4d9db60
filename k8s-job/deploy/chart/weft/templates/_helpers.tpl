{{/* A CronJob's name leaves room for the 11 characters that a Job gets. */}}
{{- define "weft.name" -}}
{{- if contains "weft" .Release.Name }}{{ .Release.Name | trunc 52 | trimSuffix "-" }}{{ else }}{{ printf "%s-weft" .Release.Name | trunc 52 | trimSuffix "-" }}{{ end }}
{{- end }}

{{- define "weft.selector" -}}
app.kubernetes.io/name: weft
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end }}

{{- define "weft.labels" -}}
{{ include "weft.selector" . }}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
app.kubernetes.io/component: reconciler
app.kubernetes.io/part-of: weft
app.kubernetes.io/managed-by: {{ .Release.Service }}
helm.sh/chart: {{ printf "%s-%s" .Chart.Name .Chart.Version }}
{{- end }}

{{- define "weft.account" -}}
{{- .Values.serviceAccount.name | default (include "weft.name" .) }}
{{- end }}

{{- define "weft.image" -}}
{{- if .Values.image.digest }}{{ .Values.image.repository }}@{{ .Values.image.digest }}{{ else }}{{ .Values.image.repository }}:{{ .Values.image.tag | default .Chart.AppVersion }}{{ end }}
{{- end }}

{{/* A Role or ClusterRole's subject. */}}
{{- define "weft.subject" -}}
subjects:
- kind: ServiceAccount
  name: {{ include "weft.account" . }}
  namespace: {{ .Release.Namespace }}
{{- end }}
