/* translate/messages.h - every sentence that translation puts into a status, under the id that
 * tests and docs use: E of a VirtualMesh, M of a mesh in it, D of a Destination, A of an
 * AccessPolicy, W a warning. Each says where, what, and how to correct it.  Objects are written
 * namespace/name. */
#ifndef WEFT_TRANSLATE_MESSAGES_H
#define WEFT_TRANSLATE_MESSAGES_H

/* E1, E4 (incomplete references) and E0 are refused by decoding; its diag is the text. */
#define E0_REFUSED "the object cannot be used, so everything deployed for it stays: %s"
#define E0_SETTINGS "the Settings object cannot be used, so everything stays as it is: %s"
#define E2_MESH_UNKNOWN                                                                            \
    "spec.meshes[%zu]: there is no Mesh %s/%s in the specs" REMEDY "%sadd it, or take the "        \
    "reference out"
#define E3_MESH_CLAIMED                                                                            \
    "spec.meshes: Mesh %s/%s already belongs to VirtualMesh %s/%s; a mesh can be in one "          \
    "only" REMEDY "take it out of one of them"
#define E5_GATEWAY_UNKNOWN                                                                         \
    "spec.federation.ingressGatewaySelectors[%zu].destinationSelectors[%zu]: there is no "         \
    "Destination for Service %s/%s of cluster %s" REMEDY "check the three names"
#define E6_GATEWAY_WITHOUT_PODS                                                                    \
    "Service %s/%s of cluster %s is selected as ingress gateway but selects no pods" REMEDY        \
    "give the Service a selector, or select another one in "                                       \
    "spec.federation.ingressGatewaySelectors"
#define E7_GATEWAY_PORT                                                                            \
    "ingress gateway %s/%s of cluster %s has no port named %s" REMEDY                              \
    "name the port that takes the TLS traffic of other clusters, or say its name in "              \
    "spec.federation.ingressGatewaySelectors[].portName"
#define E7_GATEWAY_PORT_CLOSED                                                                     \
    "ingress gateway %s/%s of cluster %s cannot be reached from other clusters at its port %s: a " \
    "Service of type %s needs %s"
#define E7_GATEWAY_POD_PORT                                                                        \
    "ingress gateway %s/%s of cluster %s: the number of the container port behind its port %s is " \
    "not known, and Istio %s needs it" REMEDY "give the Service port a numeric targetPort"
#define E7_GATEWAY_CONTAINER                                                                       \
    "ingress gateway %s/%s of cluster %s: Mesh %s/%s gives tlsContainerPort %u, but the Service "  \
    "has a port of that number that leads to another container port, and Istio %s takes the "      \
    "number for that one" REMEDY "add a Service port with targetPort %u"
#define E7_GATEWAY_LISTED                                                                          \
    "ingress gateway %s/%s of cluster %s has no port %u, which Mesh %s/%s gives as "               \
    "externalTlsPort" REMEDY "correct spec.istio.ingressGateways of the Mesh or leave it out"
#define E10_MESH_TWICE                                                                             \
    "spec.meshes[%zu]: Mesh %s/%s is listed twice" REMEDY "take one of the two out"
#define E11_MESH_NOT_ISTIO                                                                         \
    "spec.meshes[%zu]: Mesh %s/%s is of type %s, and only istio can be served" REMEDY              \
    "take the reference out"
#define E12_SELECTOR_MESH                                                                          \
    "spec.federation.selectors[%zu].meshes[%zu]: Mesh %s/%s is not in spec.meshes, and nothing "   \
    "may be federated out of the virtual mesh" REMEDY "add it there or take it out here"

#define E13_SUFFIX                                                                                 \
    "spec.federation.hostnameSuffix: %s and %s, the domain of cluster %s, cover each other, so "   \
    "the gateways would let in requests for every Service of that cluster" REMEDY                  \
    "choose a name of its own, such as mesh.example.com"

#define E14_EXTERNAL_HOST                                                                          \
    "external Service %s is left out: its host %s is %s, so that requests for a Service of the "   \
    "meshes would leave them" REMEDY "write the host of an outside Service, or remove the "        \
    "Destination"
#define E15_MESH_REFUSED                                                                           \
    "spec.meshes[%zu]: Mesh %s/%s cannot be used (%s)" REMEDY                                      \
    "correct the Mesh, or take the reference out"

#define M1_NO_TRUST_MODEL                                                                          \
    "spec.mtlsConfig names no trust model" REMEDY                                                  \
    "write shared: {} for one root for all meshes, or take mtlsConfig out to leave the "           \
    "certificates alone"
