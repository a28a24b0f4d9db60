/* tests/unit/translate/test_effect.c - what changes of specs mean, one change in each row. */
#include "tests/lib/translated.h"

#include "translate/effect.h"

#define SHARED "  mtlsConfig: {shared: {rootCertificateAuthority: {generated: {}}}}\n"
#define FEDERATED "  federation: {selectors: [{}]}\n"
#define ONE                                                                                        \
    "  federation: {selectors: [{destinationSelectors: [{kubeServiceRefs: {services: [{name: "     \
    "cart, "                                                                                       \
    "namespace: shop, clusterName: b}]}}]}]}\n"
#define CLOSED "  globalAccessPolicy: ENABLED\n"
#define CART                                                                                       \
    "  destinationSelector: [{kubeServiceRefs: {services: [{name: cart, namespace: shop, "         \
    "clusterName: b}]}}]\n"
#define FROM(name)                                                                                 \
    "  sourceSelector: [{kubeServiceAccountRefs: {serviceAccounts: [{name: " name                  \
    ", namespace: shop, clusterName: a}]}}]\n"

struct specs_of_side {
    const char *virtual_mesh; /* NULL: there is none */
    const char *policy;       /* NULL: there is none */
};

static const struct {
    const char *sentence;
    struct specs_of_side before, after;
    const char *effects; /* "kind object: others", one a line */
} rows[] = {
    { "nothing",
      { SHARED FEDERATED, CART FROM("web") },
      { SHARED FEDERATED, CART FROM("web") },
      "" },
    { "the first virtual mesh",
      { NULL, NULL },
      { SHARED ONE, NULL },
      "reachable b/shop/cart: gloo-mesh/istiod-a\n"
      "trustAdded gloo-mesh/istiod-a: gloo-mesh/vm\ntrustAdded gloo-mesh/istiod-b: "
      "gloo-mesh/vm\n" },
    { "it goes",
      { SHARED ONE, NULL },
      { NULL, NULL },
      "unreachable b/shop/cart: gloo-mesh/istiod-a\n"
      "trustRemoved gloo-mesh/istiod-a: gloo-mesh/vm\n"
      "trustRemoved gloo-mesh/istiod-b: gloo-mesh/vm\n" },
    { "a policy for one caller",
      { SHARED FEDERATED, NULL },
      { SHARED FEDERATED, CART FROM("web") },
      "refused b/shop/cart: a/shop/batch, b/shop/web\n" },
    { "another caller",
      { SHARED FEDERATED, CART FROM("web") },
      { SHARED FEDERATED, CART FROM("batch") },
      "refused b/shop/cart: a/shop/web\nadmitted b/shop/cart: a/shop/batch\n" },
    { "fewer requests",
      { SHARED FEDERATED, CART FROM("web") },
      { SHARED FEDERATED, CART FROM("web") "  allowedMethods: [GET]\n" },
      "refused b/shop/cart: a/shop/web\n" },
    { "callers that no way leads from are not named",
      { SHARED, NULL },
      { SHARED, CART FROM("web") },
      "refused b/shop/cart: b/shop/web\n" },
    { "the policy goes",
      { SHARED FEDERATED, CART FROM("web") },
      { SHARED FEDERATED, NULL },
      "opened b/shop/cart: \nadmitted b/shop/cart: a/shop/batch, b/shop/web\n"
      "policyRemoved gloo-mesh/p: gloo-mesh/cart-shop-b\n" },
    { "the policy goes where all is closed",
      { SHARED ONE CLOSED, CART FROM("web") },
      { SHARED ONE CLOSED, NULL },
      "refused b/shop/cart: a/shop/web\nuncovered b/shop/cart: \n"
      "policyRemoved gloo-mesh/p: gloo-mesh/cart-shop-b\n" },
    { "the policy selects nothing any more",
      { SHARED ONE CLOSED, CART FROM("web") },
      { SHARED ONE CLOSED, "  destinationSelector: [{kubeServiceMatcher: {namespaces: [pay]}}]\n" },
      "refused b/shop/cart: a/shop/web\nuncovered b/shop/cart: \n"
      "policyUnused gloo-mesh/p: gloo-mesh/cart-shop-b\n" },
    { "the policy turns INVALID",
      { SHARED ONE CLOSED, CART FROM("web") },
      { SHARED ONE CLOSED, CART "  sourceSelector: [{kubeServiceAccountRefs: {serviceAccounts: "
                                "[{name: web}]}}]\n" },
      "unknown b/shop/cart: \n" },
};

