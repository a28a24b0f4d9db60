{{/* The rules of each Role: exactly what the feature asks of an API server (docs/kubernetes.md). */}}
{{- define "weft.rules.own" }}
{{- if .lease }}
# create cannot be limited to a name; the names are made from repository and branch.
- apiGroups: [coordination.k8s.io]
  resources: [leases]
  verbs: [get, create, update]
# Is the holder of the lease still there?
- apiGroups: ['']
  resources: [pods]
  verbs: [get]
{{- end }}
{{- if .report }}
# weft-report-<namespace>.<name>: a right cannot be given to names that begin so.
- apiGroups: ['']
  resources: [configmaps]
  verbs: [get, create, patch]
{{- end }}
{{- end }}

{{- define "weft.rules.status" }}
{{- if .status }}
- apiGroups: [networking.mesh.gloo.solo.io]
  resources: [virtualmeshes, accesspolicies]
  verbs: [get]
- apiGroups: [networking.mesh.gloo.solo.io]
  resources: [virtualmeshes/status, accesspolicies/status]
  verbs: [patch]
{{- end }}
{{- if .events }}
- apiGroups: [events.k8s.io]
  resources: [events]
  verbs: [get, create, patch]
{{- end }}
{{- end }}

{{- define "weft.rules.root" }}
- apiGroups: ['']
  resources: [secrets]
  resourceNames: [{{ toYaml .name }}]
  verbs: [get]
{{- end }}

{{- define "weft.rules.evidence" }}
{{- if .gitops }}
- apiGroups: [argoproj.io]
  resources: [applications]
  verbs: [list]
- apiGroups: [source.toolkit.fluxcd.io]
  resources: [gitrepositories]
  verbs: [list]
- apiGroups: [kustomize.toolkit.fluxcd.io]
  resources: [kustomizations]
  verbs: [list]
{{- end }}
{{- if .roots }}
# A list with fieldSelector=metadata.name passes a rule with that resourceName: no other ConfigMap can be read.
- apiGroups: ['']
  resources: [configmaps]
  resourceNames: [istio-ca-root-cert]
  verbs: [list]
{{- end }}
{{- end }}

{{- define "weft.rules.istiod" }}
- apiGroups: [apps]
  resources: [deployments]
  verbs: [list]
# Which metadata istiod gives to proxies; the name has the revision.
- apiGroups: ['']
  resources: [configmaps]
  resourceNames: {{ toJson .Values.rbac.meshConfigs }}
  verbs: [get]
{{- end }}

{{- define "weft.rules.direct" }}
# create is limited to the name, too, because weft creates by server-side apply, at the Secret's own URL.
- apiGroups: ['']
  resources: [secrets]
  resourceNames: [cacerts]
  verbs: [get, create, patch]
{{- end }}

{{- define "weft.rules.restart" }}
- apiGroups: [apps]
  resources: [deployments, daemonsets, statefulsets]
  verbs: [list, patch]
{{- end }}
