/* tests/unit/base/test_write_yaml.c - how our YAML looks, and that every tree reads back as it was.
 */
#include "base/write_yaml.h"
#include "tests/lib/check.h"

#include "base/write.h"
#include <stdlib.h>

static const char *written(const struct node *node, struct arena *arena)
{
    AUTO_TEXT out = { 0 };

    write_yaml(&out, node);
    return arena_bytes(arena, out.bytes, out.len);
}

// clang-format off
static const struct { const char *sentence, *text, *want; } looks[] = {
    { "maps in maps", "{a: {b: {c: 1}}, d: 2}", "a:\n  b:\n    c: 1\nd: 2\n" },
    { "items at the indent of their key", "a: [x, y]\nb: {c: [z]}", "a:\n- x\n- y\nb:\n  c:\n  - z\n" },
    { "maps in lists", "[{a: 1, b: [2]}, {c: {d: 3}}]", "- a: 1\n  b:\n  - 2\n- c:\n    d: 3\n" },
    { "lists in lists", "[[1, 2], [[3]], []]", "- - 1\n  - 2\n- - - 3\n- []\n" },
    { "empty ones", "{a: {}, b: []}", "a: {}\nb: []\n" },
    { "an empty document", "{}", "{}\n" },
    { "scalars keep their text", "[1e3, 0x1F, yes, ~, 1.50]", "- 1e3\n- 0x1F\n- yes\n- null\n- 1.50\n" },
    { "a PEM text", "a: {b: \"-----BEGIN X-----\\nabc\\n-----END X-----\\n\"}", "a:\n  b: |\n    -----BEGIN X-----\n    abc\n    -----END X-----\n" },
    { "a PEM text in a list", "[\"x\\ny\\n\", 1]", "- |\n  x\n  y\n- 1\n" },
    { "no line break at the end", "a: \"x\\ny\"", "a: |-\n  x\n  y\n" },
    { "an empty line inside", "a: \"x\\n\\ny\\n\"", "a: |\n  x\n\n  y\n" },
    { "two line breaks at the end", "a: \"x\\n\\n\"", "a: \"x\\n\\n\"\n" },
    { "a blank first", "a: \" x\\ny\\n\"", "a: \" x\\ny\\n\"\n" },
    { "a line that is indented", "a: \"x\\n  y\\n\"", "a: \"x\\n  y\\n\"\n" },
    { "a carriage return", "a: \"x\\r\\ny\\r\\n\"", "a: \"x\\r\\ny\\r\\n\"\n" },
    { "only a line break", "a: \"\\n\"", "a: \"\\n\"\n" },
    { "a root scalar of lines", "\"x\\ny\\n\"", "|\n  x\n  y\n" },
    { "keys are quoted as values are", "{'yes': 1, 'a b': 2, 'a: b': 3, '': 4, 'x': 5}", "\"yes\": 1\na b: 2\n\"a: b\": 3\n\"\": 4\nx: 5\n" },
    { "control characters", "\"\\x01\\e\\x7f\\u0085\\u2028\\ufeff\\t\\\"\\\\\"", "\"\\x01\\x1B\\x7F\\x85\\u2028\\uFEFF\\t\\\"\\\\\"\n" },
    { "other languages pass", "[\"\\u00e4\\u20ac\\U0001F600\"]", "- \"\xC3\xA4\xE2\x82\xAC\xF0\x9F\x98\x80\"\n" },
};

static const char *const plain[] = {
    "istio-system", "reviews.bookinfo.svc.cluster-1.global", "/healthz", "a", "spiffe://cluster.local/ns/x/sa/y", "app.kubernetes.io/name",
    "networking.istio.io/v1", "AUTO_PASSTHROUGH", "ISTIO_MUTUAL", "30s", "1h", "10m", "250ms", "1password", "a b c", "x=y", "a,b", "f(x)", "a-", "_x", "nope", "onward",
    "http://x:80/y", "v1alpha3", "nulls", "15m0s",
};
static const char *const quoted[] = {
    "", "yes", "Yes", "YES", "no", "on", "OFF", "y", "N", "true", "False", "null", "NULL", "~", "nan", "INF", "tRuE",
    "1", "-1", "+1", "1.5", "1e3", "1E3", "0o17", "0x1F", "017", "1_000", ".5", ".inf", ".nan", "1:30", "190:20:30", "2026-01-01", "2026-11-23T11:00:00Z", "2026-11-23t11:00:00z",
    "10.0.0.1", "1.2.3", "12e03", "0b101", "=", "<<", "-", "--- x", "...", "- a", "? a", ": a", "a: b", "a:", "a #b", "#a", "*.global", "*a", "&a", "!a", "|", ">", "@a", "`a", "%a",
    "{a", "[a", "]", "}", ",a", "'a", "\"a", " a", "a ", "a  b", "a\tb", "\xC3\xA4", "a'b", "3fa85f64", "0", "9080",
};
// clang-format on

static void how_it_looks(void **state)
{
    AUTO(arena_free) struct arena *arena = arena_new();

    (void)state;
    for (size_t i = 0; i < LENGTH(looks); i++) {
        struct diags diags = { .arena = arena };

        CASE(looks[i].sentence);
        assert_string_equal(written(yaml(looks[i].text, &diags), arena), looks[i].want);
    }
}

