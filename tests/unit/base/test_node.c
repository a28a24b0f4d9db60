/* tests/unit/base/test_node.c - building, finding, copying and comparing trees; what a plain scalar
 * is. */
#include "tests/lib/check.h"

#include "base/node.h"

static void a_built_tree_is_found_again(void **state)
{
    AUTO(arena_free) struct arena *arena = arena_new();
    struct node *root = node_map(arena), *meta = node_set(root, "metadata", node_map(arena));
    struct node *list = node_set(root, "list", node_list(arena));

    (void)state;
    node_set_text(arena, meta, "name", "reviews");
    node_set_text(arena, meta, "absent", NULL);
    node_set_int(arena, meta, "port", -9080);
    node_set_bool(arena, meta, "on", true);
    node_add(list, node_string(arena, "a"));
    node_add(list, node_int(arena, INT64_MIN));
    assert_string_equal(node_get(root, "metadata", "name", NULL), "reviews");
    assert_string_equal(node_get(root, "metadata", "port", NULL), "-9080");
    assert_string_equal(node_get(root, "metadata", "on", NULL), "true");
    assert_null(node_get(root, "metadata", "absent", NULL));
    assert_null(node_get(root, "metadata", "name", "deeper", NULL));
    assert_null(node_get(root, "metadata", NULL));
    assert_null(node_get(NULL, "metadata", NULL));
    assert_string_equal(node_get_text(node_find(root, "metadata"), "name"), "reviews");
    assert_string_equal(node_get_text(node_find(root, "metadata"), "absent"), "");
    assert_string_equal(node_get_text(root, "metadata"), "");
    assert_string_equal(node_get_text(NULL, "metadata"), "");
    assert_int_equal(node_find(meta, "name")->len, 7);
    assert_int_equal(meta->count, 3);
    assert_int_equal(list->count, 2);
    assert_string_equal(node_text(list->last), "-9223372036854775808");
    assert_null(node_find(list, "a"));
    assert_null(node_find(NULL, "a"));
    assert_null(node_text(root));
    assert_int_equal(node_place(root).line, 0);
}

static void a_copy_outlives_its_source(void **state)
{
    AUTO(arena_free) struct arena *arena = arena_new();
    struct arena *other = arena_new();
    struct diags diags = { .arena = other };
    const struct node *source = yaml("a: [1, x]\nb:\n  c: 'd'\n", &diags);
    struct node *copy = node_copy(arena, source);

    (void)state;
    assert_true(node_equal(source, copy));
    arena_free(other);
    assert_string_equal(node_get(copy, "b", "c", NULL), "d");
    assert_string_equal(copy->file, "t.yaml");
    assert_int_equal(copy->last->key_line, 2);
    assert_int_equal(copy->first->count, 2);
}

static void equality(void **state)
{
    // clang-format off
    static const struct { const char *sentence, *a, *b; bool equal; } rows[] = {
        { "the order of members does not matter", "{a: 1, b: {c: 2, d: 3}}", "{b: {d: 3, c: 2}, a: 1}", true },
        { "the order of items does", "[1, 2]", "[2, 1]", false },
        { "a string is no number", "a: '1'", "a: 1", false },
        { "booleans are equal by truth", "a: yes", "a: true", true },
        { "true is not false", "a: yes", "a: false", false },
        { "all nulls are equal", "a: ~", "a: null", true },
        { "another key", "{a: 1}", "{b: 1}", false },
        { "one member more", "{a: 1}", "{a: 1, b: 2}", false },
        { "one item more", "[1]", "[1, 1]", false },
        { "a map is no list", "{}", "[]", false },
        { "another text", "a: x", "a: y", false },
    };
    // clang-format on
    AUTO(arena_free) struct arena *arena = arena_new();

    (void)state;
    for (size_t i = 0; i < LENGTH(rows); i++) {
        struct diags diags = { .arena = arena };

        CASE(rows[i].sentence);
        assert_int_equal(node_equal(yaml(rows[i].a, &diags), yaml(rows[i].b, &diags)),
                         rows[i].equal);
        assert_int_equal(node_equal(yaml(rows[i].b, &diags), yaml(rows[i].a, &diags)),
                         rows[i].equal);
    }
}

static void which_booleans_say_yes(void **state)
{
    AUTO(arena_free) struct arena *arena = arena_new();
    struct diags diags = { .arena = arena };
    const struct node *yes = yaml("[true, True, TRUE, yes, Yes, YES, on, On, ON, y, Y]", &diags);
    const struct node *no =
        yaml("[false, False, FALSE, no, No, NO, off, Off, OFF, n, N, 'true', 1]", &diags);

    (void)state;
    for (const struct node *item = yes->first; item; item = item->next)
        assert_true(node_true(item));
    for (const struct node *item = no->first; item; item = item->next)
        assert_false(node_true(item));
    assert_false(node_true(NULL));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_built_tree_is_found_again),
        cmocka_unit_test(a_copy_outlives_its_source),
        cmocka_unit_test(equality),
        cmocka_unit_test(which_booleans_say_yes),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
