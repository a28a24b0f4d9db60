{{/* A CronJob's name leaves room for the 11 characters that a Job gets. */}}
{{- define "weft.name" -}}
{{- if contains "weft" .Release.Name }}{{ .Release.Name | trunc 52 | trimSuffix "-" }}{{ else }}{{ printf "%s-weft" .Release.Name | trunc 52 | trimSuffix "-" }}{{ end }}
{{- end }}

{{- define "weft.selector" -}}
app.kubernetes.io/name: weft
app.kubernetes.io/instance: {{ toYaml .Release.Name }}
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
  name: {{ include "weft.account" . | toYaml }}
  namespace: {{ toYaml .Release.Namespace }}
{{- end }}

{{/* weft.yaml as it is mounted: config, with the metrics of the values. */}}
{{- define "weft.config" -}}
{{- $config := deepCopy .Values.config }}
{{- $metrics := $config.metrics | default dict }}
{{- range $key, $value := .Values.metrics }}{{ if $value }}{{ $_ := set $metrics $key $value }}{{ end }}{{ end }}
{{- if $metrics }}{{ $_ := set $config "metrics" $metrics }}{{ end }}
{{- toYaml $config }}
{{- end }}

{{/* Which features are on, as JSON: what config says, unless a value of rbac says otherwise. */}}
{{- define "weft.rights" -}}
{{- $management := .Values.config.management | default dict }}
{{- $on := and $management.inCluster true }}
{{- $own := false }}
{{- range .Values.config.clusters }}{{ if .inCluster }}{{ $own = true }}{{ end }}{{ end }}
{{- $direct := eq ((.Values.config.delivery | default dict).mode | default "") "direct" }}
{{- $rights := dict "status" $on
      "events" (and $on (ne $management.events false))
      "lease" (and $on (ne $management.lease false))
      "report" (and $on $management.reportConfigMap)
      "gitops" (and $on $management.gitops)
      "evidence" $own
      "discover" (and $own (.Values.config.discovery | default dict).enabled)
      "direct" (and $own $direct) }}
{{- range $name, $auto := $rights }}
{{- $value := index $.Values.rbac $name }}
{{- $_ := set $rights $name (ternary $value ($auto | default false) (kindIs "bool" $value)) }}
{{- end }}
{{- $_ := set $rights "token" (or $on $own (gt (len .Values.rbac.restartNamespaces) 0)) }}
{{- toJson $rights }}
{{- end }}

{{/* Ports that must be reachable for what config names, besides those of networkPolicy: "9091 15012". */}}
{{- define "weft.ports" -}}
{{- $config := include "weft.config" . | fromYaml }}
{{- $ports := list }}
{{- with ($config.metrics | default dict).pushgateway }}
{{- $port := regexFind ":[0-9]+$" (urlParse .).host | trimPrefix ":" }}
{{- $ports = append $ports ($port | default (hasPrefix "https:" . | ternary "443" "80")) }}
{{- end }}
{{- range $config.clusters }}{{ with .istiod }}{{ $ports = append $ports (regexFind "[0-9]+$" .) }}{{ end }}{{ end }}
{{- $ports | uniq | sortAlpha | join " " }}
{{- end }}

{{/* A Role with its binding: (dict "top" $ "name" NAME "namespace" NAMESPACE "rules" YAML); without namespace a ClusterRole. */}}
{{- define "weft.role" -}}
{{- $cluster := ternary "" "Cluster" (hasKey . "namespace") }}
---
apiVersion: rbac.authorization.k8s.io/v1
kind: {{ $cluster }}Role
metadata:
  name: {{ .name }}
  {{- with .namespace }}
  namespace: {{ toYaml . }}
  {{- end }}
  labels: {{- include "weft.labels" .top | nindent 4 }}
rules:
{{ .rules | trim }}
---
apiVersion: rbac.authorization.k8s.io/v1
kind: {{ $cluster }}RoleBinding
metadata:
  name: {{ .name }}
  {{- with .namespace }}
  namespace: {{ toYaml . }}
  {{- end }}
  labels: {{- include "weft.labels" .top | nindent 4 }}
roleRef: {apiGroup: rbac.authorization.k8s.io, kind: {{ $cluster }}Role, name: {{ .name }}}
{{ include "weft.subject" .top }}
{{ end }}
