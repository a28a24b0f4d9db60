/* test_faults.c - whatever fails or dies in a save, the next load sees all of it or nothing of it.
 */
#include "tests/lib/faultvfs.h"
#include "tests/lib/state_sample.h"

#include "base/files.h"

#include <dirent.h>
#include <errno.h>
#include <limits.h>
#include <sched.h>
#include <setjmp.h>
#include <signal.h>
#include <sqlite3.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

struct test {
    struct sample_place place;
    struct arena *arena;
    struct ledger before, after;
    bool fresh; /* there is no file before the save under test */
};

static int setup(void **state)
{
    struct test *test = calloc(1, sizeof *test);

    test->arena = arena_new();
    sample_place(&test->place);
    test->before = sample_ledger(test->arena, 1);
    test->after = sample_ledger(test->arena, 2);
    *state = test;
    return 0;
}

static int teardown(void **state)
{
    struct test *test = *state;

    sample_clean(&test->place);
    arena_free(test->arena);
    free(test);
    return 0;
}

/* The state as it is before the save under test: the first variant, or no file at all. */
static void prepare(struct test *test, bool fresh)
{
    char journal[128];

    snprintf(journal, sizeof journal, "%s-journal", test->place.file);
    unlink(test->place.file);
    unlink(journal);
    test->fresh = fresh;
    if (!fresh)
        sample_save(test->place.file, &test->before);
}

static bool is_before(struct test *test, bool fresh, const struct ledger *now)
{
    return fresh ? !now->roots && !now->runs && !now->deliveries : same_ledger(&test->before, now);
}

/* A load that says that it worked gave everything: an empty ledger would be taken for a first pass.
 */
static void loads(struct test *test, struct store *store)
{
    struct ledger loaded;
    struct err err = { .text = "" };

    if (store_load(&loaded, store, test->arena, &err) < 0)
        fail_msg("%s", err.text);
    assert_true(is_before(test, test->fresh, &loaded) || same_ledger(&test->after, &loaded));
}

/* What a pass does with its state.  A store whose save failed is good for another look and another
 * try. */
static int pass(struct test *test, struct err *err)
{
    AUTO(store_close) struct store *store = NULL;
    struct ledger loaded;
    struct err again;

    sample_touch(&test->after);
    if (store_open(&store, test->place.file, STORE_WRITE, sample_key("k1"), err) < 0
        || store_load(&loaded, store, test->arena, err) < 0)
        return -1;
    assert_true(is_before(test, test->fresh, &loaded) || same_ledger(&test->after, &loaded));
    if (store_save(store, &test->after, err) == 0)
        return 0;
    if (faultvfs_kind() == FAULT_ERROR) {
        loads(test, store);
        if (store_save(store, &test->after, &again) < 0)
            fail_msg("the second save: %s", again.text);
        loads(test, store);
    }
    return -1;
}

/* Returns true when the save is in the file; fails the test when half of it is. */
static bool saved(struct test *test, bool fresh)
{
    struct ledger now = sample_load(test->place.file, STORE_WRITE, test->arena);

    if (now.roots && strcmp(now.roots->spki, test->after.roots->spki) == 0) {
        assert_same_ledger(&test->after, &now);
        return true;
    }
    assert_true(is_before(test, fresh, &now));
    return false;
}

/* After any fault the next pass works. */
static void next_pass_works(struct test *test)
{
    struct err err = { .text = "" };

    if (pass(test, &err) < 0)
        fail_msg("the next pass failed: %s", err.text);
    assert_true(saved(test, false));
}

/* Makes the n-th operation fail for every n until a pass gets through; returns how many there were.
 */
