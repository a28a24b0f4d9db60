/* tests/unit/pki/test_stale_state.c - a state that does not know what the records on the output
 * branch say is deployed. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "api/annotation.h"
#include "base/text.h"
#include "pki/stale_state.h"
#include <string.h>

#define RECORD(name, trust)                                                                        \
    "{\"apiVersion\":\"weft.dev/"                                                                  \
    "v1alpha1\",\"kind\":\"VirtualMeshRecord\",\"virtualMesh\":{\"name\":\"" name                  \
    "\",\"namespace\":\"ns\"},\"state\":\"ACCEPTED\",\"trust\":" trust "}"
#define ROOTS(id)                                                                                  \
    "{\"roots\":[{\"fingerprint\":\"" id "\"}],\"rotation\":{\"id\":\"r1-x\",\"step\":\"1\"}}"
#define MEMBER(cluster, root)                                                                      \
    "{\"intermediates\":[{\"fingerprint\":\"i\",\"mesh\":\"m\",\"cluster\":\"" cluster             \
    "\",\"root\":\"" root "\"}]}"

static const struct row {
    const char *sentence, *own, *other;
    const char *id;               /* of the remark; NULL: none */
    bool stale, elsewhere, known; /* another record says so; the branch is at step 1 of r1-x */
    const char *given_up;         /* the annotation; NULL */
} rows[] = {
    { "nothing was deployed", NULL, NULL, NULL, false, false, false, NULL },
    { "a root that the state knows", RECORD("own", ROOTS("known")), NULL, NULL, false, false, true,
      NULL },
    { "a root that it does not know", RECORD("own", ROOTS("gone")), NULL, "T1", true, false, true,
      NULL },
    { "a root that was given up", RECORD("own", ROOTS("gone")), NULL, NULL, false, false, true,
      "gone" },
    { "another root than the one given up", RECORD("own", ROOTS("gone")), NULL, "T1", true, false,
      true, "other" },
    { "an unknown intermediate under another root", RECORD("own", MEMBER("c1", "newer")), NULL,
      "T2", true, false, false, NULL },
    { "an unknown intermediate under the root in use", RECORD("own", MEMBER("c1", "known")), NULL,
      "T4", false, false, false, NULL },
    { "a cluster's root in another record", NULL, RECORD("other", MEMBER("c1", "gone")), "T1", true,
      true, false, NULL },
    { "another cluster's root there", NULL, RECORD("other", MEMBER("c9", "gone")), NULL, false,
      false, false, NULL },
    { "a known root there", NULL, RECORD("other", MEMBER("c1", "known")), NULL, false, false, false,
      NULL },
    { "its own record without trust", RECORD("own", "null"), RECORD("other", MEMBER("c1", "gone")),
      "T1", true, true, false, NULL },
    /* What was decoded before the mistake was met does not count. */
    { "its own record cannot be used",
      "{\"apiVersion\":\"weft.dev/"
      "v1alpha1\",\"kind\":\"VirtualMeshRecord\",\"virtualMesh\":{\"name\":\"own\",\"namespace\":"
      "\"ns\"},"
      "\"state\":\"NONE_SUCH\",\"trust\":" ROOTS("known") "}",
      RECORD("other", MEMBER("c1", "gone")), "T1", true, true, false, NULL },
};

struct world {
    struct arena *arena;
    const struct row *row;
    struct pair annotation;
    struct ledger_root root;
    struct ledger_rotation rotation;
    struct ledger ledger;
    struct virtual_mesh vm;
    struct mesh_identity member;
    struct trust_request request;
    struct branch_records records;
};

static int read_file(void *context, const char *path, char **bytes, size_t *len,
                     struct arena *arena, struct err *err)
{
    const struct row *row = context;
    const char *text = text_equal(path, "weft/ns.own.json") ? row->own : row->other;

    (void)err;
    *len = strlen(text);
    *bytes = arena_bytes(arena, text, *len);
    return 0;
}

static int list_files(void *context, const char *path, const char ***names, size_t *count,
                      struct arena *arena, struct err *err)
{
    const struct row *row = context;

    (void)path, (void)err;
    *names = ARENA_NEW(arena, const char *, 2);
    *count = 0;
    if (row->other)
        (*names)[(*count)++] = "ns.other.json";
    if (row->own)
        (*names)[(*count)++] = "ns.own.json";
    return 0;
}

static void world_open(struct world *w, const struct row *row)
{
    const struct tree_reader tip = { read_file, list_files, (void *)(uintptr_t)row };
    struct err err;

    *w = (struct world){ .arena = arena_new(), .row = row };
    w->annotation = (struct pair){ ANNOTATION_LOST_ROOT, row->given_up };
    w->root = (struct ledger_root){ .id = "known", .virtual_mesh = "ns/own" };
    w->rotation = (struct ledger_rotation){ .virtual_mesh = "ns/own", .deployed_root = "known" };
    w->ledger = (struct ledger){ .arena = w->arena, .roots = &w->root, .rotations = &w->rotation };
    w->vm.meta.name = "own";
    w->vm.meta.namespace = "ns";
    w->vm.meta.annotations = &w->annotation;
    w->vm.meta.annotation_count = row->given_up != NULL;
    w->member = (struct mesh_identity){ .key = "m", .cluster = "c1" };
    w->request = (struct trust_request){
        .virtual_mesh = &w->vm, .name = "ns/own", .meshes = &w->member, .mesh_count = 1
    };
    assert_int_equal(branch_records_read(&w->records, &tip, w->arena, &err), 0);
}

static struct stale_state_source source_of(const struct world *w)
{
    return (struct stale_state_source){ &w->ledger, &w->records, "state.db", false };
}

static void what_the_state_does_not_know_is_found(void **state)
{
    (void)state;
    for (size_t i = 0; i < LENGTH(rows); i++) {
        struct stale_state_source source;
        struct findings remarks;
        struct stale_state found;
        struct world w;

        print_message("%s\n", rows[i].sentence);
        world_open(&w, &rows[i]);
        source = source_of(&w);
        remarks = (struct findings){ .arena = w.arena };
        stale_state_check(&found, &remarks, &source, &w.request);
        assert_int_equal(remarks.count, rows[i].id != NULL);
        if (rows[i].id)
            assert_string_equal(remarks.items[0].id, rows[i].id);
        assert_int_equal(found.stale, rows[i].stale);
        assert_int_equal(found.elsewhere != NULL, rows[i].elsewhere);
        assert_string_equal(found.branch.rotation, rows[i].known ? "r1-x" : "");
        assert_int_equal(found.branch.step, rows[i].known ? 1 : 0);
        arena_free(w.arena);
    }
}

/* For a branch that another installation writes, every record counts. */
static void an_unknown_root_of_any_record_is_found(void **state)
{
    static const struct row row = { .own = RECORD("own", ROOTS("known")),
                                    .other = RECORD("other", ROOTS("gone")) };
    const struct virtual_mesh *mesh;
    struct stale_state_source source;
    struct world w;

    (void)state;
    world_open(&w, &row);
    mesh = &w.vm;
    source = source_of(&w);
    assert_string_equal(stale_state_unknown_root(&source, &mesh, 1), "gone");
    w.vm.meta.name = "other"; /* its own VirtualMesh gives it up */
    w.annotation.value = "gone";
    w.vm.meta.annotation_count = 1;
    assert_null(stale_state_unknown_root(&source, &mesh, 1));
    arena_free(w.arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_the_state_does_not_know_is_found),
        cmocka_unit_test(an_unknown_root_of_any_record_is_found),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
