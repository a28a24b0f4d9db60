/* tests/unit/rotation/test_proxy.c - how old what a proxy holds may be, and whether it needs a
 * restart. */
#include "base/compiler.h"
#include "rotation/proxy.h"
#include "tests/lib/check.h"

enum { SINCE = 1800000000, HOUR = 3600, DAY = 24 * HOUR, SKEW = 600 };
static const char *const revisions[] = { "", "1-30" };

static struct proxy_issuer issuer_of(enum proxy_loading loading)
{
    return (struct proxy_issuer){ .namespace = "istio-system",
                                  .revisions = revisions,
                                  .revision_count = LENGTH(revisions),
                                  .loading = loading,
                                  .since = SINCE,
                                  .leaf_ttl = DAY,
                                  .skew = SKEW,
                                  .now = SINCE + HOUR };
}

static struct proxy proxy_of(int64_t started)
{
    return (struct proxy){ .namespace = "shop",
                           .pod = "web-1",
                           .kind = "Deployment",
                           .workload = "web",
                           .version = "1.30.2",
                           .ca = "istiod.istio-system.svc",
                           .started = started };
}

static const struct {
    const char *sentence;
    enum proxy_loading loading;
    int64_t started, now, life; /* after SINCE */
    enum proxy_age age;
    int64_t until; /* after SINCE; 0: none */
} ages[] = {
    { "istiod has not loaded it", PROXY_LOADING_BEFORE, -DAY, HOUR, 0, PROXY_FORMER, 0 },
    { "nothing is known of istiod", PROXY_LOADING_UNKNOWN, HOUR, HOUR, 0, PROXY_UNKNOWN, 0 },
    { "all of it is long ago", PROXY_LOADING_SETTLED, -DAY, HOUR, 0, PROXY_CURRENT, 0 },
    { "started before", PROXY_LOADING_SINCE, -1, HOUR, 0, PROXY_MAYBE, DAY + SKEW },
    { "started after, but clocks may differ", PROXY_LOADING_SINCE, SKEW - 1, HOUR, 0, PROXY_MAYBE,
      DAY + SKEW },
    { "started after", PROXY_LOADING_SINCE, SKEW, HOUR, 0, PROXY_CURRENT, 0 },
    { "it has renewed, a second before", PROXY_LOADING_SINCE, -DAY, DAY + SKEW - 1, 0, PROXY_MAYBE,
      DAY + SKEW },
    { "it has renewed", PROXY_LOADING_SINCE, -DAY, DAY + SKEW, 0, PROXY_CURRENT, 0 },
    { "it asks for a longer life", PROXY_LOADING_SINCE, -DAY, DAY + SKEW, 2 * DAY, PROXY_MAYBE,
      2 * DAY + SKEW },
    { "istiod gives no longer life", PROXY_LOADING_SINCE, -DAY, HOUR, 365 * DAY, PROXY_MAYBE,
      90 * DAY + SKEW },
    { "a shorter life is no promise: istiod's own may be longer", PROXY_LOADING_SINCE, -DAY, HOUR,
      60, PROXY_MAYBE, DAY + SKEW },
};

static void the_start_of_a_proxy_tells_its_age(void **state)
{
    (void)state;
    for (size_t i = 0; i < LENGTH(ages); i++) {
        struct proxy_issuer issuer = issuer_of(ages[i].loading);
        struct proxy proxy = proxy_of(SINCE + ages[i].started);
        struct proxy_verdict verdict;

        CASE(ages[i].sentence);
        issuer.now = SINCE + ages[i].now;
        proxy.life = ages[i].life;
        verdict = proxy_judge(&proxy, &issuer);
        assert_int_equal(verdict.age, ages[i].age);
        assert_int_equal(verdict.until, ages[i].until ? SINCE + ages[i].until : 0);
    }
}

static void what_does_not_run_begins_with_a_new_certificate(void **state)
{
    const struct proxy_issuer issuer = issuer_of(PROXY_LOADING_BEFORE);
    const struct proxy proxy = proxy_of(0);

    (void)state;
    assert_int_equal(proxy_judge(&proxy, &issuer).age, PROXY_CURRENT);
}

static void without_a_time_nothing_is_known(void **state)
{
    struct proxy_issuer issuer = issuer_of(PROXY_LOADING_SINCE);
    const struct proxy proxy = proxy_of(SINCE + DAY);

    (void)state;
    issuer.since = 0;
    assert_int_equal(proxy_judge(&proxy, &issuer).age, PROXY_UNKNOWN);
}