#define M2_LIMITED "limited trust is not supported by %s" REMEDY "use shared"
#define M3_NO_ROOT_SOURCE                                                                          \
    "spec.mtlsConfig.shared.rootCertificateAuthority does not say where the root comes "           \
    "from" REMEDY "write generated: {} or name a secret"
#define M6_NO_GATEWAY                                                                              \
    "no Service of mesh %s/%s is an ingress gateway, so the other meshes cannot reach it" REMEDY   \
    "label the pods of one Service istio: ingressgateway and give it a port named tls, or select " \
    "its gateway in spec.federation.ingressGatewaySelectors; a mesh that only calls others needs " \
    "no gateway when spec.federation.selectors select none of its Services"
#define M6_GATEWAY_LIKELY                                                                          \
    "no Service of mesh %s/%s is an ingress gateway, so the other meshes cannot reach it; "        \
    "Service %s/%s looks like one" REMEDY                                                          \
    "select it in spec.federation.ingressGatewaySelectors: destinationSelectors with its labels "  \
    "or its name, namespace and cluster, and portName: %s"
#define M6_NO_GATEWAY_SELECTED                                                                     \
    "spec.federation.ingressGatewaySelectors selects no Service of mesh %s/%s, so the other "      \
    "meshes cannot reach it" REMEDY                                                                \
    "correct the destinationSelectors that should select its gateway (the labels or the name, "    \
    "namespace and cluster of the Service), or add an entry for it; a mesh that only calls "       \
    "others needs no gateway when spec.federation.selectors select none of its Services"
#define M10_VAULT                                                                                  \
    "%s of spec.mtlsConfig.shared.intermediateCertificateAuthority is not supported by %s; "       \
    "certificates that are there stay, and everything else is served" REMEDY                       \
    "write vault with a caPath that ends in root/sign-intermediate or "                            \
    "issuer/<issuer>/sign-intermediate, and log in with tokenSecretRef or with the service "       \
    "account of weft (kubernetesAuth without serviceAccountRef)"
#define M11_TLS_ENFORCEMENT                                                                        \
    "tlsEnforcementSettings.enforcementMode %s cannot be combined with "                           \
    "settings.mtls.istio.tlsMode %s"
#define M12_NO_PEER_AUTHENTICATION                                                                 \
    "Istio %s has no PeerAuthentication, so tlsEnforcementSettings.enforcementMode %s cannot be "  \
    "enforced" REMEDY "upgrade Istio, or leave the mode UNSET"

#define M13_SHARED_ENFORCEMENT                                                                     \
    "tlsEnforcementSettings.enforcementMode %s is not written: %s of VirtualMesh %s/%s is "        \
    "stricter and counts for all control planes of namespace %s in cluster %s" REMEDY              \
    "write the same mode in both"

#define M14_GATEWAY_HOSTS                                                                          \
    "the gateways cannot have the hosts %s: a host name has 253 bytes at most, its labels "        \
    "63" REMEDY "rename cluster %s or choose a shorter spec.federation.hostnameSuffix"

#define M15_NAME_TAKEN                                                                             \
    "%s %s/%s of cluster %s is not written for gateway %s, because %s has an object of that kind " \
    "and name" REMEDY "rename one of the two"

#define D1_NO_SMART_DNS                                                                            \
    "mesh %s/%s does not resolve host names under %s" REMEDY                                       \
    "turn on Istio's smart DNS proxying there (ISTIO_META_DNS_CAPTURE), or leave out "             \
    "spec.federation.hostnameSuffix"
#define D2_MIXED_HOSTNAME "%s mix host names and IPv6 addresses, which one ServiceEntry cannot hold"
#define D3_MIXED_WILDCARD                                                                          \
    "%s mix wildcards with other addresses, which one ServiceEntry cannot hold"
#define D4_WILDCARD                                                                                \
    "%s are wildcards, which no client can connect to" REMEDY "give addresses or host names"
#define D5_NO_ADDRESS                                                                              \
    "no ingress gateway of mesh %s/%s has an external address, so other clusters cannot reach "    \
    "this Service" REMEDY                                                                          \
    "wait for its load balancer or check externalAddresses of its Destination"
#define D6_NO_GATEWAY                                                                              \
    "mesh %s/%s has no ingress gateway, so other clusters cannot reach this Service"
