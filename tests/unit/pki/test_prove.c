/* tests/unit/pki/test_prove.c - the very bytes of a cacerts are proved before they are encrypted:
 * one wrong byte in any of the four files, and nothing is delivered. */
#include "base/text.h"
#include "pki/prove.h"
#include "tests/unit/pki/issued_test.h"

struct subject {
    struct cacerts cacerts;
    struct ledger_intermediate *row;
    int64_t now;
};

static struct ledger_intermediate *row_of(const char *cluster)
{
    struct ledger_intermediate *row = fx->ledger.intermediates;

    while (strcmp(row->cluster, cluster) != 0)
        row = row->next;
    return row;
}

static struct subject opened(void)
{
    struct subject s = { .row = row_of("eu-1"), .now = NOW };
    struct err err;

    if (cacerts_open(&s.cacerts, &fx->ledger, s.row, fx->arena, &err) < 0
        || cacerts_open_key(&s.cacerts, s.row, fx->custody, &err) < 0)
        fail_msg("%s", err.text);
    return s;
}

static void nothing(struct subject *s) { (void)s; }
static void another_certificate(struct subject *s)
{
    s->cacerts.ca_cert = row_of("eu-2")->cert_pem;
}
static void two_certificates(struct subject *s)
{
    s->cacerts.ca_cert =
        arena_printf(fx->arena, "%s%s", s->cacerts.ca_cert, row_of("eu-2")->cert_pem);
}
static void another_chain(struct subject *s)
{
    s->cacerts.cert_chain =
        arena_printf(fx->arena, "%s%s", row_of("eu-2")->cert_pem, fx->ledger.roots->cert_pem);
}
static void another_key(struct subject *s)
{
    struct ledger_intermediate *other = row_of("eu-2");
    struct cacerts cacerts;
    struct err err;

    assert_int_equal(cacerts_open(&cacerts, &fx->ledger, other, fx->arena, &err), 0);
    assert_int_equal(cacerts_open_key(&cacerts, other, fx->custody, &err), 0);
    secret_free(s->cacerts.ca_key);
    s->cacerts.ca_key = cacerts.ca_key;
}
static void root_twice(struct subject *s)
{
    s->cacerts.root_cert =
        arena_printf(fx->arena, "%s%s", s->cacerts.root_cert, s->cacerts.root_cert);
}
static void another_root(struct subject *s) { s->cacerts.root_cert = s->row->cert_pem; }
static void no_root(struct subject *s) { s->cacerts.root_cert = ""; }
static void ended(struct subject *s) { s->now = NOW + 91 * DAY; }
static void not_begun(struct subject *s) { s->now = NOW - DAY; }

static const struct {
    const char *sentence;
    void (*change)(struct subject *s);
    bool holds;
} rows[] = {
    { "as issued", nothing, true },
    { "ca-cert.pem of another cluster", another_certificate, false },
    { "ca-cert.pem with a second certificate", two_certificates, false },
    { "cert-chain.pem of another cluster", another_chain, false },
    { "ca-key.pem of another cluster", another_key, false },
    { "root-cert.pem with its root twice", root_twice, false },
    { "root-cert.pem with another certificate", another_root, false },
    { "root-cert.pem without a root", no_root, false },
    { "after its end", ended, false },
    { "before its begin", not_begun, false },
};

static void every_file_is_looked_at(void **state)
{
    (void)state;
    for (size_t i = 0; i < LENGTH(rows); i++) {
        struct subject s = opened();
        struct err err = { .text = "" };
        int result;

        print_message("%s\n", rows[i].sentence);
        rows[i].change(&s);
        result = prove_cacerts(&s.cacerts, &fx->ledger, s.row, &request->meshes[0], s.now, &err);
        if (result != (rows[i].holds ? 0 : -1))
            fail_msg("%s", err.text);
        if (!rows[i].holds && err.kind != ERR_REFUSED && err.kind != ERR_CRYPTO)
            assert_int_equal(err.kind, ERR_INPUT); /* it could not even be read */
        cacerts_close(&s.cacerts);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = { CASE(every_file_is_looked_at) };

    return cmocka_run_group_tests_name("pki/prove", tests, NULL, NULL);
}
