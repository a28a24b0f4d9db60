/* tests/unit/oci/test_oci_reference.c - names of repositories and tags by the grammar of the
 * distribution spec, and servers compared as libcurl connects to them. */
#include "base/text.h"
#include "oci/oci_reference.h"
#include "tests/lib/check.h"

static void urls_are_taken_or_refused(void **state)
{
    static const char *const good[] = { "oci://r.example.com/mesh",
                                        "oci://127.0.0.1:5000/a/b_c/d__e/f--g.h",
                                        "oci://[::1]:5000/m" };
    static const char *const bad[] = {
        "https://r.example.com/mesh",    "oci://r.example.com",
        "oci://r.example.com/",          "oci:///mesh",
        "oci://r.example.com/mesh/",     "oci://r.example.com//mesh",
        "oci://r.example.com/Mesh",      "oci://r.example.com/-mesh",
        "oci://r.example.com/me___sh",   "oci://r.example.com/a/../b",
        "oci://r.example.com/a/./b",     "oci://r.example.com/%6desh",
        "oci://u:p@r.example.com/mesh",  "oci://r.example.com/mesh?x",
        "oci://r.example.com/mesh#x",    "oci://r.example.com\\@evil.example/mesh",
        "oci://r.example.com:99999/mesh"
    };
    AUTO(arena_free) struct arena *arena = arena_new();

    (void)state;
    for (size_t i = 0; i < LENGTH(good); i++)
        assert_null(oci_reference_fault(good[i], arena));
    for (size_t i = 0; i < LENGTH(bad); i++)
        assert_non_null(oci_reference_fault(bad[i], arena));
}

static void tags_are_taken_or_refused(void **state)
{
    AUTO(arena_free) struct arena *arena = arena_new();
    char *longest = arena_alloc(arena, 130, 1);

    (void)state;
    memset(longest, 'a', 129);
    assert_false(oci_reference_is_tag(longest));
    assert_true(oci_reference_is_tag(longest + 1));
    assert_true(oci_reference_is_tag("_v1.0-rc_1"));
    assert_false(oci_reference_is_tag(""));
    assert_false(oci_reference_is_tag(".a"));
    assert_false(oci_reference_is_tag("-a"));
    assert_false(oci_reference_is_tag("a/b"));
}

static void each_cluster_has_a_repository(void **state)
{
    AUTO(arena_free) struct arena *arena = arena_new();
    struct oci_reference at;
    struct err err;

    (void)state;
    assert_int_equal(
        oci_reference_make(&at, "oci://r.example.com:5000/a/b", "eu-1", "v1", false, arena, &err),
        0);
    assert_string_equal(at.base, "https://r.example.com:5000");
    assert_string_equal(at.repository, "a/b/eu-1");
    assert_string_equal(at.shown, "oci://r.example.com:5000/a/b/eu-1:v1");
    assert_int_equal(oci_reference_make(&at, "oci://127.0.0.1:5/a", "c", "v1", true, arena, &err),
                     0);
    assert_string_equal(at.base, "http://127.0.0.1:5");
    assert_int_equal(oci_reference_make(&at, "oci://r.example.com/a", "c", "v1", true, arena, &err),
                     -1);
    assert_int_equal(err.kind, ERR_REFUSED);
    assert_int_equal(
        oci_reference_make(&at, "oci://r.example.com/a", "a..b", "v1", false, arena, &err), -1);
    assert_int_equal(err.kind, ERR_INPUT);
}

static void servers_are_compared_by_scheme_host_and_port(void **state)
{
    static const struct {
        const char *a, *b;
        bool same;
    } rows[] = { { "https://r.example/v2/", "https://r.example:443", true },
                 { "https://R.example", "https://r.example/x?y", true },
                 { "https://r.example", "http://r.example", false },
                 { "https://r.example", "https://r.example:5000", false },
                 { "https://r.example", "https://r.example.evil", false },
                 { "https://r.example", "https://r.example@evil", false },
                 { "https://r.example", "https://u:p@r.example/x", false },
                 { "https://r.example", "//r.example/x", false },
                 { "https://r.example", "", false } };
    AUTO(arena_free) struct arena *arena = arena_new();

    (void)state;
    for (size_t i = 0; i < LENGTH(rows); i++)
        assert_int_equal(oci_reference_same_server(rows[i].a, rows[i].b, arena), rows[i].same);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(urls_are_taken_or_refused),
        cmocka_unit_test(tags_are_taken_or_refused),
        cmocka_unit_test(each_cluster_has_a_repository),
        cmocka_unit_test(servers_are_compared_by_scheme_host_and_port),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
