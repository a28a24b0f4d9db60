/* tests/unit/rotation/test_istio_fault.c - which release of Istio has which fault. */
#include "base/compiler.h"
#include "rotation/istio_fault.h"
#include "tests/lib/check.h"

static const struct istio_fault *fault_of(const char *issue)
{
    size_t count;
    const struct istio_fault *faults = istio_faults(&count);

    for (size_t i = 0; i < count; i++)
        if (strcmp(faults[i].issue, issue) == 0)
            return &faults[i];
    fail_msg("no fault %s", issue);
    return NULL;
}

static const struct {
    const char *issue, *version;
    bool has;
} rows[] = {
    { "istio/istio#57853", "1.31.2", true },  { "istio/istio#57853", "latest", false },
    { "istio/istio#59768", "1.24.1", true },  { "istio/istio#59768", "1.28.6", true },
    { "istio/istio#59768", "1.28.7", false }, { "istio/istio#59768", "1.28.10-distroless", false },
    { "istio/istio#59768", "1.29.2", true },  { "istio/istio#59768", "1.29.3", false },
    { "istio/istio#59768", "1.30.0", false }, { "istio/istio#59768", "1.31.0", false },
    { "istio/istio#59768", "1.29", true },    { "istio/istio#59909", "1.19.9", false },
    { "istio/istio#59909", "1.20.0", true },  { "istio/istio#59909", "1.29.9", true },
    { "istio/istio#59909", "1.30.0", false }, { "istio/istio#47427", "1.25.2", true },
    { "istio/istio#47427", "1.25.3", false }, { "istio/istio#47427", "1.26.0-alpha.1", false },
    { "istio/istio#59768", "", false },       { "istio/istio#59768", "1", false },
    { "istio/istio#59768", "1.", false },     { "istio/istio#59768", "2.0.0", false },
    { "istio/istio#59768", "sha256", false },
};

static void releases_have_the_faults_of_their_line(void **state)
{
    (void)state;
    for (size_t i = 0; i < LENGTH(rows); i++) {
        CASE(rows[i].version);
        assert_int_equal(istio_fault_in(fault_of(rows[i].issue), rows[i].version), rows[i].has);
    }
}

static void each_fault_has_a_public_issue_and_a_text(void **state)
{
    size_t count;
    const struct istio_fault *faults = istio_faults(&count);

    (void)state;
    for (size_t i = 0; i < count; i++) {
        assert_int_equal(strncmp(faults[i].issue, "istio/", 6), 0);
        assert_non_null(strchr(faults[i].issue, '#'));
        assert_true(strlen(faults[i].text) > 40);
        assert_non_null(faults[i].since);
        assert_non_null(faults[i].fixed);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(releases_have_the_faults_of_their_line),
        cmocka_unit_test(each_fault_has_a_public_issue_and_a_text),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
