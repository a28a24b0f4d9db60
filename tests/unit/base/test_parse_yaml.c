/* tests/unit/base/test_parse_yaml.c - what YAML becomes, where its values are, and how each mistake
 * is reported. */
#include "base/parse.h"
#include "base/parse_yaml.h"
#include "tests/lib/documents.h"

// clang-format off
static const struct documents_row documents[] = {
    { "a map with all kinds", "a: 1\nb: x\nc: true\nd: ~\ne: [1, {f: g}]\n", "{\"a\":1,\"b\":\"x\",\"c\":true,\"d\":null,\"e\":[1,{\"f\":\"g\"}]}\n" },
    { "quoted scalars are strings", "[\"1\", 'true', \"null\", \"\"]", "[\"1\",\"true\",\"null\",\"\"]\n" },
    { "block scalars are strings", "a: |\n  1\nb: >-\n  x\n  y\n", "{\"a\":\"1\\n\",\"b\":\"x y\"}\n" },
    { "a plain text over two lines", "a: x\n  y\n", "{\"a\":\"x y\"}\n" },
    { "booleans of Kubernetes' reader", "[yes, No, on, y]", "[true,false,true,true]\n" },
    { "numbers that JSON cannot write", "[0x1F, .inf, 010]", "[\"0x1F\",\".inf\",\"010\"]\n" },
    { "three documents, one of them empty", "a: 1\n---\n# nothing\n---\nb: 2\n...\n---\nc: 3\n", "{\"a\":1}\n{\"b\":2}\n{\"c\":3}\n" },
    { "nothing at all", "", "" },
    { "only a comment", "# hello\n", "" },
    { "nulls that are written", "---\n~\n---\nnull\n---\n", "null\nnull\n" },
    { "a byte order mark", "\xEF\xBB\xBF" "a: 1\n", "{\"a\":1}\n" },
    { "carriage returns", "a: 1\r\nb: 2\r\n", "{\"a\":1,\"b\":2}\n" },
    { "JSON", "{\"a\": [1, 2.5e3, \"\\u00e4\\/\"], \"b\": {}}", "{\"a\":[1,2.5e3,\"\xC3\xA4/\"],\"b\":{}}\n" },
    { "tags that say what is there", "a: !!str 1\nb: !!int '2'\nc: !!map {}\nd: !!seq []\ne: !!float 1\nf: !!null ~\ng: !!bool yes\n", "{\"a\":\"1\",\"b\":2,\"c\":{},\"d\":[],\"e\":1,\"f\":null,\"g\":true}\n" },
    { "a key that looks like a number", "1: a\ntrue: b\n", "{\"1\":\"a\",\"true\":\"b\"}\n" },
    { "an explicit key", "? a\n: b\n", "{\"a\":\"b\"}\n" },
    { "a text that looks like a directive", "a: |\n  %TAG x\nb: 1\n", "{\"a\":\"%TAG x\\n\",\"b\":1}\n" },
    { "a quoted << is a common key", "'<<': 1\n", "{\"<<\":1}\n" },
    { "the YAML 1.2 directive", "%YAML 1.2\n---\na: 1\n", "{\"a\":1}\n" },
    { "a duplicate key: told, and the first stays", "a: 1\nb: 2\na: 3\n", "{\"a\":1,\"b\":2}\nt.yaml:3:1: the key a is here a second time, the first is in line 1; remove one\n" },
    { "an unknown tag: told, the rest goes on", "a: !secret x\nb: 1\n", "{\"a\":\"x\",\"b\":1}\nt.yaml:1:4: the tag !secret is not supported; remove it\n" },
    { "binary is such a tag", "a: !!binary aGk=\n", "{\"a\":\"aGk=\"}\nt.yaml:1:4: the tag tag:yaml.org,2002:binary is not supported; remove it\n" },
    { "a tag that does not fit", "a: !!int x\nb: !!str {}\nc: !!seq {}\n", "{\"a\":\"x\",\"b\":{},\"c\":{}}\nt.yaml:1:4: the value does not fit its tag !!int; correct the value or remove the tag\nt.yaml:2:4: the value does not fit its tag !!str; correct the value or remove the tag\nt.yaml:3:4: the value does not fit its tag !!seq; correct the value or remove the tag\n" },
    { "a document with text behind it does not, and those before it do", "a: 1\n---\n{b: 1}}\n---\nc: 1\n", "{\"a\":1}\nt.yaml:3:7: expected the end of the document; put '---' between documents, or indent the line\nunreadable\n" },
    { "directives of the next document", "{a: 1}\n...\n%YAML 1.2\n---\nb: 2\n", "{\"a\":1}\n{\"b\":2}\n" },
    { "a document before the unreadable one stays", "a: 1\n---\nb: [\n", "{\"a\":1}\nt.yaml:4:1: expected a value here; the file ends here\nunreadable\n" },
};

