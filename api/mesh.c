/* api/mesh.c - the fields of discovered Meshes.  Must not decide which of them can be joined.
 *
 * Only meshes of Istio are translated. The other types decode to nothing but their name, because
 * specs that Gloo Mesh takes may hold them, and translation reports each one that a VirtualMesh
 * names. */
#include "api/mesh.h"
#include "api/meta.h"
#include "base/decode_value.h"

#include "api/encode.h"
#include "api/field.h"
#include "api/schema_decode.h"
#include "api/value.h"

/* It becomes the authority of SPIFFE IDs (SPIFFE-ID, 2.1); Istio itself also accepts upper case. */
static void check_trust_domain(const struct at *at, const char *domain)
{
    for (const char *p = domain; *p; p++) {
        if (is_alnum(*p) || (*p >= 'A' && *p <= 'Z') || *p == '.' || *p == '-' || *p == '_')
            continue;
        at_error(
            at,
            "must be letters, digits, '.', '-' and '_', as it becomes the domain of SPIFFE IDs; "
            "got '%.80s'",
            domain);
        return;
    }
}

/* Of the three ways to write an address: the one that its form calls for. */
static void encode_dns_name(struct arena *arena, struct node *map, const struct schema_field *field,
                            const void *object)
{
    const char *address = ((const struct mesh_gateway *)object)->address;

    if (!value_is_ip_address(address))
        encode_text(arena, map, field->key, address);
}

static void encode_ip(struct arena *arena, struct node *map, const struct schema_field *field,
                      const void *object)
{
    const char *address = ((const struct mesh_gateway *)object)->address;

    if (value_is_ip_address(address))
        encode_text(arena, map, field->key, address);
}

static void encode_nothing(struct arena *arena, struct node *map, const struct schema_field *field,
                           const void *object)
{
    (void)arena, (void)map, (void)field, (void)object;
}

/* dnsName and ip take precedence over it. The row comes before those of dnsName and ip, and the
 * three write one member; whatever the order in the document, the newer names win. */
static void decode_older_address(const struct at *at, const struct schema_field *field,
                                 void *object)
{
    const struct at dns_name = at_key(at->up, "dnsName"), ip = at_key(at->up, "ip");
    struct mesh_gateway *gateway = object;

    (void)field;
    if (at_present(&dns_name) || at_present(&ip))
        return;
    gateway->address = at_text(at, "");
    value_check_address(at, gateway->address);
}

static const struct schema_field gateway_fields[] = {
    ROW_NAME(struct mesh_gateway, "name", name, .doc = "Name of the gateway's Service."),
    ROW_NAMESPACE(struct mesh_gateway, "namespace", namespace, .doc = "Namespace of the Service."),
    ROW_ANY("workloadLabels", .doc = "Labels of the gateway's pods; not read by weft."),
    ROW_TEXT(struct mesh_gateway, "externalAddress", address, .decode = decode_older_address,
             .encode = encode_nothing, .deprecated = true,
             .doc = "Older name of `dnsName` and `ip`."),
    ROW_TEXT(struct mesh_gateway, "dnsName", address, .member = true,
             .check_text = value_check_address, .encode = encode_dns_name,
             .doc = "Host name by which other clusters reach the gateway."),
    ROW_TEXT(struct mesh_gateway, "ip", address, .member = true, .check_text = value_check_ip,
             .encode = encode_ip, .doc = "IP address at which other clusters reach the gateway."),
    ROW_UINT32(struct mesh_gateway, "externalTlsPort", external_tls_port, .max = 65535,
               .doc = "Port that other clusters connect to."),
    ROW_UINT32(struct mesh_gateway, "tlsContainerPort", tls_container_port, .max = 65535,
               .absent = "15443", .doc = "Port that the gateway's pods listen on."),
};
static const struct schema gateway_schema = { .name = "MeshIngressGateway",
                                              .doc = "A gateway of the mesh.",
                                              .size = sizeof(struct mesh_gateway),
                                              SCHEMA_FIELDS(gateway_fields) };

