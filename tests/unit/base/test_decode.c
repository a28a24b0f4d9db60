/* tests/unit/base/test_decode.c - paths and places, and which fields may be there. */
#include "base/decode_value.h"
#include "tests/lib/decoding.h"

static const char *number(struct at at, int64_t value)
{
    return arena_printf(at.with->arena, "%lld", (long long)value);
}

static const char *read_only(struct at at)
{
    static const char *const keys[] = { "name", "namespace", "mtlsConfig", NULL };

    return at_only(&at, keys) ? "map" : "no map";
}

static const char *read_oneof(struct at at)
{
    static const char *const keys[] = { "shared", "limited", "none", NULL };

    return number(at, at_oneof(&at, keys));
}

/* clang-format off */
static const struct bench_row rows[] = {
    { "known fields only", read_only, "v: {name: 1, namespace: 2}", "map", "" },
    { "an absent map has no unknown field", read_only, "a: 1", "map", "" },
    { "unknown fields, each at its key", read_only, "v:\n  nmae: 1\n  foo: 2\n", "map", "t.yaml:2:3: v.nmae: unknown field; did you mean name?\nt.yaml:3:3: v.foo: unknown field; remove it\n" },
    { "a string is no map", read_only, "v: x", "no map", "t.yaml:1:4: v: must be a map (key: value)\n" },
    { "one of them", read_oneof, "v: {limited: {}}", "1", "" },
    { "none of them", read_oneof, "v: {}", "-1", "" },
    { "none of nothing", read_oneof, "a: 1", "-1", "" },
    { "a null one does not count", read_oneof, "v: {shared: ~, limited: {}}", "1", "" },
    { "two of them", read_oneof, "v: {limited: {}, shared: {}}", "0", "t.yaml:1:4: v: only one of shared, limited may be set; remove one\n" },
    { "three of them", read_oneof, "v: {limited: {}, shared: {}, none: {}}", "0", "t.yaml:1:4: v: only one of shared, limited, none may be set; remove all but one\n" },
};
/* clang-format on */

static void fields_that_may_be_there(void **state)
{
    (void)state;
    bench_check(rows, LENGTH(rows));
}

static void a_path_shows_every_step(void **state)
{
    struct bench bench;
    AUTO(arena_free)
    struct arena *arena =
        bench_open(&bench, "spec:\n  meshes:\n  - name: a\n    labels: {a.b/c: d, '': e}\n");
    struct at spec = at_key(&bench.root, "spec"), meshes = at_key(&spec, "meshes");
    struct at mesh = at_item(&meshes, 0), name = at_key(&mesh, "name");
    struct at labels = at_key(&mesh, "labels"), dotted = at_key(&labels, "a.b/c");
    struct at deeper = at_key(&name, "deeper"), empty = at_key(&labels, "");

    (void)state;
    assert_string_equal(at_path(&bench.root, arena), "");
    assert_string_equal(at_path(&name, arena), "spec.meshes[0].name");
    assert_string_equal(at_path(&dotted, arena), "spec.meshes[0].labels[\"a.b/c\"]");
    assert_string_equal(at_path(&empty, arena), "spec.meshes[0].labels[\"\"]");
    assert_string_equal(at_path(&deeper, arena), "spec.meshes[0].name.deeper");
    assert_true(at_present(&dotted) && at_present(&empty) && !at_present(&deeper));
}

static void an_absent_place_is_that_of_its_nearest_ancestor(void **state)
{
    struct bench bench;
    AUTO(arena_free) struct arena *arena = bench_open(&bench, "a: 1\nspec:\n  x: 1\n");
    struct at spec = at_key(&bench.root, "spec"), one = at_key(&spec, "one"),
              two = at_key(&one, "two");
    struct at item = at_item(&two, 3), nothing = at_root(NULL, &bench.with);

    (void)state;
    (void)arena;
    at_error(&item, "is %s", "missing");
    at_warn(&nothing, "is empty");
    assert_string_equal(diags_text(&bench.diags),
                        "t.yaml:3:3: spec.one.two[3]: is missing\nwarning: is empty\n");
    assert_int_equal(bench.diags.errors, 1);
    assert_int_equal(bench.diags.warnings, 1);
    assert_string_equal(bench.diags.first->id, "V3");
    assert_string_equal(bench.diags.last->id, "V6");
}

static void each_kind_of_mistake_has_its_id(void **state)
{
    static const char *const keys[] = { "name", NULL };
    struct bench bench;
    AUTO(arena_free) struct arena *arena = bench_open(&bench, "name: 1\nfoo: 2\n");
    const struct at name = at_key(&bench.root, "name");

    (void)state;
    (void)arena;
    at_error(&name, "is no text");
    assert_string_equal(bench.diags.last->id, "V4");
    at_only(&bench.root, keys);
    assert_string_equal(bench.diags.last->id, "V2");
    diag_add(&bench.diags, DIAG_ERROR, (struct place){ 0 }, "", "is no YAML");
    assert_string_equal(bench.diags.last->id, "V1");
}

static void items_by_index(void **state)
{
    AUTO(arena_free) struct arena *source = arena_new();
    AUTO_TEXT text = { 0 };
    struct bench bench;

    (void)state;
    for (size_t count = 3; count < 60; count += 50) {
        struct arena *arena;

        text_clear(&text);
        for (size_t i = 0; i < count; i++)
            text_addf(&text, "- %zu\n", i);
        arena = bench_open(&bench, text.bytes);
        assert_int_equal(at_count(&bench.root, 100), count);
        for (size_t i = 0; i < count; i++) {
            struct at item = at_item(&bench.root, i);

            assert_int_equal(at_int(&item, 0, 100, -1), i);
        }
        assert_false(at_present(&(struct at){ .node = at_item(&bench.root, count).node }));
        arena_free(arena);
    }
    bench.root = at_root(node_string(source, "x"), &bench.with);
    assert_null(at_item(&bench.root, 0).node); /* a string has no items */
}

static void members_are_walked_with_their_keys(void **state)
{
    struct bench bench;
    AUTO(arena_free) struct arena *arena = bench_open(&bench, "a: 1\nb: x\n");
    struct at b = at_member(&bench.root, bench.root.node->last);

    (void)state;
    assert_string_equal(at_path(&b, arena), "b");
    assert_string_equal(at_text(&b, NULL), "x");
}

static void many_unknown_fields_are_told_once(void **state)
{
    static const char *const keys[] = { "name", NULL };
    AUTO_TEXT text = { 0 };
    struct bench bench;
    struct arena *arena;

    (void)state;
    for (int i = 0; i < 50; i++)
        text_addf(&text, "foo%d: 1\n", i);
    arena = bench_open(&bench, text.bytes);
    assert_true(at_only(&bench.root, keys));
    assert_int_equal(bench.diags.errors, 21);
    assert_string_equal(bench.diags.last->text, "has 30 more unknown fields");
    arena_free(arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(fields_that_may_be_there),
        cmocka_unit_test(a_path_shows_every_step),
        cmocka_unit_test(an_absent_place_is_that_of_its_nearest_ancestor),
        cmocka_unit_test(each_kind_of_mistake_has_its_id),
        cmocka_unit_test(items_by_index),
        cmocka_unit_test(members_are_walked_with_their_keys),
        cmocka_unit_test(many_unknown_fields_are_told_once),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
