/* tests/unit/delivery/test_sealed_secret.c - which certificates of controllers are taken, and
 * values that only one controller opens, under one name. */
#include "delivery/sealed_secret.h"
#include "tests/lib/failing_crypto.h"
#include "tests/lib/sealing_controller.h"

#include "base/text.h"
#include <string.h>

enum key_used { RSA_GOOD, RSA_SHORT, CURVE };

/* clang-format off */
static const struct {
    const char *sentence;
    enum key_used key;
    int64_t from, until;
    const char *pem; /* instead of a certificate */
    const char *text; /* a part of the err; NULL: taken */
} certificates[] = {
    { "a certificate as the controller shows it", RSA_GOOD, NOW - DAY, NOW + DAY, NULL, NULL },
    { "expired", RSA_GOOD, NOW - 2 * DAY, NOW - 1, NULL, "expired at 2026-11-23T10:59:59Z" },
    { "expires this second", RSA_GOOD, NOW - 2 * DAY, NOW, NULL, "expired at" },
    { "not valid yet", RSA_GOOD, NOW + 1, NOW + DAY, NULL, "not valid before" },
    { "not RSA", CURVE, NOW - DAY, NOW + DAY, NULL, "key of type EC P-256" },
    { "an RSA key that is too short", RSA_SHORT, NOW - DAY, NOW + DAY, NULL, "1024 bits" },
    { "an empty file", RSA_GOOD, 0, 1, "", "holds no certificate" },
    { "a file in UTF-16", RSA_GOOD, 0, 1, "\xFF\xFE-\1-\1", "is UTF-16" },
    { "one behind a byte order mark, damaged", RSA_GOOD, 0, 1, "\xEF\xBB\xBF-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n", "damaged" },
    { "a pointer", RSA_GOOD, 0, 1, "version https://git-lfs.github.com/spec/v1\noid sha256:1\n", "Git LFS pointer" },
    { "another kind of file", RSA_GOOD, 0, 1, "apiVersion: v1\nkind: Secret\n", "holds no certificate" },
    { "a damaged certificate", RSA_GOOD, 0, 1, "-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n", "damaged" },
};
/* clang-format on */

static void test_sealing_certificates(void **state)
{
    struct fixture *fixture = *state;
    EVP_PKEY *keys[] = { [RSA_GOOD] = EVP_RSA_gen(2048),
                         [RSA_SHORT] = EVP_RSA_gen(1024),
                         [CURVE] = EVP_EC_gen("P-256") };

    for (size_t i = 0; i < LENGTH(certificates); i++) {
        const char *pem = certificates[i].pem;
        AUTO(recipient_close) struct recipient *recipient = NULL;
        struct err err = { 0 };
        struct recipient_file file = { .cluster = "eu-1", .path = "certs/eu-1.pem" };
        int result;

        if (!pem)
            pem = fixture_sealing_certificate(fixture, keys[certificates[i].key],
                                              certificates[i].from, certificates[i].until);
        print_message("%s\n", certificates[i].sentence);
        file.bytes = pem;
        file.len = strlen(pem);
        result =
            recipient_open(&recipient, delivery_method_of(DELIVER_SEALED_SECRET), &file, NOW, &err);
        assert_int_equal(result, certificates[i].text ? -1 : 0);
        if (certificates[i].text) {
            assert_non_null(strstr(err.text, certificates[i].text));
            assert_non_null(strstr(err.text, "certs/eu-1.pem of cluster eu-1"));
            assert_non_null(strstr(err.text, "kubeseal --fetch-cert"));
        }
    }
    for (size_t i = 0; i < LENGTH(keys); i++)
        EVP_PKEY_free(keys[i]);
}

static struct sealing_key *key_of(const struct controller *controller)
{
    const struct recipient_file file = { .cluster = "eu-1",
                                         .path = "eu-1.pem",
                                         .bytes = controller->pem,
                                         .len = strlen(controller->pem) };
    struct sealing_key *key = NULL;
    struct err err;

