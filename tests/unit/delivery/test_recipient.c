/* tests/unit/delivery/test_recipient.c - whom a delivery is encrypted for. */
#include "tests/lib/sealing_controller.h"

#include "delivery/recipient.h"
#include <string.h>

static int open_pem(struct recipient **out, enum delivery_mode mode, const char *pem,
                    struct err *err)
{
    const struct recipient_file file = {
        .cluster = "eu-1", .path = "certs/eu-1.pem", .bytes = pem, .len = strlen(pem)
    };

    return recipient_open(out, delivery_method_of(mode), &file, NOW, err);
}

static void a_method_without_a_format_encrypts_nothing(void **state)
{
    struct recipient *recipient = NULL;
    struct err err;

    (void)state;
    assert_int_equal(open_pem(&recipient, DELIVER_DIRECT, "", &err), -1);
    assert_int_equal(err.kind, ERR_REFUSED);
    assert_non_null(strstr(err.text, "direct of cluster eu-1"));
    assert_null(recipient);
}

static void equal_keys_have_equal_fingerprints(void **state)
{
    AUTO(recipient_close) struct recipient *one = NULL;
    AUTO(recipient_close) struct recipient *renewed = NULL;
    AUTO(recipient_close) struct recipient *other = NULL;
    struct controller controller, stranger;
    struct fixture fx;
    struct err err;

    (void)state;
    fixture_open(&fx);
    controller = controller_new(&fx, NOW - DAY, NOW + DAY);
    stranger = controller_new(&fx, NOW - DAY, NOW + DAY);
    assert_int_equal(open_pem(&one, DELIVER_SEALED_SECRET, controller.pem, &err), 0);
    assert_int_equal(
        open_pem(&renewed, DELIVER_SEALED_SECRET,
                 fixture_sealing_certificate(&fx, controller.key, NOW - DAY, NOW + 9 * DAY), &err),
        0);
    assert_int_equal(open_pem(&other, DELIVER_SEALED_SECRET, stranger.pem, &err), 0);
    assert_int_equal(strlen(recipient_fingerprint(one)), 64);
    assert_string_equal(recipient_fingerprint(one), recipient_fingerprint(renewed));
    assert_string_not_equal(recipient_fingerprint(one), recipient_fingerprint(other));
    EVP_PKEY_free(controller.key);
    EVP_PKEY_free(stranger.key);
    fixture_close(&fx);
}

/* Nothing is encrypted for a key that could not be read. */
static void what_is_no_certificate_is_no_recipient(void **state)
{
    struct recipient *recipient = NULL;
    struct err err;

    (void)state;
    assert_int_equal(open_pem(&recipient, DELIVER_SEALED_SECRET, "no certificate", &err), -1);
    assert_null(recipient);
    assert_int_equal(open_pem(&recipient, DELIVER_SOPS, "no recipient", &err), -1);
    assert_null(recipient);
}

static void what_is_missing_is_named_by_the_format(void **state)
{
    const struct delivery_method *method = delivery_method_of(DELIVER_SEALED_SECRET);
    struct arena *arena = arena_new();

    (void)state;
    assert_string_equal(recipient_file_name(method), "sealing certificate");
    assert_string_equal(recipient_missing(method, "eu-1", "weft.yaml", arena),
                        "cluster eu-1 has no sealing certificate: fetch it with \"kubeseal "
                        "--fetch-cert\" and name the file under clusters in weft.yaml");
    arena_free(arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_method_without_a_format_encrypts_nothing),
        cmocka_unit_test(what_is_no_certificate_is_no_recipient),
        cmocka_unit_test(equal_keys_have_equal_fingerprints),
        cmocka_unit_test(what_is_missing_is_named_by_the_format),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
