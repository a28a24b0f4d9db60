/* api/mesh.h - discovered Meshes, Workloads and registered clusters.
 * VirtualMesh API */
#ifndef WEFT_API_MESH_H
#define WEFT_API_MESH_H

#include "api/ref.h"

struct mesh_gateway { /* deprecated Mesh.spec.istio.ingressGateways[] */
    const char *name, *namespace;
    const char *address; /* dnsName, ip or the still older externalAddress */
    uint32_t external_tls_port, tls_container_port;
};

struct mesh {
    struct meta meta;
    bool istio;       /* false: another type, which is not translated */
    const char *type; /* "istio", "linkerd", ... */
    const char *namespace, *cluster, *version, *region; /* installation; version may be "" */
    const struct pair *pod_labels;
    size_t pod_label_count;
    const char *trust_domain;    /* "" = not known */
    const char *service_account; /* istiodServiceAccount; "" = not known */
    bool smart_dns;
    const struct mesh_gateway *gateways;
    size_t gateway_count;
    bool has_agent;
    const char *agent_namespace;
};

struct workload {
    struct meta meta;
    struct cluster_ref controller;
    const struct pair *pod_labels;
    size_t pod_label_count;
    const char *service_account; /* "default" when not given */
    struct object_ref mesh;
};

/* The DNS domain of a cluster whose KubernetesCluster names none. */
#define CLUSTER_DOMAIN_DEFAULT "cluster.local"

struct kubernetes_cluster {
    struct meta meta;
    const char *secret_name;
    const char *domain; /* clusterDomain, "cluster.local" when not given */
};

struct schema;
extern const struct schema mesh_schema;

struct mesh mesh_decode(struct at at); /* at the object */

#endif
