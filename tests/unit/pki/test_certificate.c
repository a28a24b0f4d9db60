/* tests/unit/pki/test_certificate.c - PEM texts are read whole or refused, and facts are those of
 * the certificate. */
#include "base/text.h"
#include "pki/certificate.h"
#include "pki/profile.h"
#include "tests/unit/pki/issued_test.h"

enum { MOST = 3 };

static const char *pem_of(size_t i)
{
    const struct ledger_intermediate *row = fx->ledger.intermediates;

    while (i-- > 0)
        row = row->next;
    return row->cert_pem;
}

/* PEM that was read and written again has the same bytes: older istiods compare bundles so. */
static void writing_keeps_the_bytes(void **state)
{
    AUTO(X509_free) X509 *certificate = NULL;
    const char *again;
    struct err err;

    (void)state;
    assert_int_equal(certificate_read(&certificate, "x", pem_of(0), strlen(pem_of(0)), &err), 0);
    assert_int_equal(certificate_pem(&again, certificate, fx->arena, &err), 0);
    assert_string_equal(again, pem_of(0));
}

static void texts_with_several(void **state)
{
    const char *damaged = "-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n";
    const struct {
        const char *sentence, *text;
        int count; /* -1: refused */
    } rows[] = {
        { "one", pem_of(0), 1 },
        { "two", arena_printf(fx->arena, "%s%s", pem_of(0), pem_of(1)), 2 },
        { "comments between them",
          arena_printf(fx->arena, "# a\n%s\n# b\n%s", pem_of(0), pem_of(1)), 2 },
        { "none", "", -1 },
        { "no PEM", "nonsense", -1 },
        { "a damaged one behind a whole one", arena_printf(fx->arena, "%s%s", pem_of(0), damaged),
          -1 },
        { "more than are allowed",
          arena_printf(fx->arena, "%s%s%s%s", pem_of(0), pem_of(0), pem_of(0), pem_of(0)), -1 },
    };

    (void)state;
    for (size_t i = 0; i < LENGTH(rows); i++) {
        AUTO(X509_stack_free) STACK_OF(X509) *list = NULL;
        struct err err;
        int result =
            certificate_read_all(&list, "the file", rows[i].text, strlen(rows[i].text), MOST, &err);

        print_message("%s\n", rows[i].sentence);
        assert_int_equal(result, rows[i].count < 0 ? -1 : 0);
        if (rows[i].count >= 0)
            assert_int_equal(sk_X509_num(list), rows[i].count);
        else
            assert_non_null(strstr(err.text, "the file"));
    }
}

static void facts_of_a_ca(void **state)
{
    const struct ledger_intermediate *row = fx->ledger.intermediates;
    AUTO(X509_free) X509 *certificate = NULL, *root = NULL;
    struct certificate_facts facts;
    struct err err;

    (void)state;
    assert_int_equal(certificate_read(&certificate, "x", pem_of(0), strlen(pem_of(0)), &err), 0);
    assert_int_equal(certificate_facts(&facts, certificate, fx->arena, &err), 0);
    assert_string_equal(facts.id, row->id);
    assert_string_equal(facts.spki, row->spki);
    assert_string_equal(facts.org, "Istio");
    assert_string_equal(facts.key, "EC P-256");
    assert_true(text_starts(facts.uri, "spiffe://eu-"));
    assert_int_equal(strlen(facts.serial) % 2, 0);
    assert_int_equal(facts.not_before, NOW - CA_BACKDATE);
    assert_int_equal(facts.not_after, NOW + 90 * DAY);
    assert_true(facts.ca);
    assert_false(facts.self_signed);
    assert_int_equal(certificate_read(&root, "x", fx->ledger.roots->cert_pem,
                                      strlen(fx->ledger.roots->cert_pem), &err),
                     0);
    assert_int_equal(certificate_facts(&facts, root, fx->arena, &err), 0);
    assert_true(facts.self_signed);
    assert_string_equal(facts.uri, "");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(writing_keeps_the_bytes),
        CASE(texts_with_several),
        CASE(facts_of_a_ca),
    };

    return cmocka_run_group_tests_name("pki/certificate", tests, NULL, NULL);
}
