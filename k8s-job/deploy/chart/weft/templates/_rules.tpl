{{/* The rules of each Role: exactly what the feature asks of an API server (docs/kubernetes.md).  Those that weft needs in every
cluster are in _rights.tpl. */}}
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
{{- include "weft.rights.evidence.cluster" .top }}
{{- end }}
{{- end }}
