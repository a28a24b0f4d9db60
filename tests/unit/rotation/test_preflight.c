/* tests/unit/rotation/test_preflight.c - what is listed before a rotation, and with which verdict.
 */
#include "rotation/preflight.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static const struct istiod_facts good_istiod = {
    .found = true, .version = "1.30.1", .multi_root = true, .rolled_out = true, .leaf_ttl = 60
};

enum { LINES_MAX = 9 };

/* clang-format off */
static const struct {
    const char *name;
    enum preflight_key key;
    struct observation seen;
    const char *recipient, *recipient_error;
    struct { const char *what; enum preflight_verdict verdict; } want[LINES_MAX];
} rows[] = {
    { "a cluster that is not watched, written to directly", PREFLIGHT_KEY_NO_ROOT, { .cluster = "c" }, NULL, NULL,
      { { "istiod", PREFLIGHT_UNKNOWN }, { "roots in use", PREFLIGHT_UNKNOWN } } },
    { "the key of the old root is there", PREFLIGHT_KEY_HELD, { .cluster = "c" }, NULL, NULL,
      { { "key of the old root", PREFLIGHT_OK }, { "istiod", PREFLIGHT_UNKNOWN }, { "roots in use", PREFLIGHT_UNKNOWN } } },
    { "the key of the old root is gone", PREFLIGHT_KEY_GONE, { .cluster = "c" }, NULL, NULL,
      { { "key of the old root", PREFLIGHT_BAD }, { "istiod", PREFLIGHT_UNKNOWN }, { "roots in use", PREFLIGHT_UNKNOWN } } },
    { "all is well", PREFLIGHT_KEY_HELD,
      { .cluster = "c", .istiod = { .found = true, .version = "1.30.1", .multi_root = true, .rolled_out = true, .leaf_ttl = 60 },
        .shown = { [SOURCE_ROOTS] = { SEEN_WANTED, "1 root" }, [SOURCE_APPLIED] = { SEEN_WANTED, "o at 1" } } }, "file", NULL,
      { { "key of the old root", PREFLIGHT_OK }, { "istiod", PREFLIGHT_OK }, { "several roots", PREFLIGHT_OK },
        { "roots by push", PREFLIGHT_OK }, { "leaf life", PREFLIGHT_OK }, { "roots in use", PREFLIGHT_OK },
        { "commit applied", PREFLIGHT_OK }, { "file", PREFLIGHT_OK } } },
    { "a release with a fault", PREFLIGHT_KEY_NO_ROOT,
      { .cluster = "c", .istiod = { .found = true, .version = "1.30.1, 1.28.6", .multi_root = true, .rolled_out = true, .leaf_ttl = 60 } }, NULL, NULL,
      { { "istiod", PREFLIGHT_OK }, { "istio fault", PREFLIGHT_BAD }, { "several roots", PREFLIGHT_OK },
        { "roots by push", PREFLIGHT_OK }, { "leaf life", PREFLIGHT_OK }, { "roots in use", PREFLIGHT_UNKNOWN } } },
    { "nothing is well", PREFLIGHT_KEY_GONE,
      { .cluster = "c", .istiod = { .found = true, .version = "", .max_leaf_ttl = 61 },
        .shown = { [SOURCE_ROOTS] = { SEEN_OTHER, "2 roots" }, [SOURCE_APPLIED] = { SEEN_OTHER, "o at 0" } } }, "file", "expired",
      { { "key of the old root", PREFLIGHT_BAD }, { "istiod", PREFLIGHT_BAD }, { "several roots", PREFLIGHT_BAD },
        { "roots by push", PREFLIGHT_OK }, { "leaf life", PREFLIGHT_BAD }, { "roots in use", PREFLIGHT_BAD },
        { "commit applied", PREFLIGHT_BAD }, { "file", PREFLIGHT_BAD } } },
    { "what does not answer is unknown", PREFLIGHT_KEY_NO_ROOT,
      { .cluster = "c", .shown = { [SOURCE_ROOTS] = { SEEN_UNKNOWN, "refused" }, [SOURCE_APPLIED] = { SEEN_UNKNOWN, "?" } } },
      "file", NULL,
      { { "istiod", PREFLIGHT_UNKNOWN }, { "roots in use", PREFLIGHT_UNKNOWN }, { "commit applied", PREFLIGHT_UNKNOWN },
        { "file", PREFLIGHT_OK } } },
};
/* clang-format on */

static void each_fact_has_its_line(void **state)
{
    (void)state;
    for (size_t i = 0; i < LENGTH(rows); i++) {
        struct arena *arena = arena_new();
        const struct preflight_cluster cluster = { &rows[i].seen, rows[i].recipient,
                                                   rows[i].recipient_error };
        const struct preflight_input input = {
            .key = rows[i].key, .leaf_ttl = 60, .clusters = &cluster, .count = 1
        };
        size_t count;
        const struct preflight *list = preflight_list(&count, &input, arena);

        print_message("%s\n", rows[i].name);
        for (size_t k = 0; k < count; k++) {
            assert_true(k < LINES_MAX && rows[i].want[k].what);
            assert_string_equal(list[k].what, rows[i].want[k].what);
            assert_int_equal(list[k].verdict, rows[i].want[k].verdict);
            assert_true(*list[k].text);
        }
        assert_true(count == LINES_MAX || !rows[i].want[count].what);
        arena_free(arena);
    }
}

static void lines_name_their_cluster(void **state)
{
    const struct observation seen[] = { { .cluster = "a", .istiod = good_istiod },
                                        { .cluster = "b" } };
    const struct preflight_cluster clusters[] = { { &seen[0], NULL, NULL },
                                                  { &seen[1], NULL, NULL } };
    const struct preflight_input input = { .key = PREFLIGHT_KEY_HELD,
                                           .clusters = clusters,
                                           .count = LENGTH(clusters) };
    struct arena *arena = arena_new();
    size_t count;
    const struct preflight *list = preflight_list(&count, &input, arena);

    (void)state;
    assert_string_equal(list[0].cluster, "");
    assert_string_equal(list[1].cluster, "a");
    assert_string_equal(list[1].text, "1.30.1");
    assert_string_equal(list[count - 1].cluster, "b");
    arena_free(arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_fact_has_its_line),
        cmocka_unit_test(lines_name_their_cluster),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