    if (sealing_key_open(&key, &file, NOW, &err) < 0)
        fail_msg("%s", err.text);
    return key;
}

static void test_values(void **state)
{
    struct fixture *fixture = *state;
    struct controller controller = controller_new(fixture, NOW - DAY, NOW + DAY),
                      other = controller_new(fixture, NOW - DAY, NOW + DAY);
    AUTO(sealing_key_close) struct sealing_key *key = key_of(&controller);
    AUTO_TEXT value = { 0 };
    AUTO_TEXT again = { 0 };
    struct err err;

    assert_int_equal(sealed_secret_value(&value, key, "ns/cacerts", "secret", 6, &err), 0);
    assert_int_equal(sealed_secret_value(&again, key, "ns/cacerts", "secret", 6, &err), 0);
    assert_string_not_equal(value.bytes, again.bytes); /* a key of its own for each value */
    assert_string_equal(controller_open(fixture->arena, &controller, "ns/cacerts", value.bytes),
                        "secret");
    assert_null(controller_open(fixture->arena, &controller, "ns/other", value.bytes));
    assert_null(controller_open(fixture->arena, &other, "ns/cacerts", value.bytes));
    EVP_PKEY_free(controller.key);
    EVP_PKEY_free(other.key);
}

static void test_a_key_is_known_by_its_public_part(void **state)
{
    struct fixture *fixture = *state;
    struct controller controller = controller_new(fixture, NOW - DAY, NOW + DAY),
                      other = controller_new(fixture, NOW - DAY, NOW + 2 * DAY);
    AUTO(sealing_key_close)
    struct sealing_key *one = key_of(&controller), *two = key_of(&other), *renewed = NULL;

    assert_int_equal(strlen(sealing_key_fingerprint(one)), 64);
    assert_string_not_equal(sealing_key_fingerprint(one), sealing_key_fingerprint(two));
    assert_int_equal(sealing_key_not_after(one), NOW + DAY);
    /* a new certificate over the same key: nothing has to be encrypted again */
    controller.pem = fixture_sealing_certificate(fixture, controller.key, NOW - DAY, NOW + 9 * DAY);
    renewed = key_of(&controller);
    assert_string_equal(sealing_key_fingerprint(renewed), sealing_key_fingerprint(one));
    assert_int_equal(sealing_key_not_after(renewed), NOW + 9 * DAY);
    EVP_PKEY_free(controller.key);
    EVP_PKEY_free(other.key);
}

struct starved {
    struct fixture *fixture;
    const struct controller *controller;
    const struct sealing_key *key;
};

static enum attempt seal_starved(void *context)
{
    const struct starved *starved = context;
    AUTO_TEXT value = { 0 };
    const char *opened;
    struct err err;
    int result = sealed_secret_value(&value, starved->key, "ns/cacerts", "secret", 6, &err);

    failing_crypto_over();
    if (result < 0)
        return ATTEMPT_FAILED;
    opened =
        controller_open(starved->fixture->arena, starved->controller, "ns/cacerts", value.bytes);
    return text_equal(opened, "secret") ? ATTEMPT_WHOLE : ATTEMPT_HALF;
}

static void test_want_of_memory(void **state)
{
    struct fixture *fixture = *state;
    struct controller controller = controller_new(fixture, NOW - DAY, NOW + DAY);
    AUTO(sealing_key_close) struct sealing_key *key = key_of(&controller);
    struct starved starved = { fixture, &controller, key };

    assert_true(failing_crypto_sweep(seal_starved, &starved) > 10);
    EVP_PKEY_free(controller.key);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        FIXTURE_CASE(test_sealing_certificates),
        FIXTURE_CASE(test_values),
        FIXTURE_CASE(test_a_key_is_known_by_its_public_part),
        FIXTURE_CASE(test_want_of_memory),
    };

    if (!failing_crypto_install())
        return 1;

    return cmocka_run_group_tests_name("delivery/sealed_secret", tests, NULL, NULL);
}
