/* tests/unit/app/pass/test_resolve.c - what the specs of a pass say by what they lack. */
#include "app/pass/resolve.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static const struct {
    const char *name;
    enum object_kind kind;
    struct object_ref ref;
    bool incomplete, unsure;
} rows[] = {
    { "another was refused", KIND_VIRTUAL_MESH, { "them", "ns" }, false, false },
    { "it was refused", KIND_VIRTUAL_MESH, { "us", "ns" }, false, true },
    { "a mesh of its name was refused", KIND_MESH, { "us", "ns" }, false, false },
    { "one of its name in another namespace", KIND_VIRTUAL_MESH, { "us", "other" }, false, false },
    { "not all could be read", KIND_VIRTUAL_MESH, { "them", "ns" }, true, true },
};

static void absence_says_nothing_of_what_was_refused_or_unread(void **state)
{
    (void)state;
    for (size_t i = 0; i < LENGTH(rows); i++) {
        struct arena *arena = arena_new();
        struct refused refused = { .kind = rows[i].kind, .ref = rows[i].ref };
        const struct specs specs = { .refused = &refused, .incomplete = rows[i].incomplete };

        print_message("%s\n", rows[i].name);
        assert_int_equal(resolve_is_unsure(&specs, "ns/us", arena), rows[i].unsure);
        arena_free(arena);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(absence_says_nothing_of_what_was_refused_or_unread),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
