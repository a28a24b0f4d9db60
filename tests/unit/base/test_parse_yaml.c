/* tests/unit/base/test_parse_yaml.c - what YAML becomes, where its values are, and how each mistake
 * is told. */
#include "base/parse.h"
#include "base/parse_yaml.h"
#include "base/write_json.h"
#include "tests/lib/check.h"

#include "base/write.h"

/* All documents of text as JSON lines, then the diags. */
static const char *read_all(const char *text, size_t len, struct arena *arena)
{
    struct diags diags = { .arena = arena };
    AUTO_TEXT out = { 0 };
    AUTO(parse_yaml_close)
    struct yaml_reader *reader = parse_yaml_open("t.yaml", text, len, &diags);
    const struct node *node;
    int got;

    text_adds(&out, "");
    while ((got = parse_yaml_next(reader, &node, arena)) > 0) {
        write_json(&out, node, false);
        text_addc(&out, '\n');
    }
    text_adds(&out, diags_text(&diags));
    if (got < 0) {
        size_t errors = diags.errors;

        text_adds(&out, "unreadable\n");
        assert_true(errors >= 1);
        assert_int_equal(parse_yaml_next(reader, &node, arena), -1); /* and no second diag */
        assert_int_equal(diags.errors, errors);
    }
    return arena_text(arena, out.bytes);
}

// clang-format off
static const struct { const char *sentence, *text, *want; } documents[] = {
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
    { "anchors and aliases", "a: &x {b: [1, 2]}\nc: *x\nd: [*x]\n", "{\"a\":{\"b\":[1,2]},\"c\":{\"b\":[1,2]},\"d\":[{\"b\":[1,2]}]}\n" },
    { "an anchor given twice: the last one counts", "a: &x 1\nb: &x 2\nc: *x\n", "{\"a\":1,\"b\":2,\"c\":2}\n" },
    { "a key that looks like a number", "1: a\ntrue: b\n", "{\"1\":\"a\",\"true\":\"b\"}\n" },
    { "an explicit key", "? a\n: b\n", "{\"a\":\"b\"}\n" },
    { "a merge key: what the map says itself wins", "a: &x {b: 1, c: 2}\nd:\n  <<: *x\n  c: 3\n", "{\"a\":{\"b\":1,\"c\":2},\"d\":{\"c\":3,\"b\":1}}\n" },
    { "a merge of a list: the earlier map wins", "- &x {b: 1}\n- &y {b: 2, c: 3}\n- <<: [*x, *y, {d: 4}]\n", "[{\"b\":1},{\"b\":2,\"c\":3},{\"b\":1,\"c\":3,\"d\":4}]\n" },
    { "a merge of what was merged", "- &x {b: 1}\n- &y {<<: *x, c: 2}\n- {<<: *y}\n", "[{\"b\":1},{\"c\":2,\"b\":1},{\"c\":2,\"b\":1}]\n" },
    { "a key before its merge: told, for kubectl and kustomize differ", "a: &x {b: 1}\nc: {b: 2, <<: *x}\n", "{\"a\":{\"b\":1},\"c\":{\"b\":2}}\nt.yaml:2:5: the key b stands before << and is in what is merged, too, which kubectl and kustomize read differently; move << to the top of its map\n" },
    { "two merge keys are a duplicate", "a: &x {b: 1}\nc: {<<: *x, <<: {d: 1}}\n", "{\"a\":{\"b\":1},\"c\":{\"b\":1}}\nt.yaml:2:13: the key << is here a second time, the first is in line 2; remove one\n" },
    { "a text that looks like a directive", "a: |\n  %TAG x\nb: 1\n", "{\"a\":\"%TAG x\\n\",\"b\":1}\n" },
    { "a quoted << is a common key", "'<<': 1\n", "{\"<<\":1}\n" },
    { "the YAML 1.2 directive", "%YAML 1.2\n---\na: 1\n", "{\"a\":1}\n" },
    { "a duplicate key: told, and the first stays", "a: 1\nb: 2\na: 3\n", "{\"a\":1,\"b\":2}\nt.yaml:3:1: the key a is here a second time, the first is in line 1; remove one\n" },
    { "an unknown tag: told, the rest goes on", "a: !secret x\nb: 1\n", "{\"a\":\"x\",\"b\":1}\nt.yaml:1:4: the tag !secret is not supported; remove it\n" },
    { "binary is such a tag", "a: !!binary aGk=\n", "{\"a\":\"aGk=\"}\nt.yaml:1:4: the tag tag:yaml.org,2002:binary is not supported; remove it\n" },
    { "a tag that does not fit", "a: !!int x\nb: !!str {}\nc: !!seq {}\n", "{\"a\":\"x\",\"b\":{},\"c\":{}}\nt.yaml:1:4: the value does not fit its tag !!int; correct the value or remove the tag\nt.yaml:2:4: the value does not fit its tag !!str; correct the value or remove the tag\nt.yaml:3:4: the value does not fit its tag !!seq; correct the value or remove the tag\n" },
    { "a document before the unreadable one stays", "a: 1\n---\nb: [\n", "{\"a\":1}\nt.yaml:4:1: expected a value here; the file ends here\nunreadable\n" },
};

