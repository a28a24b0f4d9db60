/* tests/unit/api/test_object_name.c - names of objects, against values of the reference
 * implementation. */
#include "api/object_name.h"

#include <string.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
/* cmocka wants the three above first */
#include <cmocka.h>

/* clang-format off */
static const struct {
    const char *says, *in, *out;
} sanitised[] = {
    { "a star becomes a dash", "bb*b", "bb-b" },
    { "brackets go away", "bb[b", "bbb" },
    { "a blank becomes a dash", "bb b", "bb-b" },
    { "colons become dashes", "fd00::1", "fd00--1" },
    { "quotes and line ends go away", "a\"b'c\nd]", "abcd" },
    { "upper case comes down, dots and slashes become dashes", "App.Kubernetes.io/name-Reviews",
      "app-kubernetes-io-name-reviews" },
    { "an underscore becomes a dash, dashes at the ends stay", "_a_", "-a-" },
    { "63 bytes stay", "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
      "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa" },
    { "a long name is cut with a hash",
      "istio-eastwestgateway-istio-gateways-production-eu-west-1-cluster-gloo-mesh",
      "istio-eastwestgateway-istio-gat-066bed2a400a54f2f647c1cc7053774" },
};
/* clang-format on */

static void test_sanitise(void **unused)
{
    struct arena *arena = arena_new();
    char many[301];

    (void)unused;
    for (size_t i = 0; i < LENGTH(sanitised); i++)
        if (strcmp(object_name_sanitise(sanitised[i].in, arena), sanitised[i].out) != 0)
            fail_msg("%s: %s", sanitised[i].says, object_name_sanitise(sanitised[i].in, arena));
    memset(many, 'a', 300);
    many[300] = '\0';
    assert_string_equal(object_name_sanitise(many, arena),
                        "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa-4e5475d125a33c6190718e75adc1b70");
    arena_free(arena);
}

static void test_the_hash_is_that_of_the_name_as_written(void **unused)
{
    struct arena *arena = arena_new();
    const char *lower = "a-name-of-more-than-sixty-three-bytes-that-has-to-be-cut-with-a-hash";
    const char *upper = "A-name-of-more-than-sixty-three-bytes-that-has-to-be-cut-with-a-hash";

    (void)unused;
    assert_string_not_equal(object_name_sanitise(lower, arena), object_name_sanitise(upper, arena));
    assert_int_equal(strlen(object_name_sanitise(upper, arena)), 63);
    arena_free(arena);
}

/* The first object keeps the joined name, the second one gets the digits of its own names, and one
 * of another cluster with the same digits those of all three. */
static void test_collisions(void **unused)
{
    struct arena *arena = arena_new();
    struct map *taken = map_new(arena);

    (void)unused;
    assert_string_equal(object_name_new(taken, "D", "a-b", "c", "k", arena), "a-b-c-k");
    assert_string_equal(object_name_new(taken, "D", "a", "b-c", "k", arena), "a-b-c-k-9bb9abe2");
    assert_string_equal(object_name_new(taken, "D", "a", "b-c", "K", arena), "a-b-c-k-ba3fed25");
    assert_int_equal(map_count(taken), 3);
    /* Another kind, and the same object again. */
    assert_string_equal(object_name_new(taken, "M", "a", "b-c", "k", arena), "a-b-c-k");
    assert_string_equal(object_name_new(taken, "D", "a-b", "c", "k", arena), "a-b-c-k");
    arena_free(arena);
}

static void test_reserved_names(void **unused)
{
    struct arena *arena = arena_new();
    struct map *taken = map_new(arena);

    (void)unused;
    object_name_reserve(taken, "D", "a-b-c-k", "a", "b-c", "k", arena);
    assert_string_equal(object_name_new(taken, "D", "a", "b-c", "k", arena), "a-b-c-k");
    assert_string_not_equal(object_name_new(taken, "D", "a-b", "c", "k", arena), "a-b-c-k");
    arena_free(arena);
}

/* Names of a cluster stay taken when all else of it is gone. */
static void test_taken_names_outlive_their_arena(void **unused)
{
    struct arena *arena = arena_new(), *scratch = arena_new();
    struct map *taken = map_new(arena);

    (void)unused;
    object_name_new(taken, "D", "a-b", "c", "k", scratch);
    arena_erase(scratch);
    assert_string_equal(object_name_new(taken, "D", "a", "b-c", "k", scratch), "a-b-c-k-9bb9abe2");
    assert_string_equal(object_name_plain("a", "b-c", "k", scratch), "a-b-c-k");
    arena_free(scratch);
    arena_free(arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_sanitise),
        cmocka_unit_test(test_the_hash_is_that_of_the_name_as_written),
        cmocka_unit_test(test_collisions),
        cmocka_unit_test(test_reserved_names),
        cmocka_unit_test(test_taken_names_outlive_their_arena),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
