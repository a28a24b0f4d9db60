/* tests/unit/pki/test_profile.c - the one profile of CA certificates, field by field, and what it
 * refuses to write. */
#include "base/text.h"
#include "pki/openssl.h"
#include "pki/profile.h"
#include "tests/lib/trust_fixture.h"
#include <string.h>

static const struct ca_profile usual = { .org = "acme",
                                         .common_name = "a CA",
                                         .uri = "spiffe://td/ns/a/sa/b",
                                         .path_length = 0,
                                         .not_before = NOW,
                                         .not_after = NOW + DAY };

static int make(X509 **out, const struct ca_profile *profile, struct err *err)
{
    AUTO(EVP_PKEY_free) EVP_PKEY *key = EVP_EC_gen("P-256");

    return profile_certificate_make(out, profile, key, NULL, key, err);
}

static void every_field_is_as_the_profile_says(void **state)
{
    AUTO(X509_free) X509 *made = NULL;
    AUTO(AUTHORITY_KEYID_free) AUTHORITY_KEYID *authority = NULL;
    AUTO(ASN1_OCTET_STRING_free) ASN1_OCTET_STRING *name = NULL;
    struct err err;
    int critical;

    (void)state;
    assert_int_equal(make(&made, &usual, &err), 0);
    assert_int_equal(X509_get_version(made), X509_VERSION_3);
    assert_int_equal(X509_get_signature_nid(made), NID_ecdsa_with_SHA256);
    assert_int_equal(X509_get_pathlen(made), 0);
    assert_int_equal(X509_get_key_usage(made), KU_KEY_CERT_SIGN | KU_CRL_SIGN);
    assert_int_equal(X509_get_extension_flags(made) & (EXFLAG_CA | EXFLAG_INVALID), EXFLAG_CA);
    assert_int_equal(X509_get_ext_by_NID(made, NID_ext_key_usage, -1), -1);
    assert_true(X509_EXTENSION_get_critical(
        X509_get_ext(made, X509_get_ext_by_NID(made, NID_basic_constraints, -1))));
    assert_true(X509_EXTENSION_get_critical(
        X509_get_ext(made, X509_get_ext_by_NID(made, NID_key_usage, -1))));
    authority = X509_get_ext_d2i(made, NID_authority_key_identifier, &critical, NULL);
    name = X509_get_ext_d2i(made, NID_subject_key_identifier, &critical, NULL);
    assert_int_equal(ASN1_OCTET_STRING_cmp(authority->keyid, name), 0);
    assert_null(authority->issuer); /* it would block cross-signing */
    assert_null(authority->serial);
    assert_int_equal(ASN1_STRING_length(X509_get0_serialNumber(made)), 20);
}

/* clang-format off */
static const struct {
    const char *sentence, *org, *common_name, *uri;
    int64_t not_after;
    bool made;
} rows[] = {
    { "as usual", "acme", "a CA", "spiffe://td/a", NOW + DAY, true },
    { "no URI", "acme", "a CA", NULL, NOW + DAY, true },
    { "letters beyond ASCII", "Bäcker", "Größe", NULL, NOW + DAY, true },
    { "no organisation", "", "a CA", NULL, NOW + DAY, false },
    { "no common name", "acme", NULL, NULL, NOW + DAY, false },
    { "64 characters", "acme", "0123456789012345678901234567890123456789012345678901234567890123", NULL, NOW + DAY, true },
    { "65 characters", "acme", "01234567890123456789012345678901234567890123456789012345678901234", NULL, NOW + DAY, false },
    { "no UTF-8", "acme", "\xFF", NULL, NOW + DAY, false },
    { "a blank in the URI", "acme", "a CA", "spiffe://td/a b", NOW + DAY, false },
    { "a newline in the URI", "acme", "a CA", "spiffe://td/a\n", NOW + DAY, false },
    { "an end before the begin", "acme", "a CA", NULL, NOW, false },
};
/* clang-format on */

static void names_are_checked(void **state)
{
    (void)state;
    for (size_t i = 0; i < LENGTH(rows); i++) {
        struct ca_profile profile = usual;
        AUTO(X509_free) X509 *made = NULL;
        struct err err;

        print_message("%s\n", rows[i].sentence);
        profile.org = rows[i].org;
        profile.common_name = rows[i].common_name;
        profile.uri = rows[i].uri;
        profile.not_after = rows[i].not_after;
        assert_int_equal(make(&made, &profile, &err), rows[i].made ? 0 : -1);
        if (!rows[i].made)
            assert_int_equal(err.kind, ERR_INPUT);
    }
}

/* A value is a value: nothing in it is read as configuration. */
static void a_comma_makes_no_second_name(void **state)
{
    struct ca_profile profile = usual;
    AUTO(X509_free) X509 *made = NULL;
    AUTO(GENERAL_NAMES_free) GENERAL_NAMES *names = NULL;
    struct err err;

    (void)state;
    profile.uri = "spiffe://td/a,DNS:bank.example,URI:spiffe://td/b";
    profile.common_name = "a,CN=b";
    assert_int_equal(make(&made, &profile, &err), 0);
    names = X509_get_ext_d2i(made, NID_subject_alt_name, NULL, NULL);
    assert_int_equal(sk_GENERAL_NAME_num(names), 1);
    assert_int_equal(X509_NAME_entry_count(X509_get_subject_name(made)), 2);
}

static void ends_stay_within_what_x509_can_say(void **state)
{
    (void)state;
    assert_int_equal(profile_certificate_end(NOW, 90), NOW + 90 * DAY);
    assert_int_equal(profile_certificate_end(NOW, UINT32_MAX), INT64_C(253402300799));
}

static void names_that_are_too_long_stay_their_own(void **state)
{
    AUTO(arena_free) struct arena *arena = arena_new();
    const char *a = profile_name_fit("a-very-long-name-1", 12, arena);
    const char *b = profile_name_fit("a-very-long-name-2", 12, arena);

    (void)state;
    assert_string_equal(profile_name_fit("short", 12, arena), "short");
    assert_int_equal(strlen(a), 12);
    assert_memory_equal(a, "a-v", 3);
    assert_string_not_equal(a, b);
    assert_string_equal(a, profile_name_fit("a-very-long-name-1", 12, arena));
}

static void a_key_is_known_by_the_mark_of_its_certificate(void **state)
{
    AUTO(EVP_PKEY_free) EVP_PKEY *key = EVP_EC_gen("P-256");
    AUTO(X509_free) X509 *made = NULL;
    const ASN1_OCTET_STRING *name;
    char mark[9], wanted[9];
    struct err err;

    (void)state;
    assert_int_equal(profile_key_mark(mark, key, &err), 0);
    assert_int_equal(profile_certificate_make(&made, &usual, key, NULL, key, &err), 0);
    name = X509_get0_subject_key_id(made);
    snprintf(wanted, sizeof wanted, "%02x%02x%02x%02x", name->data[0], name->data[1], name->data[2],
             name->data[3]);
    assert_string_equal(mark, wanted);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_field_is_as_the_profile_says),
        cmocka_unit_test(names_are_checked),
        cmocka_unit_test(a_comma_makes_no_second_name),
        cmocka_unit_test(ends_stay_within_what_x509_can_say),
        cmocka_unit_test(names_that_are_too_long_stay_their_own),
        cmocka_unit_test(a_key_is_known_by_the_mark_of_its_certificate),
    };

    return cmocka_run_group_tests_name("pki/profile", tests, NULL, NULL);
}
