{{/* Rights in a cluster, feature by feature.  Made from the table in k8s-job/access/rights.c; do not change it here. */}}
{{- define "weft.rights.discover.cluster" }}
- apiGroups: ['']
  resources: [namespaces]
  verbs: [list]
- apiGroups: ['']
  resources: [services]
  verbs: [list]
- apiGroups: [apps]
  resources: [deployments, daemonsets, statefulsets]
  verbs: [list]
- apiGroups: [admissionregistration.k8s.io]
  resources: [mutatingwebhookconfigurations]
  verbs: [list]
{{- if has "endpointslices" .Values.rbac.discoverLists }}
# Services whose targetPort is a name; NodePort gateways with externalTrafficPolicy: Local; podAddresses:
- apiGroups: [discovery.k8s.io]
  resources: [endpointslices]
  verbs: [list]
{{- end }}
{{- if has "nodes" .Values.rbac.discoverLists }}
# East-west gateways of type NodePort; podAddresses:
- apiGroups: ['']
  resources: [nodes]
  verbs: [list]
{{- end }}
{{- if has "gateways" .Values.rbac.discoverLists }}
# Gateways that Istio manages for the Gateway API:
- apiGroups: [gateway.networking.k8s.io]
  resources: [gateways]
  verbs: [list]
{{- end }}
{{- if has "serviceexports" .Values.rbac.discoverLists }}
# discovery.serviceExports in weft.yaml:
- apiGroups: [multicluster.x-k8s.io]
  resources: [serviceexports]
  verbs: [list]
{{- end }}
{{- end }}
{{- define "weft.rights.discover.istio" }}
# A list with fieldSelector=metadata.name passes a rule with that resourceName: no other ConfigMap can be read. Add istio-<revision> before you install a revision.
- apiGroups: ['']
  resources: [configmaps]
  resourceNames: {{ toJson .Values.rbac.meshConfigs }}
  verbs: [list]
{{- end }}
{{- define "weft.rights.evidence.cluster" }}
# A list with fieldSelector=metadata.name passes a rule with that resourceName: no other ConfigMap can be read. With another global.trustBundleName of istiod's chart write that name in place of this one.
- apiGroups: ['']
  resources: [configmaps]
  resourceNames: {{ toJson .Values.rbac.rootConfigMaps }}
  verbs: [list]
{{- if has "clustertrustbundles" .Values.rbac.discoverLists }}
# Where istiod runs with ENABLE_CLUSTER_TRUST_BUNDLE_API, in place of the ConfigMaps:
- apiGroups: [certificates.k8s.io]
  resources: [clustertrustbundles]
  resourceNames: {{ toJson .Values.rbac.rootTrustBundles }}
  verbs: [list]
{{- end }}
{{- end }}
{{- define "weft.rights.evidence.istio" }}
- apiGroups: [apps]
  resources: [deployments]
  verbs: [list]
# Which metadata istiod gives to proxies; the name has the revision.
- apiGroups: ['']
  resources: [configmaps]
  resourceNames: {{ toJson .Values.rbac.meshConfigs }}
  verbs: [get]
{{- end }}
{{- define "weft.rights.cacerts.istio" }}
# create is limited to the name, too, because weft creates by server-side apply, at the Secret's own URL.
- apiGroups: ['']
  resources: [secrets]
  resourceNames: [cacerts]
  verbs: [get, create, patch]
{{- end }}
{{- define "weft.rights.restart.workloads" }}
- apiGroups: [apps]
  resources: [deployments, daemonsets, statefulsets]
  verbs: [list, patch]
{{- end }}
{{- define "weft.rights.workloads.cluster" }}
- apiGroups: ['']
  resources: [pods]
  verbs: [list]
{{- end }}
