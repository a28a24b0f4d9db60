/* tests/unit/api/test_schema_rules.c - required fields, and members that exclude each other. */
#include "api/schema_rules.h"
#include "base/write_json.h"
#include "tests/lib/check.h"

static const struct schema_field inner_fields[] = {
    { .key = "name", .kind = SCHEMA_TEXT, .required = true },
};
static const struct schema inner = { .name = "Inner", SCHEMA_FIELDS(inner_fields) };
static const struct schema_field fields[] = {
    { .key = "plain", .kind = SCHEMA_TEXT },
    { .key = "inside", .kind = SCHEMA_MAP, .inside = true, .schema = &inner },
    { .key = "one", .kind = SCHEMA_TEXT, .member = true },
    { .key = "other", .kind = SCHEMA_TEXT, .member = true },
    { .key = "renamed", .older = "former", .kind = SCHEMA_TEXT },
};
static const struct schema outer = { .name = "Outer",
                                     .need_one = "needs one",
                                     SCHEMA_FIELDS(fields) };

static const char *json(const struct node *node, struct arena *arena)
{
    AUTO_TEXT out = { 0 };

    write_json(&out, node, false);
    return arena_text(arena, out.bytes);
}

static void each_reader_gets_the_rules_in_its_terms(void **state)
{
    struct arena *arena = arena_new();
    struct node *editor = node_map(arena), *server = node_map(arena), *item = node_map(arena),
                *required = node_map(arena);

    (void)state;
    schema_rules_add_required(required, &outer, arena);
    assert_string_equal(json(required, arena),
                        "{\"required\":[\"inside\"]}"); /* a field in it is */
    schema_rules_add_json(editor, &outer, arena);
    assert_string_equal(json(editor, arena),
                        "{\"allOf\":[{\"not\":{\"required\":[\"one\",\"other\"]}},"
                        "{\"not\":{\"required\":[\"renamed\",\"former\"]}}],"
                        "\"anyOf\":[{\"required\":[\"one\"]},{\"required\":[\"other\"]}]}");
    schema_rules_add_cel(server, &outer, false, arena);
    assert_non_null(strstr(json(server, arena), "has(self.one), has(self.other)"));
    assert_non_null(strstr(json(server, arena), "has(self.renamed), has(self.former)"));
    schema_rules_add_cel(item, &outer, true, arena);
    assert_int_equal(item->count, 0); /* too dear in a list without a limit */
    arena_free(arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = { cmocka_unit_test(each_reader_gets_the_rules_in_its_terms) };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
