/* tests/unit/translate/test_manifest.c - how all manifests begin. */
#include "translate/manifest.h"

#include "tests/lib/translated.h"

static void manifest_begin__writes_owner_and_parents(void **state)
{
    struct arena *arena = arena_new();
    const struct node *object = manifest_begin(arena, &(struct manifest_head){ .api_version = "v1",
                                                                               .kind = "K",
                                                                               .name = "n",
                                                                               .namespace = "s",
                                                                               .owner = "gloo-mesh",
                                                                               .parents = "{}" });

    (void)state;
    assert_string_equal(node_get(object, "kind", NULL), "K");
    assert_string_equal(node_get(object, "metadata", "namespace", NULL), "s");
    assert_string_equal(
        node_get(object, "metadata", "labels", "app.kubernetes.io/managed-by", NULL), "weft");
    assert_string_equal(node_get(object, "metadata", "annotations", PARENTS_ANNOTATION, NULL),
                        "{}");
    assert_null(node_get(object, "metadata", "annotations", FEDERATION_ANNOTATION, NULL));
    arena_free(arena);
}

static void manifest_parents__is_compact_json(void **state)
{
    struct arena *arena = arena_new();

    (void)state;
    assert_string_equal(manifest_parents(arena, "g/v1, Kind=K", (struct object_ref){ "n", "s" }),
                        "{\"g/v1, Kind=K\":[{\"name\":\"n\",\"namespace\":\"s\"}]}");
    arena_free(arena);
}

static void manifest_set_texts__sets_nothing_when_there_is_none(void **state)
{
    static const char *const texts[] = { "a", "b" };
    static const struct pair pairs[] = { { "k", "v" } };
    struct arena *arena = arena_new();
    struct node *map = node_map(arena);

    (void)state;
    manifest_set_texts(arena, map, "none", texts, 0);
    manifest_set_pairs(arena, map, "nothing", pairs, 0);
    assert_int_equal(map->count, 0);
    manifest_set_texts(arena, map, "texts", texts, 2);
    manifest_set_pairs(arena, map, "pairs", pairs, 1);
    assert_int_equal(node_find(map, "texts")->count, 2);
    assert_string_equal(node_get(map, "pairs", "k", NULL), "v");
    arena_free(arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(manifest_begin__writes_owner_and_parents),
        cmocka_unit_test(manifest_parents__is_compact_json),
        cmocka_unit_test(manifest_set_texts__sets_nothing_when_there_is_none),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