static const struct schema_field installation_fields[] = {
    ROW_NAMESPACE(struct mesh, "namespace", namespace,
                  .need = "write the namespace of the control plane, usually istio-system",
                  .example = "istio-system", .doc = "Namespace of istiod."),
    ROW_NAME(struct mesh, "cluster", cluster,
             .need = "write the name of the KubernetesCluster it runs on",
             .doc = "Name of the KubernetesCluster that it runs in."),
    ROW_PAIRS(struct mesh, "podLabels", pod_labels, pod_label_count,
              .doc = "Labels of istiod's pods."),
    ROW_TEXT(struct mesh, "version", version, .example = "1.24.1",
             .doc = "Version of istiod; it decides what the manifests may use."),
    ROW_TEXT(struct mesh, "region", region, .doc = "Region of the cluster."),
};
static const struct schema installation_schema = { .name = "MeshInstallation",
                                                   .doc = "Where istiod runs.",
                                                   .size = sizeof(struct mesh),
                                                   SCHEMA_FIELDS(installation_fields) };

static const struct schema_field istio_fields[] = {
    ROW_FLAT("installation", installation_schema, .inside = true, .doc = "Where istiod runs."),
    ROW_TEXT(struct mesh, "trustDomain", trust_domain, .check_text = check_trust_domain,
             .absent = "not known", .example = "cluster.local",
             .doc = "Trust domain of the mesh, as in its MeshConfig; identities are made of it."),
    ROW_NAME(struct mesh, "istiodServiceAccount", service_account, .absent = "not known",
             .doc = "Service account of istiod."),
    ROW_BOOL(struct mesh, "smartDnsProxyingEnabled", smart_dns,
             .doc = "The proxies answer DNS queries (`ISTIO_META_DNS_CAPTURE`)."),
    ROW_LIST(struct mesh, "ingressGateways", gateways, gateway_count, gateway_schema,
             .deprecated = true,
             .doc = "Gateways of the mesh, where no Destination describes them."),
};
static const struct schema istio_schema = { .name = "IstioMesh",
                                            .doc = "A mesh of Istio.",
                                            .size = sizeof(struct mesh),
                                            SCHEMA_FIELDS(istio_fields) };

static const struct schema_field agent_fields[] = {
    ROW_NAMESPACE(struct mesh, "agentNamespace", agent_namespace,
                  .need = "write the namespace of the agent, usually gloo-mesh",
                  .doc = "Namespace of the agent."),
};
static const struct schema agent_schema = { .name = "AgentInfo",
                                            .doc = "The agent of Gloo Mesh in the cluster.",
                                            .size = sizeof(struct mesh),
                                            SCHEMA_FIELDS(agent_fields) };

/* The type is known by the name of its member. */
static void find_type(const struct at *at, void *object)
{
    static const char *const types[] = { "istio",         "awsAppMesh", "linkerd",
                                         "consulConnect", "osm",        NULL };
    struct mesh *mesh = object;

    mesh->type = "";
    for (size_t i = 0; types[i] && !*mesh->type; i++) {
        const struct at type = at_key(at, types[i]);

        if (at_present(&type))
            mesh->type = types[i];
    }
}

#define NOT_TRANSLATED "weft reads it and renders nothing for this mesh."
static const struct schema_field mesh_fields[] = {
    ROW_FLAT("istio", istio_schema, .member = true, .given = SCHEMA_OPTIONAL(struct mesh, istio),
             .doc = "A mesh of Istio."),
    ROW_ANY("awsAppMesh", .member = true, .doc = "A mesh of AWS App Mesh; " NOT_TRANSLATED),
    ROW_ANY("linkerd", .member = true, .doc = "A mesh of Linkerd; " NOT_TRANSLATED),
    ROW_ANY("consulConnect", .member = true, .doc = "A mesh of Consul Connect; " NOT_TRANSLATED),
    ROW_ANY("osm", .member = true, .doc = "A mesh of Open Service Mesh; " NOT_TRANSLATED),
    ROW_FLAT("agentInfo", agent_schema, .given = SCHEMA_OPTIONAL(struct mesh, has_agent),
             .doc = "The agent of Gloo Mesh in the cluster; weft needs none."),
    ROW_ANY("issuedCertificateStatus", .doc = "Written by Gloo Mesh; not read by weft."),
};
const struct schema mesh_schema = {
    .name = "MeshSpec",
    .doc = "A service mesh of one cluster.",
    .size = sizeof(struct mesh),
    SCHEMA_FIELDS(mesh_fields),
    .need_one = "needs the type of the mesh: istio, awsAppMesh, linkerd, consulConnect or osm",
    .check = find_type,
};

struct mesh mesh_decode(struct at at)
{
    const struct at spec = at_key(&at, "spec");
    struct mesh mesh = { .meta = meta_decode(at), .type = "" };

    field_need_spec(&spec);
    schema_decode(&mesh, &mesh_schema, &spec, "spec");
    return mesh;
}
