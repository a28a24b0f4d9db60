/* tests/unit/k8s-job/observe/test_istiod.c - what the Deployments of istiod and their MeshConfig
 * say, from objects as the API gives them. */
#include "base/parse.h"
#include "base/parse_json.h"
#include "k8s-job/observe/cluster.h"
#include "k8s-job/observe/istiod.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static const struct node *json(const char *text, struct arena *arena)
{
    const struct node *node;
    struct err err = { .text = "" };

    if (parse_json(&node, text, strlen(text), arena, &err) < 0)
        fail_msg("%s: %s", err.text, text);
    return node;
}

#define ISTIOD(image, env, status)                                                                 \
    "{\"metadata\":{\"generation\":2},\"spec\":{\"replicas\":2,\"template\":{\"metadata\":{"       \
    "\"annotations\":{\"weft.dev/trust-epoch\":\"e1\"}},"                                          \
    "\"spec\":{\"containers\":[{\"name\":\"istio-proxy\",\"image\":\"x:9\"},{\"name\":"            \
    "\"discovery\",\"image\":\"" image "\",\"env\":[" env "]}]}}},"                                \
    "\"status\":{" status "}}"
#define OUT "\"observedGeneration\":2,\"replicas\":2,\"updatedReplicas\":2,\"availableReplicas\":2"

#define ENV(name, value) "{\"name\":\"" name "\",\"value\":\"" value "\"}"

static void istiod_is_read(void **state)
{
    struct arena *arena = arena_new();
    struct istiod_facts facts =
        istiod_evidence(json(ISTIOD("reg:5000/istio/pilot:1.24.1-distroless@sha256:ab",
                                    "{\"name\":\"ISTIO_MULTIROOT_MESH\",\"value\":\"true\"}", OUT),
                             arena),
                        arena);

    (void)state;
    assert_true(facts.found && facts.multi_root && facts.rolled_out);
    assert_string_equal(facts.version, "1.24.1-distroless");
    assert_string_equal(facts.restarted, "e1");
    facts =
        istiod_evidence(json(ISTIOD("reg:5000/istio/pilot", "{\"name\":\"X\",\"value\":\"true\"}",
                                    "\"observedGeneration\":1,\"replicas\":2,\"updatedReplicas\":2,"
                                    "\"availableReplicas\":2"),
                             arena),
                        arena);
    assert_false(facts.multi_root || facts.rolled_out);
    assert_string_equal(facts.version, "");
    facts = istiod_evidence(json(ISTIOD("p:1", "",
                                        "\"observedGeneration\":2,\"replicas\":3,"
                                        "\"updatedReplicas\":2,\"availableReplicas\":2"),
                                 arena),
                            arena);
    assert_false(facts.rolled_out);
    facts = istiod_evidence(json("{}", arena), arena);
    assert_false(facts.rolled_out || facts.multi_root);
    arena_free(arena);
}

static struct istiod_facts istiod_with(const char *env, struct arena *arena)
{
    return istiod_evidence(json(arena_printf(arena, ISTIOD("p:1.24.1", "%s", OUT), env), arena),
                           arena);
}

static void lives_of_leaves_are_read(void **state)
{
    struct arena *arena = arena_new();
    // clang-format off
    static const struct { const char *sentence, *env; int64_t leaf, max; } rows[] = {
        { "neither is set", ENV("X", "1h"), 0, 0 },
        { "the default life", ENV("DEFAULT_WORKLOAD_CERT_TTL", "12h"), 12 * 3600, 0 },
        { "the longest life", ENV("MAX_WORKLOAD_CERT_TTL", "2160h0m0s"), 0, 90 * 86400 },
        { "both", ENV("DEFAULT_WORKLOAD_CERT_TTL", "1h30m") "," ENV("MAX_WORKLOAD_CERT_TTL", "48h"), 5400, 172800 },
        { "what istiod cannot read either", ENV("MAX_WORKLOAD_CERT_TTL", "two days"), 0, 0 },
        { "from a ConfigMap, which is not followed", "{\"name\":\"MAX_WORKLOAD_CERT_TTL\",\"valueFrom\":{}}", 0, 0 },
    };
    // clang-format on

    (void)state;
    for (size_t i = 0; i < LENGTH(rows); i++) {
        struct istiod_facts facts = istiod_with(rows[i].env, arena);

        if (facts.leaf_ttl != rows[i].leaf || facts.max_leaf_ttl != rows[i].max)
            fail_msg("%s: %lld, %lld", rows[i].sentence, (long long)facts.leaf_ttl,
                     (long long)facts.max_leaf_ttl);
    }
    arena_free(arena);
}

