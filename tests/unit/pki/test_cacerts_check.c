/* tests/unit/pki/test_cacerts_check.c - the files of a cacerts are put in place in a cluster only
 * if they fit its key and lead to a root of their bundle. */
#include "base/text.h"
#include "pki/cacerts_check.h"
#include "pki/key.h"
#include "tests/lib/trust_fixture.h"
#include <string.h>

static EVP_PKEY *key_of(struct fixture *fx, const struct ledger_intermediate *row)
{
    struct cacerts cacerts;
    EVP_PKEY *key = NULL;
    struct err err;

    if (cacerts_open(&cacerts, &fx->ledger, row, fx->arena, &err) < 0
        || cacerts_open_key(&cacerts, row, fx->custody, &err) < 0
        || key_of_pem(&key, "key", cacerts.ca_key->bytes, cacerts.ca_key->len, &err) < 0)
        fail_msg("%s", err.text);
    cacerts_close(&cacerts);
    return key;
}

static void only_what_fits_is_put_in_place(void **state)
{
    struct fixture *fx = *state;
    struct trust_request *request = fixture_request(fx, "shop", "c", 2);
    struct trust_request *alien = fixture_request(fx, "other", "d", 1);
    const struct trust_request *const all[] = { request, alien };
    const struct ledger_intermediate *mine, *other;
    struct cacerts good, foreign;
    AUTO(EVP_PKEY_free) EVP_PKEY *key = NULL;
    AUTO(EVP_PKEY_free) EVP_PKEY *wrong = NULL;
    struct err err;

    fixture_issue(fx, all, 2, NOW);
    mine = ledger_active_intermediate(&fx->ledger, request->name, request->meshes[0].key);
    other = ledger_active_intermediate(&fx->ledger, request->name, request->meshes[1].key);
    key = key_of(fx, mine);
    wrong = key_of(fx, other);
    assert_int_equal(cacerts_open(&good, &fx->ledger, mine, fx->arena, &err), 0);
    assert_int_equal(
        cacerts_open(&foreign, &fx->ledger,
                     ledger_active_intermediate(&fx->ledger, alien->name, alien->meshes[0].key),
                     fx->arena, &err),
        0);
    {
        const struct {
            const char *sentence;
            struct cacerts files;
            EVP_PKEY *key;
            int64_t now;
            bool fits;
        } rows[] = {
            { "as issued", good, key, NOW, true },
            { "with another root as well",
              { good.ca_cert, good.cert_chain,
                arena_printf(fx->arena, "%s%s", foreign.root_cert, good.root_cert), NULL },
              key,
              NOW,
              true },
            { "the key of another cluster", good, wrong, NOW, false },
            { "the chain of another cluster",
              { good.ca_cert, arena_printf(fx->arena, "%s%s", other->cert_pem, good.root_cert),
                good.root_cert, NULL },
              key,
              NOW,
              false },
            { "a bundle without the signer's root",
              { good.ca_cert, good.cert_chain, foreign.root_cert, NULL },
              key,
              NOW,
              false },
            { "a certificate that is no CA's own",
              { good.root_cert, good.cert_chain, good.root_cert, NULL },
              key,
              NOW,
              false },
            { "two certificates in ca-cert.pem",
              { good.cert_chain, good.cert_chain, good.root_cert, NULL },
              key,
              NOW,
              false },
            { "no bundle", { good.ca_cert, good.cert_chain, "", NULL }, key, NOW, false },
            { "after its end", good, key, NOW + 91 * DAY, false },
            { "before its begin", good, key, NOW - DAY, false },
        };

        for (size_t i = 0; i < LENGTH(rows); i++) {
            int result = cacerts_check(&rows[i].files, rows[i].key, rows[i].now, fx->arena, &err);

            if ((result == 0) != rows[i].fits)
                fail_msg("%s: %s", rows[i].sentence, result < 0 ? err.text : "fits");
        }
    }
}

static void a_bundle_grows_or_shrinks_at_one_end(void **state)
{
    (void)state;
    assert_true(cacerts_check_bundle("", "R2"));
    assert_true(cacerts_check_bundle("R1", "R1"));
    assert_true(cacerts_check_bundle("R1", "R1R2"));
    assert_true(cacerts_check_bundle("R1R2", "R2"));
    assert_false(cacerts_check_bundle("R1", "R2"));
    assert_false(cacerts_check_bundle("R1R2", "R2R3"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        FIXTURE_CASE(only_what_fits_is_put_in_place),
        cmocka_unit_test(a_bundle_grows_or_shrinks_at_one_end),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
