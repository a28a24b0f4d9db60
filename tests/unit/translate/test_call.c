/* tests/unit/translate/test_call.c - who can call what: link by link, and for random meshes against
 * a small evaluator that reads nothing but the manifests, as istiod and Envoy would. */
#include "fleet.h"
#include "tests/lib/translated.h"

#include "translate/call.h"
#include "translate/permission.h"

/* --- single links --- */

static struct call judge(struct translated *world, const char *from, const char *to)
{
    const struct resolved *resolved = world->pass.plan.resolved;
    const struct destination **services = NULL;
    struct caller caller;
    struct call call;
    struct err err;
    size_t count = 0;

    if (caller_find(&caller, resolved, from, world->arena, &err) < 0
        || call_services(&services, &count, resolved, to, world->arena, &err) < 0)
        fail_msg("%s", err.text);
    assert_int_equal(count, 1);
    call_judge(&call, &world->pass.plan, &caller, services[0], world->arena);
    return call;
}

/* "virtualMesh=yes federation=no/VirtualMesh:003.yaml:7 ..." of the links after the first two. */
static const char *chain(const struct call *call, struct arena *arena)
{
    AUTO_TEXT out = { 0 };

    text_adds(&out, enums_name(&call_states, (int)call->verdict));
    for (size_t i = 2; i < call->link_count; i++)
        text_addf(&out, " %s=%s/%s:%s", enums_name(&call_link_kinds, (int)call->links[i].kind),
                  enums_name(&call_states, (int)call->links[i].state), call->links[i].object_kind,
                  call->links[i].object.name);
    return arena_text(arena, out.bytes);
}

#define SHARED "  mtlsConfig: {shared: {rootCertificateAuthority: {generated: {}}}}\n"
#define FEDERATED "  federation: {selectors: [{}]}\n"
#define OPEN "virtualMesh=yes/VirtualMesh:vm federation=yes/VirtualMesh:vm "
#define WAY OPEN "dns=yes/Mesh:istiod-a gateway=yes/Destination:gateway-istio-system-b "
#define TRUSTED "trust=yes/VirtualMesh:vm "