static int fail_each(struct test *test, enum fault_kind kind, bool fresh)
{
    struct err err = { .text = "" };
    int n = 0, result, count;

    do {
        prepare(test, fresh);
        faultvfs_set(kind, ++n);
        result = pass(test, &err);
        count = faultvfs_count();
        faultvfs_set(FAULT_NONE, 0);
        /* A fault while closing comes after the commit, and so the pass has worked. */
        assert_true(result < 0 || saved(test, fresh));
        if (result < 0 && kind == FAULT_FULL && !strstr(err.text, "no space left"))
            fail_msg("operation %d: got \"%s\"", n, err.text);
        saved(test, fresh);
        next_pass_works(test);
    } while (count >= n);
    return n - 1;
}

static void every_failing_operation_leaves_all_or_nothing(void **state)
{
    for (int fresh = 0; fresh < 2; fresh++) {
        assert_true(fail_each(*state, FAULT_ERROR, fresh) > 8);
        assert_true(fail_each(*state, FAULT_FULL, fresh) > 8);
    }
}

/* The names and bytes of everything in the folder, as one text. */
static char *folder_image(struct test *test, size_t *len)
{
    struct dirent **names;
    int count = scandir(test->place.folder, &names, NULL, alphasort);
    struct text image = { 0 };
    char *copy;

    for (int i = 0; i < count; i++) {
        char path[400];
        size_t size = 0;
        char *bytes = NULL;

        snprintf(path, sizeof path, "%s/%s", test->place.folder, names[i]->d_name);
        if (names[i]->d_name[0] != '.')
            bytes = sample_bytes(path, &size, test->arena);
        text_addf(&image, "%s:%zu:", names[i]->d_name, size);
        text_add(&image, bytes ? bytes : "", size);
        free(names[i]);
    }
    free(names);
    *len = image.len;
    copy = arena_bytes(test->arena, image.bytes, image.len);
    text_free(&image);
    return copy;
}

/* Reading what a killed pass left tells the old or the new state or says what to do, and touches
 * nothing. */
static void reading_changes_nothing(struct test *test, bool fresh)
{
    AUTO(store_close) struct store *store = NULL;
    struct ledger now = { 0 };
    struct err err = { .text = "" };
    size_t len, len_after;
    char *image = folder_image(test, &len), *image_after;

    if (store_open(&store, test->place.file, STORE_READ, sample_key("k1"), &err) < 0
        || store_load(&now, store, test->arena, &err) < 0) {
        if (!strstr(err.text, "The next 'weft run' repairs it by itself"))
            fail_msg("reading after a kill: got \"%s\"", err.text);
    } else if (now.roots && strcmp(now.roots->spki, test->after.roots->spki) == 0) {
        assert_same_ledger(&test->after, &now);
    } else {
        assert_true(is_before(test, fresh, &now));
    }
    if (store)
        store_close(TAKE(store));
    image_after = folder_image(test, &len_after);
    assert_int_equal(len, len_after);
    assert_memory_equal(image, image_after, len);
}

/* Runs a pass in a process of its own, which may die; its exit status, or 0. */
static int pass_apart(struct test *test)
{
    int status;

    fflush(NULL);
    if (fork() == 0) {
        struct err err;

        _exit(pass(test, &err) < 0 ? 1 : 0);
    }
    wait(&status);
    return WIFEXITED(status) ? WEXITSTATUS(status) : 128;
}

static int kill_each(struct test *test, enum fault_kind kind, bool fresh)
{
    int n = 0, status;

    do {
        prepare(test, fresh);
        faultvfs_set(kind, ++n);
        status = pass_apart(test);
        faultvfs_set(FAULT_NONE, 0);
        assert_true(status == 0 || status == 137 || (kind == FAULT_TORN && status == 1));
        reading_changes_nothing(test, fresh);
        assert_true(status != 0 || saved(test, fresh));
        saved(test, fresh);
        next_pass_works(test);
    } while (status != 0 || n < 8);
    return n - 1;
}

static void a_kill_at_every_operation_leaves_all_or_nothing(void **state)
{
    for (int fresh = 0; fresh < 2; fresh++) {
        assert_true(kill_each(*state, FAULT_KILL, fresh) > 8);
        assert_true(kill_each(*state, FAULT_TORN, fresh) > 8);
    }
}