static const struct {
    const char *sentence, *ca, *version;
    bool ztunnel, several, replaced;
    int64_t started, life;
    enum proxy_need need;
} needs[] = {
    { "it renews by itself", "istiod.istio-system.svc", "1.30.2", false, true, false, -1, 0,
      PROXY_NEED_NOTHING },
    { "its revision runs", "istiod-1-30.istio-system.svc", "1.30.2", false, true, false, -1, 0,
      PROXY_NEED_NOTHING },
    { "its revision is gone", "istiod-1-29.istio-system.svc", "1.29.1", false, false, false, HOUR,
      0, PROXY_NEED_NO_ISTIOD },
    { "the name of a revision is no part of another", "istiod-1-3.istio-system.svc", "1.3", false,
      false, false, -1, 0, PROXY_NEED_NO_ISTIOD },
    { "istio-csr signs", "cert-manager-istio-csr.cert-manager.svc", "1.30.2", false, false, false,
      HOUR, 0, PROXY_NEED_OTHER_CA },
    { "no istiod, but the beginning of its name", "istiods.istio-system.svc", "1.30.2", false,
      false, false, HOUR, 0, PROXY_NEED_OTHER_CA },
    { "an old ztunnel in the middle of a rotation", "istiod.istio-system.svc", "1.25.2", true, true,
      false, HOUR, 0, PROXY_NEED_FIRST_ROOT },
    { "an old ztunnel with one root", "istiod.istio-system.svc", "1.25.2", true, false, false, HOUR,
      0, PROXY_NEED_NOTHING },
    { "an old sidecar trusts all roots", "istiod.istio-system.svc", "1.25.2", false, true, false,
      HOUR, 0, PROXY_NEED_NOTHING },
    { "roots were replaced under it", "istiod.istio-system.svc", "1.30.2", false, false, true, -1,
      0, PROXY_NEED_REPLACED },
    { "it started under the new ones", "istiod.istio-system.svc", "1.30.2", false, false, true,
      HOUR, 0, PROXY_NEED_NOTHING },
    { "it outlives the gate", "istiod.istio-system.svc", "1.30.2", false, true, false, -1, 2 * DAY,
      PROXY_NEED_LONG_LIFE },
    { "a longer life after the change harms nothing", "istiod.istio-system.svc", "1.30.2", false,
      true, false, HOUR, 2 * DAY, PROXY_NEED_NOTHING },
    { "it does not say who signs", "", "1.30.2", false, false, false, HOUR, 0, PROXY_NEED_NOTHING },
};

static void waiting_is_not_enough_for_some(void **state)
{
    (void)state;
    for (size_t i = 0; i < LENGTH(needs); i++) {
        struct proxy_issuer issuer = issuer_of(PROXY_LOADING_SINCE);
        struct proxy proxy = proxy_of(SINCE + needs[i].started);
        struct proxy_verdict verdict;

        CASE(needs[i].sentence);
        issuer.several_roots = needs[i].several;
        issuer.replaced = needs[i].replaced;
        proxy.ca = needs[i].ca;
        proxy.version = needs[i].version;
        proxy.ztunnel = needs[i].ztunnel;
        proxy.life = needs[i].life;
        verdict = proxy_judge(&proxy, &issuer);
        assert_int_equal(verdict.need, needs[i].need);
        assert_int_equal(verdict.age == PROXY_UNKNOWN, verdict.need == PROXY_NEED_OTHER_CA);
        assert_int_equal(*proxy_need_text(verdict.need) == '\0',
                         verdict.need == PROXY_NEED_NOTHING);
    }
}

static void an_istiod_that_was_not_seen_misses_no_revision(void **state)
{
    struct proxy_issuer issuer = issuer_of(PROXY_LOADING_SETTLED);
    struct proxy proxy = proxy_of(SINCE);

    (void)state;
    issuer.revision_count = 0;
    proxy.ca = "istiod-1-29.istio-system.svc";
    assert_int_equal(proxy_judge(&proxy, &issuer).need, PROXY_NEED_NOTHING);
}

static void a_proxy_belongs_to_the_istiod_that_it_names(void **state)
{
    struct proxy proxy = proxy_of(SINCE);

    (void)state;
    assert_true(proxy_belongs(&proxy, "istio-system"));
    assert_false(proxy_belongs(&proxy, "istio"));
    assert_false(proxy_belongs(&proxy, "istio-system-2"));
    proxy.ca = "";
    assert_true(proxy_belongs(&proxy, "istio-system"));
    proxy.ca = "ca.example.com";
    assert_true(proxy_belongs(&proxy, "istio-system"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_start_of_a_proxy_tells_its_age),
        cmocka_unit_test(what_does_not_run_begins_with_a_new_certificate),
        cmocka_unit_test(without_a_time_nothing_is_known),
        cmocka_unit_test(waiting_is_not_enough_for_some),
        cmocka_unit_test(an_istiod_that_was_not_seen_misses_no_revision),
        cmocka_unit_test(a_proxy_belongs_to_the_istiod_that_it_names),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