static const struct {
    const char *sentence;
    const char *domain_b; /* trust domain of cluster b */
    const char *virtual_mesh, *policy;
    const char *from, *to, *chain;
} rows[] = {
    { "the whole way, and nothing limits it", "td", SHARED FEDERATED, NULL, "a/shop/web",
      "b/shop/cart", "yes " WAY TRUSTED "policy=yes/Destination:cart-shop-b" },
    { "in its own cluster only trust and policies count", "td", SHARED FEDERATED, NULL,
      "b/shop/web", "b/shop/cart",
      "yes trust=yes/Mesh:istiod-b policy=yes/Destination:cart-shop-b" },
    { "not selected", "td",
      SHARED "  federation: {selectors: [{meshes: [{name: istiod-b, "
             "namespace: gloo-mesh}]}]}\n",
      NULL, "a/shop/web", "b/shop/cart",
      "no virtualMesh=yes/VirtualMesh:vm federation=no/VirtualMesh:vm "
      "policy=yes/Destination:cart-shop-b" },
    { "permissive", "td", SHARED "  federation: {permissive: {}}\n", NULL, "a/shop/web",
      "b/shop/cart", "yes " WAY TRUSTED "policy=yes/Destination:cart-shop-b" },
    { "no gateway leads into cluster a", "td", SHARED FEDERATED, NULL, "b/shop/web", "a/shop/web",
      "no virtualMesh=yes/VirtualMesh:vm federation=unknown/VirtualMesh:vm "
      "dns=yes/Mesh:istiod-b gateway=no/Mesh:istiod-a " TRUSTED
      "policy=yes/Destination:web-shop-a" },
    { "another trust domain", "other", SHARED FEDERATED, NULL, "a/shop/web", "b/shop/cart",
      "unknown " WAY "trust=unknown/VirtualMesh:vm policy=yes/Destination:cart-shop-b" },
    { "no certificates of weft", "td", FEDERATED, NULL, "a/shop/web", "b/shop/cart",
      "unknown " WAY "trust=unknown/VirtualMesh:vm policy=yes/Destination:cart-shop-b" },
    { "sidecars that open no TLS", "td",
      SHARED "  federation: {selectors: [{}], "
             "tlsEnforcementSettings: {enforcementMode: DISABLE}}\n",
      NULL, "a/shop/web", "b/shop/cart",
      "no " WAY "trust=no/VirtualMesh:vm policy=yes/Destination:cart-shop-b" },
    { "closed, and no policy", "td", SHARED FEDERATED "  globalAccessPolicy: ENABLED\n", NULL,
      "a/shop/web", "b/shop/cart", "no " WAY TRUSTED "policy=no/VirtualMesh:vm" },
    { "a policy that names the caller", "td", SHARED FEDERATED "  globalAccessPolicy: ENABLED\n",
      "  sourceSelector: [{kubeServiceAccountRefs: {serviceAccounts: [{name: web, namespace: shop, "
      "clusterName: a}]}}]\n",
      "a/shop/web", "b/shop/cart", "yes " WAY TRUSTED "policy=yes/AccessPolicy:p" },
    { "a policy that names another", "td", SHARED FEDERATED,
      "  sourceSelector: [{kubeIdentityMatcher: {namespaces: [pay]}}]\n", "a/shop/web",
      "b/shop/cart", "no " WAY TRUSTED "policy=no/AccessPolicy:p" },
    { "a policy for some paths", "td", SHARED FEDERATED, "  allowedPaths: [/api*]\n", "a/shop/web",
      "b/shop/cart", "limited " WAY TRUSTED "policy=limited/AccessPolicy:p" },
    { "a policy that is INVALID", "td", SHARED FEDERATED,
      "  destinationSelector: [{kubeServiceRefs: {services: [{name: no, namespace: no, "
      "clusterName: a}]}}]\n",
      "a/shop/web", "b/shop/cart", "unknown " WAY TRUSTED "policy=unknown/AccessPolicy:p" },
    { "a VirtualMesh with a mesh that does not exist", "td",
      "  - {name: lost, namespace: gloo-mesh}\n" SHARED FEDERATED, NULL, "a/shop/web",
      "b/shop/cart", "unknown virtualMesh=unknown/VirtualMesh:vm policy=unknown/VirtualMesh:vm" },
    { "a VirtualMesh that is INVALID", "td",
      SHARED FEDERATED "  globalAccessPolicy: ENABLED\n"
                       "  rootNamespace: x\n",
      NULL, "a/shop/web", "b/shop/cart",
      "unknown virtualMesh=unknown/VirtualMesh:vm policy=unknown/VirtualMesh:vm" },
};

static void call__names_what_decides_each_link(void **state)
{
    (void)state;
    for (size_t i = 0; i < LENGTH(rows); i++) {
        struct translated world;
        struct call call;

        translated_begin(&world);
        translated_mesh(&world, "a", "td", "");
        translated_mesh(&world, "b", rows[i].domain_b, "");
        translated_gateway(&world, "b", "{ip: 192.0.2.2}");
        translated_service(&world, "web", "shop", "a", "");
        translated_service(&world, "cart", "shop", "b", "");
        translated_workload(&world, "web", "shop", "a", "web");
        translated_workload(&world, "web", "shop", "b", "web");
        translated_virtual_mesh(&world, "vm", "a b", rows[i].virtual_mesh);
        if (rows[i].policy)
            translated_policy(&world, "p", rows[i].policy);
        translated_run(&world);
        call = judge(&world, rows[i].from, rows[i].to);
        if (!text_equal(chain(&call, world.arena), rows[i].chain))
            fail_msg("%s:\n%s\n%s", rows[i].sentence, chain(&call, world.arena), rows[i].chain);
        for (size_t k = 0; k < call.link_count; k++)
            if (!call.links[k].place.file || !call.links[k].place.line)
                fail_msg("%s: link %zu has no place", rows[i].sentence, k);
        translated_free(&world);
    }
}

/* --- random meshes --- */

enum { SEEDS = 40, CLUSTERS = 3, APPS = 3 };

static const char *const namespaces[] = { "shop", "pay", "istio-system" };
static const char *const accounts[] = { "web", "batch" };

