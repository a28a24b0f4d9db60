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

/* The table may go: the strings stay, and of the tables that it outgrew nothing ever was in the
 * arena. */
static void strings_outlive_the_table(void **state)
{
    AUTO(arena_free) struct arena *strings = arena_new();
    AUTO(intern_close) struct intern *intern = intern_open(strings);
    char name[] = "reviews";
    const char *kept = intern_text(intern, name, 7);

    (void)state;
    for (int i = 0; i < 3000; i++) {
        char number[8];

        intern_text(intern, number, (size_t)snprintf(number, sizeof number, "%07d", i));
    }
    assert_ptr_equal(intern_text(intern, name, 7), kept);
    intern_close(TAKE(intern));
    assert_int_equal(arena_used(strings), 8 + 3000 * 8);
    name[0] = 'x';
    assert_string_equal(kept, "reviews");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(equal_strings_are_one_pointer),
        cmocka_unit_test(strings_outlive_the_table),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