#define D7_HOST                                                                                    \
    "%s cannot be the federated host name: %s" REMEDY                                              \
    "rename the Service or the cluster, or choose a shorter spec.federation.hostnameSuffix"
#define D8_FLAT_NO_ENDPOINT                                                                        \
    "flatNetwork sends requests straight to pods, and no ready pod of this Service is known"
#define D9_FLAT_SHARED_ADDRESS                                                                     \
    "flat network requires unique pod addresses: %s is a pod in cluster %s and in cluster %s"
#define D10_CLUSTER                                                                                \
    "the Service is in cluster %s but its mesh %s/%s in cluster %s" REMEDY                         \
    "correct spec.mesh or spec.kubeService.ref.clusterName"

#define D11_TOO_LARGE                                                                              \
    "the ServiceEntry of %s would have %s" REMEDY "divide the Service into several, or select "    \
    "fewer of its pods"

#define D12_HOST_TAKEN                                                                             \
    "%s is the federated host name of Destination %s/%s of VirtualMesh %s/%s already, because a "  \
    "cluster name and spec.federation.hostnameSuffix together are the same for both" REMEDY        \
    "choose another hostnameSuffix for one of the two"
#define D12_RULE_NAME_TAKEN                                                                        \
    "the DestinationRule of its imports would be called %s, which is that of Destination "         \
    "%s/%s" REMEDY "rename one of the two Services"
#define D13_RELAYED                                                                                \
    "%s would be passed on by the gateways of cluster %s as well, whose hosts are %s, although "   \
    "the Service is in cluster %s" REMEDY "choose names of clusters that have no label svc"

#define A0_REFUSED "the object cannot be used, so what it allowed before stays: %s"
#define A1_NO_TRUST_DOMAIN                                                                         \
    "the trust domain of cluster %s is not known, so its identities cannot be written down" REMEDY \
    "set spec.istio.trustDomain of its Mesh"
#define A1_NO_MESH                                                                                 \
    "the specs have no Mesh in cluster \"%s\", so the identities of callers there are not "        \
    "known" REMEDY "%s"
#define A1_NO_TRUST_DOMAINS                                                                        \
    "no Istio Mesh has a trust domain, so identities cannot be written down" REMEDY                \
    "set spec.istio.trustDomain of the Meshes"
#define A2_SERVICE_UNKNOWN                                                                         \
    "spec.destinationSelector[%zu]: there is no Destination for Service %s/%s of cluster "         \
    "%s" REMEDY "check the three names"
#define A3_ACCOUNT_WITHOUT_NAMESPACE                                                               \
    "spec.sourceSelector[%zu].kubeServiceAccountRefs.serviceAccounts[%zu]: service account %s "    \
    "has no namespace, so it does not identify one account" REMEDY "add its namespace"
#define A4_NO_PODS                                                                                 \
    "Service %s/%s of cluster %s selects no pods, so a policy for it would count for its whole "   \
    "namespace; nothing is written for it"

#define A5_NOTHING_IN_BOTH                                                                         \
    "spec.sourceSelector[%zu]: no service account of kubeServiceAccountRefs is in the "            \
    "namespaces and clusters of kubeIdentityMatcher, and a source must match both, so the "        \
    "entry lets in no caller" REMEDY                                                               \
    "correct one of the two, or write them as two entries to let in either"
#define A6_TOO_MUCH                                                                                \
    "selects %zu Destinations and has about %zu bytes of rules for each; with those of the "       \
    "AccessPolicies before it that is more than the %zu MB that all rules together may have, so "  \
    "what it allowed before stays" REMEDY "select fewer Destinations or sources"

#define A7_NAME_TAKEN                                                                              \
    "AuthorizationPolicy %s/%s of cluster %s is not written for this Service, because %s has an "  \
    "object of that kind and name, which lets in no caller" REMEDY "rename the Service"

#define A8_ROOT_NAMESPACE                                                                          \
    "Service %s/%s of cluster %s is in Istio's root namespace, where a policy applies to the "     \
    "pods "                                                                                        \
    "of every namespace, and its pod selector also matches pods in namespace %s of which this "    \
    "policy selects no Service, so nothing is written for it" REMEDY                               \
    "give the Service a pod selector of its own, or select the Services of those pods, too"

#define A9_GATEWAY_OPEN                                                                            \
    "Service %s/%s of cluster %s leads to pods of an ingress gateway, to which "                   \
    "globalAccessPolicy ENABLED admits every caller, so nothing is written for it" REMEDY          \
    "select the Services behind the gateway; to narrow what it admits, write an "                  \
    "AuthorizationPolicy of your own for its pods with action DENY"