static bool chance(uint64_t *random, size_t one_in) { return random_below(random, one_in) == 0; }

/* Pods of a namespace: one for each app, and every second app is of tier t0.  A Service selects an
 * app, and the last one a tier, so that two Services have the same pods. */
static bool pod_is_behind(size_t app, size_t service)
{
    return service < APPS ? app == service : app % 2 == 0;
}

static void add_service(struct translated *world, size_t cluster, const char *namespace,
                        size_t service)
{
    AUTO_TEXT pods = { 0 };

    for (size_t app = 0; app < APPS; app++)
        if (pod_is_behind(app, service))
            text_addf(
                &pods,
                "      - {ipAddress: 10.%zu.%zu.%zu, labels: {app: %s-a%zu, tier: %s-t%zu}}\n",
                cluster, (size_t) namespace[0], app + 1, namespace, app, namespace, app % 2);
    translated_add(world,
                   "apiVersion: discovery.mesh.gloo.solo.io/v1\nkind: Destination\n"
                   "metadata: {name: s%zu-%s-c%zu, namespace: gloo-mesh}\nspec:\n"
                   "  mesh: {name: istiod-c%zu, namespace: gloo-mesh}\n  kubeService:\n"
                   "    ref: {name: s%zu, namespace: %s, clusterName: c%zu}\n"
                   "    workloadSelectorLabels: {%s: %s-%s}\n"
                   "    ports: [{name: http, port: 80, protocol: TCP, targetPortNumber: 8080}]\n"
                   "    endpointSubsets:\n    - endpoints:\n%s"
                   "      ports: [{name: http, port: 8080, protocol: TCP}]\n",
                   service, namespace, cluster, cluster, service, namespace, cluster,
                   service < APPS ? "app" : "tier", namespace,
                   service < APPS ? arena_printf(world->arena, "a%zu", service) : "t0", pods.bytes);
}

static const char *random_source(uint64_t *random, struct arena *arena)
{
    const char *namespace = namespaces[random_below(random, 2)];
    const size_t cluster = random_below(random, CLUSTERS);

    switch (random_below(random, 6)) {
    case 0:
        return arena_printf(arena, "kubeIdentityMatcher: {namespaces: [%s]}", namespace);
    case 1:
        return arena_printf(arena, "kubeIdentityMatcher: {clusters: [c%zu]}", cluster);
    case 2:
        return arena_printf(arena, "kubeIdentityMatcher: {namespaces: [%s], clusters: [c%zu]}",
                            namespace, cluster);
    case 3:
        return arena_printf(arena,
                            "kubeServiceAccountRefs: {serviceAccounts: [{name: %s, namespace: %s, "
                            "clusterName: c%zu}]}",
                            accounts[random_below(random, 2)], namespace, cluster);
    case 4:
        return arena_printf(
            arena, "kubeServiceAccountRefs: {serviceAccounts: [{name: %s, namespace: %s}]}",
            accounts[random_below(random, 2)], namespace);
    default:
        return "requestIdentityMatcher: {requestPrincipals: [\"issuer/subject\"]}";
    }
}

static void add_policy(struct translated *world, size_t index, uint64_t *random)
{
    AUTO_TEXT spec = { 0 };

    if (!chance(random, 8)) {
        text_addf(&spec, "  sourceSelector:\n  - %s\n", random_source(random, world->arena));
        if (chance(random, 2))
            text_addf(&spec, "  - %s\n", random_source(random, world->arena));
    }
    if (chance(random, 2))
        text_addf(&spec,
                  "  destinationSelector: [{kubeServiceMatcher: {namespaces: [%s], clusters: "
                  "[c%zu]}}]\n",
                  namespaces[random_below(random, 3)], random_below(random, CLUSTERS));
    else
        text_addf(&spec,
                  "  destinationSelector: [{kubeServiceRefs: {services: [{name: s%zu, namespace: "
                  "%s, clusterName: c%zu}]}}]\n",
                  random_below(random, APPS + 1), namespaces[random_below(random, 2)],
                  random_below(random, CLUSTERS));
    if (chance(random, 4))
        text_adds(&spec, "  allowedMethods: [GET]\n");
    if (chance(random, 6))
        text_adds(&spec,
                  chance(random, 2) ? "  allowedPorts: [8080]\n" : "  allowedPorts: [9090]\n");
    translated_policy(world, arena_printf(world->arena, "p%zu", index), spec.bytes);
}

