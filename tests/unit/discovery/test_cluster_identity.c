/* tests/unit/discovery/test_cluster_identity.c - whether a name belongs to the same cluster. */
#include "api/annotation.h"
#include "discovery/cluster_identity.h"
#include "tests/lib/discovery_sample.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>
/* cmocka wants the three above first */
#include <cmocka.h>

static struct inventory former(struct arena *arena, const char *uid)
{
    struct inventory out = { .cluster = "k", .known = true };

    inventory_annotate(&out.self.meta, ANNOTATION_CLUSTER_UID, uid, arena);
    return out;
}

static void test_another_uid_is_refused(void **unused)
{
    AUTO(arena_free) struct arena *arena = arena_new();
    struct facts *facts = DISCOVERY_SAMPLE(arena, SAMPLE_NAMESPACES);
    struct inventory same = former(arena, "u1"), other = former(arena, "u2"), none = { 0 };
    struct err err;

    (void)unused;
    assert_string_equal(cluster_identity_of(facts), "u1");
    assert_int_equal(cluster_identity_check(facts, &same, false, &err), 0);
    assert_int_equal(cluster_identity_check(facts, &none, false, &err), 0);
    assert_int_equal(cluster_identity_check(facts, &other, true, &err), 0);
    assert_int_equal(cluster_identity_check(facts, &other, false, &err), -1);
    assert_int_equal(err.kind, ERR_REFUSED);
}

/* Else two reads would lead from one cluster to another: one that shows no uid, and the next. */
static void test_a_known_identity_must_be_shown(void **unused)
{
    AUTO(arena_free) struct arena *arena = arena_new();
    struct facts *absent = DISCOVERY_SAMPLE(arena, { FACT_NAMESPACES, "[{metadata: {name: a}}]" });
    struct facts *empty =
        DISCOVERY_SAMPLE(arena, { FACT_NAMESPACES, "[{metadata: {name: kube-system}}]" });
    struct inventory known = former(arena, "u1"), none = { 0 };
    struct err err;

    (void)unused;
    assert_int_equal(cluster_identity_check(absent, &none, false, &err), 0);
    assert_int_equal(cluster_identity_check(absent, &known, true, &err), 0);
    assert_int_equal(cluster_identity_check(absent, &known, false, &err), -1);
    assert_int_equal(err.kind, ERR_KUBE);
    assert_int_equal(cluster_identity_check(empty, &known, false, &err), -1);
    assert_int_equal(err.kind, ERR_REFUSED);
}

static void test_one_cluster_under_two_names(void **unused)
{
    const struct cluster_identity one = { "a", "u1" }, again = { "c", "u1" };
    const struct cluster_identity second = { "b", "u2" }, unknown = { "d", "" };
    const struct cluster_identity two[] = { one, second }, apart[] = { one, second, again };
    const struct cluster_identity pair[] = { one, again }, other[] = { one, unknown, unknown };
    struct err err;

    (void)unused;
    assert_int_equal(cluster_identity_check_all(pair, 2, &err), -1);
    assert_int_equal(cluster_identity_check_all(other, 3, &err), 0);
    assert_int_equal(cluster_identity_check_all(two, 2, &err), 0);
    assert_int_equal(cluster_identity_check_all(apart, 3, &err), -1);
    assert_non_null(strstr(err.text, "a and c"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_another_uid_is_refused),
        cmocka_unit_test(test_a_known_identity_must_be_shown),
        cmocka_unit_test(test_one_cluster_under_two_names),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