static const struct documents_row mistakes[] = {
    { "a %TAG directive", "%TAG !a! x\n---\na: 1\n", "t.yaml:1:1: the %TAG directive is not supported; remove it\n" },
    { "a list as a key", "? [a]\n: b\n", "t.yaml:1:3: a map or a list cannot be a key; a key is a text\n" },
    { "no key before the colon", "?\n: b\n", "t.yaml:1:2: a key is missing before ':'\n" },
    { "a brace too many: the document is cut short", "{a: {b: 1}}, c: 2}\n", "t.yaml:1:12: expected the end of the document; put '---' between documents, or indent the line\n" },
    { "a line behind the last brace", "{a: 1}\nb: 2\n", "t.yaml:2:1: expected the end of the document; put '---' between documents, or indent the line\n" },
    { "a line behind the end of a document", "a: 1\n...\nb: 2\n", "t.yaml:3:1: expected the end of the document; put '---' between documents, or indent the line\n" },
    { "no token behind a document", "{a: 1} @\n", "t.yaml:1:8: a value cannot begin with this character; quote it\n" },
    { "an escaped NUL", "a: \"\\0\"\n", "t.yaml:1:4: a NUL character (\\0) cannot be part of a text; remove it\n" },
    { "an escaped NUL in a key", "\"\\0\": a\n", "t.yaml:1:1: a NUL character (\\0) cannot be part of a key\n" },
};
// clang-format on

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

/* Values and keys know where they are, counted in characters from 1. */
static void places(void **state)
{
    AUTO(arena_free) struct arena *arena = arena_new();
    struct diags diags = { .arena = arena };
    const struct node *root = yaml("# first\n\xC3\xA4: {b: c}\nlist:\n- x\n-   y\n", &diags);
    const struct node *first = root->first, *b = first->first, *list = root->last;

    (void)state;
    assert_string_equal(root->file, "t.yaml");
    assert_int_equal(root->line, 2);
    assert_int_equal(first->key_line, 2);
    assert_int_equal(first->key_column, 1);
    assert_int_equal(first->column, 4);
    assert_int_equal(b->key_column, 5);
    assert_int_equal(b->column, 8);
    assert_int_equal(list->line, 4);
    assert_int_equal(list->key_line, 3);
    assert_int_equal(list->last->line, 5);
    assert_int_equal(list->last->column, 5);
}

static void limits(void **state)
{
    AUTO(arena_free) struct arena *arena = arena_new();
    AUTO_TEXT text = { 0 };

    (void)state;
    for (int i = 0; i < PARSE_DEPTH_MAX; i++)
        text_addc(&text, '[');
    for (int i = 0; i < PARSE_DEPTH_MAX; i++)
        text_addc(&text, ']');
    assert_false(strstr(documents_read(text.bytes, text.len, arena), "unreadable"));
    text_clear(&text);
    for (int i = 0; i < 100000; i++)
        text_addc(&text, '[');
    assert_string_equal(documents_refusal(text.bytes, text.len, arena),
                        "t.yaml:1:65: nested more than 64 levels deep");
    text_clear(&text);
    for (int i = 0; i < 100; i++)
        text_addf(&text, "%*sa:\n", i, "");
    assert_string_equal(documents_refusal(text.bytes, text.len, arena),
                        "t.yaml:65:65: nested more than 64 levels deep");
    text_clear(&text);
    text_addc(&text, '[');
    for (int i = 0; i < PARSE_NODES_MAX; i++)
        text_adds(&text, "1,");
    text_addc(&text, ']');
    assert_string_equal(
        documents_refusal(text.bytes, text.len, arena),
        "t.yaml:1:4000000: more than 2000000 values (aliases expanded); split the file");
}

static void one_document_of_a_configuration(void **state)
{
    // clang-format off
    static const struct { const char *sentence, *text; int result; const char *diags; } rows[] = {
        { "one map", "a: 1\n", 0, "" },
        { "an empty file is an empty map", "", 0, "" },
        { "a list", "[1]", 0, "" },
        { "two documents", "a: 1\n---\nb: 2\n", -1, "t.yaml:3:1: a second document begins here; this file holds one, remove the \"---\"\n" },
        { "a scalar", "hello\n", -1, "t.yaml:1:1: must be a map (key: value)\n" },
        { "a duplicate key", "a: 1\na: 2\n", -1, "t.yaml:2:1: the key a is here a second time, the first is in line 1; remove one\n" },
        { "rubbish after an explicit beginning", "---\n@x\n", -1, "t.yaml:2:1: a value cannot begin with this character; quote it\n" },
        { "an end in the line of the beginning", "--- }\n", -1, "t.yaml:1:5: expected a value here\n" },
        { "rubbish after the first document", "a: 1\n---\n[\n", -1, "t.yaml:4:1: expected a value here; the file ends here\n" },
    };
    // clang-format on
    AUTO(arena_free) struct arena *arena = arena_new();

    (void)state;
    for (size_t i = 0; i < LENGTH(rows); i++) {
        struct diags diags = { .arena = arena };
        const struct node *node = NULL;

        CASE(rows[i].sentence);
        assert_int_equal(
            parse_yaml(&node, "t.yaml", rows[i].text, strlen(rows[i].text), arena, &diags),
            rows[i].result);
        assert_string_equal(diags_text(&diags), rows[i].diags);
        assert_true(rows[i].result < 0 || node);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(documents_become_trees),
        cmocka_unit_test(mistakes_say_where_and_what),
        cmocka_unit_test(places),
        cmocka_unit_test(limits),
        cmocka_unit_test(one_document_of_a_configuration),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
