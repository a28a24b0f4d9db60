/* tests/unit/discovery/found_sample.h - objects of one cluster as YAML: what discovery found, and
 * what people write beside it. */
#ifndef WEFT_TESTS_UNIT_DISCOVERY_FOUND_SAMPLE_H
#define WEFT_TESTS_UNIT_DISCOVERY_FOUND_SAMPLE_H

#define D "apiVersion: discovery.mesh.gloo.solo.io/v1\nkind: "
#define MESH(name, extra, cluster)                                                                 \
    D "Mesh\nmetadata: {name: " name ", namespace: gloo-mesh" extra "}\n"                          \
      "spec: {istio: {installation: {namespace: istio-system, cluster: " cluster                   \
      ", version: 1.30.1}, trustDomain: td.example}}\n---\n"
#define SERVICE(name, extra, service, mesh, ports)                                                 \
    D "Destination\nmetadata: {name: " name ", namespace: gloo-mesh" extra "}\n"                   \
      "spec: {kubeService: {ref: {name: " service ", namespace: shop, clusterName: east}"          \
      ", workloadSelectorLabels: {app: a}, ports: " ports "}, mesh: {name: " mesh                  \
      ", namespace: gloo-mesh}}\n---\n"
#define WORKLOAD(name, extra, account)                                                             \
    D "Workload\nmetadata: {name: " name ", namespace: gloo-mesh" extra "}\n"                      \
      "spec: {kubernetes: {controller: {name: w, namespace: shop, clusterName: east}"              \
      ", serviceAccountName: " account                                                             \
      "}, mesh: {name: istiod-east, namespace: gloo-mesh}}\n---\n"
#define CLUSTER(extra)                                                                             \
    "apiVersion: multicluster.solo.io/v1alpha1\nkind: KubernetesCluster\n"                         \
    "metadata: {name: east, namespace: gloo-mesh" extra                                            \
    "}\nspec: {clusterDomain: e.example}\n---\n"
#define EXCLUDE ", annotations: {discovery.weft.dev/exclude: 'true'}"
#define MERGE ", annotations: {discovery.weft.dev/merge: 'true'}"
#define GATEWAY ", annotations: {discovery.weft.dev/gateway: 'port=15443 network= class=a'}"

#define FOUND                                                                                      \
    CLUSTER("")                                                                                    \
    MESH("istiod-east", "", "east")                                                                \
    SERVICE("a-shop-east", "", "a", "istiod-east", "[{port: 80}]")                                 \
    SERVICE("gw-shop-east", GATEWAY, "gw", "istiod-east", "[{port: 15443}]")                       \
    WORKLOAD("w-shop-east-deployment", "", "sa")

#endif