static void a_string_is_quoted_only_where_it_must(void **state)
{
    AUTO(arena_free) struct arena *arena = arena_new();

    (void)state;
    for (size_t i = 0; i < LENGTH(plain); i++)
        assert_string_equal(written(node_string(arena, plain[i]), arena),
                            arena_printf(arena, "%s\n", plain[i]));
    for (size_t i = 0; i < LENGTH(quoted); i++) {
        const char *got = written(node_string(arena, quoted[i]), arena);
        struct diags diags = { .arena = arena };

        CASE(quoted[i]);
        assert_int_equal(got[0], '"');
        assert_string_equal(node_text(yaml(got, &diags)), quoted[i]);
    }
}

/* A tree, its YAML, the tree of that and its YAML: equal trees, equal bytes. */
static void check_round_trip(const struct node *tree, struct arena *arena)
{
    struct diags diags = { .arena = arena };
    struct node *root = node_map(arena), *copy = node_copy(arena, tree);
    const char *first, *second;
    const struct node *again;

    node_set(root, "root", copy); /* a null alone would be an empty document */
    first = written(root, arena);
    again = yaml(first, &diags);
    if (!node_equal(root, again))
        fail_msg("another tree from:\n%s", first);
    second = written(again, arena);
    assert_string_equal(first, second);
}

struct dice {
    uint64_t state;
};

/* xorshift64*: the same trees in every run. */
static size_t roll(struct dice *dice, size_t sides)
{
    dice->state ^= dice->state >> 12;
    dice->state ^= dice->state << 25;
    dice->state ^= dice->state >> 27;
    return (size_t)((dice->state * 0x2545F4914F6CDD1DU) >> 33) % sides;
}

static const char *random_text(struct dice *dice, struct arena *arena)
{
    static const char *const pieces[] = {
        "a",
        "B",
        "0",
        "1",
        "9",
        ".",
        "-",
        ":",
        " ",
        "#",
        "\n",
        "\n\n",
        "\t",
        "'",
        "\"",
        "\\",
        "|",
        ">",
        "&",
        "*",
        "!",
        "%",
        "@",
        "`",
        "[",
        "]",
        "{",
        "}",
        ",",
        "?",
        "=",
        "<<",
        "~",
        "yes",
        "null",
        "true",
        "0x",
        "1e3",
        ": ",
        " #",
        "- ",
        "---",
        "...",
        "\r",
        "\x01",
        "\x7F",
        "\xC2\x85",
        "\xC3\xA4",
        "\xE2\x80\xA8",
        "\xEF\xBB\xBF",
        "\xF0\x9F\x98\x80",
        "\xEF\xBF\xBE",
        "reviews",
        "svc.cluster",
        "_",
        "/",
        "  ",
        "+",
        "(",
        ")",
        ";",
    };
    AUTO_TEXT text = { 0 };

    text_adds(&text, "");
    for (size_t count = roll(dice, 7); count; count--)
        text_adds(&text,
                  roll(dice, 8) ? pieces[roll(dice, LENGTH(pieces))] : pieces[roll(dice, 4)]);
    if (roll(dice, 400) == 0)
        for (int i = 0; i < 300; i++)
            text_adds(&text, "long ");
    return arena_text(arena, text.bytes);
}

static struct node *random_tree(struct dice *dice, struct arena *arena, int depth)
{
    size_t kind = roll(dice, depth > 5 ? 4 : 8), count = roll(dice, 5);
    struct node *node;

    if (kind == 0)
        return node_int(arena, (int64_t)roll(dice, 100000) - 50000);
    if (kind == 1)
        return node_bool(arena, roll(dice, 2));
    if (kind < 4)
        return node_string(arena, random_text(dice, arena));
    node = kind < 6 ? node_map(arena) : node_list(arena);
    for (; count; count--) {
        const char *key = random_text(dice, arena);

        if (kind >= 6)
            node_add(node, random_tree(dice, arena, depth + 1));
        else if (!node_find(node, key))
            node_set(node, key, random_tree(dice, arena, depth + 1));
    }
    return node;
}

static void random_trees_come_back(void **state)
{
    AUTO(arena_free) struct arena *arena = arena_new();
    struct dice dice = { 0x9E3779B97F4A7C15U };

    (void)state;
    for (int i = 0; i < 5000; i++) {
        check_round_trip(random_tree(&dice, arena, 0), arena);
        arena_reset(arena);
    }
}

/* Every text of up to three pieces that could confuse a reader. */
static void short_texts_come_back(void **state)
{
    static const char alphabet[] = "a1.-: #\n\"'|~";
    AUTO(arena_free) struct arena *arena = arena_new();
    char text[4] = { 0 };

    (void)state;
    for (size_t i = 0; i < sizeof alphabet - 1; i++)
        for (size_t j = 0; j < sizeof alphabet; j++)
            for (size_t k = 0; k < sizeof alphabet; k++) {
                text[0] = alphabet[i];
                text[1] = alphabet[j];
                text[2] = alphabet[k];
                check_round_trip(node_string(arena, text), arena);
                arena_reset(arena);
            }
}

static void very_long_keys_come_back(void **state)
{
    AUTO(arena_free) struct arena *arena = arena_new();
    struct node *map = node_map(arena);

    (void)state;
    for (size_t len = 90; len < 3000; len += 97) {
        char *key = arena_alloc(arena, len + 1, 1);

        memset(key, len % 2 ? 'k' : '\x01', len);
        node_set(map, key, len % 3 ? node_map(arena) : node_string(arena, "v"));
        if (len % 3)
            node_add(node_set(map->last, "list", node_list(arena)), node_string(arena, "i"));
    }
    check_round_trip(map, arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(how_it_looks),
        cmocka_unit_test(a_string_is_quoted_only_where_it_must),
        cmocka_unit_test(random_trees_come_back),
        cmocka_unit_test(short_texts_come_back),
        cmocka_unit_test(very_long_keys_come_back),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
