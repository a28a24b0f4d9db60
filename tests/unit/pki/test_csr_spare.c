/* tests/unit/pki/test_csr_spare.c - intermediates for keys that clusters make themselves: certified
 * once, for one cluster, and no private key of theirs is here. */
#include "base/text.h"
#include "pki/agent_key.h"
#include "pki/cacerts.h"
#include "pki/csr_fault.h"
#include "pki/csr_spare.h"
#include "pki/key.h"
#include "pki/leaf.h"
#include "pki/messages.h"
#include "pki/prove.h"
#include "pki/signing_request.h"
#include "tests/lib/trust_fixture.h"
#include <string.h>

/* A key that only the test holds: the spare has its public half, as a request brings it. */
static struct csr_spare spare_of(struct fixture *fx, const char *cluster, EVP_PKEY *key)
{
    const struct ca_profile profile = { .org = "weft", .common_name = cluster };
    struct csr_spare out = { .cluster = cluster, .namespace = "istio-system", .why = "" };
    char *spki = ARENA_NEW(fx->arena, char, 65);
    struct err err;

    if (signing_request_pem(&out.csr, &profile, key, fx->arena, &err) < 0
        || signing_request_read(&out.key, out.csr, &err) < 0 || key_spki(spki, key, &err) < 0)
        fail_msg("%s", err.text);
    out.spki = spki;
    return out;
}

static struct issue_options options_of(const struct csr_spare *spares, size_t count, int64_t now)
{
    return (
        struct issue_options){ .key_type = KEY_EC_P256, .now = now, .spares = { spares, count } };
}

static struct issue_result pass(struct fixture *fx, const struct trust_request *request,
                                const struct issue_options *options)
{
    struct issue_result result;
    struct err err;

    if (fixture_pass(&result, fx, &request, 1, options, &err) < 0)
        fail_msg("%s", err.text);
    return result;
}

static struct ledger_intermediate *active(struct fixture *fx, const struct trust_request *request,
                                          size_t mesh)
{
    return ledger_active_intermediate(&fx->ledger, request->name, request->meshes[mesh].key);
}

static bool failed_for(const struct issue_result *result, const char *part)
{
    for (size_t i = 0; i < result->remarks.failures.count; i++)
        if (strstr(result->remarks.failures.items[i].text, part))
            return true;
    return false;
}

static void a_spare_is_certified_and_no_key_is_here(void **state)
{
    struct fixture *fx = *state;
    struct trust_request *request = fixture_request(fx, "shop", "c", 2);
    AUTO(EVP_PKEY_free) EVP_PKEY *key = EVP_EC_gen("P-256");
    struct csr_spare spare = spare_of(fx, "c1", key);
    const struct issue_options options = options_of(&spare, 1, NOW);
    struct ledger_intermediate *mine, *other;
    AUTO(X509_free) X509 *cert = NULL;
    struct cacerts cacerts;
    struct err err;

    assert_int_equal(pass(fx, request, &options).intermediates, 2);
    mine = active(fx, request, 0);
    other = active(fx, request, 1);
    assert_true(csr_spare_made(mine));
    assert_int_equal(mine->key.len, 0);
    assert_false(csr_spare_made(other));
    assert_true(other->key.len > 0);
    assert_string_equal(mine->spki, spare.spki);
    assert_int_equal(certificate_read(&cert, "it", mine->cert_pem, strlen(mine->cert_pem), &err),
                     0);
    assert_int_equal(X509_check_private_key(cert, key), 1);
    assert_int_equal(cacerts_open(&cacerts, &fx->ledger, mine, fx->arena, &err), 0);
    assert_int_equal(cacerts_open_key(&cacerts, mine, fx->custody, &err), -1);
    assert_int_equal(prove_cacerts(&cacerts, &fx->ledger, mine, &request->meshes[0], NOW, &err), 0);
    cacerts.root_cert = other->cert_pem;
    assert_int_equal(prove_cacerts(&cacerts, &fx->ledger, mine, &request->meshes[0], NOW, &err),
                     -1);
    assert_int_equal(pass(fx, request, &options).intermediates, 0); /* nothing is due any more */
    EVP_PKEY_free(spare.key);
}

static void without_a_spare_the_others_are_served(void **state)
{
    struct fixture *fx = *state;
    struct trust_request *request = fixture_request(fx, "shop", "c", 2);
    const struct csr_spare none = {
        .cluster = "c1", .namespace = "istio-system", .spki = "", .why = "no agent was there yet"
    };
    const struct issue_options options = options_of(&none, 1, NOW);
    struct issue_result result = pass(fx, request, &options);

    assert_int_equal(result.intermediates, 1);
    assert_null(active(fx, request, 0));
    assert_non_null(active(fx, request, 1));
    assert_true(failed_for(&result, none.why));
}

