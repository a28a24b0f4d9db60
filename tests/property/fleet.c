/* tests/property/fleet.c - made-up fleets: plain text, no knowledge of weft. */
#include "fleet.h"

#define POD_NAMESPACE "gloo-mesh"

uint64_t random_next(uint64_t *state)
{
    uint64_t z = (*state += 0x9E3779B97F4A7C15U);

    z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9U;
    z = (z ^ (z >> 27)) * 0x94D049BB133111EBU;
    return z ^ (z >> 31);
}

size_t random_below(uint64_t *state, size_t bound) { return (size_t)(random_next(state) % bound); }

/* A stream of its own for each thing, so that one more Service changes no other one. */
static uint64_t stream(const struct fleet *fleet, size_t cluster, size_t thing)
{
    uint64_t state = fleet->seed * 1000003U + cluster * 7919U + thing;

    random_next(&state);
    return state;
}

static bool chance(const struct fleet *fleet, uint64_t *state, size_t one_in)
{
    return random_below(state, one_in) == 0 && fleet->varied;
}

static void add_head(struct text *out, const char *api_version, const char *kind, const char *name)
{
    text_addf(out, "---\napiVersion: %s\nkind: %s\nmetadata:\n  name: %s\n  namespace: %s\nspec:\n",
              api_version, kind, name, POD_NAMESPACE);
}

static void add_mesh(struct text *out, const struct fleet *fleet, size_t cluster)
{
    static const char *const versions[] = { "1.22.3", "1.22.3", "1.22.3",
                                            "1.20.1", "1.10.4", "latest" };
    uint64_t state = stream(fleet, cluster, 1000001);
    const char *version =
        fleet->varied ? versions[random_below(&state, LENGTH(versions))] : versions[0];
    AUTO_TEXT name = { 0 };

    text_addf(&name, "istiod-istio-system-c%zu", cluster);
    add_head(out, "discovery.mesh.gloo.solo.io/v1", "Mesh", name.bytes);
    text_addf(out,
              "  istio:\n"
              "    installation:\n"
              "      namespace: istio-system\n"
              "      cluster: c%zu\n"
              "      version: \"%s\"\n"
              "      podLabels:\n"
              "        istio: pilot\n"
              "    trustDomain: c%zu.example.com\n"
              "    istiodServiceAccount: istiod-service-account\n"
              "    smartDnsProxyingEnabled: %s\n",
              cluster, version, cluster, chance(fleet, &state, 5) ? "false" : "true");
}

static void add_gateway(struct text *out, const struct fleet *fleet, size_t cluster)
{
    uint64_t state = stream(fleet, cluster, 1000002);
    const bool node_port = random_below(&state, 2), nowhere = chance(fleet, &state, 12);
    AUTO_TEXT name = { 0 };

    text_addf(&name, "istio-ingressgateway-istio-system-c%zu", cluster);
    add_head(out, "discovery.mesh.gloo.solo.io/v1", "Destination", name.bytes);
    text_addf(out,
              "  mesh:\n"
              "    name: istiod-istio-system-c%zu\n"
              "    namespace: %s\n"
              "  kubeService:\n"
              "    ref:\n"
              "      name: istio-ingressgateway\n"
              "      namespace: istio-system\n"
              "      clusterName: c%zu\n"
              "    workloadSelectorLabels:\n"
              "      istio: ingressgateway\n"
              "    serviceType: %s\n"
              "    ports:\n"
              "    - name: tls\n"
              "      port: 15443\n"
              "      protocol: TCP\n"
              "      targetPortNumber: 15443\n"
              "      nodePort: 31443\n",
              cluster, POD_NAMESPACE, cluster, node_port ? "NODE_PORT" : "LOAD_BALANCER");
    if (!nowhere)
        text_addf(out, "    externalAddresses:\n    - ip: 192.0.%zu.%zu\n", cluster / 250,
                  1 + cluster % 250);
}

