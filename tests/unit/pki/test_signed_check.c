/* tests/unit/pki/test_signed_check.c - every way in which an issuer can give back something else
 * than what it was asked for. */
#include "base/text.h"
#include "pki/intermediate.h"
#include "tests/lib/remote_signer.h"
#include <string.h>

/* clang-format off */
static const struct {
    enum signer_fault fault;
    const char *why; /* in the err; NULL: it is taken */
} rows[] = {
    { SIGNER_GOOD, NULL },
    { SIGNER_LEAF, "it is a leaf" },
    { SIGNER_OTHER_KEY, "its public key is another" },
    { SIGNER_OTHER_URI, "not exactly the identity of istiod" },
    { SIGNER_MORE_NAMES, "not exactly the identity of istiod" },
    { SIGNER_NO_NAMES, "not exactly the identity of istiod" },
    { SIGNER_OTHER_SUBJECT, "its subject is" },
    { SIGNER_MORE_SUBJECT, "its subject is" },
    { SIGNER_PATH_LENGTH, "its path length differs" },
    { SIGNER_SHORTER, "it ends at" },
    { SIGNER_LONGER, "it ends at" },
    { SIGNER_EXPIRED, "it ends at" },
    { SIGNER_OTHER_CA, "another CA signed it" },
    { SIGNER_ROOT, "another CA signed it" },
    { SIGNER_WEAK, "too weak" },
    { SIGNER_USAGE, "its key usage lacks" },
    { SIGNER_EXTENDED_USAGE, "extended key usage" },
    { SIGNER_CRITICAL, "unhandled critical extension" },
    { SIGNER_TWO, "more than 1" },
    { SIGNER_HTML, "is a web page" },
    { SIGNER_EMPTY, "holds no certificate in PEM" },
};
/* clang-format on */
_Static_assert(LENGTH(rows) == SIGNER_FAULT_COUNT, "every fault is tried");

static const struct cert_options options = { .ttl_days = 90, .org_name = "Istio" };

static int ask(struct fixture *fx, struct remote_signer *signer, struct err *err)
{
    const struct remote_ca remote = remote_signer_ca(signer);
    const struct vault_ca place = { .ca_path = "pki/root/sign-intermediate", .server = "" };
    const struct issuer_means means = {
        .remote = &remote, .places = { &place }, .place_count = 1, .now = NOW, .arena = fx->arena
    };
    const struct intermediate_wish wish = { "eu-1", "spiffe://td/ns/istio-system/sa/istiod",
                                            1,      &options,
                                            NOW,    NULL };
    struct ledger_root row = { .id = remote_signer_id(signer),
                               .origin = ORIGIN_VAULT,
                               .chain_pem = "" };
    AUTO(EVP_PKEY_free) EVP_PKEY *key = EVP_EC_gen("P-256");
    AUTO(X509_free) X509 *made = NULL;
    struct issuer_session session;
    int result;

    assert_int_equal(certificate_pem(&row.cert_pem, signer->ca, fx->arena, err), 0);
    assert_int_equal(certificate_pem(&row.chain_pem, signer->root, fx->arena, err), 0);
    assert_int_equal(issuer_open(&session, &row, &means, err), 0);
    result = intermediate_make(&made, key, &session, &wish, fx->arena, err);
    assert_int_equal(made != NULL, result == 0);
    issuer_close(&session);
    return result;
}

static void what_was_not_asked_for_is_refused(void **state)
{
    static const struct signer_shape shape = { "house", true, 1, NOW + 3650 * DAY };
    struct fixture *fx = *state;
    struct remote_signer signer;

    remote_signer_open(&signer, &shape, fx->arena);
    for (size_t i = 0; i < LENGTH(rows); i++) {
        struct err err = { .text = "" };

        signer.fault = rows[i].fault;
        assert_int_equal(ask(fx, &signer, &err), rows[i].why ? -1 : 0);
        if (rows[i].why && !strstr(err.text, rows[i].why))
            fail_msg("fault %d: %s", rows[i].fault, err.text);
    }
    remote_signer_close(&signer);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        FIXTURE_CASE(what_was_not_asked_for_is_refused),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
