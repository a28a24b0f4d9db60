/* tests/unit/api/test_ref.c - references and their keys (VirtualMesh API). */
#include "api/schema_decode.h"
#include "base/intern.h"
#include "tests/lib/specs_sample.h"

static void test_keys(void **state)
{
    AUTO(arena_free) struct arena *arena = arena_new();

    (void)state;
    assert_string_equal(object_ref_key((struct object_ref){ "istiod", "gloo-mesh" }, arena),
                        "istiod.gloo-mesh.");
    assert_string_equal(object_ref_key((struct object_ref){ "", "" }, arena), "..");
    assert_string_equal(cluster_ref_key((struct cluster_ref){ "cart", "shop", "eu" }, arena),
                        "cart.shop.eu");
}

static void test_parts_of_keys(void **state)
{
    static const struct {
        const char *key, *name, *namespace;
    } rows[] = { { "istiod.gloo-mesh.", "istiod", "gloo-mesh" },
                 { "a.b.c.", "a.b", "c" },
                 { "istiod.gloo-mesh", "istiod", "gloo-mesh" },
                 { "a", "a", "" },
                 { "", "", "" } };
    AUTO(arena_free) struct arena *arena = arena_new();

    (void)state;
    for (size_t i = 0; i < LENGTH(rows); i++) {
        const struct object_ref ref = object_ref_of_key(rows[i].key, arena);

        assert_string_equal(ref.name, rows[i].name);
        assert_string_equal(ref.namespace, rows[i].namespace);
    }
}

static void test_equal(void **state)
{
    const struct cluster_ref cart = { "cart", "shop", "eu" };

    (void)state;
    assert_true(object_ref_equal((struct object_ref){ "a", "b" }, (struct object_ref){ "a", "b" }));
    assert_false(
        object_ref_equal((struct object_ref){ "a", "b" }, (struct object_ref){ "a", "c" }));
    assert_false(
        object_ref_equal((struct object_ref){ "a", "b" }, (struct object_ref){ "c", "b" }));
    assert_true(cluster_ref_equal(cart, (struct cluster_ref){ "cart", "shop", "eu" }));
    assert_false(cluster_ref_equal(cart, (struct cluster_ref){ "cart", "shop", "us" }));
    assert_false(cluster_ref_equal(cart, (struct cluster_ref){ "cart", "pay", "eu" }));
    assert_false(cluster_ref_equal(cart, (struct cluster_ref){ "tart", "shop", "eu" }));
}

static void test_decode(void **state)
{
    AUTO(arena_free) struct arena *arena = arena_new();
    struct diags diags = { .arena = arena };
    const struct decoder decoder = { .diags = &diags,
                                     .arena = arena,
                                     .strings = intern_new(arena) };
    struct node *node = node_map(arena);
    struct object_ref ref;
    struct at root;

    (void)state;
    node_set_text(arena, node, "name", "a");
    root = at_root(node, &decoder);
    schema_decode(&ref, &object_ref_schema, &root, "");
    assert_string_equal(ref.name, "a");
    assert_string_equal(ref.namespace, "");
    assert_int_equal(diags.errors, 1);
    assert_string_equal(diags.first->path, "namespace");
    assert_string_equal(diags.first->text, "is required; write the namespace of the object");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_keys),
        cmocka_unit_test(test_parts_of_keys),
        cmocka_unit_test(test_equal),
        cmocka_unit_test(test_decode),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
