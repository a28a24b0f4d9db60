{{/* What the schema cannot see: values that do not go together stop the installation, with a message on how to fix them. */}}
{{- define "weft.check" -}}
{{- if .Values.existingConfigMap }}
{{- range $key, $value := .Values.metrics }}{{ if $value }}
{{- fail (printf "metrics.%s does nothing with existingConfigMap: put it into the weft.yaml of that ConfigMap" $key) }}
{{- end }}{{ end }}
{{- if .Values.certificates }}
{{- fail "certificates do nothing with existingConfigMap: put them into that ConfigMap" }}
{{- end }}
{{- else }}
{{- range $part, $what := dict "specs" "the Git repository that the specs are read from" "output" "the Git repository that the manifests are pushed to" }}
{{- $_ := required (printf "config.%s.url is missing: %s" $part $what) (index ($.Values.config) $part | default dict).url }}
{{- end }}
{{- include "weft.check.certificates" . }}
{{- end }}
{{- $own := include "weft.labels" . | fromYaml }}
{{- range $label, $_ := .Values.podLabels }}
{{- if or (hasKey $own $label) (eq $label "sidecar.istio.io/inject") }}
{{- fail (printf "podLabels cannot set %s: the chart sets it itself, and the NetworkPolicy selects by it or the Job needs it" $label) }}
{{- end }}
{{- end }}
{{- range $name, $_ := .Values.podAnnotations }}
{{- if has $name (list "sidecar.istio.io/inject" "weft.dev/config") }}
{{- fail (printf "podAnnotations cannot set %s: the chart sets it itself" $name) }}
{{- end }}
{{- end }}
{{- range .Values.extraEnv }}
{{- if has .name (list "HOME" "POD_NAME" "POD_NAMESPACE" "POD_UID") }}
{{- fail (printf "extraEnv cannot set %s: the chart sets it itself" .name) }}
{{- end }}
{{- end }}
{{- include "weft.check.mounts" . }}
{{- end }}

{{/* A certificate without a folder lies beside weft.yaml, in the ConfigMap that is made of "certificates". */}}
{{- define "weft.check.certificates" -}}
{{- range $i, $cluster := .Values.config.clusters }}
{{- with $cluster.sealingCertificate }}
{{- if not (or (contains "/" .) (hasKey ($.Values.certificates | default dict) .)) }}
{{- fail (printf "config.clusters[%d].sealingCertificate %s is not among certificates: add it there, or write the path of a file that is mounted" $i .) }}
{{- end }}
{{- end }}
{{- end }}
{{- end }}

{{/* Each path is mounted once, and metrics.file is on one of them: the root file system is read-only. */}}
{{- define "weft.check.mounts" -}}
{{- $paths := list "/etc/weft/config" "/etc/weft/key" "/var/lib/weft" "/tmp" }}
{{- $writable := list "/var/lib/weft/" }}
{{- range .Values.secretMounts }}{{ $paths = append $paths (trimSuffix "/" .mountPath) }}{{ end }}
{{- range .Values.kubeconfigs }}{{ $paths = append $paths (printf "/etc/weft/clusters/%s" .cluster) }}{{ end }}
{{- range .Values.extraVolumeMounts }}
{{- $paths = append $paths (trimSuffix "/" .mountPath) }}
{{- if not .readOnly }}{{ $writable = append $writable (printf "%s/" (trimSuffix "/" .mountPath)) }}{{ end }}
{{- end }}
{{- $seen := dict }}
{{- range $paths }}
{{- if hasKey $seen . }}{{ fail (printf "%s is mounted twice: look at secretMounts, kubeconfigs and extraVolumeMounts" .) }}{{ end }}
{{- $_ := set $seen . true }}
{{- end }}
{{- with .Values.metrics.file }}
{{- $file := . }}
{{- $found := false }}
{{- range $writable }}{{ if hasPrefix . $file }}{{ $found = true }}{{ end }}{{ end }}
{{- if not $found }}
{{- fail (printf "metrics.file %s is on no volume that can be written to: put it below the mountPath of one of extraVolumeMounts, or below /var/lib/weft" $file) }}
{{- end }}
{{- end }}
{{- end }}
