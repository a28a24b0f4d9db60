/* tests/unit/app/test_config_branches.c - how the branches of clusters may be named. */
#include "app/config.h"
#include "app/config_branches.h"
#include "tests/lib/check.h"
#include <string.h>

static const struct {
    const char *sentence, *pattern; /* pattern NULL: not given */
    const char *output, *specs;     /* branches, in one repository */
    const char *discovery;          /* NULL: it is off */
    size_t errors;
    const char *inventory; /* URL; NULL: in the output repository */
} rows[] = {
    { "by default", NULL, "rendered", "main", NULL, 0, NULL },
    { "an output branch in a folder", NULL, "env/rendered", "main", NULL, 0, NULL },
    { "for a promoter", "env/{cluster}-next", "rendered", "main", NULL, 0, NULL },
    { "below the output branch", "rendered/{cluster}", "rendered", "main", NULL, 1, NULL },
    { "the output branch could be a cluster's", "{cluster}", "rendered", "main", NULL, 2, NULL },
    { "so could the specs", "all/{cluster}", "rendered", "refs/heads/all/main", NULL, 1, NULL },
    { "above the output branch", "out/{cluster}", "out/a/b", "main", NULL, 1, NULL },
    { "the inventory, too", "all/{cluster}", "rendered", "main", "all/inventory", 1, NULL },
    { "but not in another repository", "all/{cluster}", "rendered", "main", "all/inventory", 0,
      "git://h/i" },
    { "the inventory that is off", "all/{cluster}", "rendered", "main", NULL, 0, NULL },
};

static struct config config_of(size_t row, enum output_branches branches)
{
    return (struct config){
        .output = { .url = "git://h/o",
                    .branch = rows[row].output,
                    .branches = branches,
                    .cluster_branch = rows[row].pattern },
        .specs = { .url = "git://h/o.git", .ref = rows[row].specs },
        .discovery = { .enabled = rows[row].discovery != NULL, .branch = rows[row].discovery },
        .inventory = { .url = rows[row].inventory },
    };
}

static void no_other_branch_may_be_in_the_way(void **state)
{
    struct arena *arena = arena_new();

    (void)state;
    for (size_t i = 0; i < LENGTH(rows); i++) {
        struct diags diags = { .arena = arena };
        struct config config = config_of(i, BRANCHES_CLUSTER);

        CASE(rows[i].sentence);
        config_branches_finish(&config, arena, &diags);
        assert_int_equal(diags.errors, rows[i].errors);
        if (diags.errors)
            assert_string_equal(diags.first->path, "output.clusterBranch");
        if (!rows[i].pattern)
            assert_string_equal(config.output.cluster_branch,
                                arena_printf(arena, "%s-clusters/{cluster}", rows[i].output));
    }
    arena_free(arena);
}

static void a_name_without_such_branches_is_warned_about(void **state)
{
    struct arena *arena = arena_new();

    (void)state;
    for (size_t i = 0; i < LENGTH(rows); i++) {
        struct diags diags = { .arena = arena };
        struct config config = config_of(i, BRANCHES_SINGLE);

        CASE(rows[i].sentence);
        config_branches_finish(&config, arena, &diags);
        assert_int_equal(diags.errors, 0);
        assert_int_equal(diags.warnings, rows[i].pattern != NULL);
    }
    arena_free(arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(no_other_branch_may_be_in_the_way),
        cmocka_unit_test(a_name_without_such_branches_is_warned_about),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