static void a_key_is_certified_once(void **state)
{
    struct fixture *fx = *state;
    struct trust_request *request = fixture_request(fx, "shop", "c", 2);
    AUTO(EVP_PKEY_free) EVP_PKEY *key = EVP_EC_gen("P-256");
    struct csr_spare spares[2] = { spare_of(fx, "c1", key), spare_of(fx, "c2", key) };
    const struct issue_options both = options_of(spares, 2, NOW);
    struct err err = { .code = 0 };

    assert_int_equal(csr_spare_check(&spares[0], &fx->ledger, &err), 0);
    pass(fx, request, &both); /* the same key in two clusters */
    assert_true(!active(fx, request, 0) != !active(fx, request, 1));
    assert_int_equal(csr_spare_check(&spares[0], &fx->ledger, &err), -1);
    assert_int_equal(err.code, CSR_USED_BEFORE);
    fx->ledger.intermediates->state = KEY_DESTROYED;
    assert_int_equal(csr_spare_check(&spares[1], &fx->ledger, &err), -1);
    EVP_PKEY_free(spares[0].key);
    EVP_PKEY_free(spares[1].key);
}

static void a_key_is_refused_when_no_certificate_for_it_can_come_into_use(void **state)
{
    static const struct {
        enum key_state state;
        bool refused;
    } rows[] = {
        { KEY_ACTIVE, false }, /* on its way to the cluster */
        { KEY_NEXT, false },   /* the next pass may take it into use */
        { KEY_RETIRED, true },
        { KEY_DESTROYED, true },
    };
    struct fixture *fx = *state;
    struct trust_request *request = fixture_request(fx, "shop", "c", 1);
    AUTO(EVP_PKEY_free) EVP_PKEY *key = EVP_EC_gen("P-256");
    struct csr_spare spare = spare_of(fx, "c1", key), other = spare;
    const struct csr_spare silent = { "c1", "istio-system", NULL, "", NULL, "no answer", false };
    const struct issue_options options = options_of(&spare, 1, NOW);
    struct ledger_intermediate *row;

    assert_string_equal(csr_spare_refused(&spare, &fx->ledger, "shop"), "");
    pass(fx, request, &options);
    row = active(fx, request, 0);
    for (size_t i = 0; i < LENGTH(rows); i++) {
        row->state = rows[i].state;
        assert_string_equal(csr_spare_refused(&spare, &fx->ledger, request->name),
                            rows[i].refused ? spare.spki : "");
        assert_string_equal(csr_spare_refused(&silent, &fx->ledger, request->name), "");
    }
    row->state = KEY_ACTIVE; /* elsewhere it is of no use to this one */
    assert_string_equal(csr_spare_refused(&spare, &fx->ledger, "another"), spare.spki);
    other.cluster = "c2";
    assert_string_equal(csr_spare_refused(&other, &fx->ledger, request->name), spare.spki);
    EVP_PKEY_free(spare.key);
}

static void a_request_of_another_cluster_is_not_taken(void **state)
{
    struct fixture *fx = *state;
    AUTO(EVP_PKEY_free) EVP_PKEY *key = EVP_EC_gen("P-256");
    struct csr_spare theirs = spare_of(fx, "c2", key);
    struct csr_spare mine = { .cluster = "c1", .namespace = "istio-system", .spki = "" };
    struct err err = { .code = CSR_NONE };

    assert_int_equal(csr_spare_take(&mine, theirs.csr, fx->arena, &err), -1);
    assert_int_equal(err.code, CSR_OTHER_CLUSTER);
    assert_null(mine.key);
    mine.cluster = "c2";
    assert_int_equal(csr_spare_take(&mine, theirs.csr, fx->arena, &err), 0);
    assert_string_equal(mine.spki, theirs.spki);
    csr_spare_drop(&mine, "");
    EVP_PKEY_free(theirs.key);
}

/* As the agent names it, also where the name does not fit a certificate. */
static void a_long_name_of_a_cluster_is_taken(void **state)
{
    static const char name[] =
        "a-cluster-with-a-name-that-is-longer-than-what-a-common-name-can-hold-by-far";
    struct fixture *fx = *state;
    struct csr_spare spare = { .cluster = name, .namespace = "istio-system", .spki = "" };
    AUTO_AGENT_KEY key = { .pem = NULL };
    const char *csr = NULL;
    struct err err;

    assert_int_equal(agent_key_make(&key, &err), 0);
    assert_int_equal(agent_key_request(&csr, &key, name, fx->arena, &err), 0);
    assert_int_equal(csr_spare_take(&spare, csr, fx->arena, &err), 0);
    assert_string_equal(spare.spki, key.spki);
    csr_spare_drop(&spare, "");
}

