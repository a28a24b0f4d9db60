/* tests/unit/translate/test_rule_size.c - rules within what an API server takes. */
#include "translate/rule_size.h"

#include "tests/lib/check.h"

static struct node *make_rules(size_t count, size_t len, struct arena *arena)
{
    struct node *rules = node_list(arena);
    char *text = ARENA_NEW(arena, char, len + 1);

    memset(text, 'x', len);
    for (size_t i = 0; i < count; i++)
        node_set_text(arena, node_add(rules, node_map(arena)), "from", text);
    return rules;
}

static const struct {
    const char *sentence;
    size_t before; /* rules that the object holds already */
    size_t count, len;
    size_t kept;
} rows[] = {
    { "what fits is the same list", 0, 3, 10, 3 },
    { "as many as the CRD takes", 0, 512, 10, 512 },
    { "one more than the CRD takes", 0, 513, 10, 512 },
    { "rules of others count", 510, 4, 10, 2 },
    { "no room at all", 512, 1, 10, 0 },
    { "the bytes of an object", 0, 4, 300 * 1024, 3 },
    { "one rule that is too large", 0, 1, 2 * 1024 * 1024, 0 },
};

static void rule_size_fit__takes_the_first_that_fit(void **state)
{
    (void)state;
    for (size_t i = 0; i < LENGTH(rows); i++) {
        struct arena *arena = arena_new();
        struct rule_size size = { rows[i].before, 0 };
        const struct node *rules = make_rules(rows[i].count, rows[i].len, arena);
        const struct node *kept = rule_size_fit(&size, rules, RULE_SIZE_BYTES_MAX, arena);

        if (kept->count != rows[i].kept || size.rules != rows[i].before + rows[i].kept
            || (kept == rules) != (rows[i].kept == rows[i].count))
            fail_msg("%s: %zu", rows[i].sentence, kept->count);
        arena_free(arena);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(rule_size_fit__takes_the_first_that_fit),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