static const char *random_virtual_mesh(uint64_t *random, struct arena *arena)
{
    return arena_printf(
        arena, SHARED "%s  federation:\n    selectors: [{%s}]\n%s",
        chance(random, 2) ? "  globalAccessPolicy: ENABLED\n" : "",
        chance(random, 2)
            ? arena_printf(arena,
                           "meshes: [{name: istiod-c%zu, namespace: gloo-mesh}], "
                           "destinationSelectors: [{kubeServiceMatcher: {namespaces: [%s]}}]",
                           random_below(random, CLUSTERS), namespaces[random_below(random, 2)])
            : "",
        chance(random, 5) ? "    tlsEnforcementSettings: {enforcementMode: DISABLE}\n" : "");
}

static void make_world(struct translated *world, uint64_t *random)
{
    const bool one_domain = chance(random, 2);

    for (size_t c = 0; c < CLUSTERS; c++) {
        const char *cluster = arena_printf(world->arena, "c%zu", c);

        translated_mesh(world, cluster, one_domain ? "td" : arena_printf(world->arena, "td%zu", c),
                        "");
        if (!chance(random, 5))
            translated_gateway(world, cluster,
                               arena_printf(world->arena, "{ip: 192.0.2.%zu}", c + 1));
        for (size_t n = 0; n < LENGTH(namespaces); n++)
            for (size_t service = 0; service <= APPS; service++)
                add_service(world, c, namespaces[n], service);
    }
    translated_virtual_mesh(world, "vm", chance(random, 4) ? "c0 c1" : "c0 c1 c2",
                            random_virtual_mesh(random, world->arena));
    for (size_t i = 0; i < 4; i++)
        add_policy(world, i, random);
    translated_run(world);
}

/* --- the evaluator --- */

struct identity {
    const char *domain, *namespace, *account, *text; /* text "": it shows none */
};

/* A pattern of an AuthorizationPolicy: exact, "prefix*", "*suffix". */
static bool matches(const char *pattern, const char *text)
{
    const size_t len = strlen(pattern);

    if (pattern[0] == '*')
        return text_ends(text, pattern + 1);
    if (len && pattern[len - 1] == '*')
        return strncmp(pattern, text, len - 1) == 0;
    return text_equal(pattern, text);
}

static bool any_matches(const struct node *patterns, const char *text)
{
    for (const struct node *one = patterns ? patterns->first : NULL; one; one = one->next)
        if (*text && matches(node_text(one), text))
            return true;
    return false;
}

enum answer { REFUSED, LIMITED, ADMITTED };

static enum answer ask_source(const struct node *source, struct identity who)
{
    const struct node *principals = node_find(source, "principals");
    const struct node *spaces = node_find(source, "namespaces");

    if (principals && !any_matches(principals, who.text))
        return REFUSED;
    if (spaces && !any_matches(spaces, *who.text ? who.namespace : ""))
        return REFUSED;
    return node_find(source, "requestPrincipals") || node_find(source, "notRequestPrincipals")
               ? LIMITED
               : ADMITTED;
}

/* All Services have their pods listen at one port, 8080. */
static enum answer ask_to(const struct node *to)
{
    const struct node *operation, *ports;

    if (!to)
        return ADMITTED;
    operation = node_find(to->first, "operation");
    ports = node_find(operation, "ports");
    if (ports && !any_matches(ports, "8080"))
        return REFUSED;
    return operation->count > (ports != NULL) ? LIMITED : ADMITTED;
}

static enum answer ask_rule(const struct node *rule, struct identity who)
{
    const struct node *from = node_find(rule, "from"), *when = node_find(rule, "when");
    const enum answer to = ask_to(node_find(rule, "to"));
    enum answer best = from ? REFUSED : ADMITTED;

