/* tests/unit/pki/test_intermediate.c - the signing certificate of one istiod ends with its issuer.
 */
#include "pki/intermediate.h"
#include "pki/verify.h"
#include "tests/lib/trust_fixture.h"
#include <string.h>

static struct fixture fx;

static int make(struct certificate_facts *out, const struct issuer_session *issuer, int64_t now,
                struct err *err)
{
    const struct cert_options options = { .ttl_days = 90, .org_name = "Istio" };
    const struct intermediate_wish wish = { "eu-1", "spiffe://td/ns/istio-system/sa/istiod",
                                            7,      &options,
                                            now,    NULL };
    AUTO(EVP_PKEY_free) EVP_PKEY *key = EVP_EC_gen("P-256");
    AUTO(X509_free) X509 *made = NULL;

    if (intermediate_make(&made, key, issuer, &wish, fx.arena, err) < 0)
        return -1;
    return certificate_facts(out, made, fx.arena, err);
}

/* Nothing can be fetched. */
static int make_with_failing_library(const struct issuer_session *issuer, struct err *err)
{
    const struct cert_options options = { .ttl_days = 90, .org_name = "Istio" };
    const struct intermediate_wish wish = { "eu-1", "spiffe://td/ns/istio-system/sa/istiod",
                                            7,      &options,
                                            NOW,    NULL };
    AUTO(EVP_PKEY_free) EVP_PKEY *key = EVP_EC_gen("P-256");
    X509 *made = NULL;
    int result;

    assert_true(EVP_set_default_properties(NULL, "provider=none"));
    result = intermediate_make(&made, key, issuer, &wish, fx.arena, err);
    assert_true(EVP_set_default_properties(NULL, ""));
    assert_null(made);
    return result;
}

static void it_lives_no_longer_than_its_issuer(void **state)
{
    const struct trust_request *request;
    struct certificate_facts facts;
    struct issuer_session issuer;
    struct err err;
    int64_t end;

    (void)state;
    fixture_open(&fx);
    request = fixture_request(&fx, "retail", "eu-", 1);
    fixture_issue(&fx, &request, 1, NOW);
    end = fx.ledger.roots->not_after;
    assert_int_equal(issuer_open(&issuer, fx.ledger.roots,
                                 &(struct issuer_means){ .custody = fx.custody }, &err),
                     0);
    assert_int_equal(make(&facts, &issuer, NOW, &err), 0);
    assert_string_equal(facts.name, "weft intermediate eu-1 g7");
    assert_string_equal(facts.uri, "spiffe://td/ns/istio-system/sa/istiod");
    assert_int_equal(facts.not_after, NOW + 90 * DAY);
    assert_int_equal(make(&facts, &issuer, end - DAY, &err), 0);
    assert_int_equal(facts.not_after, end);
    assert_int_equal(make(&facts, &issuer, end, &err), -1); /* nothing could verify it */
    assert_int_equal(make_with_failing_library(&issuer, &err), -1);
    issuer_close(&issuer);
    assert_int_equal(
        intermediate_not_after(&(struct cert_options){ .ttl_days = 1 }, NOW + 9 * DAY, NOW),
        NOW + DAY);
    assert_string_equal(intermediate_options("o", "u", "k", fx.arena), "o\nu\nk");
    fixture_close(&fx);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(it_lives_no_longer_than_its_issuer),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
