/* tests/unit/pki/test_cacerts.c - the four files that istiod reads, all or none. */
#include "pki/cacerts.h"
#include "tests/unit/pki/issued_test.h"

static void the_files_are_those_of_the_plug_in_layout(void **state)
{
    static const char *const names[CACERTS_FILES] = { "ca-cert.pem", "ca-key.pem", "cert-chain.pem",
                                                      "root-cert.pem" };
    const struct ledger_intermediate *row = fx->ledger.intermediates;
    struct cacerts_file files[CACERTS_FILES];
    struct cacerts cacerts;
    struct err err;

    (void)state;
    assert_int_equal(cacerts_open(&cacerts, &fx->ledger, row, fx->arena, &err), 0);
    assert_null(cacerts.ca_key); /* nothing is opened that was not asked for */
    assert_int_equal(cacerts_open_key(&cacerts, row, fx->custody, &err), 0);
    cacerts_files(files, &cacerts);
    for (size_t i = 0; i < CACERTS_FILES; i++) {
        assert_string_equal(files[i].name, names[i]);
        assert_int_equal(files[i].len, strlen(files[i].bytes));
        assert_int_equal(files[i].secret, strcmp(names[i], "ca-key.pem") == 0);
    }
    assert_string_equal(files[0].bytes, row->cert_pem);
    assert_string_equal(files[3].bytes, fx->ledger.roots->cert_pem);
    cacerts_close(&cacerts);
    assert_null(cacerts.ca_key);
}

/* Every leaf is sent with it, so that a peer that knows the root alone can verify. */
static void the_chain_goes_up_to_the_root(void **state)
{
    struct ledger_root *root = fx->ledger.roots;
    const struct ledger_intermediate *row = fx->ledger.intermediates;
    struct cacerts cacerts;
    struct err err;

    (void)state;
    assert_int_equal(cacerts_open(&cacerts, &fx->ledger, row, fx->arena, &err), 0);
    assert_string_equal(cacerts.cert_chain,
                        arena_printf(fx->arena, "%s%s", row->cert_pem, root->cert_pem));
    root->chain_pem = "issuer of a given CA\n";
    assert_int_equal(cacerts_open(&cacerts, &fx->ledger, row, fx->arena, &err), 0);
    assert_string_equal(cacerts.cert_chain, arena_printf(fx->arena, "%s%s%s", row->cert_pem,
                                                         root->cert_pem, root->chain_pem));
}

static void without_its_root_or_its_key_there_is_none(void **state)
{
    struct ledger_intermediate *row = fx->ledger.intermediates;
    struct cacerts cacerts = { 0 };
    struct err err;

    (void)state;
    row->id = "another row"; /* the sealed key is bound to its row */
    assert_int_equal(cacerts_open_key(&cacerts, row, fx->custody, &err), -1);
    assert_int_equal(err.kind, ERR_CRYPTO);
    assert_null(cacerts.ca_key);
    row->root = "0123";
    assert_int_equal(cacerts_open(&cacerts, &fx->ledger, row, fx->arena, &err), -1);
    assert_int_equal(err.kind, ERR_CRYPTO);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(the_files_are_those_of_the_plug_in_layout),
        CASE(the_chain_goes_up_to_the_root),
        CASE(without_its_root_or_its_key_there_is_none),
    };

    return cmocka_run_group_tests_name("pki/cacerts", tests, NULL, NULL);
}