static void fill(struct translated *world, const struct specs_of_side *side)
{
    translated_begin(world);
    translated_mesh(world, "a", "td", "");
    translated_mesh(world, "b", "tdb", "");
    translated_gateway(world, "b", "{ip: 192.0.2.2}");
    translated_service(world, "cart", "shop", "b", "");
    translated_workload(world, "web", "shop", "a", "web");
    translated_workload(world, "batch", "shop", "a", "batch");
    translated_workload(world, "web", "shop", "b", "web");
    if (side->virtual_mesh)
        translated_virtual_mesh(world, "vm", "a b", side->virtual_mesh);
    if (side->policy)
        translated_policy(world, "p", side->policy);
    translated_run(world);
}

static const char *print(const struct effects *effects, struct arena *arena)
{
    AUTO_TEXT out = { 0 };

    text_adds(&out, "");
    for (size_t i = 0; i < effects->count; i++) {
        const struct effect *effect = &effects->items[i];

        text_addf(&out, "%s %s: ", enums_name(&effect_kinds, (int)effect->kind), effect->object);
        for (size_t k = 0; k < effect->other_count; k++)
            text_addf(&out, "%s%s", k ? ", " : "", effect->others[k]);
        text_addc(&out, '\n');
    }
    return arena_text(arena, out.bytes);
}

static void effect__of_each_change(void **state)
{
    (void)state;
    for (size_t i = 0; i < LENGTH(rows); i++) {
        struct translated before, after;
        struct effects effects;

        fill(&before, &rows[i].before);
        fill(&after, &rows[i].after);
        effects = effect_find_all(&before.pass.plan, &after.pass.plan, after.arena);
        if (!text_equal(print(&effects, after.arena), rows[i].effects))
            fail_msg("%s:\n%s", rows[i].sentence, print(&effects, after.arena));
        translated_free(&before);
        translated_free(&after);
    }
}

static void effect__keeps_a_few_of_many_callers(void **state)
{
    struct translated worlds[2];
    struct effects effects;

    (void)state;
    for (size_t i = 0; i < LENGTH(worlds); i++) {
        translated_begin(&worlds[i]);
        translated_mesh(&worlds[i], "a", "td", "");
        translated_service(&worlds[i], "cart", "shop", "a", "");
        for (size_t k = 0; k < 50; k++) {
            const char *name = arena_printf(worlds[i].arena, "w%02zu", k);

            translated_workload(&worlds[i], name, "shop", "a", name);
        }
        if (i)
            translated_policy(&worlds[i], "p",
                              "  sourceSelector: [{kubeIdentityMatcher: {namespaces: [pay]}}]\n");
        translated_run(&worlds[i]);
    }
    effects = effect_find_all(&worlds[0].pass.plan, &worlds[1].pass.plan, worlds[1].arena);
    assert_int_equal(effects.count, 1);
    assert_int_equal(effects.items[0].kind, EFFECT_REFUSED);
    assert_int_equal(effects.items[0].other_total, 50);
    assert_int_equal(effects.items[0].other_count, EFFECT_OTHERS_MAX);
    assert_true(effect_any_attention(&effects));
    translated_free(&worlds[0]);
    translated_free(&worlds[1]);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(effect__of_each_change),
        cmocka_unit_test(effect__keeps_a_few_of_many_callers),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