#define A9_GATEWAY_PODS                                                                            \
    "some pods of Service %s/%s of cluster %s are those of an ingress gateway, and a policy "      \
    "would either refuse the requests of other clusters there or open the other pods to them, "    \
    "so nothing is written for it" REMEDY                                                          \
    "give the Service a pod selector of its own, or select the Services behind the gateway"
#define A10_NO_PORT_OF_ITS_OWN                                                                     \
    "Service %s/%s has pods in common with this one and is not selected, and no port that "        \
    "the policy opens is known to belong to this Service alone, so nothing is written" REMEDY      \
    "give the ports numeric target ports, list container ports of this Service in "                \
    "spec.allowedPorts, or select that Service, too"
#define A11_OBJECT_TOO_LARGE                                                                       \
    "AuthorizationPolicy %s/%s of cluster %s has room for %zu of the %zu rules of this policy "    \
    "(512 rules, 1 MiB), so callers of the others are refused" REMEDY                              \
    "name namespaces or clusters in place of single accounts, or fewer sources"
#define A12_MESH_REFUSED                                                                           \
    "the trust domain of cluster %s is not known, because its Mesh %s/%s cannot be used "          \
    "(%s)" REMEDY "correct the Mesh"

#define W1_INCOMPLETE                                                                              \
    "part of the specs cannot be read, so nothing that is deployed is removed in this pass"
#define W2_DESTINATION_REFUSED                                                                     \
    "%zu of the Destinations in the specs cannot be used; what is deployed for Services that "     \
    "the specs do not show stays"
#define W3_SELECTOR_UNMATCHED                                                                      \
    "spec.federation.selectors[%zu].destinationSelectors[%zu]: no Destination of this virtual "    \
    "mesh is Service %s/%s of cluster %s"
#define W4_VERSION_UNKNOWN                                                                         \
    "the Istio version \"%s\" is not understood (spec.istio.installation.version); manifests are " \
    "written so that every version since 1.11 takes them"
#define W5_SAME_CLUSTER                                                                            \
    "Meshes %s/%s and %s/%s are in one cluster and reach each other already; nothing is "          \
    "federated between them"
#define W6_PORT_SKIPPED "port %s is %s, which cannot cross a gateway; it is left out"
#define W7_NO_PORT "no port is TCP, so nothing is federated"
#define W8_FLAT_SNAPSHOT                                                                           \
    "flatNetwork endpoints are a snapshot of the pods in the specs" REMEDY "run weft often"
#define W9_FLAT_GATEWAYS "spec.federation.ingressGatewaySelectors has no effect with flatNetwork"
#define W10_TLS_MODE                                                                               \
    "settings.mtls.istio.tlsMode is %s, but ingress gateways let in only mutual TLS: requests to " \
    "federated hosts will fail" REMEDY "use ISTIO_MUTUAL"
#define W11_BOTH_MEMBERS                                                                           \
    "spec.sourceSelector[%zu] has kubeIdentityMatcher and kubeServiceAccountRefs: a source must "  \
    "match both"
#define W12_SHARED_TRUST_DOMAIN                                                                    \
    "clusters %s and %s share the trust domain %s, so identities of both are let in although "     \
    "only one is selected"
#define W15_NO_PODS                                                                                \
    "no pod of this Service is known, and Istio cannot select its pods by itself (that takes a "   \
    "pod selector and numeric target ports); nothing new is written for it until there is one"
#define W14_EXTERNAL_ADDRESSES "external Service %s is left out: %s"
#define W14_TOO_MANY                                                                               \
    "it has %zu %s, and Istio takes %d at most in a ServiceEntry; write several external Services"
#define W14_NETWORK_WITH_DNS                                                                       \
    "its addresses hold a network, which Istio takes only where endpoints are IP addresses or "    \
    "all hosts are wildcards" REMEDY "write single addresses"
#define W16_DESTINATIONS_ASTRAY                                                                    \
    "%zu of the Destinations in the specs reference a Mesh that does not exist (the first is "     \
    "%s/%s); "                                                                                     \
    "nothing new is written for them, and the AuthorizationPolicies and DestinationRules that "    \
    "they had stay"
#define W17_SERVICE_ASTRAY                                                                         \
    "spec.destinationSelector[%zu]: Service %s/%s of cluster %s is in no Istio mesh of the "       \
    "specs, "                                                                                      \
    "so nothing is written for it"
