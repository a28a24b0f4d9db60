/* tests/unit/api/test_field.c - checks that fields of several kinds share, each on the field a. */
#include "api/field.h"
#include "base/intern.h"
#include "base/parse_yaml.h"
#include "tests/lib/specs_sample.h"

#include <string.h>

static const char *name(const struct at *at) { return field_name(at, "write a name"); }
static const char *namespace(const struct at *at) { return field_namespace(at, "write one"); }
static const char *need(const struct at *at) { return field_need(at, "write a text"); }

static const char *port(const struct at *at)
{
    return arena_printf(at->with->arena, "%u", field_port(at));
}

static const char *ref(const struct at *at)
{
    return object_ref_text(field_ref(*at, "Mesh"), at->with->arena);
}

static const char *refs(const struct at *at)
{
    const struct place *places;
    size_t count;
    const struct object_ref *list = field_refs(*at, "Mesh", &places, &count);

    return arena_printf(at->with->arena, "%zu of %s at %u", count, count ? list[0].name : "",
                        count ? places[0].column : 0);
}

static const char *fill(const struct at *at)
{
    field_fill(at, "write one");
    return field_is_hollow(at) ? "hollow" : "full";
}

static const char *item(const struct at *at)
{
    const struct at first = field_item(at, 0);

    return at_present(&first) ? "present" : "absent";
}

static const char *need_spec(const struct at *at)
{
    field_need_spec(at);
    return "";
}

static const char *place(const struct at *at)
{
    return arena_printf(at->with->arena, "%u:%u", field_place(at).line, field_place(at).column);
}

/* clang-format off */
static const struct {
    const char *sentence, *yaml;
    const char *(*read)(const struct at *at);
    const char *value, *said; /* said: a part of the first diag, NULL: there is none */
} rows[] = {
    { "a name", "a: b.c", name, "b.c", NULL },
    { "a name that is missing", "{}", name, "", "a: is required; write a name" },
    { "a name that is empty", "a: ''", name, "", "a: is required, but is empty; write a name" },
    { "a name that is none", "a: B", name, "", "a: must be a DNS name" },
    { "a name that may be absent", "{}", field_name_or_empty, "", NULL },
    { "a name that may be absent and is none", "a: B", field_name_or_empty, "", "a: must be a DNS name" },
    { "a namespace", "a: b-c", namespace, "b-c", NULL },
    { "a namespace with a dot", "a: b.c", namespace, "", "a: must be a DNS label" },
    { "a namespace that may be absent", "a: ''", field_namespace_or_empty, "", NULL },
    { "a text", "a: B", need, "B", NULL },
    { "a text that is a number", "a: 1", need, "", "a: must be a string" },
    { "a port", "a: 65535", port, "65535", NULL },
    { "a port that is missing", "{}", port, "0", "a: is required; write a port number between 1 and 65535" },
    { "a port that is none", "a: 65536", port, "0", "a: must be between 1 and 65535" },
    { "a reference", "a: {name: b, namespace: c}", ref, "c/b", NULL },
    { "a reference without a part", "a: {name: b}", ref, "/b", "a.namespace: is required; write the namespace of the Mesh object" },
    { "a reference with another part", "a: {name: b, namespace: c, kind: d}", ref, "c/b", "a.kind: unknown field" },
    { "references", "a: [{name: b, namespace: c}]", refs, "1 of b at 5", NULL },
    { "no references", "{}", refs, "0 of  at 0", NULL },
    { "an empty list", "a: []", fill, "hollow", "a: is empty; write one" },
    { "a map of nulls", "a: {b: null}", fill, "hollow", "a: is empty; write one" },
    { "a list of null", "a: [null]", fill, "full", NULL },
    { "an absent list", "{}", fill, "full", NULL },
    { "an item", "a: [{}]", item, "present", NULL },
    { "an item that is null", "a: [null]", item, "absent", "a[0]: is null; write {} for an empty entry, or remove it" },
    { "a spec", "a: {}", need_spec, "", NULL },
    { "no spec", "{}", need_spec, "", "a: is required; write 'spec: {}' when nothing is to be set" },
    { "where a value stands", "b: 1\na: 2", place, "2:4", NULL },
    { "where an absent one would", "b: 1", place, "1:1", NULL },
};
/* clang-format on */

static void test_rows(void **state)
{
    (void)state;
    for (size_t i = 0; i < LENGTH(rows); i++) {
        AUTO(arena_free) struct arena *arena = arena_new();
        struct diags diags = { .arena = arena };
        const struct decoder decoder = { &diags, arena, intern_new(arena) };
        const struct node *node;
        struct at root, at;
        AUTO_TEXT said = { 0 };

        assert_int_equal(parse_yaml(&node, "f", rows[i].yaml, strlen(rows[i].yaml), arena, &diags),
                         0);
        root = at_root(node, &decoder);
        at = at_key(&root, "a");
        assert_text(rows[i].sentence, rows[i].read(&at), rows[i].value);
        if (diags.first)
            diag_print(&said, diags.first);
        if ((diags.first != NULL) != (rows[i].said != NULL)
            || (rows[i].said && !strstr(said.bytes, rows[i].said)))
            fail_msg("%s: %s", rows[i].sentence, said.bytes);
    }
}

static void test_places(void **state)
{
    static const char yaml[] = "- a\n- b\n";
    AUTO(arena_free) struct arena *arena = arena_new();
    struct diags diags = { .arena = arena };
    const struct decoder decoder = { &diags, arena, intern_new(arena) };
    const struct node *node;
    struct at root;

    (void)state;
    assert_int_equal(parse_yaml(&node, "f", yaml, strlen(yaml), arena, &diags), 0);
    root = at_root(node, &decoder);
    assert_int_equal(field_places(&root, 2)[1].line, 2);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_rows),
        cmocka_unit_test(test_places),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