static void add_destination(struct text *out, const struct fleet *fleet, size_t cluster,
                            size_t service)
{
    uint64_t state = stream(fleet, cluster, service);
    const bool bare = chance(fleet, &state, 9), named = chance(fleet, &state, 9),
               udp = chance(fleet, &state, 9);
    AUTO_TEXT name = { 0 };

    text_addf(&name, "service-%zu-shop-c%zu", service, cluster);
    add_head(out, "discovery.mesh.gloo.solo.io/v1", "Destination", name.bytes);
    text_addf(out,
              "  mesh:\n"
              "    name: istiod-istio-system-c%zu\n"
              "    namespace: %s\n"
              "  kubeService:\n"
              "    ref:\n"
              "      name: service-%zu\n"
              "      namespace: shop\n"
              "      clusterName: c%zu\n"
              "    region: region-%zu\n"
              "    labels:\n"
              "      app: service-%zu\n"
              "      team: team-%zu\n"
              "      app.kubernetes.io/part-of: shop\n",
              cluster, POD_NAMESPACE, service, cluster, cluster % 4, service,
              random_below(&state, 7));
    if (!bare)
        text_addf(out, "    workloadSelectorLabels:\n      app: service-%zu\n", service);
    text_addf(out,
              "    ports:\n"
              "    - name: http\n"
              "      port: 8080\n"
              "      protocol: TCP\n"
              "      %s\n"
              "    - name: grpc-api\n"
              "      port: 9090\n"
              "      protocol: %s\n"
              "      targetPortNumber: 9090\n"
              "    endpointSubsets:\n"
              "    - endpoints:\n",
              named ? "targetPortName: web" : "targetPortNumber: 8080", udp ? "UDP" : "TCP");
    for (size_t pod = 0; pod < 2; pod++)
        text_addf(out,
                  "      - ipAddress: 10.%zu.%zu.%zu\n"
                  "        labels:\n"
                  "          app: service-%zu\n"
                  "          version: v%zu\n"
                  "          pod-template-hash: 5d4f%zu\n"
                  "          security.istio.io/tlsMode: istio\n"
                  "        subLocality:\n"
                  "          zone: zone-%zu\n"
                  "          subZone: rack-%zu\n",
                  cluster % 256, (service * 2 + pod) / 256, (service * 2 + pod) % 256, service,
                  pod + 1, cluster, pod, service % 9);
    text_addf(out, "      ports:\n"
                   "      - name: http\n"
                   "        port: 8080\n"
                   "        protocol: TCP\n"
                   "      - name: grpc-api\n"
                   "        port: 9090\n"
                   "        protocol: TCP\n");
}

static void add_workload(struct text *out, size_t cluster, size_t service)
{
    AUTO_TEXT name = { 0 };

    text_addf(&name, "service-%zu-shop-c%zu-deployment", service, cluster);
    add_head(out, "discovery.mesh.gloo.solo.io/v1", "Workload", name.bytes);
    text_addf(out,
              "  kubernetes:\n"
              "    controller:\n"
              "      name: service-%zu\n"
              "      namespace: shop\n"
              "      clusterName: c%zu\n"
              "    podLabels:\n"
              "      app: service-%zu\n"
              "      version: v1\n"
              "    serviceAccountName: service-%zu\n"
              "  mesh:\n"
              "    name: istiod-istio-system-c%zu\n"
              "    namespace: %s\n",
              service, cluster, service, service, cluster, POD_NAMESPACE);
}

void fleet_cluster(struct text *out, const struct fleet *fleet, size_t cluster)
{
    add_mesh(out, fleet, cluster);
    add_gateway(out, fleet, cluster);
    for (size_t service = 0; service < fleet->services; service++) {
        add_destination(out, fleet, cluster, service);
        add_workload(out, cluster, service);
    }
}

static void add_mesh_refs(struct text *out, const struct fleet *fleet, const char *indent,
                          size_t from, size_t to)
{
    (void)fleet;
    for (size_t cluster = from; cluster < to; cluster++)
        text_addf(out, "%s- name: istiod-istio-system-c%zu\n%s  namespace: %s\n", indent, cluster,
                  indent, POD_NAMESPACE);
}

/* Federation in one of several ways. */
static void add_federation(struct text *out, const struct fleet *fleet, uint64_t *state,
                           size_t from, size_t to)
{
    const size_t way = fleet->varied ? random_below(state, 4) : 0;

    text_adds(out, "  federation:\n");
    if (chance(fleet, state, 3))
        text_adds(out, "    hostnameSuffix: mesh.internal\n");
    if (chance(fleet, state, 3))
        text_adds(out, "    tcpKeepalive:\n      probes: 3\n      time: 60s\n");
    if (chance(fleet, state, 6))
        text_adds(out, "    flatNetwork: true\n");
    if (way == 0) {
        text_adds(out, "    selectors:\n    - {}\n");
    } else if (way == 1) {
        text_adds(out, "    permissive: {}\n");
    } else {
        text_adds(out, "    selectors:\n"
                       "    - destinationSelectors:\n"
                       "      - kubeServiceMatcher:\n"
                       "          labels:\n"
                       "            team: team-1\n"
                       "      meshes:\n");
        add_mesh_refs(out, fleet, "      ", from, from + 1);
        text_adds(out, "    - destinationSelectors:\n"
                       "      - kubeServiceMatcher:\n"
                       "          labels:\n"
                       "            team: team-2\n");
        (void)to;
    }
}