static const struct { const char *sentence, *text, *want; } mistakes[] = {
    { "a tab for indentation", "a:\n\tb: 1\n", "t.yaml:2:1: a tab; YAML is indented with spaces, replace it\n" },
    { "a colon in a plain text", "a: b: c\n", "t.yaml:1:5: a ':' makes a key where none may stand; indent the line, or quote the text that holds ': '\n" },
    { "a line without a colon", "a: 1\nb\nc: 2\n", "t.yaml:3:1: a key has no ':' after it; write 'key: value', or indent the line if it continues a text (in the key that began in line 2)\n" },
    { "wrong indentation", "a:\n  b: 1\n c: 2\n", "t.yaml:3:2: expected a key here; check the indentation of this line (in the map that began in line 1)\n" },
    { "a percent sign at the start of a value", "a: %x\n", "t.yaml:1:4: a value cannot begin with this character; quote it\n" },
    { "an open quote", "a: \"x\n", "t.yaml:2:1: a quoted text is still open; close its quote (in the quoted text that began in line 1); the file ends here\n" },
    { "an open list", "a: [1, 2\nb: 3\n", "t.yaml:2:2: expected ',' or ']' in a [...] list (in the list that began in line 1)\n" },
    { "an unknown escape", "a: \"\\q\"\n", "t.yaml:1:5: an unknown escape after '\\' in a \"...\" text; write '\\\\' for a backslash\n" },
    { "a list item beside a key", "a: - 1\n", "t.yaml:1:4: a '- ' item cannot begin here; put it on its own line\n" },
    { "a merge key with a text", "a: &x b\nc:\n  <<: *x\n", "t.yaml:1:4: the merge key << takes a map or a list of maps, such as <<: *name\n" },
    { "a merge key with a list of texts", "c:\n  <<: [b]\n", "t.yaml:2:7: the merge key << takes a map or a list of maps, such as <<: *name\n" },
    { "a merge key with an alias of a list, which kubectl refuses", "a: &x [{b: 1}]\nc: {<<: *x}\n", "t.yaml:1:4: the merge key << takes a map or a list of maps, such as <<: *name\n" },
    { "a %TAG directive", "%TAG !a! x\n---\na: 1\n", "t.yaml:1:1: the %TAG directive is not supported; remove it\n" },
    { "a template", "{{- if .Values.mesh }}\na: 1\n{{- end }}\n", "t.yaml:1:2: is a template (Helm or Go); render it first and keep the result here\n" },
    { "a template in a value", "a:\n  b: {{ .Release.Name }}\n", "t.yaml:2:7: is a template (Helm or Go); render it first and keep the result here\n" },
    { "a mistake beside braces in a text", "a: \"x {{ y }}\"\nb: [\n", "t.yaml:3:1: expected a value here; the file ends here\n" },
    { "a merge conflict", "a: 1\n<<<<<<< HEAD\nb: 2\n=======\nb: 3\n>>>>>>> x\n", "t.yaml:3:1: has the marks of a merge conflict (<<<<<<<); resolve it\n" },
    { "a page", "<html a: b: c>\n", "t.yaml:1:11: is a web page (HTML), such as a sign-in or error page, instead of the file; fetch it again\n" },
    { "a list as a key", "? [a]\n: b\n", "t.yaml:1:3: a map or a list cannot be a key; a key is a text\n" },
    { "an alias as a key", "a: &x y\n*x : b\n", "t.yaml:2:1: an alias cannot be a key; write the key itself\n" },
    { "an anchor at a key", "&x a: b\n", "t.yaml:1:1: a key cannot have an anchor; put the anchor at a value\n" },
    { "no key before the colon", "?\n: b\n", "t.yaml:1:2: a key is missing before ':'\n" },
    { "an alias without an anchor", "a: *x\n", "t.yaml:1:4: the alias *x has no anchor &x before it\n" },
    { "an alias to an anchor of another document", "a: &x 1\n---\nb: *x\n", "{\"a\":1}\nt.yaml:3:4: the alias *x has no anchor &x before it\n" },
    { "an alias inside its own anchor", "a: &x\n  b: *x\n", "t.yaml:2:6: the alias *x stands inside its own anchor\n" },
    { "a byte that is not UTF-8", "a: 1\nb: \xC3\xA4\xFF\n", "t.yaml:2:5: not UTF-8 (byte 0xFF); save the file as UTF-8\n" },
    { "a control character", "a: 1\nb: \x01\n", "t.yaml:2:4: a control character; remove it, or write it as an escape in a \"...\" text\n" },
    { "an escaped NUL", "a: \"\\0\"\n", "t.yaml:1:4: a NUL character (\\0) cannot be part of a text; remove it\n" },
    { "an escaped NUL in a key", "\"\\0\": a\n", "t.yaml:1:1: a NUL character (\\0) cannot be part of a key\n" },
};
// clang-format on