struct join_row {
    const char *sentence;
    struct istiod_facts a, b, want;
};

/* clang-format off */
static const struct join_row join_rows[] = {
    { "one without multi root", { .multi_root = true, .version = "1", .restarted = "" }, { .version = "1", .restarted = "" }, { .version = "1", .restarted = "" } },
    { "the other one without multi root", { .version = "1", .restarted = "" }, { .multi_root = true, .version = "1", .restarted = "" }, { .version = "1", .restarted = "" } },
    { "a version that ends like another", { .version = "11", .restarted = "" }, { .version = "1", .restarted = "" }, { .version = "11, 1", .restarted = "" } },
    { "the other one is not rolled out", { .version = "1", .restarted = "" }, { .rolled_out = true, .version = "1", .restarted = "" }, { .version = "1", .restarted = "" } },
    { "the other one has the agent", { .xds_agent = true, .version = "1", .restarted = "" }, { .version = "1", .restarted = "" }, { .version = "1", .restarted = "" } },
    { "one that is not rolled out", { .rolled_out = true, .version = "1", .restarted = "" }, { .version = "1", .restarted = "" }, { .version = "1", .restarted = "" } },
    { "one without the agent", { .version = "1", .restarted = "" }, { .xds_agent = true, .version = "1", .restarted = "" }, { .version = "1", .restarted = "" } },
    { "all well", { .multi_root = true, .xds_agent = true, .rolled_out = true, .version = "1", .restarted = "e" }, { .multi_root = true, .xds_agent = true, .rolled_out = true, .version = "2", .restarted = "e" }, { .multi_root = true, .xds_agent = true, .rolled_out = true, .version = "1, 2", .restarted = "e" } },
    { "one that was not restarted", { .version = "1", .restarted = "e1" }, { .version = "1", .restarted = "e2" }, { .version = "1", .restarted = "" } },
    { "a version within another is another", { .version = "1.24.10", .restarted = "" }, { .version = "1.24.1", .restarted = "" }, { .version = "1.24.10, 1.24.1", .restarted = "" } },
    { "the same version at the end", { .version = "11, 1", .restarted = "" }, { .version = "1", .restarted = "" }, { .version = "11, 1", .restarted = "" } },
    { "an unknown version", { .version = "", .restarted = "" }, { .version = "1", .restarted = "" }, { .version = "1", .restarted = "" } },
    { "the longer lives count", { .leaf_ttl = 10, .max_leaf_ttl = 30, .version = "1", .restarted = "" }, { .leaf_ttl = 20, .max_leaf_ttl = 20, .version = "1", .restarted = "" }, { .leaf_ttl = 20, .max_leaf_ttl = 30, .version = "1", .restarted = "" } },
    { "what is not set is Istio's default", { .leaf_ttl = 10, .max_leaf_ttl = 30, .version = "1", .restarted = "" }, { .version = "1", .restarted = "" }, { .leaf_ttl = 86400, .max_leaf_ttl = 90 * 86400, .version = "1", .restarted = "" } },
};
/* clang-format on */

static void the_weakest_istiod_counts(void **state)
{
    struct arena *arena = arena_new();

    (void)state;
    for (size_t i = 0; i < LENGTH(join_rows); i++) {
        const struct istiod_facts *want = &join_rows[i].want;
        struct istiod_facts all = { 0 }, a = join_rows[i].a, b = join_rows[i].b;

        a.found = b.found = true;
        a.deployments = b.deployments = 1;
        istiod_join_evidence(&all, &a, arena);
        istiod_join_evidence(&all, &b, arena);
        istiod_join_evidence(&all, &(struct istiod_facts){ 0 }, arena);
        if (!all.found || all.deployments != 2 || all.multi_root != want->multi_root
            || all.xds_agent != want->xds_agent || all.rolled_out != want->rolled_out
            || all.leaf_ttl != want->leaf_ttl || all.max_leaf_ttl != want->max_leaf_ttl
            || strcmp(all.version, want->version) != 0
            || strcmp(all.restarted, want->restarted) != 0)
            fail_msg("%s: \"%s\" \"%s\"", join_rows[i].sentence, all.version, all.restarted);
    }
    arena_free(arena);
}

