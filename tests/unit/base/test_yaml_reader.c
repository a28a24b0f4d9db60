/* tests/unit/base/test_yaml_reader.c - what is known while a stream is read: duplicates, the index
 * of lists, and what a file is that is no YAML */
#include "tests/lib/documents.h"

/* clang-format off */
static const struct documents_row mistakes[] = {
    { "a template", "{{- if .Values.mesh }}\na: 1\n{{- end }}\n", "t.yaml:1:2: is a template (Helm or Go); render it first and keep the result here\n" },
    { "a template in a value", "a:\n  b: {{ .Release.Name }}\n", "t.yaml:2:7: is a template (Helm or Go); render it first and keep the result here\n" },
    { "a mistake beside braces in a text", "a: \"x {{ y }}\"\nb: [\n", "t.yaml:3:1: expected a value here; the file ends here\n" },
    { "a merge conflict", "a: 1\n<<<<<<< HEAD\nb: 2\n=======\nb: 3\n>>>>>>> x\n", "t.yaml:3:1: has the marks of a merge conflict (<<<<<<<); resolve it\n" },
    { "a page", "<html a: b: c>\n", "t.yaml:1:11: is a web page (HTML), such as a sign-in or error page, instead of the file; fetch it again\n" },
};
/* clang-format on */

static void mistakes_say_where_and_what(void **state)
{
    (void)state;
    documents_check(mistakes, LENGTH(mistakes), "unreadable\n");
}

static void long_lists_have_an_index(void **state)
{
    AUTO(arena_free) struct arena *arena = arena_new();
    AUTO_TEXT text = { 0 };
    struct diags diags = { .arena = arena };
    const struct node *list, *item;

    (void)state;
    text_adds(&text, "a: &a\n");
    for (int i = 0; i < 100; i++)
        text_addf(&text, "- %d\n", i);
    text_adds(&text, "b: *a\n");
    for (list = yaml(text.bytes, &diags)->first; list; list = list->next) {
        item = list->first;
        assert_int_equal(list->count, 100);
        for (size_t i = 0; i < 100; i++, item = item->next)
            assert_ptr_equal(list->items[i], item);
    }
}

/* key0 to key4999, then the first extra of them again. */
static void add_keys(struct text *text, int extra)
{
    for (int i = 0; i < 5000 + extra; i++)
        text_addf(text, "key%d: %d\n", i % 5000, i / 5000);
}

static void duplicates_in_a_large_map(void **state)
{
    AUTO(arena_free) struct arena *arena = arena_new();
    AUTO_TEXT text = { 0 };
    struct diags diags = { .arena = arena };
    const struct node *map;

    (void)state;
    add_keys(&text, 99);
    map = yaml(text.bytes, &diags);
    assert_int_equal(map->count, 5000);
    assert_string_equal(node_get(map, "key98", NULL), "0");
    assert_int_equal(diags.errors, 99);
}

static void too_many_duplicates_end_the_file(void **state)
{
    AUTO(arena_free) struct arena *arena = arena_new();
    AUTO_TEXT text = { 0 };
    const char *all;

    (void)state;
    add_keys(&text, 2000);
    all = documents_read(text.bytes, text.len, arena);
    assert_true(text_ends(
        all, "t.yaml:5099:1: the key key98 is here a second time, the first is in line 99; "
             "remove one\nt.yaml:5100:1: the 100th key that is here a second time; the rest "
             "is not read\nunreadable\n"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(mistakes_say_where_and_what),
        cmocka_unit_test(long_lists_have_an_index),
        cmocka_unit_test(duplicates_in_a_large_map),
        cmocka_unit_test(too_many_duplicates_end_the_file),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