static void documents_become_trees(void **state)
{
    AUTO(arena_free) struct arena *arena = arena_new();

    (void)state;
    for (size_t i = 0; i < LENGTH(documents); i++) {
        CASE(documents[i].sentence);
        assert_string_equal(read_all(documents[i].text, strlen(documents[i].text), arena),
                            documents[i].want);
    }
}

static void mistakes_say_where_and_what(void **state)
{
    AUTO(arena_free) struct arena *arena = arena_new();

    (void)state;
    for (size_t i = 0; i < LENGTH(mistakes); i++) {
        CASE(mistakes[i].sentence);
        assert_string_equal(read_all(mistakes[i].text, strlen(mistakes[i].text), arena),
                            arena_printf(arena, "%sunreadable\n", mistakes[i].want));
    }
}

static void bytes_that_are_no_utf8_text(void **state)
{
    AUTO(arena_free) struct arena *arena = arena_new();

    (void)state;
    assert_string_equal(read_all("\xFF\xFE"
                                 "a\0",
                                 4, arena),
                        "t.yaml: is UTF-16; save it as UTF-8\nunreadable\n");
    assert_string_equal(read_all("\xFE\xFF\0a", 4, arena),
                        "t.yaml: is UTF-16; save it as UTF-8\nunreadable\n");
    assert_string_equal(read_all("a\0:\0", 4, arena),
                        "t.yaml: is UTF-16; save it as UTF-8\nunreadable\n");
    assert_string_equal(read_all("\0GITCRYPT\0abc", 13, arena),
                        "t.yaml: is encrypted by git-crypt, which weft does not decrypt; keep "
                        "this file in plain text\nunreadable\n");
    assert_string_equal(read_all("\xFF"
                                 "a: 1",
                                 5, arena),
                        "t.yaml:1:1: not UTF-8 (byte 0xFF); save the file as UTF-8\nunreadable\n");
    assert_string_equal(read_all("a: 1\nb\0", 7, arena),
                        "t.yaml:2:2: a NUL byte (0x00); this is no text file\nunreadable\n");
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
    all = read_all(text.bytes, text.len, arena);
    assert_true(text_ends(
        all, "t.yaml:5099:1: the key key98 is here a second time, the first is in line 99; "
             "remove one\nt.yaml:5100:1: the 100th key that is here a second time; the rest "
             "is not read\nunreadable\n"));
}

/* A merged member is where it is written, so that a mistake in it is shown where it is mended. */
static void merged_members_keep_their_place(void **state)
{
    AUTO(arena_free) struct arena *arena = arena_new();
    struct diags diags = { .arena = arena };
    const struct node *root = yaml("a: &x\n  b: 1\nc:\n  <<: *x\n  d: 2\n", &diags);
    const struct node *merged = node_find(root->last, "b");

    (void)state;
    assert_int_equal(root->last->count, 2);
    assert_int_equal(merged->line, 2);
    assert_int_equal(merged->column, 6);
    assert_int_equal(merged->key_line, 2);
    assert_int_equal(merged->key_column, 3);
}

