/* tests/unit/k8s-job/observe/test_shared_read.c - for which reader a list counts that another one
 * has read, and what of it is kept. */
#include "base/parse_json.h"
#include "k8s-job/observe/shared_read.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static const struct pair usual = { "app", "istiod" }, other = { "istio", "pilot" };
static const struct pair unknown = { "istio", "unknown" };

static const struct node *json(const char *text, struct arena *arena)
{
    const struct node *node;
    struct err err = { .text = "" };

    if (parse_json(&node, text, strlen(text), arena, &err) < 0)
        fail_msg("%s: %s", err.text, text);
    return node;
}

/* clang-format off */
static const struct {
    const char *sentence;
    const char *list_of; /* NULL: of all namespaces */
    bool labelled, failed;
    bool all;
    const struct pair *labels; /* that the reader knows istiods by */
    bool counts;
} rows[] = {
    { "the list of all namespaces, for evidence", NULL, false, false, false, NULL, true },
    { "and for restarts", NULL, false, false, true, NULL, true },
    { "by the usual labels", NULL, false, false, true, &usual, true },
    { "by labels that were known before", NULL, false, false, true, &other, true },
    { "not by labels that were not", NULL, false, false, true, &unknown, false },
    { "not when it could not be read: the right to list the namespace may be there", NULL, false, true, false, NULL, false },
    { "the list of that namespace, by any labels", "istio-system", false, false, true, &unknown, true },
    { "also when it could not be read", "istio-system", false, true, true, NULL, true },
    { "not that of another namespace", "shop", false, false, false, NULL, false },
    { "Deployments with the label alone, for evidence", "istio-system", true, false, false, NULL, true },
    { "not for restarts", "istio-system", true, false, true, NULL, false },
};
/* clang-format on */

static void a_list_counts_for_those_who_would_have_asked_for_no_more(void **state)
{
    static const struct err failure = { .kind = ERR_KUBE, .code = 403 };

    (void)state;
    for (size_t i = 0; i < LENGTH(rows); i++) {
        AUTO(arena_free) struct arena *arena = arena_new();
        struct shared_read shared = { .arena = arena };
        const struct shared_want want = { .shared = &shared,
                                          .namespace = "istio-system",
                                          .all = rows[i].all,
                                          .labels = rows[i].labels,
                                          .label_count = rows[i].labels != NULL };
        struct shared_istiods *istiods;

        shared_read_add_labels(&shared, &other, 1);
        istiods = shared_istiods_begin(&shared, rows[i].list_of);
        shared_read_add_labels(&shared, &unknown, 1);
        istiods->labelled = rows[i].labelled;
        shared_istiods_end(istiods, rows[i].failed ? &failure : NULL, 7);
        if ((shared_read_istiods(&want) != NULL) != rows[i].counts)
            fail_msg("%s", rows[i].sentence);
    }
}

#define DEPLOYMENT(name, namespace, labels, pods)                                                  \
    "{\"metadata\":{\"name\":\"" name                                                              \
    "\",\"namespace\":\"" namespace "\",\"labels\":{" labels                                       \
                                    "}},\"spec\":{\"template\":{\"metadata\":{\"labels\":{" pods   \
                                    "}}}}}"

static const char *const deployments[] = {
    DEPLOYMENT("istiod", "istio-system", "\"app\":\"istiod\"", ""),
    DEPLOYMENT("pods-say-so", "istio-system", "", "\"app\":\"istiod\""),
    DEPLOYMENT("by-the-specs", "mesh", "", "\"istio\":\"pilot\""),
    DEPLOYMENT("web", "istio-system", "\"app\":\"web\"", "\"app\":\"web\""),
};

static size_t take_all(struct shared_istiods *istiods)
{
    AUTO(arena_free) struct arena *scratch = arena_new();

    for (size_t i = 0; i < LENGTH(deployments); i++)
        shared_istiods_take(istiods, json(deployments[i], scratch));
    return istiods->count;
}

static void what_may_be_an_istiod_is_kept(void **state)
{
    AUTO(arena_free) struct arena *arena = arena_new();
    struct shared_read shared = { .arena = arena };
    struct shared_istiods *of_all, *of_one;

    (void)state;
    shared_read_add_labels(&shared, &other, 1);
    of_all = shared_istiods_begin(&shared, NULL);
    assert_int_equal(take_all(of_all), 3);
    shared_istiods_take(of_all, NULL); /* the list begins again */
    assert_int_equal(take_all(of_all), 3);
    assert_true(shared_istiods_in(of_all, 1, "istio-system"));
    assert_false(shared_istiods_in(of_all, 2, "istio-system"));
    of_one = shared_istiods_begin(&shared, "istio-system");
    assert_int_equal(take_all(of_one), LENGTH(deployments));
    assert_null(shared_read_deployments(&shared, "istio-system")); /* not read to its end */
    shared_istiods_end(of_one, NULL, 0);
    assert_ptr_equal(shared_read_deployments(&shared, "istio-system"), of_one);
}

/* A cluster decides how many it has, and what it has must not fill the memory of a pass. */
static void more_than_any_namespace_has_is_a_failure(void **state)
{
    AUTO(arena_free) struct arena *arena = arena_new();
    struct shared_read shared = { .arena = arena };
    struct shared_istiods *istiods = shared_istiods_begin(&shared, "istio-system");
    const struct node *one = json(deployments[0], arena);

    (void)state;
    for (size_t i = 0; i < SHARED_DEPLOYMENTS_MAX; i++)
        shared_istiods_take(istiods, one);
    shared_istiods_end(istiods, NULL, 0);
    assert_null(istiods->list.failure);
    shared_istiods_take(istiods, one);
    shared_istiods_end(istiods, NULL, 0);
    assert_non_null(istiods->list.failure);
    assert_int_equal(istiods->count, SHARED_DEPLOYMENTS_MAX);
}

static void an_absent_mesh_config_is_known_and_a_refused_one_is_not(void **state)
{
    static const struct err failure = { .kind = ERR_KUBE, .code = 403 };
    AUTO(arena_free) struct arena *arena = arena_new();
    struct shared_read shared = { .arena = arena };
    struct shared_config *config = shared_config_begin(&shared, "istio-system", "istio");

    (void)state;
    assert_null(shared_read_config(&shared, "istio-system", "istio"));
    shared_list_end(&config->list, NULL, 0, arena);
    assert_null(shared_read_config(&shared, "istio-system", "istio")->says.trust_domain);
    shared_config_take(config, json("{\"data\":{\"mesh\":\"trustDomain: td\"}}", arena));
    assert_string_equal(shared_read_config(&shared, "istio-system", "istio")->says.trust_domain,
                        "td");
    assert_null(shared_read_config(&shared, "other", "istio"));
    shared_list_end(&config->list, &failure, 0, arena);
    assert_null(shared_read_config(&shared, "istio-system", "istio"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_list_counts_for_those_who_would_have_asked_for_no_more),
        cmocka_unit_test(what_may_be_an_istiod_is_kept),
        cmocka_unit_test(more_than_any_namespace_has_is_a_failure),
        cmocka_unit_test(an_absent_mesh_config_is_known_and_a_refused_one_is_not),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