    for (const struct node *one = from ? from->first : NULL; one; one = one->next) {
        const enum answer answer = ask_source(node_find(one, "source"), who);

        best = answer > best ? answer : best;
    }
    for (const struct node *one = when ? when->first : NULL; one; one = one->next) {
        assert_string_equal(node_get(one, "key", NULL), "source.principal");
        if (!any_matches(node_find(one, "values"), who.text))
            return REFUSED;
    }
    return best < to ? best : to;
}

static bool has_label(const struct node *labels, const char *key, const char *value)
{
    return text_equal(node_get(labels, key, NULL), value);
}

/* Every label of the selector is one of the pod's. */
static bool selects_pod(const struct node *labels, const char *namespace, size_t app,
                        struct arena *arena)
{
    const size_t known =
        has_label(labels, "app", arena_printf(arena, "%s-a%zu", namespace, app))
        + has_label(labels, "tier", arena_printf(arena, "%s-t%zu", namespace, app % 2));

    return labels->count == known;
}

struct manifests {
    struct previous_documents documents; /* of the cluster */
    struct arena *arena;
};

static struct manifests manifests_of(const struct translated *world, const char *cluster)
{
    struct previous_files found = { 0 };
    const char *prefix = arena_printf(world->arena, "clusters/%s/", cluster);

    for (size_t i = 0; i < world->pass.output.count; i++)
        if (text_starts(world->pass.output.items[i].path, prefix))
            *ARENA_PUSH(world->arena, found.items, found.count) =
                (struct previous_file){ world->pass.output.items[i].path,
                                        world->pass.output.items[i].bytes,
                                        world->pass.output.items[i].len };
    return (struct manifests){ previous_parse(&found, world->arena), world->arena };
}

static enum answer ask_pod(const struct manifests *in, struct identity who, const char *namespace,
                           size_t app)
{
    bool limited = false;
    enum answer best = REFUSED;

    for (size_t i = 0; i < in->documents.count; i++) {
        const struct previous_document *one = &in->documents.items[i];
        const struct node *spec = node_find(one->object, "spec");
        const struct node *labels = node_find(node_find(spec, "selector"), "matchLabels");
        const struct node *rules = node_find(spec, "rules");

        if (!text_equal(one->kind, "AuthorizationPolicy")
            || (!text_equal(one->namespace, namespace)
                && !text_equal(one->namespace, "istio-system"))
            || (labels && !selects_pod(labels, namespace, app, in->arena)))
            continue;
        limited = true;
        for (const struct node *rule = rules ? rules->first : NULL; rule; rule = rule->next) {
            const enum answer answer = ask_rule(rule, who);

            best = answer > best ? answer : best;
        }
    }
    return limited ? best : ADMITTED;
}

/* Of all its pods together. */
static enum answer ask_service(const struct manifests *in, struct identity who,
                               const char *namespace, size_t service)
{
    size_t answers[3] = { 0 }, pods = 0;

    for (size_t app = 0; app < APPS; app++)
        if (pod_is_behind(app, service)) {
            answers[ask_pod(in, who, namespace, app)]++;
            pods++;
        }
    return answers[ADMITTED] == pods ? ADMITTED : answers[REFUSED] == pods ? REFUSED : LIMITED;
}

static bool opens_no_tls(const struct manifests *in)
{
    for (size_t i = 0; i < in->documents.count; i++)
        if (text_equal(in->documents.items[i].kind, "PeerAuthentication")
            && text_equal(node_get(in->documents.items[i].object, "spec", "mtls", "mode", NULL),
                          "DISABLE"))
            return true;
    return false;
}

static bool has_host(const struct manifests *in, const char *host)
{
    for (size_t i = 0; i < in->documents.count; i++) {
        const struct node *spec = node_find(in->documents.items[i].object, "spec");
        const struct node *hosts = node_find(spec, "hosts");

        if (text_equal(in->documents.items[i].kind, "ServiceEntry") && hosts
            && any_matches(hosts, host))
            return true;
    }
    return false;
}

static bool passes_gateway(const struct manifests *in, const char *host)
{
    for (size_t i = 0; i < in->documents.count; i++) {
        const struct node *spec = node_find(in->documents.items[i].object, "spec");
        const struct node *servers = node_find(spec, "servers");

        if (text_equal(in->documents.items[i].kind, "Gateway")
            && any_matches(node_find(servers->first, "hosts"), host))
            return true;
    }
    return false;
}

