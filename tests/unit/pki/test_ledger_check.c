/* tests/unit/pki/test_ledger_check.c - every column that says something of a certificate is
 * compared with that certificate. */
#include "base/text.h"
#include "pki/ledger_check.h"
#include "tests/unit/pki/issued_test.h"

static void root_id(void) { fx->ledger.roots->id = "0123"; }
static void root_key(void) { fx->ledger.roots->spki = "0123"; }
static void root_begin(void) { fx->ledger.roots->not_before--; }
static void root_end(void) { fx->ledger.roots->not_after++; }
static void root_chain(void) { fx->ledger.roots->chain_pem = "nonsense"; }
static void root_is_an_intermediate(void)
{
    const struct ledger_intermediate *row = fx->ledger.intermediates;
    struct ledger_root *root = fx->ledger.roots;

    root->cert_pem = row->cert_pem;
    root->id = row->id;
    root->spki = row->spki;
    root->not_before = row->not_before;
    root->not_after = row->not_after;
}
static void root_chain_of_another(void)
{
    const struct trust_request *other = fixture_request(fx, "other", "us-", 1);

    fixture_issue(fx, &other, 1, NOW);
    root_is_an_intermediate();
    fx->ledger.roots->chain_pem = fx->ledger.roots->next->cert_pem;
}
static void id(void) { fx->ledger.intermediates->id = "0123"; }
static void key(void) { fx->ledger.intermediates->spki = "0123"; }
static void serial(void) { fx->ledger.intermediates->serial = "0123"; }
static void begin(void) { fx->ledger.intermediates->not_before++; }
static void end(void) { fx->ledger.intermediates->not_after--; }
static void unknown_root(void) { fx->ledger.intermediates->root = "0123"; }
static void no_pem(void) { fx->ledger.intermediates->cert_pem = "nonsense"; }
static void two_certificates(void)
{
    struct ledger_intermediate *row = fx->ledger.intermediates;

    row->cert_pem = arena_printf(fx->arena, "%s%s", row->cert_pem, row->cert_pem);
}
static void comment(void)
{
    struct ledger_intermediate *row = fx->ledger.intermediates;

    row->cert_pem = arena_printf(fx->arena, "# x\n%s", row->cert_pem);
}
static void another_root(void)
{
    const struct trust_request *other = fixture_request(fx, "other", "us-", 1);
    struct ledger_intermediate *row = fx->ledger.intermediates;

    fixture_issue(fx, &other, 1, NOW);
    row->root = strcmp(row->root, fx->ledger.roots->id) == 0 ? fx->ledger.roots->next->id
                                                             : fx->ledger.roots->id;
}

static const struct {
    const char *sentence;
    void (*damage)(void);
    const char *table;
} rows[] = {
    { "id of a root", root_id, "roots" },
    { "key of a root", root_key, "roots" },
    { "begin of a root", root_begin, "roots" },
    { "end of a root", root_end, "roots" },
    { "chain of a root", root_chain, "roots" },
    { "a root that is not self-signed", root_is_an_intermediate, "roots" },
    { "a chain to a root that did not sign", root_chain_of_another, "roots" },
    { "id of an intermediate", id, "intermediates" },
    { "key of an intermediate", key, "intermediates" },
    { "serial of an intermediate", serial, "intermediates" },
    { "begin of an intermediate", begin, "intermediates" },
    { "end of an intermediate", end, "intermediates" },
    { "an intermediate without its root", unknown_root, "intermediates" },
    { "an intermediate under another root", another_root, "intermediates" },
    { "no certificate", no_pem, "intermediates" },
    { "two certificates", two_certificates, "intermediates" },
    { "a comment before the certificate", comment, "intermediates" },
};

static void every_column_is_compared(void **state)
{
    for (size_t i = 0; i < LENGTH(rows); i++) {
        struct err err = { .text = "" };

        setup(state);
        print_message("%s\n", rows[i].sentence);
        assert_int_equal(ledger_check(&fx->ledger, "weft.db", &err), 0);
        rows[i].damage();
        assert_int_equal(ledger_check(&fx->ledger, "weft.db", &err), -1);
        assert_int_equal(err.kind, ERR_STORE);
        assert_non_null(strstr(err.text, arena_printf(fx->arena, "table %s,", rows[i].table)));
        assert_non_null(strstr(err.text, "weft.db"));
        teardown(state);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = { cmocka_unit_test(every_column_is_compared) };

    return cmocka_run_group_tests_name("pki/ledger_check", tests, NULL, NULL);
}
