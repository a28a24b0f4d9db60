/* tests/unit/base/test_yaml_alias.c - aliases become copies, within limits */
#include "tests/lib/documents.h"

/* clang-format off */
static const struct documents_row documents[] = {
    { "anchors and aliases", "a: &x {b: [1, 2]}\nc: *x\nd: [*x]\n", "{\"a\":{\"b\":[1,2]},\"c\":{\"b\":[1,2]},\"d\":[{\"b\":[1,2]}]}\n" },
    { "an anchor given twice: the last one counts", "a: &x 1\nb: &x 2\nc: *x\n", "{\"a\":1,\"b\":2,\"c\":2}\n" },
};

static const struct documents_row mistakes[] = {
    { "an alias as a key", "a: &x y\n*x : b\n", "t.yaml:2:1: an alias cannot be a key; write the key itself\n" },
    { "an anchor at a key", "&x a: b\n", "t.yaml:1:1: a key cannot have an anchor; put the anchor at a value\n" },
    { "an alias without an anchor", "a: *x\n", "t.yaml:1:4: the alias *x has no anchor &x before it\n" },
    { "an alias to an anchor of another document", "a: &x 1\n---\nb: *x\n", "{\"a\":1}\nt.yaml:3:4: the alias *x has no anchor &x before it\n" },
    { "an alias inside its own anchor", "a: &x\n  b: *x\n", "t.yaml:2:6: the alias *x is inside its own anchor\n" },
};
/* clang-format on */

static void documents_become_trees(void **state)
{
    (void)state;
    documents_check(documents, LENGTH(documents), "");
}

static void mistakes_say_where_and_what(void **state)
{
    (void)state;
    documents_check(mistakes, LENGTH(mistakes), "unreadable\n");
}

static void alias_bombs_end(void **state)
{
    AUTO(arena_free) struct arena *arena = arena_new();
    AUTO_TEXT text = { 0 };

    (void)state;
    text_adds(&text, "a0: &a0 [1,1,1,1,1,1,1,1,1,1]\n");
    for (int i = 1; i < 10; i++)
        text_addf(&text, "a%d: &a%d [*a%d,*a%d,*a%d,*a%d,*a%d,*a%d,*a%d,*a%d,*a%d,*a%d]\n", i, i,
                  i - 1, i - 1, i - 1, i - 1, i - 1, i - 1, i - 1, i - 1, i - 1, i - 1);
    assert_non_null(
        strstr(documents_refusal(text.bytes, text.len, arena),
               "aliases expand to more than 200000 values or 8 MB; write the values out"));

    text_clear(&text);
    text_adds(&text, "a: &a ");
    for (int i = 0; i < 1024 * 1024; i++)
        text_addc(&text, 'x');
    text_adds(&text, "\nb: [*a, *a, *a, *a, *a, *a, *a, *a, *a]\n");
    assert_string_equal(
        documents_refusal(text.bytes, text.len, arena),
        "t.yaml:2:37: aliases expand to more than 200000 values or 8 MB; write the values out");

    text_clear(&text);
    text_adds(&text, "a0: &a0 [1]\n");
    for (int i = 1; i < 70; i++)
        text_addf(&text, "a%d: &a%d [*a%d]\n", i, i, i - 1);
    assert_non_null(
        strstr(documents_refusal(text.bytes, text.len, arena), "nested more than 64 levels deep"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(documents_become_trees),
        cmocka_unit_test(mistakes_say_where_and_what),
        cmocka_unit_test(alias_bombs_end),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
