/* tests/unit/app/pass/test_losses.c - which policies a change takes away, wherever their documents
 * move.
 */
#include "app/pass/losses.h"
#include "base/blobs.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#define HEAD "# Rendered by weft from the specs repository; change the specs, not this file.\n"
#define POLICY(name)                                                                               \
    "kind: AuthorizationPolicy\nmetadata:\n  name: " name "\n  namespace: shop\n  annotations:\n"  \
    "    parents.networking.mesh.gloo.solo.io: '{\"discovery.mesh.gloo.solo.io/v1, "               \
    "Kind=Destination\":[{\"name\":\"" name                                                        \
    "\",\"namespace\":\"m\"}],\"networking.mesh.gloo.solo.io/v1, "                                 \
    "Kind=AccessPolicy\":[{\"name\":\"p\",\"namespace\":\"m\"}]}'\n"
#define BARE "kind: AuthorizationPolicy\nmetadata:\n  name: cart\n  namespace: shop\n"

enum { FILES = 2 };
struct row {
    const char *name;
    const char *before[FILES], *after[FILES]; /* of policies/shop.yaml and policies/shop.c.yaml */
    bool policy, destination;                 /* still in the specs */
    size_t losses, unmeant;
};

static const struct row rows[] = {
    { "it stays", { POLICY("cart"), NULL }, { POLICY("cart") "x: 1\n", NULL }, true, true, 0, 0 },
    { "it goes with its file", { POLICY("cart"), NULL }, { NULL, NULL }, true, true, 1, 1 },
    { "it goes, the file stays",
      { POLICY("cart"), NULL },
      { "kind: X\n", NULL },
      true,
      true,
      1,
      1 },
    { "it moves to another file",
      { POLICY("cart"), NULL },
      { NULL, POLICY("cart") },
      true,
      true,
      0,
      0 },
    { "one of two goes",
      { POLICY("cart") "---\n" POLICY("web"), NULL },
      { POLICY("web"), NULL },
      true,
      true,
      1,
      1 },
    { "its AccessPolicy is gone", { POLICY("cart"), NULL }, { NULL, NULL }, false, true, 1, 0 },
    { "its Destination is gone", { POLICY("cart"), NULL }, { NULL, NULL }, true, false, 1, 0 },
    { "no record names its owner", { BARE, NULL }, { NULL, NULL }, false, false, 1, 1 },
    { "a new one", { NULL, NULL }, { POLICY("cart"), NULL }, true, true, 0, 0 },
};

static const char *const paths[FILES] = { "clusters/c/policies/shop.yaml",
                                          "clusters/c/policies/shop.c.yaml" };

static int read_row(void *context, const char *path, char **bytes, size_t *len, struct arena *arena,
                    struct err *err)
{
    const struct row *const *row = context;

    (void)err;
    *bytes = NULL;
    for (size_t i = 0; i < FILES; i++)
        if (strcmp(path, paths[i]) == 0 && (*row)->before[i])
            *bytes = arena_printf(arena, HEAD "%s", (*row)->before[i]);
    *len = *bytes ? strlen(*bytes) : 0;
    return 0;
}

/* The n-th read fails. */
struct failing {
    const struct row *row;
    int fails_at, calls;
};

static int read_failing(void *context, const char *path, char **bytes, size_t *len,
                        struct arena *arena, struct err *err)
{
    struct failing *failing = context;

    if (++failing->calls == failing->fails_at)
        return err_set(err, ERR_GIT, 0, "failed on purpose");
    return read_row(&failing->row, path, bytes, len, arena, err);
}

static int put_failing(void *context, struct git_id *id, const char *bytes, size_t len,
                       struct err *err)
{
    (void)context, (void)id, (void)bytes, (void)len;
    return err_set(err, ERR_GIT, 0, "failed on purpose");
}