/* The first line of the diags, and that the rest is unreadable. */
static const char *refusal(const char *text, size_t len, struct arena *arena)
{
    char *all = arena_text(arena, read_all(text, len, arena)), *end = strchr(all, '\n');

    assert_non_null(end);
    assert_string_equal(end, "\nunreadable\n");
    *end = '\0';
    return all;
}

/* libyaml would compare each with all before it: it must not get to see them. */
static void many_directives_never_reach_libyaml(void **state)
{
    static const char *const breaks[] = { "\n", "\r", "\r\n", "\xC2\x85", "\xE2\x80\xA8" };
    AUTO(arena_free) struct arena *arena = arena_new();

    (void)state;
    for (size_t i = 0; i < LENGTH(breaks); i++) {
        AUTO_TEXT text = { 0 };

        while (text.len < 6 * 1024 * 1024)
            text_addf(&text, "%%TAG !a%zu! x%s", text.len, breaks[i]);
        text_adds(&text, "--- a: 1\n");
        assert_true(text_ends(refusal(text.bytes, text.len, arena),
                              ": the %TAG directive is not supported; remove it"));
    }
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
    assert_false(strstr(read_all(text.bytes, text.len, arena), "unreadable"));
    text_clear(&text);
    for (int i = 0; i < 100000; i++)
        text_addc(&text, '[');
    assert_string_equal(refusal(text.bytes, text.len, arena),
                        "t.yaml:1:65: nested more than 64 levels deep");
    text_clear(&text);
    for (int i = 0; i < 100; i++)
        text_addf(&text, "%*sa:\n", i, "");
    assert_string_equal(refusal(text.bytes, text.len, arena),
                        "t.yaml:65:65: nested more than 64 levels deep");
    text_clear(&text);
    text_addc(&text, '[');
    for (int i = 0; i < PARSE_NODES_MAX; i++)
        text_adds(&text, "1,");
    text_addc(&text, ']');
    assert_string_equal(
        refusal(text.bytes, text.len, arena),
        "t.yaml:1:4000000: more than 2000000 values (aliases expanded); split the file");
}

static void a_large_file_is_one_diag(void **state)
{
    AUTO(arena_free) struct arena *arena = arena_new();
    AUTO_TEXT text = { 0 };

    (void)state;
    text_adds(&text, "a: ");
    while (text.len < PARSE_BYTES_MAX - 1)
        text_addc(&text, 'x');
    text_addc(&text, '\n');
    assert_int_equal(text.len, PARSE_BYTES_MAX);
    assert_false(strstr(read_all(text.bytes, text.len, arena), "unreadable"));
    while (text.len < 10 * 1024 * 1024)
        text_addc(&text, '#');
    assert_string_equal(refusal(text.bytes, text.len, arena),
                        "t.yaml: is 10.0 MB, more than the 8 MB that weft reads; split it");
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
        strstr(refusal(text.bytes, text.len, arena),
               "aliases expand to more than 200000 values or 8 MB; write the values out"));

    text_clear(&text);
    text_adds(&text, "a: &a ");
    for (int i = 0; i < 1024 * 1024; i++)
        text_addc(&text, 'x');
    text_adds(&text, "\nb: [*a, *a, *a, *a, *a, *a, *a, *a, *a]\n");
    assert_string_equal(
        refusal(text.bytes, text.len, arena),
        "t.yaml:2:37: aliases expand to more than 200000 values or 8 MB; write the values out");

    text_clear(&text);
    text_adds(&text, "a0: &a0 [1]\n");
    for (int i = 1; i < 70; i++)
        text_addf(&text, "a%d: &a%d [*a%d]\n", i, i, i - 1);
    assert_non_null(
        strstr(refusal(text.bytes, text.len, arena), "nested more than 64 levels deep"));
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
        cmocka_unit_test(bytes_that_are_no_utf8_text),
        cmocka_unit_test(places),
        cmocka_unit_test(long_lists_have_an_index),
        cmocka_unit_test(duplicates_in_a_large_map),
        cmocka_unit_test(too_many_duplicates_end_the_file),
        cmocka_unit_test(merged_members_keep_their_place),
        cmocka_unit_test(many_directives_never_reach_libyaml),
        cmocka_unit_test(limits),
        cmocka_unit_test(a_large_file_is_one_diag),
        cmocka_unit_test(alias_bombs_end),
        cmocka_unit_test(one_document_of_a_configuration),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