#define W17_MESH_REFUSED                                                                           \
    "spec.destinationSelector[%zu]: nothing is written for Service %s/%s of cluster %s, because "  \
    "its Mesh %s/%s cannot be used (%s)" REMEDY "correct the Mesh"
#define W19_ROOT_NAMESPACE                                                                         \
    "the annotation weft.dev/root-namespace of the Mesh is no namespace (\"%s\") and is ignored"
#define W20_GATEWAY_TWICE                                                                          \
    "Mesh %s/%s lists the gateway %s/%s more than once in spec.istio.ingressGateways; only its "   \
    "first entry counts"
#define W30_TRUST_DOMAINS_DIFFER                                                                   \
    "Meshes %s/%s (trust domain %s) and %s/%s (%s) have different trust domains, and a sidecar "   \
    "refuses peers of another one, so calls between them fail" REMEDY                              \
    "list the other trust domains in trustDomainAliases of each MeshConfig, or run each istiod "   \
    "with PILOT_SKIP_VALIDATE_TRUST_DOMAIN=true; where that is so, ignore this warning"
#define W31_PATH_TEMPLATE                                                                          \
    "spec.allowedPaths[%zu] is a path template, which Istio %s takes literally, so it lets "       \
    "in no caller there" REMEDY                                                                    \
    "update Istio to 1.22 or later, or write an exact path or a prefix"
#define W32_SERVICE_PORT                                                                           \
    "spec.allowedPorts[%zu]: Istio compares the port of the container, and %u is the "             \
    "Service's, whose container listens on %u" REMEDY "write %u to let in requests to that port"
#define W33_TLS_MODE_NO_IDENTITY                                                                   \
    "settings.mtls.istio.tlsMode is %s, so callers show no identity and no source that "           \
    "spec.sourceSelector names by namespace, cluster or service account is let in" REMEDY          \
    "use ISTIO_MUTUAL, or leave tlsMode out"
#define W34_ENFORCEMENT_NO_IDENTITY                                                                \
    "VirtualMesh %s/%s has tlsEnforcementSettings.enforcementMode DISABLE, so callers show "       \
    "no identity and no source that spec.sourceSelector names by namespace, cluster or "           \
    "service account is let in" REMEDY "use PERMISSIVE or STRICT"
#define W35_ENFORCEMENT_FEDERATION                                                                 \
    "tlsEnforcementSettings.enforcementMode is DISABLE, but ingress gateways pass on only "        \
    "mutual TLS, which sidecars then do not open: requests to federated hosts will fail" REMEDY    \
    "use PERMISSIVE or STRICT"
/* W40 to W45: what selects nothing.  First the field, last what comes of it. */
#define W40_NO_NAMESPACE                                                                           \
    "%s.namespaces[%zu]: no %s is in namespace \"%s\", so this entry %s" REMEDY "%s"
#define W41_NO_CLUSTER "%s.clusters[%zu]: no %s is in cluster \"%s\", so this entry %s" REMEDY "%s"
#define W42_NO_LABEL                                                                               \
    "%s.labels: no %s has the label %s: \"%s\", so the whole matcher %s" REMEDY "%s"
#define W43_NOT_TOGETHER                                                                           \
    "%s: no %s meets all its conditions together, so it %s" REMEDY                                 \
    "correct one of them, or take the matcher out"
#define W44_NO_ACCOUNT                                                                             \
    "%s.serviceAccounts[%zu]: no Workload runs as service account %s/%s%s%s, so this entry lets "  \
    "in no caller" REMEDY "%s"
#define W45_POLICY_WITHOUT_SERVICE                                                                 \
    "spec.destinationSelector selects no Service, so the policy has no effect; every Service "     \
    "that no other AccessPolicy selects %s" REMEDY "correct the selectors, or delete the policy"
#define W50_BARE_SUFFIX                                                                            \
    "spec.federation.hostnameSuffix: %s is a whole top-level domain, and names under it that "     \
    "others own would lead to the mesh" REMEDY                                                     \
    "choose a name under a domain of yours, such as mesh.example.com"
#define W51_NOTHING_SELECTED                                                                       \
    "spec.federation selects no Destination, so nothing is federated" REMEDY                       \
    "write selectors: [{}] to federate every Service to all meshes, or selectors with "            \
    "destinationSelectors for some"
#define W52_SHARED_POLICY                                                                          \
    "%s of VirtualMesh %s/%s counts for this mesh, too: both control planes have namespace %s of " \
    "cluster %s as root namespace"