static void a_change_of_mode_is_another_certificate(void **state)
{
    struct fixture *fx = *state;
    struct trust_request *request = fixture_request(fx, "shop", "c", 1);
    AUTO(EVP_PKEY_free) EVP_PKEY *key = EVP_EC_gen("P-256");
    struct csr_spare spare = spare_of(fx, "c1", key);
    const struct csr_spare none = { "c1", "istio-system", NULL, "", NULL, "not there", false };
    const struct issue_options here = options_of(NULL, 0, NOW), waits = options_of(&none, 1, NOW),
                               there = options_of(&spare, 1, NOW);
    const char *first;

    pass(fx, request, &here);
    first = active(fx, request, 0)->id;
    pass(fx, request, &waits); /* what is in use stays */
    assert_string_equal(active(fx, request, 0)->id, first);
    assert_int_equal(pass(fx, request, &there).intermediates, 1);
    assert_true(csr_spare_made(active(fx, request, 0)));
    assert_int_equal(pass(fx, request, &here).intermediates, 1);
    assert_true(active(fx, request, 0)->key.len > 0);
    EVP_PKEY_free(spare.key);
}

static void a_lost_key_gets_another_certificate(void **state)
{
    struct fixture *fx = *state;
    struct trust_request *request = fixture_request(fx, "shop", "c", 1);
    AUTO(EVP_PKEY_free) EVP_PKEY *key = EVP_EC_gen("P-256");
    AUTO(EVP_PKEY_free) EVP_PKEY *next = EVP_EC_gen("P-256");
    struct csr_spare spare = spare_of(fx, "c1", key), another = spare_of(fx, "c1", next);
    const struct issue_options first = options_of(&spare, 1, NOW),
                               then = options_of(&another, 1, NOW + 3600);

    pass(fx, request, &first);
    another.lost = true;
    assert_int_equal(pass(fx, request, &then).intermediates, 1);
    assert_string_equal(active(fx, request, 0)->spki, another.spki);
    EVP_PKEY_free(spare.key);
    EVP_PKEY_free(another.key);
}

/* A pass that was killed after it signed: the row is there, and not in use. */
static void what_was_signed_is_found_again_while_its_agent_offers_the_key(void **state)
{
    struct fixture *fx = *state;
    struct trust_request *request = fixture_request(fx, "shop", "c", 1);
    AUTO(EVP_PKEY_free) EVP_PKEY *key = EVP_EC_gen("P-256");
    AUTO(EVP_PKEY_free) EVP_PKEY *next = EVP_EC_gen("P-256");
    struct csr_spare spare = spare_of(fx, "c1", key), another = spare_of(fx, "c1", next);
    const struct csr_spare silent = { "c1", "istio-system", NULL, "", NULL, "no answer", false };
    const struct issue_options first = options_of(&spare, 1, NOW),
                               again = options_of(&silent, 1, NOW),
                               then = options_of(&another, 1, NOW);

    pass(fx, request, &first);
    active(fx, request, 0)->state = KEY_NEXT;
    assert_int_equal(pass(fx, request, &again).intermediates, 0);
    assert_string_equal(active(fx, request, 0)->spki, spare.spki);
    active(fx, request, 0)->state = KEY_NEXT;
    assert_int_equal(pass(fx, request, &then).intermediates, 1);
    assert_string_equal(active(fx, request, 0)->spki, another.spki);
    EVP_PKEY_free(spare.key);
    EVP_PKEY_free(another.key);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        FIXTURE_CASE(a_spare_is_certified_and_no_key_is_here),
        FIXTURE_CASE(without_a_spare_the_others_are_served),
        FIXTURE_CASE(a_key_is_certified_once),
        FIXTURE_CASE(a_key_is_refused_when_no_certificate_for_it_can_come_into_use),
        FIXTURE_CASE(a_request_of_another_cluster_is_not_taken),
        FIXTURE_CASE(a_long_name_of_a_cluster_is_taken),
        FIXTURE_CASE(a_change_of_mode_is_another_certificate),
        FIXTURE_CASE(a_lost_key_gets_another_certificate),
        FIXTURE_CASE(what_was_signed_is_found_again_while_its_agent_offers_the_key),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
