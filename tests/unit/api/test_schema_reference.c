/* tests/unit/api/test_schema_reference.c - the field reference has each field of each table, and
 * each of its links has a target.  The file in docs/ is compared by tests/schemas/in-tree. */
#include "api/kinds.h"
#include "api/schema_reference.h"
#include "tests/lib/specs_sample.h"

#include <string.h>

static void find_rows(const char *page, const struct schema *schema, struct arena *arena)
{
    for (size_t i = 0; i < schema->count; i++) {
        const struct schema_field *field = &schema->fields[i];

        if (!strstr(page, arena_printf(arena, "\n| `%s` | ", field->key)))
            fail_msg("%s.%s is missing", schema->name, field->key);
        if (!strstr(page, field->doc))
            fail_msg("%s.%s has no sentence", schema->name, field->key);
        if (field->schema)
            find_rows(page, field->schema, arena);
    }
}

static void test_every_field(void **state)
{
    AUTO(arena_free) struct arena *arena = arena_new();
    AUTO_TEXT page = { 0 };

    (void)state;
    schema_reference_write(&page);
    for (int kind = 0; kind < KIND_COUNT; kind++) {
        assert_non_null(strstr(page.bytes, arena_printf(arena, "\n## %s\n",
                                                        object_kind_name((enum object_kind)kind))));
        find_rows(page.bytes, kind_rows[kind].spec, arena);
    }
}

static size_t count_of(const char *page, const char *part)
{
    size_t count = 0;

    for (const char *at = page; (at = strstr(at, part)); at++)
        count++;
    return count;
}

/* One section for each name, so that its anchor is the only one. */
static void test_links(void **state)
{
    AUTO(arena_free) struct arena *arena = arena_new();
    AUTO_TEXT page = { 0 };

    (void)state;
    schema_reference_write(&page);
    for (const char *at = page.bytes; (at = strstr(at, "](#")); at++) {
        const char *open = at;

        while (*open != '[')
            open--;
        open = arena_bytes(arena, open + 1, (size_t)(at - open - 1));
        if (count_of(page.bytes, arena_printf(arena, "\n### %s\n", open)) != 1)
            fail_msg("%s has not one section", open);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_every_field),
        cmocka_unit_test(test_links),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
