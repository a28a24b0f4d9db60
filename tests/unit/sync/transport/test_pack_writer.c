/* tests/unit/sync/transport/test_pack_writer.c - packs that git itself reads back. */
#include "tests/lib/git_world.h"

#include "sync/transport/pack_writer.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static struct git_id add(struct objects *objects, const char *bytes, size_t len, bool wanted)
{
    struct git_id id = git_id_of_blob(bytes, len);
    struct err err;

    if (pack_writer_add(objects, &id, OBJECT_BLOB, bytes, len, &err) < 0)
        fail_msg("%s", err.text);
    if (wanted)
        assert_true(pack_writer_want(objects, &id));
    return id;
}

/* Writes what is wanted to pack.pack and lets git index and list it. */
static const char *listed(const struct world *world, struct objects *objects)
{
    AUTO_MAPPED pack = { 0 };
    struct err err;
    FILE *file;

    if (pack_writer_pack(&pack, objects, "head", 4, &err) < 0)
        fail_msg("%s", err.text);
    assert_int_equal(pack.pack_at, 4);
    assert_memory_equal(pack.bytes, "headPACK", 8);
    file = fopen(world_path(world, "pack.pack"), "w");
    assert_non_null(file);
    assert_int_equal(fwrite(pack.bytes + 4, 1, pack.len - 4, file), pack.len - 4);
    assert_int_equal(fclose(file), 0);
    sh(world, "rm -f pack.idx && git index-pack --strict pack.pack");
    return sh(world, "git show-index <pack.idx | wc -l");
}

static void test_sizes(void **state)
{
    static const size_t sizes[] = { 0, 1, 15, 16, 2047, 2048, 262144, 262145, 3000000 };
    struct world world;
    struct objects *objects;
    char *bytes = malloc(3000000);

    (void)state;
    world_make(&world);
    objects = pack_writer_new(world.folder);
    srandom(1);
    for (size_t i = 0; i < 3000000; i++)
        bytes[i] = (char)random(); /* does not get smaller by deflating */
    for (size_t i = 0; i < LENGTH(sizes); i++)
        add(objects, bytes, sizes[i], true);
    assert_string_equal(listed(&world, objects), "9");
    for (size_t i = 0; i < LENGTH(sizes); i++) {
        struct git_id id = git_id_of_blob(bytes, sizes[i]);
        char hex[41];

        git_id_hex(hex, &id);
        sh(&world, "git show-index <pack.idx | grep -q %s", hex);
    }
    pack_writer_free(objects);
    free(bytes);
    world_end(&world);
}

static void test_only_what_is_wanted(void **state)
{
    struct world world;
    struct objects *objects;
    struct git_id first, second, absent = git_id_of_blob("x", 1);

    (void)state;
    world_make(&world);
    objects = pack_writer_new(world.folder);
    assert_false(pack_writer_has(objects, &absent));
    assert_false(pack_writer_want(objects, &absent));
    assert_string_equal(listed(&world, objects), "0");
    for (int i = 0; i < 5000; i++) {
        char bytes[32];

        snprintf(bytes, sizeof bytes, "file %d", i);
        add(objects, bytes, strlen(bytes), i % 10 == 0);
    }
    first = add(objects, "file 0", 6, false);
    second = add(objects, "file 1", 6, false);
    assert_true(pack_writer_has(objects, &first));
    assert_string_equal(listed(&world, objects), "500");
    pack_writer_want_none(objects);
    pack_writer_want(objects, &second);
    assert_int_equal(pack_writer_wanted(objects), 1);
    assert_string_equal(listed(&world, objects), "1");
    pack_writer_reset(objects);
    assert_false(pack_writer_has(objects, &second));
    pack_writer_free(objects);
    world_end(&world);
}

static void test_names(void **state)
{
    struct git_id blob = pack_writer_object_id(OBJECT_BLOB, "hello\n", 6),
                  tree = pack_writer_object_id(OBJECT_TREE, "", 0);
    struct git_id same = git_id_of_blob("hello\n", 6);
    char hex[41];

    (void)state;
    assert_true(git_id_equal(&blob, &same));
    git_id_hex(hex, &tree);
    assert_string_equal(hex, "4b825dc642cb6eb9a060e54bf8d69288fbee4904"); /* Git's empty tree */
}

static void test_no_folder(void **state)
{
    struct objects *objects = pack_writer_new("/nowhere/at/all");
    struct git_id id = git_id_of_blob("x", 1);
    struct err err;

    (void)state;
    assert_int_equal(pack_writer_add(objects, &id, OBJECT_BLOB, "x", 1, &err), -1);
    assert_non_null(strstr(err.text, "/nowhere/at/all"));
    pack_writer_free(objects);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_sizes),
        cmocka_unit_test(test_only_what_is_wanted),
        cmocka_unit_test(test_names),
        cmocka_unit_test(test_no_folder),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
