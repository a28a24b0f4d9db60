/* tests/unit/app/pass/test_deletion_limit.c - when a pass may delete. */
#include "app/pass/deletion_limit.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

/* clang-format off */
static const struct {
    const char *name;
    size_t stay_a, stay_b, go_a, go_b, add_a; /* files of clusters a and b */
    double share;
    bool allowed, passes;
} cases[] = {
    { "nothing goes", 5, 5, 0, 0, 0, 0.5, false, true },
    { "a few of many go", 5, 5, 3, 0, 0, 0.5, false, true },
    { "more than half goes", 2, 2, 5, 0, 0, 0.5, false, false },
    { "more than half goes on purpose", 2, 2, 5, 0, 0, 0.5, true, true },
    { "exactly half goes", 3, 2, 5, 0, 0, 0.5, false, true },
    { "two files may always go", 0, 0, 2, 0, 0, 0.5, false, true },
    { "what is added does not hide what goes", 1, 1, 5, 0, 20, 0.5, false, false },
    { "a cluster loses all", 10, 0, 0, 3, 0, 0.5, false, false },
    { "a cluster loses all on purpose", 10, 0, 0, 3, 0, 0.5, true, true },
    { "a stricter share", 8, 8, 4, 0, 0, 0.1, false, false },
    { "no share at all", 8, 8, 3, 0, 0, 0, false, false },
};
/* clang-format on */

struct fleet {
    struct arena *arena;
    struct filetree *tree;
    struct change changes[64];
    size_t count;
};

static void fill(struct fleet *fleet, const char *cluster, const char *word, size_t count, int kind)
{
    struct git_id id = { { 1 } };

    for (size_t i = 0; i < count; i++) {
        const char *path =
            arena_printf(fleet->arena, "clusters/%s/mesh/%s%zu.yaml", cluster, word, i);

        if (kind != CHANGE_REMOVED)
            filetree_put(fleet->tree, path, &id);
        if (kind >= 0)
            fleet->changes[fleet->count++] =
                (struct change){ .kind = (enum change_kind)kind, .path = path };
    }
}

static void fuse__holds_mass_deletion(void **state)
{
    (void)state;
    for (size_t i = 0; i < LENGTH(cases); i++) {
        struct arena *arena = arena_new();
        struct fleet fleet = { arena, filetree_new(arena), { { 0 } }, 0 };
        const struct losses none = { 0 };
        struct deletion_limit fuse = { cases[i].share, cases[i].allowed, fleet.tree, &none, arena };
        struct err err = { 0 };

        fill(&fleet, "a", "stay", cases[i].stay_a, -1);
        fill(&fleet, "b", "stay", cases[i].stay_b, -1);
        fill(&fleet, "a", "go", cases[i].go_a, CHANGE_REMOVED);
        fill(&fleet, "b", "go", cases[i].go_b, CHANGE_REMOVED);
        fill(&fleet, "a", "new", cases[i].add_a, CHANGE_ADDED);
        if ((deletion_limit_check(&fuse, fleet.changes, fleet.count, &err) == 0) != cases[i].passes)
            fail_msg("%s: %s", cases[i].name, cases[i].passes ? err.text : "went through");
        if (!cases[i].passes) {
            assert_int_equal(err.kind, ERR_REFUSED);
            assert_non_null(strstr(err.text, "--allow-deletions"));
        }
        arena_free(arena);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = { cmocka_unit_test(fuse__holds_mass_deletion) };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
