/* tests/unit/base/test_words.c - lists out of texts. */
#include "tests/lib/check.h"

#include "base/words.h"

static void words_are_what_lies_between_separators(void **state)
{
    static const struct {
        const char *text, *separators;
        size_t count;
        const char *want[3];
    } rows[] = {
        { NULL, " ", 0, { NULL } },
        { "", " ", 0, { NULL } },
        { " , ", ", ", 0, { NULL } },
        { "get", " ", 1, { "get" } },
        { "get create patch", " ", 3, { "get", "create", "patch" } },
        { " a  b ", " ", 2, { "a", "b" } },
        { "a,b, c", ", ", 3, { "a", "b", "c" } },
        { "a b,c", ",", 2, { "a b", "c" } },
    };
    AUTO(arena_free) struct arena *arena = arena_new();

    (void)state;
    for (size_t i = 0; i < LENGTH(rows); i++) {
        size_t count = 9;
        const char **words = words_split(rows[i].text, rows[i].separators, &count, arena);

        assert_int_equal(count, rows[i].count);
        for (size_t k = 0; k < count; k++)
            assert_string_equal(words[k], rows[i].want[k]);
    }
}

static void a_list_gives_its_names_in_order(void **state)
{
    static const struct {
        const char *sentence, *list, *names; /* joined by '|' */
    } rows[] = {
        { "nothing", "", "" },
        { "separators alone", " , ,, ", "" },
        { "one name", "cluster-1", "cluster-1" },
        { "commas and blanks, at the ends, too", ", a,b  c , d,", "a|b|c|d" },
    };
    struct arena *arena = arena_new();

    (void)state;
    for (size_t i = 0; i < LENGTH(rows); i++) {
        const char *list = rows[i].list, *name, *got = "";

        CASE(rows[i].sentence);
        while ((name = words_next(&list, " ,", arena)))
            got = arena_printf(arena, "%s%s%s", got, *got ? "|" : "", name);
        assert_string_equal(got, rows[i].names);
        assert_string_equal(list, ""); /* moved to the end */
        assert_null(words_next(&list, " ,", arena));
    }
    arena_free(arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(words_are_what_lies_between_separators),
        cmocka_unit_test(a_list_gives_its_names_in_order),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
