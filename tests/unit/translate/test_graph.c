/* tests/unit/translate/test_graph.c - nodes and edges of small fleets, and when they are counted.
 */
#include "tests/lib/translated.h"

#include "translate/graph.h"

#define SHARED "  mtlsConfig: {shared: {rootCertificateAuthority: {generated: {}}}}\n"
#define FEDERATED                                                                                  \
    "  federation: {selectors: [{destinationSelectors: [{kubeServiceMatcher: {namespaces: "        \
    "[shop]}}]}]}\n"
#define CART                                                                                       \
    "  destinationSelector: [{kubeServiceRefs: {services: [{name: cart, namespace: shop, "         \
    "clusterName: b}]}}]\n"

static void fleet_begin(struct translated *world)
{
    translated_begin(world);
    translated_mesh(world, "a", "td", "");
    translated_mesh(world, "b", "tdb", "");
    translated_gateway(world, "b", "{ip: 192.0.2.2}");
    translated_service(world, "cart", "shop", "b", "");
    translated_service(world, "stock", "shop", "b", "");
}

/* "text @group", a line for each node; "from > to: text" for each edge. */
static const char *print(const struct graph *graph, struct arena *arena)
{
    AUTO_TEXT out = { 0 };

    text_adds(&out, "");
    for (size_t i = 0; i < graph->node_count; i++) {
        const struct graph_node *node = &graph->nodes[i];

        text_addf(&out, "%s @%s\n", graph_node_text(node, arena),
                  node->group == GRAPH_NO_GROUP ? "" : graph->groups[node->group]);
    }
    for (size_t i = 0; i < graph->edge_count; i++)
        text_addf(&out, "%s > %s: %s\n", graph->nodes[graph->edges[i].from].text,
                  graph->nodes[graph->edges[i].to].text, graph->edges[i].text);
    return arena_text(arena, out.bytes);
}

static void graph_is(struct translated *world, size_t max, const char *want)
{
    struct graph graph;
    const char *got;

    translated_run(world);
    graph_make(&graph, &world->pass.plan, max, world->arena);
    got = print(&graph, world->arena);
    if (!text_equal(got, want))
        fail_msg("is:\n%swanted:\n%s", got, want);
}

static void graph__of_a_fleet(void **state)
{
    struct translated world;

    (void)state;
    fleet_begin(&world);
    translated_virtual_mesh(&world, "vm", "a b", SHARED FEDERATED);
    translated_policy(&world, "p", CART);
    graph_is(&world, 100,
             "Mesh gloo-mesh/istiod-a @a\n"
             "Mesh gloo-mesh/istiod-b @b\n"
             "VirtualMesh gloo-mesh/vm @\n"
             "AccessPolicy gloo-mesh/p @\n"
             "gateway istio-system/gateway @b\n"
             "Service shop/cart @b\n"
             "Service shop/stock (no policy) @b\n"
             "gloo-mesh/vm > gloo-mesh/istiod-a: \n"
             "gloo-mesh/vm > gloo-mesh/istiod-b: \n"
             "istio-system/gateway > shop/cart: \n"
             "gloo-mesh/p > shop/cart: \n"
             "istio-system/gateway > shop/stock: \n"
             "gloo-mesh/istiod-a > istio-system/gateway: 2 Services\n");
    translated_free(&world);
}

static void graph__marks_what_is_refused(void **state)
{
    struct translated world;

    (void)state;
    fleet_begin(&world);
    translated_virtual_mesh(&world, "vm", "a b", SHARED FEDERATED);
    translated_policy(&world, "p",
                      "  sourceSelector: [{kubeServiceAccountRefs: {serviceAccounts: "
                      "[{name: web}]}}]\n");
    translated_add(&world, "apiVersion: networking.mesh.gloo.solo.io/v1\nkind: VirtualMesh\n"
                           "metadata: {name: odd, namespace: gloo-mesh}\nspec: {mashes: []}\n");
    translated_run(&world);
    {
        struct graph graph;
        const char *got;

        graph_make(&graph, &world.pass.plan, 100, world.arena);
        got = print(&graph, world.arena);
        assert_non_null(strstr(got, "AccessPolicy gloo-mesh/p (refused) @\n"));
        assert_non_null(strstr(got, "VirtualMesh gloo-mesh/odd (refused) @\n"));
    }
    translated_free(&world);
}

static void graph__counts_when_it_is_too_large(void **state)
{
    struct translated world;

    (void)state;
    fleet_begin(&world);
    translated_virtual_mesh(&world, "vm", "a b", SHARED FEDERATED);
    translated_mesh(&world, "c", "tdc", "");
    graph_is(&world, 3,
             "cluster a: 0 gateways, 0 Services @gloo-mesh/vm\n"
             "cluster b: 1 gateway, 2 Services, 2 without policy (no policy) @gloo-mesh/vm\n"
             "cluster c: 0 gateways, 0 Services @\n");
    translated_free(&world);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(graph__of_a_fleet),
        cmocka_unit_test(graph__marks_what_is_refused),
        cmocka_unit_test(graph__counts_when_it_is_too_large),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
