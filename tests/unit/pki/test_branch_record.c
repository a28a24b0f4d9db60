/* tests/unit/pki/test_branch_record.c - records on the output branch, read whole or not at all. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/text.h"
#include "pki/branch_record.h"
#include <string.h>

#define HEAD "{\"apiVersion\":\"weft.dev/v1alpha1\",\"kind\":\"VirtualMeshRecord\","
#define NAMED(name) "\"virtualMesh\":{\"name\":\"" name "\",\"namespace\":\"ns\"},"

static const struct {
    const char *name, *text;
} files[] = {
    { "ns.a.json",
      HEAD NAMED("a") "\"state\":\"ACCEPTED\",\"stateCounter\":7,\"trust\":{\"rotation\":{"
                      "\"id\":\"r2-x\",\"step\":2,\"deployed\":\"old\"}}}" },
    { "ns.b.json", HEAD NAMED("b") "\"state\":\"NONE_SUCH\",\"stateCounter\":99}" },
    { "ns.c.json", HEAD NAMED("c") "\"state\":\"ACCEPTED\",\"stateCounter\":3}" },
};

/* Which call fails; 0: none. */
struct branch {
    int calls, fails;
};

static int fail_at(struct branch *branch, struct err *err)
{
    if (++branch->calls == branch->fails)
        return err_set(err, ERR_GIT, 0, "failed on purpose");
    return 0;
}

static int read_file(void *context, const char *path, char **bytes, size_t *len,
                     struct arena *arena, struct err *err)
{
    *bytes = NULL;
    for (size_t i = 0; i < LENGTH(files); i++)
        if (text_equal(path + strlen("weft/"), files[i].name)) {
            *len = strlen(files[i].text);
            *bytes = arena_bytes(arena, files[i].text, *len);
        }
    return fail_at(context, err);
}

static int list_files(void *context, const char *path, const char ***names, size_t *count,
                      struct arena *arena, struct err *err)
{
    assert_string_equal(path, "weft");
    *count = LENGTH(files);
    *names = ARENA_NEW(arena, const char *, LENGTH(files));
    for (size_t i = 0; i < LENGTH(files); i++)
        (*names)[i] = files[i].name;
    return fail_at(context, err);
}

static void damaged_records_count_as_absent(void **state)
{
    struct arena *arena = arena_new();
    struct branch branch = { 0 };
    const struct tree_reader tip = { read_file, list_files, &branch };
    struct branch_records records;
    struct trust_branch position;
    struct err err;

    (void)state;
    assert_int_equal(branch_records_read(&records, &tip, arena, &err), 0);
    assert_int_equal(records.count, 2);
    assert_null(branch_records_find(&records, (struct object_ref){ "b", "ns" }, arena));
    assert_int_equal(branch_records_counter(&records), 7);
    records.list[0].record.state_counter = INT64_MAX; /* nothing could follow */
    assert_true(branch_records_counter(&records) == RECORD_COUNTER_MAX);
    position = branch_record_position(
        branch_records_find(&records, (struct object_ref){ "a", "ns" }, arena), "ns/a");
    assert_string_equal(position.virtual_mesh, "ns/a");
    assert_string_equal(position.rotation, "r2-x");
    assert_int_equal(position.step, 2);
    assert_string_equal(position.deployed, "old");
    position = branch_record_position(
        branch_records_find(&records, (struct object_ref){ "c", "ns" }, arena), "ns/c");
    assert_string_equal(position.rotation, "");
    assert_int_equal(position.step, 0);
    arena_free(arena);
}

/* A branch that cannot be read is not one without a record. */
static void each_failing_read_is_an_error(void **state)
{
    (void)state;
    for (int fails = 1; fails <= 1 + (int)LENGTH(files); fails++) {
        struct arena *arena = arena_new();
        struct branch branch = { 0, fails };
        const struct tree_reader tip = { read_file, list_files, &branch };
        struct branch_records records;
        struct err err;

        assert_int_equal(branch_records_read(&records, &tip, arena, &err), -1);
        assert_string_equal(err.text, "failed on purpose");
        arena_free(arena);
    }
}

/* Many files, each of some bytes that are no record. */
struct crowd {
    size_t count, len;
    const char *name; /* NULL: one of a record */
};

static int read_noise(void *context, const char *path, char **bytes, size_t *len,
                      struct arena *arena, struct err *err)
{
    const struct crowd *crowd = context;

    (void)path;
    (void)err;
    *len = crowd->len;
    *bytes = ARENA_NEW(arena, char, crowd->len + 1); /* zeros */
    return 0;
}

static int list_crowd(void *context, const char *path, const char ***names, size_t *count,
                      struct arena *arena, struct err *err)
{
    const struct crowd *crowd = context;

    (void)path;
    (void)err;
    *count = crowd->count;
    *names = ARENA_NEW(arena, const char *, crowd->count + 1);
    for (size_t i = 0; i < crowd->count; i++)
        (*names)[i] = crowd->name ? crowd->name : "x.json";
    return 0;
}

/* Every account with write access to the branch can put files there: to read a part of them would
 * miss roots. */
static void more_than_any_fleet_has_is_refused(void **state)
{
    static const struct {
        struct crowd crowd;
        int result;
    } cases[] = {
        { { BRANCH_RECORDS_MAX, 2, NULL }, 0 },
        { { BRANCH_RECORDS_MAX + 1, 2, NULL }, -1 },
        { { 2, BRANCH_RECORDS_BYTES / 2, NULL }, 0 },
        { { 2, BRANCH_RECORDS_BYTES / 2 + 1, NULL }, -1 },
        { { 2, BRANCH_RECORDS_BYTES / 2 + 1, "certificates.jsonl" }, 0 }, /* is no record */
    };

    (void)state;
    for (size_t i = 0; i < LENGTH(cases); i++) {
        struct arena *arena = arena_new();
        struct crowd crowd = cases[i].crowd;
        const struct tree_reader tip = { read_noise, list_crowd, &crowd };
        struct branch_records records;
        struct err err = { 0 };

        assert_int_equal(branch_records_read(&records, &tip, arena, &err), cases[i].result);
        assert_int_equal(err.kind, cases[i].result ? ERR_REFUSED : ERR_NONE);
        arena_free(arena);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(more_than_any_fleet_has_is_refused),
        cmocka_unit_test(damaged_records_count_as_absent),
        cmocka_unit_test(each_failing_read_is_an_error),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
