/* tests/unit/pki/test_issuer_remote.c - where a CA in Vault is asked for its signature. */
#include "base/text.h"
#include "pki/issuer.h"
#include "pki/openssl.h"
#include "pki/signing_request.h"
#include "tests/lib/remote_signer.h"
#include <errno.h>
#include <string.h>

static const struct signer_shape shape = { "house", false, CA_PATH_UNLIMITED, NOW + 3650 * DAY };
static const struct ca_profile profile = { .org = "Istio",
                                           .common_name = "eu-1",
                                           .uri = "spiffe://td/ns/istio-system/sa/istiod",
                                           .path_length = 0,
                                           .not_before = NOW,
                                           .not_after = NOW + DAY };

/* The place called "down" cannot be asked, the one called "without" lacks the CA. */
static int sign(void *context, struct remote_ca_answer *out, const struct vault_ca *place,
                const struct remote_ca_wish *wish, struct arena *arena, struct err *err)
{
    struct remote_signer *signer = context;
    const struct remote_ca good = remote_signer_ca(signer);

    if (text_equal(place->server, "down"))
        return err_set(err, ERR_HTTP, 0, "it is down");
    if (text_equal(place->server, "without"))
        return err_set(err, ERR_INPUT, ENOENT, "it has no such CA");
    return good.sign(context, out, place, wish, arena, err);
}

static int try(struct fixture *fx, struct remote_signer *signer, const char *first,
               const char *second, struct err *err)
{
    const struct remote_ca remote = { NULL, sign, signer };
    const struct vault_ca a = { .server = first, .ca_path = first };
    const struct vault_ca b = { .server = second, .ca_path = second };
    const struct issuer_means means = {
        .remote = &remote, .places = { &a, &b }, .place_count = 2, .now = NOW, .arena = fx->arena
    };
    struct ledger_root row = { .id = remote_signer_id(signer),
                               .origin = ORIGIN_VAULT,
                               .chain_pem = "" };
    AUTO(EVP_PKEY_free) EVP_PKEY *key = EVP_EC_gen("P-256");
    AUTO(X509_free) X509 *made = NULL;
    struct issuer_session session;
    int result;

    assert_int_equal(certificate_pem(&row.cert_pem, signer->ca, fx->arena, err), 0);
    assert_int_equal(issuer_open(&session, &row, &means, err), 0);
    result = issuer_sign(&made, &session, &profile, key, err);
    issuer_close(&session);
    return result;
}

static void the_place_that_has_the_ca_signs(void **state)
{
    struct fixture *fx = *state;
    struct remote_signer signer;
    struct err err;

    remote_signer_open(&signer, &shape, fx->arena);
    assert_int_equal(try(fx, &signer, "here", "down", &err), 0);
    assert_string_equal(signer.asked, "here");
    assert_int_equal(try(fx, &signer, "without", "here", &err), 0);
    assert_int_equal(try(fx, &signer, "down", "here", &err), 0);
    assert_int_equal(try(fx, &signer, "without", "down", &err), -1);
    assert_string_equal(err.text, "it is down"); /* rather than what sounds final */
    assert_int_equal(try(fx, &signer, "down", "without", &err), -1);
    assert_string_equal(err.text, "it is down");
    assert_int_equal(try(fx, &signer, "without", "without", &err), -1);
    assert_int_equal(err.code, ENOENT);
    remote_signer_close(&signer);
}

/* The private half is in a cluster, whose agent signed the request. */
static void a_key_that_is_elsewhere_is_proved_by_its_own_request(void **state)
{
    struct fixture *fx = *state;
    AUTO(EVP_PKEY_free) EVP_PKEY *key = EVP_EC_gen("P-256");
    AUTO(EVP_PKEY_free) EVP_PKEY *public = NULL;
    AUTO(X509_free) X509 *made = NULL;
    struct remote_signer signer;
    const struct remote_ca remote = { NULL, sign, &signer };
    const struct vault_ca place = { .server = "here", .ca_path = "here" };
    const struct issuer_means means = {
        .remote = &remote, .places = { &place }, .place_count = 1, .now = NOW, .arena = fx->arena
    };
    struct ledger_root row = { .origin = ORIGIN_VAULT, .chain_pem = "" };
    struct ca_profile asked = profile;
    struct issuer_session session;
    struct err err;

    remote_signer_open(&signer, &shape, fx->arena);
    row.id = remote_signer_id(&signer);
    assert_int_equal(certificate_pem(&row.cert_pem, signer.ca, fx->arena, &err), 0);
    assert_int_equal(signing_request_pem(&asked.csr, &profile, key, fx->arena, &err), 0);
    assert_int_equal(signing_request_read(&public, asked.csr, &err), 0);
    assert_int_equal(issuer_open(&session, &row, &means, &err), 0);
    assert_int_equal(issuer_sign(&made, &session, &asked, public, &err), 0);
    assert_int_equal(X509_check_private_key(made, key), 1);
    issuer_close(&session);
    remote_signer_close(&signer);
}

static void nothing_is_asked_without_a_place(void **state)
{
    struct fixture *fx = *state;
    struct remote_signer signer;
    struct issuer_session session;
    struct ledger_root row = { .origin = ORIGIN_VAULT, .chain_pem = "" };
    struct err err;

    remote_signer_open(&signer, &shape, fx->arena);
    row.id = remote_signer_id(&signer);
    assert_int_equal(certificate_pem(&row.cert_pem, signer.ca, fx->arena, &err), 0);
    assert_int_equal(
        issuer_open(&session, &row, &(struct issuer_means){ .arena = fx->arena }, &err), -1);
    assert_int_equal(signer.signs, 0);
    remote_signer_close(&signer);
}

static void a_destroyed_one_never_signs(void **state)
{
    struct ledger_root row = { .id = "a", .origin = ORIGIN_VAULT, .state = KEY_ACTIVE };

    (void)state;
    row.key =
        (struct sealed){ (const unsigned char *)"k", 1 }; /* left of its time as a given one */
    assert_true(issuer_can_sign(&row));
    row.state = KEY_DESTROYED;
    issuer_destroy_key(&row);
    assert_false(issuer_can_sign(&row));
    assert_int_equal(row.key.len, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        FIXTURE_CASE(a_key_that_is_elsewhere_is_proved_by_its_own_request),
        FIXTURE_CASE(the_place_that_has_the_ca_signs),
        FIXTURE_CASE(nothing_is_asked_without_a_place),
        FIXTURE_CASE(a_destroyed_one_never_signs),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