static void add_virtual_mesh(struct text *out, const struct fleet *fleet, size_t number,
                             size_t from, size_t to)
{
    uint64_t state = stream(fleet, number, 1000003);
    AUTO_TEXT name = { 0 };

    text_addf(&name, "vm-%zu", number);
    add_head(out, "networking.mesh.gloo.solo.io/v1", "VirtualMesh", name.bytes);
    text_adds(out, "  meshes:\n");
    add_mesh_refs(out, fleet, "  ", from, to);
    text_adds(
        out,
        "  mtlsConfig:\n    shared:\n      rootCertificateAuthority:\n        generated: {}\n");
    if (!chance(fleet, &state, 3))
        text_adds(out, "  globalAccessPolicy: ENABLED\n");
    add_federation(out, fleet, &state, from, to);
}

static void add_policies(struct text *out, const struct fleet *fleet)
{
    for (size_t i = 0; i < 4; i++) {
        uint64_t state = stream(fleet, i, 1000004);
        AUTO_TEXT name = { 0 };

        text_addf(&name, "policy-%zu", i);
        add_head(out, "networking.mesh.gloo.solo.io/v1", "AccessPolicy", name.bytes);
        text_addf(out,
                  "  sourceSelector:\n"
                  "  - kubeIdentityMatcher:\n"
                  "      namespaces: [shop]\n"
                  "      clusters: [c%zu]\n"
                  "  destinationSelector:\n"
                  "  - kubeServiceMatcher:\n"
                  "      labels:\n"
                  "        team: team-%zu\n"
                  "  allowedMethods: [GET]\n"
                  "  allowedPaths: [/policy-%zu]\n",
                  random_below(&state, fleet->clusters), random_below(&state, 3), i);
    }
}

/* A Service beside istiod of cluster 0 by any name. */
static void add_beside(struct text *out, const char *name, size_t team)
{
    AUTO_TEXT key = { 0 };

    text_addf(&key, "beside-%s", name);
    add_head(out, "discovery.mesh.gloo.solo.io/v1", "Destination", key.bytes);
    text_addf(out,
              "  mesh: {name: istiod-istio-system-c0, namespace: %s}\n"
              "  kubeService:\n"
              "    ref: {name: %s, namespace: istio-system, clusterName: c0}\n"
              "    labels: {team: team-%zu}\n"
              "    workloadSelectorLabels: {app: %s}\n"
              "    ports:\n"
              "    - {name: http, port: 8080, protocol: TCP, targetPortNumber: 8080}\n",
              POD_NAMESPACE, name, team, name);
}

static void add_external(struct text *out, const char *name, const char *hosts, const char *service)
{
    add_head(out, "discovery.mesh.gloo.solo.io/v1", "Destination", name);
    text_addf(out,
              "  externalService:\n"
              "    name: %s\n"
              "    hosts: [%s]\n"
              "    ports:\n"
              "    - {name: tcp, number: 443, protocol: TCP}\n",
              service, hosts);
}

void fleet_collisions(struct text *out, const struct fleet *fleet)
{
    static const char *const beside[] = {
        "global-access-control",
        "global-tls-enforcement",
        "service-0-shop-c1",
        "pay-example",
    };
    static const char *const services[] = { "pay.example",          "pay-example",
                                            "pay_example",          "service-0-shop-c1",
                                            "istio-ingressgateway", "global-access-control" };
    static const char *const hosts[] = { "pay.example", "a.b, a-b", "pay.example, x.example" };
    uint64_t state = stream(fleet, 0, 1000006);

    for (size_t i = 0; i < LENGTH(beside); i++)
        if (random_below(&state, 3))
            add_beside(out, beside[i], random_below(&state, 7));
    for (size_t i = 0; i < 8; i++) {
        AUTO_TEXT name = { 0 };

        text_addf(&name, "external-%zu", i);
        add_external(out, name.bytes, hosts[random_below(&state, LENGTH(hosts))],
                     services[random_below(&state, LENGTH(services))]);
    }
}

void fleet_shared(struct text *out, const struct fleet *fleet)
{
    uint64_t state = stream(fleet, 0, 1000005);
    const size_t size = fleet->varied ? 1 + random_below(&state, fleet->clusters) : fleet->clusters;

    add_head(out, "settings.mesh.gloo.solo.io/v1", "Settings", "settings");
    text_adds(out, "  mtls:\n    istio:\n      tlsMode: ISTIO_MUTUAL\n");
    for (size_t from = 0, number = 0; from < fleet->clusters; from += size, number++)
        add_virtual_mesh(out, fleet, number, from,
                         from + size < fleet->clusters ? from + size : fleet->clusters);
    if (fleet->varied)
        add_policies(out, fleet);
}