/* --- both compared --- */

struct comparing {
    struct translated world;
    struct manifests in[CLUSTERS];
    uint64_t seed;
    size_t compared, unknown, answers[3], ways[2];
};

static enum call_state state_of(const struct call *call, enum call_link_kind kind)
{
    for (size_t i = 0; i < call->link_count; i++)
        if (call->links[i].kind == kind)
            return call->links[i].state;
    return CALL_NO;
}

static void compare(struct comparing *at, size_t from, const char *account, size_t to,
                    const char *namespace, size_t service)
{
    static const enum call_state wanted[] = {
        [REFUSED] = CALL_NO, [LIMITED] = CALL_LIMITED, [ADMITTED] = CALL_YES
    };
    struct arena *arena = at->world.arena;
    const char *caller = arena_printf(arena, "c%zu/shop/%s", from, account);
    const char *name = arena_printf(arena, "c%zu/%s/s%zu", to, namespace, service);
    const char *host = arena_printf(arena, "s%zu.%s.svc.c%zu.global", service, namespace, to);
    const struct call call = judge(&at->world, caller, name);
    const char *domain = call.caller.mesh->spec->trust_domain;
    const struct identity who = { domain, "shop", account,
                                  opens_no_tls(&at->in[to])
                                      ? ""
                                      : arena_printf(arena, "%s/ns/shop/sa/%s", domain, account) };
    const enum answer answer = ask_service(&at->in[to], who, namespace, service);
    const bool way = from == to
                     || (has_host(&at->in[from], host) && has_host(&at->in[to], host)
                         && passes_gateway(&at->in[to], host));

    if (from != to)
        assert_int_equal(has_host(&at->in[from], host),
                         state_of(&call, CALL_FEDERATION) == CALL_YES);
    if (from != to)
        assert_int_equal(way, state_of(&call, CALL_GATEWAY) == CALL_YES
                                  && state_of(&call, CALL_FEDERATION) == CALL_YES
                                  && state_of(&call, CALL_DNS) == CALL_YES);
    if (state_of(&call, CALL_POLICY) == CALL_UNKNOWN) {
        at->unknown++;
        return;
    }
    at->compared++;
    at->answers[answer]++;
    at->ways[way]++;
    if (state_of(&call, CALL_POLICY) != wanted[answer])
        fail_msg("seed %lu: %s to %s: %s, and the manifests say %d", (unsigned long)at->seed,
                 caller, name, chain(&call, arena), (int)answer);
}

static void compare_world(struct comparing *at)
{
    uint64_t random = at->seed;

    translated_begin(&at->world);
    make_world(&at->world, &random);
    for (size_t c = 0; c < CLUSTERS; c++)
        at->in[c] = manifests_of(&at->world, arena_printf(at->world.arena, "c%zu", c));
    for (size_t i = 0; i < 60; i++) {
        const size_t from = random_below(&random, CLUSTERS), to = random_below(&random, CLUSTERS);

        compare(at, from, accounts[random_below(&random, 2)], to,
                namespaces[random_below(&random, 3)], random_below(&random, APPS + 1));
    }
    translated_free(&at->world);
}

static void call__agrees_with_the_manifests(void **state)
{
    struct comparing at = { 0 };

    (void)state;
    for (at.seed = 1; at.seed <= SEEDS; at.seed++)
        compare_world(&at);
    print_message("%zu compared, %zu not known; refused %zu, limited %zu, admitted %zu; ways %zu\n",
                  at.compared, at.unknown, at.answers[REFUSED], at.answers[LIMITED],
                  at.answers[ADMITTED], at.ways[1]);
    assert_true(at.compared >= 500);
    for (size_t i = 0; i < LENGTH(at.answers); i++)
        assert_true(at.answers[i] >= 20);
    assert_true(at.ways[0] >= 100 && at.ways[1] >= 100);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(call__names_what_decides_each_link),
        cmocka_unit_test(call__agrees_with_the_manifests),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
