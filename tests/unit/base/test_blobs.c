/* tests/unit/base/test_blobs.c - contents are kept once, and an empty tree reads as nothing */
#include "tests/lib/check.h"

#include "base/blobs.h"

static struct git_id id_of(const char *text) { return git_id_of_blob(text, strlen(text)); }

static void equal_contents_are_stored_once(void **state)
{
    AUTO(arena_free) struct arena *arena = arena_new();
    struct blob_memory *memory = blob_memory_new(arena);
    struct blobs sink = blob_memory_sink(memory);
    struct git_id one, two, other = id_of("never put"), want = id_of("hello\n");
    struct err err = { 0 };
    size_t len, before;

    (void)state;
    assert_int_equal(sink.put(sink.context, &one, "hello\n", 6, &err), 0);
    before = arena_used(arena);
    assert_int_equal(sink.put(sink.context, &two, "hello\n", 6, &err), 0);
    assert_int_equal(arena_used(arena), before);
    assert_true(git_id_equal(&one, &want) && git_id_equal(&two, &want));
    assert_string_equal(blob_memory_find(memory, &one, &len), "hello\n");
    assert_int_equal(len, 6);
    assert_null(blob_memory_find(memory, &other, &len));
}

static void the_empty_reader_has_nothing(void **state)
{
    struct tree_reader reader = tree_reader_empty;
    const char **names;
    char *bytes = (char *)1;
    struct err err = { 0 };
    size_t len, count;

    (void)state;
    assert_int_equal(reader.read(reader.context, "a", &bytes, &len, NULL, &err), 0);
    assert_null(bytes);
    assert_int_equal(reader.list(reader.context, "", &names, &count, NULL, &err), 0);
    assert_int_equal(count, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(equal_contents_are_stored_once),
        cmocka_unit_test(the_empty_reader_has_nothing),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
