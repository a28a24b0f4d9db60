/* api/mesh.c - decodes discovered Meshes.  Must not decide which of them can be joined. */
#include "api/mesh.h"
#include "api/meta.h"
#include "base/decode_value.h"

#include "api/field.h"
#include "api/value.h"

/* It becomes the authority of SPIFFE IDs (SPIFFE-ID, 2.1); Istio itself takes upper case, too. */
static const char *decode_trust_domain(struct at at)
{
    const char *domain = at_text(&at, "");

    for (const char *p = domain; *p; p++) {
        if (is_alnum(*p) || (*p >= 'A' && *p <= 'Z') || *p == '.' || *p == '-' || *p == '_')
            continue;
        at_error(
            &at,
            "must be letters, digits, '.', '-' and '_', as it becomes the domain of SPIFFE IDs; "
            "got '%.80s'",
            domain);
        return "";
    }
    return domain;
}

static const char *decode_gateway_address(const struct at *at)
{
    static const char *const members[] = { "dnsName", "ip", NULL };
    struct at dns_name = at_key(at, "dnsName"), ip = at_key(at, "ip");
    struct at older = at_key(at, "externalAddress");
    const struct at *given = at_present(&dns_name) ? &dns_name : at_present(&ip) ? &ip : &older;
    const char *text = at_text(given, "");

    at_oneof(at, members);
    if (given == &ip)
        value_check_ip(given, text);
    else
        value_check_address(given, text);
    return text;
}

static struct mesh_gateway decode_gateway(struct at at)
{
    static const char *const keys[] = {
        "name",    "namespace", "workloadLabels",  "externalAddress",
        "dnsName", "ip",        "externalTlsPort", "tlsContainerPort",
        NULL
    };
    struct at name = at_key(&at, "name"), namespace = at_key(&at, "namespace");
    struct at external = at_key(&at, "externalTlsPort"),
              container = at_key(&at, "tlsContainerPort");
    struct mesh_gateway gateway = { .name = "", .namespace = "", .address = "" };

    if (!at_only(&at, keys))
        return gateway;
    gateway.name = field_name_or_empty(&name);
    gateway.namespace = field_namespace_or_empty(&namespace);
    gateway.address = decode_gateway_address(&at);
    gateway.external_tls_port = field_port_or_zero(&external);
    gateway.tls_container_port = field_port_or_zero(&container);
    return gateway;
}

static void decode_installation(struct mesh *mesh, struct at at)
{
    static const char *const keys[] = { "namespace", "cluster", "podLabels",
                                        "version",   "region",  NULL };
    struct at namespace = at_key(&at, "namespace"), cluster = at_key(&at, "cluster");
    struct at labels = at_key(&at, "podLabels"), version = at_key(&at, "version");
    struct at region = at_key(&at, "region");

    if (!at_only(&at, keys))
        return;
    mesh->namespace = field_namespace(&namespace, "write the namespace of the control plane, "
                                                  "usually istio-system");
    mesh->cluster = field_name(&cluster, "write the name of the KubernetesCluster it runs on");
    mesh->pod_labels = at_pairs(&labels, FIELD_LIST_MAX, &mesh->pod_label_count);
    mesh->version = at_text(&version, "");
    mesh->region = at_text(&region, "");
}

static void decode_istio(struct mesh *mesh, struct at at)
{
    static const char *const keys[] = { "installation",         "trustDomain",
                                        "istiodServiceAccount", "smartDnsProxyingEnabled",
                                        "ingressGateways",      NULL };
    struct at account = at_key(&at, "istiodServiceAccount"),
              gateways = at_key(&at, "ingressGateways");
    struct at smart_dns = at_key(&at, "smartDnsProxyingEnabled");
    struct mesh_gateway *gateway;

    if (!at_only(&at, keys))
        return;
    decode_installation(mesh, at_key(&at, "installation"));
    mesh->trust_domain = decode_trust_domain(at_key(&at, "trustDomain"));
    mesh->service_account = field_name_or_empty(&account);
    mesh->smart_dns = at_bool(&smart_dns, false);
    mesh->gateway_count = at_count(&gateways, FIELD_LIST_MAX);
    mesh->gateways = gateway = ARENA_NEW(at.with->arena, struct mesh_gateway, mesh->gateway_count);
    for (size_t i = 0; i < mesh->gateway_count; i++)
        gateway[i] = decode_gateway(field_item(&gateways, i));
}

static void decode_agent(struct mesh *mesh, struct at at)
{
    static const char *const keys[] = { "agentNamespace", NULL };
    struct at namespace = at_key(&at, "agentNamespace");

    if (!at_present(&at) || !at_only(&at, keys))
        return;
    mesh->has_agent = true;
    mesh->agent_namespace =
        field_namespace(&namespace, "write the namespace of the agent, usually gloo-mesh");
}

struct mesh mesh_decode(struct at at)
{
    static const char *const keys[] = { "istio",
                                        "awsAppMesh",
                                        "linkerd",
                                        "consulConnect",
                                        "osm",
                                        "agentInfo",
                                        "issuedCertificateStatus",
                                        NULL };
    static const char *const types[] = { "istio",         "awsAppMesh", "linkerd",
                                         "consulConnect", "osm",        NULL };
    struct at spec = at_key(&at, "spec");
    struct mesh mesh = { .meta = meta_decode(at),
                         .type = "",
                         .namespace = "",
                         .cluster = "",
                         .version = "",
                         .region = "",
                         .trust_domain = "",
                         .service_account = "",
                         .agent_namespace = "" };
    int type;

    field_need_spec(&spec);
    if (!at_present(&spec) || !at_only(&spec, keys))
        return mesh;
    type = at_oneof(&spec, types);
    if (type < 0)
        at_error(&spec,
                 "needs the type of the mesh: istio, awsAppMesh, linkerd, consulConnect or osm");
    else
        mesh.type = types[type];
    mesh.istio = type == 0;
    if (mesh.istio)
        decode_istio(&mesh, at_key(&spec, "istio"));
    decode_agent(&mesh, at_key(&spec, "agentInfo"));
    return mesh;
}
