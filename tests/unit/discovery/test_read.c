/* tests/unit/discovery/test_read.c - fields of items, copied. */
#include "discovery/read.h"
#include "tests/lib/discovery_sample.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
/* cmocka wants the three above first */
#include <cmocka.h>

static void test_fields(void **unused)
{
    AUTO(arena_free) struct arena *arena = arena_new();
    struct reader reader = { arena, intern_new(arena) };
    const struct node *map = discovery_sample_node(
        arena, "{a: text, n: 80, big: 70000, yes: true, list: [x, {y: z}, w]}");
    size_t count;
    const char *const *texts;

    (void)unused;
    texts = read_texts(&reader, node_find(map, "list"), &count);
    assert_string_equal(read_text(&reader, map, "a"), "text");
    assert_string_equal(read_text(&reader, map, "absent"), "");
    assert_int_equal(read_number(map, "n", 65535), 80);
    assert_int_equal(read_number(map, "big", 65535), 0);
    assert_int_equal(read_number(map, "a", 65535), 0);
    assert_true(read_true(map, "yes") && !read_true(map, "a"));
    assert_int_equal(count, 2);
    assert_string_equal(texts[1], "w");
    assert_null(read_at(map, "a", "b", NULL));
    assert_string_equal(read_copy(&reader, NULL), "");
}

/* What Kubernetes would not accept as a label is left out. */
static void test_labels(void **unused)
{
    AUTO(arena_free) struct arena *arena = arena_new();
    struct reader reader = { arena, intern_new(arena) };
    size_t count;
    const struct pair *labels;

    (void)unused;
    labels = read_labels(
        &reader, discovery_sample_node(arena, "{b: '2', a: '1', 'no key': x, c: 'no value'}"),
        &count);
    assert_int_equal(count, 2);
    assert_string_equal(labels[0].key, "a");
    assert_string_equal(read_pair(labels, count, "b"), "2");
    assert_null(read_pair(labels, count, "c"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_fields),
        cmocka_unit_test(test_labels),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