static size_t make_changes(struct change *changes, const struct row *row, const struct blobs *blobs)
{
    size_t count = 0;
    struct err err;

    for (size_t i = 0; i < FILES; i++) {
        struct change *change = &changes[count];

        if (!row->before[i] && !row->after[i])
            continue;
        *change = (struct change){ .path = paths[i],
                                   .kind = !row->after[i]    ? CHANGE_REMOVED
                                           : !row->before[i] ? CHANGE_ADDED
                                                             : CHANGE_CHANGED };
        if (row->after[i])
            assert_int_equal(blobs->put(blobs->context, &change->after, row->after[i],
                                        strlen(row->after[i]), &err),
                             0);
        count++;
    }
    return count;
}

static void policies__are_lost_when_no_file_holds_them(void **state)
{
    struct access_policy policy = { .meta = { .name = "p", .namespace = "m" } };
    struct destination cart = { .meta = { .name = "cart", .namespace = "m" } };

    (void)state;
    for (size_t i = 0; i < LENGTH(rows); i++) {
        struct arena *arena = arena_new();
        const struct row *row = &rows[i];
        struct policy_texts texts = { blob_memory_sink(blob_memory_new(arena)), map_new(arena),
                                      arena };
        const struct blobs blobs = policy_texts_sink(&texts);
        struct diags diags = { .arena = arena };
        const struct tree_reader tip = { .read = read_row, .context = &row };
        struct change changes[FILES];
        struct losses losses;
        struct specs specs;
        struct err err;

        specs_end(&specs, specs_begin(arena, &diags, NULL));
        specs.access_policies = &policy;
        specs.access_policy_count = row->policy;
        specs.destinations = &cart;
        specs.destination_count = row->destination;
        const struct loss_facts facts = { &specs, &tip, filetree_new(arena), &texts };
        const size_t count = make_changes(changes, row, &blobs);

        assert_int_equal(losses_find(&losses, &facts, changes, count, arena, &err), 0);
        if (losses.count != row->losses || losses.unmeant != row->unmeant)
            fail_msg("%s: %zu losses, %zu not meant", row->name, losses.count, losses.unmeant);
        arena_free(arena);
    }
}

/* A policy that could not be read must not count as one that was never there. */
static void each_failing_read_of_the_branch_is_an_error(void **state)
{
    (void)state;
    for (size_t i = 0; i < LENGTH(rows); i++) {
        const struct row *row = &rows[i];
        int calls = 0;

        for (int n = 1; n <= calls + 1; n++) {
            AUTO(arena_free) struct arena *arena = arena_new();
            struct policy_texts texts = { blob_memory_sink(blob_memory_new(arena)), map_new(arena),
                                          arena };
            const struct blobs blobs = policy_texts_sink(&texts);
            struct diags diags = { .arena = arena };
            struct failing failing = { row, n, 0 };
            const struct tree_reader tip = { .read = read_failing, .context = &failing };
            struct change changes[FILES];
            struct losses losses;
            struct specs specs;
            struct err err;

            specs_end(&specs, specs_begin(arena, &diags, NULL));
            const struct loss_facts facts = { &specs, &tip, filetree_new(arena), &texts };
            const size_t count = make_changes(changes, row, &blobs);
            const int result = losses_find(&losses, &facts, changes, count, arena, &err);

            assert_int_equal(result, failing.calls >= n ? -1 : 0);
            calls = failing.calls >= n ? n : calls;
        }
        assert_true(calls > 0 || !row->before[0]);
    }
}

static void a_text_that_cannot_be_stored_is_an_error(void **state)
{
    AUTO(arena_free) struct arena *arena = arena_new();
    struct policy_texts texts = { { put_failing, NULL }, map_new(arena), arena };
    const struct blobs blobs = policy_texts_sink(&texts);
    struct git_id id;
    struct err err;

    (void)state;
    assert_int_equal(blobs.put(blobs.context, &id, BARE, strlen(BARE), &err), -1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_failing_read_of_the_branch_is_an_error),
        cmocka_unit_test(a_text_that_cannot_be_stored_is_an_error),
        cmocka_unit_test(policies__are_lost_when_no_file_holds_them),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