struct point {
    const char *sentence;
    const char *name;
    bool saved; /* the kill comes after the commit */
};

static const struct point points[] = {
    { "killed before the opening transaction ends", "store.open.before", false },
    { "killed after it was opened", "store.open.after", false },
    { "killed before the save", "store.save.before", false },
    { "killed at the first row", "store.write:1", false },
    { "killed at the fifth row", "store.write:5", false },
    { "killed before the commit", "store.commit.before", false },
    { "killed after the commit", "store.commit.after", true },
};

static void a_kill_at_every_fault_point_leaves_all_or_nothing(void **state)
{
    struct test *test = *state;

#ifndef WEFT_FAULTS
    skip();
#endif
    for (int fresh = 0; fresh < 2; fresh++)
        for (size_t i = 0; i < LENGTH(points); i++) {
            prepare(test, fresh);
            setenv("WEFT_FAULT", points[i].name, 1);
            assert_int_equal(pass_apart(test), 137);
            unsetenv("WEFT_FAULT");
            reading_changes_nothing(test, fresh);
            if (saved(test, fresh) != points[i].saved)
                fail_msg("%s", points[i].sentence);
            next_pass_works(test);
        }
}

/* In a child: SQLite's memory, of which the n-th piece is missing. */
static sqlite3_mem_methods real_memory;
static int memory_left;

static void *scarce_malloc(int size)
{
    return --memory_left == 0 ? NULL : real_memory.xMalloc(size);
}

static void *scarce_realloc(void *old, int size)
{
    return --memory_left == 0 ? NULL : real_memory.xRealloc(old, size);
}

static void use_scarce_memory(void)
{
    sqlite3_mem_methods memory;

    sqlite3_shutdown();
    sqlite3_config(SQLITE_CONFIG_GETMALLOC, &real_memory);
    memory = real_memory;
    memory.xMalloc = scarce_malloc;
    memory.xRealloc = scarce_realloc;
    sqlite3_config(SQLITE_CONFIG_MALLOC, &memory);
    sqlite3_initialize();
}

/* 0: worked, 1: failed with an err (or ended by lack of memory), 2: there was more memory than
 * needed. */
static int scarce_pass(struct test *test, int n)
{
    struct err err;
    int result;

    use_scarce_memory();
    memory_left = n;
    result = pass(test, &err);
    return memory_left > 0 ? 2 : result < 0;
}

/* Its exit status; what SQLite says of missing memory is not shown. */
static int in_child(struct test *test, int (*run)(struct test *test, int n), int n)
{
    int status;

    fflush(NULL);
    if (fork() == 0) {
        if (!freopen("/dev/null", "w", stderr))
            _exit(4);
        _exit(run(test, n));
    }
    wait(&status);
    assert_true(WIFEXITED(status));
    return WEXITSTATUS(status);
}

static void missing_memory_leaves_all_or_nothing(void **state)
{
    struct test *test = *state;
    int n = 0, status;

    do {
        prepare(test, false);
        n += n < 100 ? 1 : 7;
        status = in_child(test, scarce_pass, n);
        assert_true(status != 0 || saved(test, false));
        saved(test, false);
    } while (status != 2);
    assert_true(n > 100);
    next_pass_works(test);
}

/* 0: everything was loaded, 1: an err, 2: there was more memory than needed, 3: not everything, and
 * no err. */
static int scarce_load(struct test *test, int n)
{
    struct store *store;
    struct ledger loaded;
    struct err err;
    int result;

    use_scarce_memory();
    memory_left = INT_MAX;
    if (store_open(&store, test->place.file, STORE_WRITE, sample_key("k1"), &err) < 0)
        return 4;
    memory_left = n;
    result = store_load(&loaded, store, test->arena, &err);
    if (result == 0 && !same_ledger(&test->before, &loaded))
        return 3;
    return memory_left > 0 ? 2 : result < 0;
}

