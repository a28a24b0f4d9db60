/* tests/unit/ci/test_graph_svg.c - names that could be markup, written as SVG; where boxes and
 * lines are. */
#include "ci/graph_svg.h"
#include "tests/lib/graph_hostile.h"

static void names_are_text(void **state)
{
    AUTO(arena_free) struct arena *arena = arena_new();
    const char *out = graph_hostile_written(graph_svg_write, arena);

    (void)state;
    assert_null(strstr(out, "<script"));
    assert_non_null(strstr(out, "a&quot;]; end &lt;script&gt;alert(1)&lt;/script&gt; &amp; #quot; "
                                "\\N |x| `y` \xc3\xa9</text>"));
    assert_non_null(strstr(out, "class=\"service refused\""));
    assert_null(strstr(out, "href"));
}

/* Two clusters with what is behind their gateways, a virtual mesh and a policy. */
static const char *const clusters[] = { "east", "west" };
static struct graph_node boxes[] = {
    { GRAPH_VIRTUAL_MESH, GRAPH_PLAIN, "ns/retail", GRAPH_NO_GROUP },
    { GRAPH_VIRTUAL_MESH, GRAPH_PLAIN, "ns/wholesale", GRAPH_NO_GROUP },
    { GRAPH_GATEWAY, GRAPH_PLAIN, "gateway-east", 0 },
    { GRAPH_SERVICE, GRAPH_PLAIN, "shop/orders", 0 },
    { GRAPH_GATEWAY, GRAPH_PLAIN, "gateway-west", 1 },
    { GRAPH_POLICY, GRAPH_PLAIN, "ns/reads", GRAPH_NO_GROUP },
};
static struct graph_edge lines[] = { { 2, 3, "" }, { 2, 4, "" }, { 5, 3, "" } };

struct box {
    int x, y, width, height;
};

static struct box box_of(const char *svg, const struct graph_node *node, struct arena *arena)
{
    const char *at =
        strstr(svg, arena_printf(arena, "<title>%s</title><rect", graph_node_text(node, arena)));
    struct box box = { 0 };

    assert_non_null(at);
    at = strstr(at, "<rect");
    assert_int_equal(sscanf(at, "<rect x=\"%d\" y=\"%d\" width=\"%d\" height=\"%d\"", &box.x,
                            &box.y, &box.width, &box.height),
                     4);
    return box;
}

static bool apart(struct box a, struct box b)
{
    return a.x + a.width <= b.x || b.x + b.width <= a.x || a.y + a.height <= b.y
           || b.y + b.height <= a.y;
}

/* Virtual meshes, then clusters, then policies, from the left; nothing hides another box. */
static void boxes_stand_apart(void **state)
{
    AUTO(arena_free) struct arena *arena = arena_new();
    const struct graph graph = { .groups = UNCONST(clusters),
                                 .group_count = LENGTH(clusters),
                                 .nodes = boxes,
                                 .node_count = LENGTH(boxes),
                                 .edges = lines,
                                 .edge_count = LENGTH(lines) };
    struct box at[LENGTH(boxes)];
    AUTO_TEXT out = { 0 };
    int width, height;

    (void)state;
    graph_svg_write(&out, &graph, arena);
    assert_int_equal(sscanf(strstr(out.bytes, "role=\"img\""),
                            "role=\"img\" width=\"%d\" height=\"%d\"", &width, &height),
                     2);
    for (size_t i = 0; i < LENGTH(boxes); i++) {
        at[i] = box_of(out.bytes, &boxes[i], arena);
        assert_true(at[i].x > 0 && at[i].y > 0);
        assert_true(at[i].x + at[i].width < width && at[i].y + at[i].height < height);
        for (size_t k = 0; k < i; k++)
            assert_true(apart(at[k], at[i]));
    }
    assert_int_equal(at[0].x, at[1].x);
    for (size_t i = 2; i < 5; i++)
        assert_true(at[1].x < at[i].x && at[i].x < at[5].x);
}

/* The frame of a cluster shows what is behind its gateway; only other lines are drawn. */
static void lines_in_a_cluster_are_not_drawn(void **state)
{
    AUTO(arena_free) struct arena *arena = arena_new();
    const struct graph graph = { .groups = UNCONST(clusters),
                                 .group_count = LENGTH(clusters),
                                 .nodes = boxes,
                                 .node_count = LENGTH(boxes),
                                 .edges = lines,
                                 .edge_count = LENGTH(lines) };
    AUTO_TEXT out = { 0 };
    size_t drawn = 0;

    (void)state;
    graph_svg_write(&out, &graph, arena);
    for (const char *at = out.bytes; (at = strstr(at, "<path class=\"edge\"")); at++)
        drawn++;
    assert_int_equal(drawn, 2);
}

int main(void)
{
    const struct CMUnitTest tests[] = { cmocka_unit_test(names_are_text),
                                        cmocka_unit_test(boxes_stand_apart),
                                        cmocka_unit_test(lines_in_a_cluster_are_not_drawn) };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
