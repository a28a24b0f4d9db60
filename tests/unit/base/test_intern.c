/* tests/unit/base/test_intern.c - equal strings become one pointer, however many there are. */
#include "tests/lib/check.h"

#include "base/intern.h"

static void equal_strings_are_one_pointer(void **state)
{
    AUTO(arena_free) struct arena *arena = arena_new();
    struct intern *intern = intern_new(arena);
    char text[] = "reviews";
    const char *first = intern_text(intern, text, 7), *numbers[3000];

    (void)state;
    text[0] = 'x';
    assert_string_equal(first, "reviews");
    for (int i = 0; i < 3000; i++) {
        const char *name = arena_printf(arena, "n%d", i);

        numbers[i] = intern_text(intern, name, strlen(name));
    }
    assert_ptr_equal(intern_text(intern, "reviews and more", 7), first);
    assert_ptr_not_equal(intern_text(intern, "review", 6), first);
    for (int i = 0; i < 3000; i++) {
        const char *name = arena_printf(arena, "n%d", i);

        assert_ptr_equal(intern_text(intern, name, strlen(name)), numbers[i]);
    }
    assert_string_equal(intern_text(intern, "", 0), "");
}

/* The tables may go: the strings stay. */
static void strings_outlive_the_tables(void **state)
{
    AUTO(arena_free) struct arena *strings = arena_new();
    AUTO(arena_free) struct arena *tables = arena_new();
    struct intern *intern = intern_new_apart(strings, tables);
    char name[] = "reviews";
    const char *kept = intern_text(intern, name, 7);

    (void)state;
    arena_free(TAKE(tables));
    name[0] = 'x';
    assert_string_equal(kept, "reviews");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(equal_strings_are_one_pointer),
        cmocka_unit_test(strings_outlive_the_tables),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