static void mesh_configs_are_read(void **state)
{
    struct arena *arena = arena_new();
    // clang-format off
    static const struct { const char *sentence, *map; bool agent; } rows[] = {
        { "it is on", "{\"data\":{\"mesh\":\"defaultConfig:\\n  proxyMetadata:\\n    PROXY_CONFIG_XDS_AGENT: \\\"true\\\"\\n\"}}", true },
        { "it is off", "{\"data\":{\"mesh\":\"defaultConfig:\\n  proxyMetadata:\\n    PROXY_CONFIG_XDS_AGENT: \\\"false\\\"\\n\"}}", false },
        { "it is not said", "{\"data\":{\"mesh\":\"trustDomain: td\\n\"}}", false },
        { "no MeshConfig", "{\"data\":{}}", false },
        { "broken YAML", "{\"data\":{\"mesh\":\"a: [\"}}", false },
    };
    static const struct { const char *deployment, *name; } names[] = {
        { "{}", "istio" },
        { "{\"metadata\":{\"labels\":{\"istio.io/rev\":\"default\"}}}", "istio" },
        { "{\"metadata\":{\"labels\":{\"istio.io/rev\":\"1-24\"}}}", "istio-1-24" },
    };
    // clang-format on

    (void)state;
    for (size_t i = 0; i < LENGTH(rows); i++) {
        struct istiod_facts facts = { 0 };

        istiod_read_mesh_config(&facts, json(rows[i].map, arena), arena, arena);
        if (facts.xds_agent != rows[i].agent)
            fail_msg("%s", rows[i].sentence);
    }
    for (size_t i = 0; i < LENGTH(names); i++)
        assert_string_equal(istiod_mesh_config(json(names[i].deployment, arena), arena),
                            names[i].name);
    arena_free(arena);
}

static const char trust_map[] =
    "{\"data\":{\"mesh\":\"trustDomain: one\\ntrustDomainAliases: [two, three]\\n\"}}";

static void trust_domains_are_read(void **state)
{
    struct arena *arena = arena_new();
    struct istiod_facts given = { 0 }, usual = { 0 }, none = { 0 };

    (void)state;
    istiod_read_mesh_config(&given, json(trust_map, arena), arena, arena);
    assert_string_equal(given.trust_domain, "one");
    assert_int_equal(given.alias_count, 2);
    assert_string_equal(given.aliases[1], "three");
    istiod_read_mesh_config(&usual, json("{\"data\":{\"mesh\":\"a: b\"}}", arena), arena, arena);
    assert_string_equal(usual.trust_domain, "cluster.local");
    assert_int_equal(usual.alias_count, 0);
    istiod_read_mesh_config(&none, json("{\"data\":{}}", arena), arena, arena);
    assert_null(none.trust_domain);
    arena_free(arena);
}

static void what_every_istiod_accepts_counts(void **state)
{
    struct arena *arena = arena_new();
    const char *two[] = { "two" }, *three[] = { "two", "three" };
    struct istiod_facts all = { 0 };
    struct istiod_facts a = { .found = true,
                              .version = "",
                              .restarted = "",
                              .trust_domain = "one",
                              .aliases = three,
                              .alias_count = 2,
                              .any_trust_domain = true };
    struct istiod_facts b = { .found = true,
                              .version = "",
                              .restarted = "",
                              .trust_domain = "one",
                              .aliases = two,
                              .alias_count = 1 };
    struct istiod_facts c = {
        .found = true, .version = "", .restarted = "", .trust_domain = "other"
    };

    (void)state;
    istiod_join_evidence(&all, &a, arena);
    istiod_join_evidence(&all, &b, arena);
    assert_string_equal(all.trust_domain, "one");
    assert_int_equal(all.alias_count, 1);
    assert_string_equal(all.aliases[0], "two");
    assert_false(all.any_trust_domain);
    istiod_join_evidence(&all, &c, arena);
    assert_null(all.trust_domain);
    arena_free(arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(istiod_is_read),
        cmocka_unit_test(lives_of_leaves_are_read),
        cmocka_unit_test(the_weakest_istiod_counts),
        cmocka_unit_test(mesh_configs_are_read),
        cmocka_unit_test(trust_domains_are_read),
        cmocka_unit_test(what_every_istiod_accepts_counts),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
