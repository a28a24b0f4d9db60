/* tests/unit/app/pass/test_stale_state.c - a state that does not know what the output branch says
 * is deployed.
 */
#include "api/annotation.h"
#include "app/pass/stale_state.h"
#include "base/text.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#define RECORD(name, trust)                                                                        \
    "{\"apiVersion\":\"weft.dev/"                                                                  \
    "v1alpha1\",\"kind\":\"VirtualMeshRecord\",\"virtualMesh\":{\"name\":\"" name                  \
    "\",\"namespace\":\"ns\"},\"state\":\"ACCEPTED\",\"trust\":" trust "}"
#define ROOTS(id)                                                                                  \
    "{\"roots\":[{\"fingerprint\":\"" id "\"}],\"rotation\":{\"id\":\"r1-x\",\"step\":\"1\"}}"
#define MEMBER(cluster, root)                                                                      \
    "{\"intermediates\":[{\"fingerprint\":\"i\",\"mesh\":\"m\",\"cluster\":\"" cluster             \
    "\",\"root\":\"" root "\"}]}"

/* The branch: a file of its own, and one of another virtual mesh; and how many calls until one
 * fails. */
struct branch {
    const char *own, *other;
    int calls, at;
};

static int read_file(void *context, const char *path, char **bytes, size_t *len,
                     struct arena *arena, struct err *err)
{
    struct branch *branch = context;
    const char *text = text_equal(path, "weft/ns.own.json")     ? branch->own
                       : text_equal(path, "weft/ns.other.json") ? branch->other
                                                                : NULL;

    if (++branch->calls == branch->at)
        return err_set(err, ERR_GIT, 0, "failed on purpose");
    *len = text ? strlen(text) : 0;
    *bytes = text ? arena_bytes(arena, text, *len) : NULL;
    return 0;
}

static int list_files(void *context, const char *path, const char ***names, size_t *count,
                      struct arena *arena, struct err *err)
{
    struct branch *branch = context;

    assert_string_equal(path, "weft");
    if (++branch->calls == branch->at)
        return err_set(err, ERR_GIT, 0, "failed on purpose");
    *names = ARENA_NEW(arena, const char *, 2);
    *count = 0;
    if (branch->other)
        (*names)[(*count)++] = "ns.other.json";
    if (branch->own)
        (*names)[(*count)++] = "ns.own.json";
    return 0;
}

static const struct row {
    const char *sentence, *own, *other;
    const char *why;       /* part of it; NULL: nothing is lost */
    bool elsewhere, known; /* another record says so; the branch is at step 1 of r1-x */
} rows[] = {
    { "nothing was deployed", NULL, NULL, NULL, false, false },
    { "a root that the state knows", RECORD("own", ROOTS("known")), NULL, NULL, false, true },
    { "a root that it does not know", RECORD("own", ROOTS("gone")), NULL,
      "the clusters trust root gone", false, true },
    { "a cluster's root in another record", NULL, RECORD("other", MEMBER("c1", "gone")),
      "the clusters trust root gone", true, false },
    { "another cluster's root there", NULL, RECORD("other", MEMBER("c9", "gone")), NULL, false,
      false },
    { "a known root there", NULL, RECORD("other", MEMBER("c1", "known")), NULL, false, false },
    { "its own record without trust", RECORD("own", "null"), RECORD("other", MEMBER("c1", "gone")),
      "the clusters trust root gone", true, false },
    /* What was decoded before the mistake was met is not believed. */
    { "its own record cannot be used",
      "{\"apiVersion\":\"weft.dev/"
      "v1alpha1\",\"kind\":\"VirtualMeshRecord\",\"virtualMesh\":{\"name\":\"own\",\"namespace\":"
      "\"ns\"},"
      "\"state\":\"NONE_SUCH\",\"trust\":" ROOTS("known") "}",
      RECORD("other", MEMBER("c1", "gone")), "the clusters trust root gone", true, false },
};

struct world {
    struct arena *arena;
    struct config config;
    struct ledger_root root;
    struct virtual_mesh vm;
    struct mesh_identity member;
    struct trust_request trust;
    struct planned_virtual_mesh mesh;
    struct session session;
    struct inputs inputs;
};

static void world_open(struct world *w)
{
    *w = (struct world){ .arena = arena_new() };
    w->config.state_path = "state.db";
    w->root = (struct ledger_root){ .id = "known", .virtual_mesh = "ns/own" };
    w->member = (struct mesh_identity){ .key = "m", .cluster = "c1" };
    w->trust = (struct trust_request){
        .virtual_mesh = &w->vm, .name = "ns/own", .meshes = &w->member, .mesh_count = 1
    };
    w->mesh = (struct planned_virtual_mesh){ .virtual_mesh = &w->vm, .trust = &w->trust };
    w->mesh.status.ref = (struct object_ref){ .name = "own", .namespace = "ns" };
    w->session = (struct session){ .config = &w->config, .arena = w->arena };
    w->session.ledger = (struct ledger){ .arena = w->arena, .roots = &w->root };
}

static int find(struct lost *out, struct world *w, struct branch *branch, struct err *err)
{
    const struct tree_reader tip = { read_file, list_files, branch };

    *err = (struct err){ 0 };
    return stale_state_check(out, &w->session, &w->inputs, &tip, &w->mesh, err);
}

static void check(const struct row *row, const struct lost *lost)
{
    if ((row->why != NULL) != (lost->why != NULL) || (row->why && !strstr(lost->why, row->why)))
        fail_msg("%s: got \"%s\"", row->sentence, lost->why ? lost->why : "");
    assert_int_equal(lost->elsewhere != NULL, row->elsewhere);
    assert_string_equal(lost->branch.rotation, row->known ? "r1-x" : "");
    assert_int_equal(lost->branch.step, row->known ? 1 : 0);
}

static void what_the_state_does_not_know_is_found(void **state)
{
    (void)state;
    for (size_t i = 0; i < LENGTH(rows); i++) {
        struct branch branch = { rows[i].own, rows[i].other, 0, 0 };
        struct world w;
        struct lost lost;
        struct err err;

        print_message("%s\n", rows[i].sentence);
        world_open(&w);
        if (find(&lost, &w, &branch, &err) < 0)
            fail_msg("%s", err.text);
        check(&rows[i], &lost);
        arena_free(w.arena);
    }
}

/* A branch that cannot be read is not one without a record. */
static void each_failing_read_ends_the_check(void **state)
{
    (void)state;
    for (size_t i = 0; i < LENGTH(rows); i++) {
        struct branch branch = { rows[i].own, rows[i].other, 0, 1 };
        struct world w;
        struct lost lost;
        struct err err;

        world_open(&w);
        while (find(&lost, &w, &branch, &err) < 0) {
            assert_string_equal(err.text, "failed on purpose");
            branch.at++;
            branch.calls = 0;
        }
        if (branch.calls >= branch.at)
            fail_msg("%s: call %d failed, and that was ignored", rows[i].sentence, branch.at);
        assert_true(branch.at > 1);
        check(&rows[i], &lost);
        arena_free(w.arena);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_the_state_does_not_know_is_found),
        cmocka_unit_test(each_failing_read_ends_the_check),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
