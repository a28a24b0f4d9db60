/* tests/unit/base/test_filetree.c - names, order, shared directories. */
#include "tests/lib/check.h"

#include "base/filetree.h"

static struct git_id id_of(const char *text) { return git_id_of_blob(text, strlen(text)); }

static void put(struct filetree *tree, const char *path)
{
    struct git_id id = id_of(path);

    filetree_put(tree, path, &id);
}

static int add_path(void *context, const char *path, const struct git_id *blob)
{
    struct text *out = context;

    (void)blob;
    text_addf(out, "%s\n", path);
    return strcmp(path, "stop") == 0 ? 42 : 0;
}

static void paths_make_directories(void **state)
{
    AUTO(arena_free) struct arena *arena = arena_new();
    struct filetree *tree = filetree_new(arena);
    struct git_id id = id_of("clusters/a/mesh/gateway.yaml");
    const struct filetree_entry *entry;

    (void)state;
    put(tree, "clusters/a/mesh/gateway.yaml");
    entry = filetree_find(tree, "clusters/a/mesh/gateway.yaml");
    assert_non_null(entry);
    assert_string_equal(entry->name, "gateway.yaml");
    assert_null(entry->dir);
    assert_true(git_id_equal(&entry->blob, &id));
    assert_non_null(filetree_find(tree, "clusters/a")->dir);
    assert_null(filetree_find(tree, "clusters/b"));
    assert_null(filetree_find(tree, "clusters/b/mesh"));
    assert_null(filetree_find(tree, "clusters/a/mesh/gateway.yaml/x"));
    assert_null(filetree_find(tree, ""));
}

static void putting_again_replaces(void **state)
{
    AUTO(arena_free) struct arena *arena = arena_new();
    struct filetree *tree = filetree_new(arena);
    struct git_id first = id_of("1"), second = id_of("2");
    size_t count;

    (void)state;
    filetree_put(tree, "a/b", &first);
    filetree_entries(tree, &count);
    filetree_put(tree, "a/b", &second);
    assert_true(git_id_equal(&filetree_find(tree, "a/b")->blob, &second));
    assert_true(
        git_id_equal(&filetree_entries(filetree_find(tree, "a")->dir, &count)[0].blob, &second));
    assert_int_equal(count, 1);
}

static void entries_come_in_byte_order_and_files_in_path_order(void **state)
{
    AUTO(arena_free) struct arena *arena = arena_new();
    struct filetree *tree = filetree_new(arena);
    const struct filetree_entry *entries;
    AUTO_TEXT out = { 0 };
    size_t count;

    (void)state;
    put(tree, "b");
    put(tree, "a/x");
    put(tree, "a.b");
    put(tree, "a-");
    put(tree, "a0");
    put(tree, "B");
    entries = filetree_entries(tree, &count);
    for (size_t i = 0; i < count; i++)
        text_addf(&out, "%s ", entries[i].name);
    assert_string_equal(out.bytes, "B a a- a.b a0 b ");
    text_clear(&out);
    assert_int_equal(filetree_walk(tree, add_path, &out), 0);
    assert_string_equal(out.bytes, "B\na-\na.b\na/x\na0\nb\n");
}

static void what_comes_after_a_look_is_seen_at_the_next(void **state)
{
    AUTO(arena_free) struct arena *arena = arena_new();
    struct filetree *tree = filetree_new(arena);
    AUTO_TEXT out = { 0 };
    size_t count;

    (void)state;
    put(tree, "b");
    filetree_entries(tree, &count);
    filetree_walk(tree, add_path, &out);
    put(tree, "a");
    assert_string_equal(filetree_entries(tree, &count)[0].name, "a");
    assert_int_equal(count, 2);
    text_clear(&out);
    filetree_walk(tree, add_path, &out);
    assert_string_equal(out.bytes, "a\nb\n");
}

static void a_mounted_directory_appears_everywhere(void **state)
{
    AUTO(arena_free) struct arena *arena = arena_new();
    struct filetree *tree = filetree_new(arena), *shared = filetree_new(arena);
    AUTO_TEXT out = { 0 };

    (void)state;
    put(shared, "one.yaml");
    put(shared, "deep/two.yaml");
    assert_false(filetree_mounted(shared));
    filetree_mount(tree, "clusters/b/imports/a", shared);
    filetree_mount(tree, "clusters/c/imports/a", shared);
    filetree_mount(tree, "clusters/c/imports/a", shared); /* again: no harm */
    assert_true(filetree_mounted(shared));
    assert_false(filetree_mounted(tree));
    assert_ptr_equal(filetree_find(tree, "clusters/b/imports/a")->dir, shared);
    assert_non_null(filetree_find(tree, "clusters/c/imports/a/deep/two.yaml"));
    filetree_walk(tree, add_path, &out);
    assert_string_equal(out.bytes,
                        "clusters/b/imports/a/deep/two.yaml\nclusters/b/imports/a/one.yaml\n"
                        "clusters/c/imports/a/deep/two.yaml\nclusters/c/imports/a/one.yaml\n");
}

static void a_walk_stops_where_it_is_told(void **state)
{
    AUTO(arena_free) struct arena *arena = arena_new();
    struct filetree *tree = filetree_new(arena);
    AUTO_TEXT out = { 0 };

    (void)state;
    put(tree, "a");
    put(tree, "stop");
    put(tree, "z");
    assert_int_equal(filetree_walk(tree, add_path, &out), 42);
    assert_string_equal(out.bytes, "a\nstop\n");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(paths_make_directories),
        cmocka_unit_test(putting_again_replaces),
        cmocka_unit_test(entries_come_in_byte_order_and_files_in_path_order),
        cmocka_unit_test(what_comes_after_a_look_is_seen_at_the_next),
        cmocka_unit_test(a_mounted_directory_appears_everywhere),
        cmocka_unit_test(a_walk_stops_where_it_is_told),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
