/* tests/unit/sync/test_split.c - which folders of a commit are clusters', and what is in them. */
#include "sync/clone.h"
#include "sync/fetch.h"
#include "sync/split.h"
#include "tests/lib/git_specs.h"

#include <string.h>

/* "name folder tree" of each, of the tip of main. */
static const char *split_of(struct state *state, const char *folder)
{
    AUTO(clone_close) struct clone *clone = open_specs(state);
    AUTO(snapshot_close) struct snapshot *snapshot = NULL;
    AUTO_TEXT out = { 0 };
    struct split split;
    char commit[41], hex[41];
    struct err err;

    if (clone_fetch(clone, commit, "main", false, &err) < 0
        || snapshot_open(&snapshot, clone, commit, &err) < 0
        || split_read(&split, snapshot, folder, state->world.arena, &err) < 0)
        fail_msg("%s", err.text);
    text_adds(&out, "");
    for (size_t i = 0; i < split.count; i++) {
        assert_ptr_equal(split_find(&split, split.clusters[i].name), &split.clusters[i]);
        git_id_hex(hex, &split.clusters[i].tree);
        text_addf(&out, "%s %s %s\n", split.clusters[i].name, split.clusters[i].folder, hex);
    }
    assert_null(split_find(&split, "absent"));
    return arena_bytes(state->world.arena, out.bytes, out.len);
}

static const char *tree_of(struct state *state, const char *path)
{
    return sh(&state->world, "git -C work rev-parse HEAD:%s", path);
}

static void test_each_cluster_has_its_folder(void **context)
{
    struct state *state = *context;
    struct arena *arena = state->world.arena;

    sh(&state->world,
       "cd work && for at in clusters mesh/clusters; do mkdir -p $at/east/mesh $at/east.eu "
       "$at/Not_A_Name $at/west && "
       "echo $at >$at/east/mesh/a.yaml && echo 2 >$at/east.eu/b.yaml && echo 3 "
       ">$at/Not_A_Name/c.yaml && echo 4 >$at/README && ln -s east $at/link && echo 5 "
       ">$at/west/d.yaml; done && mkdir weft receipts && echo 6 >weft/record.yaml && echo 7 "
       ">receipts/east.yaml && "
       "git add . && git commit -q -m all && git push -q ../specs.git main");
    assert_string_equal(split_of(state, ""),
                        arena_printf(arena,
                                     "east clusters/east %s\neast.eu clusters/east.eu %s\nwest "
                                     "clusters/west %s\n",
                                     tree_of(state, "clusters/east"),
                                     tree_of(state, "clusters/east.eu"),
                                     tree_of(state, "clusters/west")));
    assert_string_equal(split_of(state, "mesh"),
                        arena_printf(arena,
                                     "east mesh/clusters/east %s\neast.eu mesh/clusters/east.eu "
                                     "%s\nwest mesh/clusters/west %s\n",
                                     tree_of(state, "mesh/clusters/east"),
                                     tree_of(state, "mesh/clusters/east.eu"),
                                     tree_of(state, "mesh/clusters/west")));
}

static void test_a_commit_without_clusters_has_none(void **context)
{
    struct state *state = *context;

    assert_string_equal(split_of(state, ""), "");
    assert_string_equal(split_of(state, "absent"), "");
    sh(&state->world, "cd work && echo file >clusters && git add . && git commit -q -m file && git "
                      "push -q ../specs.git main");
    assert_string_equal(split_of(state, ""), "");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(test_each_cluster_has_its_folder),
        CASE(test_a_commit_without_clusters_has_none),
    };

    return cmocka_run_group_tests(tests, sync_begin, sync_end);
}