#define W53_SERVICE_TWICE                                                                          \
    "Destination %s/%s is left out: Destination %s/%s is for the same Service %s/%s of cluster "   \
    "%s" REMEDY "remove one of the two"
#define W54_NAME_TAKEN                                                                             \
    "%s gets no %s %s/%s in clusters where %s has an object of that kind and name" REMEDY          \
    "rename one of the two"
#define W55_FAMILIES_UNKNOWN                                                                       \
    "the specs list no pod of cluster %s, so whether its pods have IPv4 or IPv6 addresses is not " \
    "known, and it gets all addresses of dual-stack gateways, such as those of cluster %s" REMEDY  \
    "list the endpoints of its Services (endpointSubsets of its Destinations)"
#define W56_NO_RESOLVER                                                                            \
    "in %zu of the meshes, such as %s/%s, host names under %s do not resolve: Istio has no "       \
    "resolver for them since 1.8" REMEDY "turn on Istio's smart DNS proxying there "               \
    "(ISTIO_META_DNS_CAPTURE), and set spec.istio.smartDnsProxyingEnabled of the Meshes"
#define W57_GATEWAY_PODS                                                                           \
    "the policy that admits every caller to gateway %s/%s also applies to pods in namespace %s, "  \
    "which have the labels of the gateway's pod selector but are no gateways of this mesh" REMEDY  \
    "give the Service of the gateway a pod selector of its own"
#define W58_UNCOVERED                                                                              \
    "spec.globalAccessPolicy is ENABLED, and %zu of %zu Services have no AccessPolicy, so they "   \
    "refuse every request: %s" REMEDY "write an AccessPolicy for those that others call"
#define W60_OTHER_FAMILY                                                                           \
    "the pods of cluster %s have %s addresses alone, and the %s of cluster %s have %s addresses "  \
    "alone, so that requests between them fail unless the network translates addresses" REMEDY     \
    "give the Service of the gateway addresses of both families"
#define W59_SHARED_PODS                                                                            \
    "Service %s/%s has pods in common with this one and is selected by no AccessPolicy; the "      \
    "rules open only ports %s, so its other ports refuse every request" REMEDY                     \
    "select that Service in an AccessPolicy, too"
#define W64_TARGET_PORT_UNKNOWN                                                                    \
    "Service %s/%s has pods in common with this one and is not selected, so the rules open "       \
    "only ports of this Service, and of those only %s are known by number" REMEDY                  \
    "give its ports numeric target ports, or list the endpoints of its Destination"
#define W61_PORTS_OF_ANOTHER                                                                       \
    "spec.allowedPorts has ports that lead to Service %s/%s, which has pods in common with this "  \
    "one and is not selected; the rules open only %s" REMEDY                                       \
    "select that Service, too, or take its ports out"
#define W62_HTTP_ON_TCP                                                                            \
    "%s applies only to HTTP requests, and port %s (%s) of Service %s/%s is not HTTP, so it "      \
    "refuses every connection" REMEDY                                                              \
    "write an AccessPolicy of its own for that port, with allowedPorts and no such field, or "     \
    "declare the port's protocol if it is HTTP"
#define W63_GATEWAY_LEFT_OUT                                                                       \
    "spec.destinationSelector[%zu].kubeServiceMatcher: Service %s/%s of cluster %s, which leads "  \
    "to an ingress gateway, is left out: globalAccessPolicy ENABLED admits every caller to "       \
    "gateways" REMEDY "select the Services behind the gateway"
#define W65_GATEWAY_PORT_UNKNOWN                                                                   \
    "Service %s/%s of cluster %s leads to an ingress gateway, and the port of its pods that "      \
    "takes "                                                                                       \
    "requests of other clusters is not known, so what was deployed for it stays, and nothing is "  \
    "written where nothing was" REMEDY                                                             \
    "correct the VirtualMesh if it is INVALID; else give the gateway's port a numeric target "     \
    "port, or list the endpoints of its Destination"
#define W13_TRUST_DOMAIN_SKIPPED                                                                   \
    "Mesh %s/%s has no trust domain; its identities are not among \"any cluster\", "               \
    "and not among those of its cluster"

#define W66_CSR_PATH                                                                               \
    "spec.mtlsConfig.shared.intermediateCertificateAuthority.vault.csrPath is not used: weft "     \
    "makes the private keys and sends Vault signing requests, so that Vault never holds "          \
    "them" REMEDY "take csrPath out"

#endif