/* An empty ledger would be taken for a first pass. */
static void missing_memory_in_a_load_is_an_error(void **state)
{
    struct test *test = *state;
    int n = 0, status;

    prepare(test, false);
    do {
        n += n < 60 ? 1 : 9;
        status = in_child(test, scarce_load, n);
        if (status > 2)
            fail_msg("allocation %d of a load: status %d", n, status);
    } while (status != 2);
    assert_true(n > 10);
}

/* In a child: only root can raise the limit again. */
static int pass_with_file_limit(struct test *test, rlim_t bytes)
{
    struct rlimit limit = { bytes, bytes };
    struct err err = { .text = "" };

    signal(SIGXFSZ, SIG_IGN);
    setrlimit(RLIMIT_FSIZE, &limit);
    if (pass(test, &err) == 0)
        return 0;
    return strstr(err.text, "full, over its quota, or broken") ? 1 : 2;
}

static void a_file_limit_is_said_and_survived(void **state)
{
    struct test *test = *state;
    int refused = 0;

    for (rlim_t bytes = 0; bytes < 120000; bytes += 9000) {
        int status;

        prepare(test, false);
        fflush(NULL);
        if (fork() == 0)
            _exit(pass_with_file_limit(test, bytes));
        wait(&status);
        assert_true(WIFEXITED(status) && WEXITSTATUS(status) != 2);
        refused += WEXITSTATUS(status) == 1;
        assert_true(saved(test, false) == (WEXITSTATUS(status) == 0));
        next_pass_works(test);
    }
    assert_true(refused > 0 && refused < 14);
}

/* In a child with a mount namespace of its own: a volume that is too small. */
static int pass_on_small_volume(struct test *test)
{
    struct err err = { .text = "" };
    struct ledger ledger = test->before;

    if ((unshare(CLONE_NEWNS) < 0 && unshare(CLONE_NEWUSER | CLONE_NEWNS) < 0)
        || mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) < 0
        || mount("weft", test->place.folder, "tmpfs", 0, "size=256k,mode=700") < 0)
        return 77;
    sample_save(test->place.file, &ledger);
    for (int i = 0; i < 60; i++) {
        struct ledger_delivery *delivery = ledger_add_delivery(&test->after);

        delivery->path = arena_printf(test->arena, "clusters/%d/trust/cacerts.yaml", i);
        delivery->virtual_mesh = delivery->mesh = delivery->recipient.fingerprint =
            delivery->digest = delivery->mark = "x";
        delivery->content = arena_printf(test->arena, "%08000d", i);
    }
    if (pass(test, &err) == 0 || !strstr(err.text, "no space left for the state file"))
        return 1;
    ledger = sample_load(test->place.file, STORE_WRITE, test->arena);
    if (!same_ledger(&test->before, &ledger))
        return 2;
    if (mount("weft", test->place.folder, "tmpfs", MS_REMOUNT, "size=8m") < 0)
        return 3;
    return pass(test, &err) == 0 && saved(test, false) ? 0 : 4;
}

static void a_full_volume_is_said_and_survived(void **state)
{
    int status;

    fflush(NULL);
    if (fork() == 0)
        _exit(pass_on_small_volume(*state));
    wait(&status);
    if (WIFEXITED(status) && WEXITSTATUS(status) == 77)
        skip(); /* neither root nor user namespaces here */
    assert_int_equal(status, 0);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(every_failing_operation_leaves_all_or_nothing),
        TEST(a_kill_at_every_operation_leaves_all_or_nothing),
        TEST(a_kill_at_every_fault_point_leaves_all_or_nothing),
        TEST(missing_memory_leaves_all_or_nothing),
        TEST(missing_memory_in_a_load_is_an_error),
        TEST(a_file_limit_is_said_and_survived),
        TEST(a_full_volume_is_said_and_survived),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
