/* tests/unit/pki/test_handshake.c - real TLS 1.3 handshakes, mutual and in memory, between
 * workloads at all steps of a rotation: which may live beside each other (docs/rotation.md).
 * Certificates are made by weft's own code. */
#include "pki/profile.h"
#include "tests/lib/trust_fixture.h"

#include "pki/intermediate.h"
#include "pki/leaf.h"
#include "pki/root.h"
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <time.h>

AUTO_DEFINE(SSL, SSL_free)
AUTO_DEFINE(SSL_CTX, SSL_CTX_free)

struct authority {
    EVP_PKEY *key;
    X509 *cert;
};

/* A workload's side: its leaf, what it sends with it, which roots it trusts. */
struct step {
    const char *name;
    struct authority leaf;
    STACK_OF(X509) * chain;
    X509_STORE *bundle;
};

enum { S0, S1, S2, S2_BRIDGE, S3, STEPS };

struct world {
    struct arena *arena;
    struct authority roots[2], intermediates[2];
    X509 *bridge;
    struct step steps[STEPS];
};

/* The clock of libssl cannot be set, so certificates are made for now. */
static int64_t now(void) { return (int64_t)time(NULL); }

static EVP_PKEY *new_key(void) { return EVP_EC_gen("P-256"); }

static struct authority make_root(struct arena *arena, uint32_t generation)
{
    const struct cert_options options = { 365, 0, "acme", 0.1 };
    struct authority root = { .key = new_key() };
    struct err err;

    if (root_make(&root.cert, root.key, "ns/vm", generation, &options, now(), arena, &err) < 0)
        fail_msg("%s", err.text);
    return root;
}

static struct authority make_intermediate(struct arena *arena, const struct authority *root,
                                          uint32_t generation)
{
    const struct cert_options options = { 90, 0, "Istio", 0.1 };
    const struct issuer_session issuer = { .issuer = &issuer_local,
                                           .signer = { root->cert, NULL, root->cert },
                                           .key = root->key };
    const struct intermediate_wish wish = { "eu-1",     "spiffe://td/ns/istio-system/sa/istiod",
                                            generation, &options,
                                            now(),      NULL };
    struct authority made = { .key = new_key() };
    struct err err;

    if (intermediate_make(&made.cert, made.key, &issuer, &wish, arena, &err) < 0)
        fail_msg("%s", err.text);
    return made;
}

/* The new root's name and key, signed by the old one (docs/rotation.md). */
static X509 *make_bridge(struct arena *arena, const struct authority *old,
                         const struct authority *new)
{
    struct certificate_facts facts;
    struct ca_profile profile = { .path_length = 1, .not_before = now() - 3600 };
    X509 *bridge = NULL;
    struct err err;

    assert_int_equal(certificate_facts(&facts, new->cert, arena, &err), 0);
    profile.org = facts.org;
    profile.common_name = facts.name;
    profile.not_after = now() + DAY;
    if (profile_certificate_make(&bridge, &profile, new->key, old->cert, old->key, &err) < 0)
        fail_msg("%s", err.text);
    return bridge;
}

static void push(STACK_OF(X509) * chain, X509 *cert)
{
    assert_true(X509_add_cert(chain, cert, X509_ADD_FLAG_UP_REF));
}

static struct step make_step(const struct world *w, const char *name, int signer, bool old,
                             bool new, bool bridged)
{
    const struct authority *intermediate = &w->intermediates[signer];
    struct step step = {
        .name = name, .leaf.key = new_key(), .chain = sk_X509_new_null(), .bundle = X509_STORE_new()
    };
    struct err err;

    if (leaf_make(&step.leaf.cert, &(struct leaf_names){ .uri = "spiffe://a/ns/b/sa/c" },
                  step.leaf.key, intermediate->cert, intermediate->key, now() - 60, now() + 3600,
                  &err)
        < 0)
        fail_msg("%s", err.text);
    push(step.chain, intermediate->cert);
    if (bridged)
        push(step.chain, w->bridge);
    else
        push(step.chain, w->roots[signer].cert); /* as cert-chain.pem has it */
    if (old)
        assert_true(X509_STORE_add_cert(step.bundle, w->roots[0].cert));
    if (new)
        assert_true(X509_STORE_add_cert(step.bundle, w->roots[1].cert));
    return step;
}

static SSL_CTX *context_of(const struct step *step, bool server)
{
    SSL_CTX *context = SSL_CTX_new(server ? TLS_server_method() : TLS_client_method());

    assert_true(SSL_CTX_set_min_proto_version(context, TLS1_3_VERSION)
                && SSL_CTX_use_certificate(context, step->leaf.cert)
                && SSL_CTX_use_PrivateKey(context, step->leaf.key)
                && SSL_CTX_set1_chain(context, step->chain));
    SSL_CTX_set1_cert_store(context, step->bundle);
    SSL_CTX_set_verify(context, SSL_VERIFY_PEER | SSL_VERIFY_FAIL_IF_NO_PEER_CERT, NULL);
    X509_VERIFY_PARAM_set_flags(SSL_CTX_get0_param(context), X509_V_FLAG_X509_STRICT);
    return context;
}

/* One turn; false: this side gave up. */
static bool turn(SSL *ssl, bool *done)
{
    int result = *done ? SSL_read(ssl, (char[16]){ 0 }, 16) : SSL_do_handshake(ssl);

    if (result > 0)
        *done = true;
    else if (SSL_get_error(ssl, result) != SSL_ERROR_WANT_READ)
        return false;
    return true;
}

/* In TLS 1.3 a client is done before the server has seen its certificate, so both go on reading for
 * a while. */
static bool shake(const struct step *server_step, const struct step *client_step)
{
    AUTO(SSL_CTX_free) SSL_CTX *server_context = context_of(server_step, true);
    AUTO(SSL_CTX_free) SSL_CTX *client_context = context_of(client_step, false);
    AUTO(SSL_free) SSL *server = SSL_new(server_context);
    AUTO(SSL_free) SSL *client = SSL_new(client_context);
    BIO *left = NULL, *right = NULL;
    bool server_done = false, client_done = false, good = true;

    assert_true(BIO_new_bio_pair(&left, 0, &right, 0));
    SSL_set_bio(server, left, left);
    SSL_set_bio(client, right, right);
    SSL_set_accept_state(server);
    SSL_set_connect_state(client);
    for (int i = 0; i < 10 && good; i++)
        good = turn(client, &client_done) && turn(server, &server_done);
    ERR_clear_error();
    return good && server_done && client_done;
}

static void open_world(struct world *w)
{
    w->arena = arena_new();
    for (uint32_t i = 0; i < 2; i++) {
        w->roots[i] = make_root(w->arena, i + 1);
        w->intermediates[i] = make_intermediate(w->arena, &w->roots[i], i + 1);
    }
    w->bridge = make_bridge(w->arena, &w->roots[0], &w->roots[1]);
    w->steps[S0] = make_step(w, "S0", 0, true, false, false);
    w->steps[S1] = make_step(w, "S1", 0, true, true, false);
    w->steps[S2] = make_step(w, "S2", 1, true, true, false);
    w->steps[S2_BRIDGE] = make_step(w, "S2 with bridge", 1, true, true, true);
    w->steps[S3] = make_step(w, "S3", 1, false, true, false);
}

static void close_world(struct world *w)
{
    for (size_t i = 0; i < STEPS; i++) {
        X509_free(w->steps[i].leaf.cert);
        EVP_PKEY_free(w->steps[i].leaf.key);
        sk_X509_pop_free(w->steps[i].chain, X509_free);
        X509_STORE_free(w->steps[i].bundle);
    }
    for (size_t i = 0; i < 2; i++) {
        X509_free(w->roots[i].cert);
        EVP_PKEY_free(w->roots[i].key);
        X509_free(w->intermediates[i].cert);
        EVP_PKEY_free(w->intermediates[i].key);
    }
    X509_free(w->bridge);
    arena_free(w->arena);
}

/* The table of docs/rotation.md; rows are servers, columns clients. */
/* clang-format off */
static const bool table[STEPS][STEPS] = {
    /*                S0     S1     S2     S2+b   S3 */
    [S0]        = { true,  true,  false, true,  false },
    [S1]        = { true,  true,  true,  true,  false },
    [S2]        = { false, true,  true,  true,  true },
    [S2_BRIDGE] = { true,  true,  true,  true,  true },
    [S3]        = { false, false, true,  true,  true },
};
/* clang-format on */

static void test_the_table(void **state)
{
    struct world w;

    (void)state;
    open_world(&w);
    for (size_t server = 0; server < STEPS; server++)
        for (size_t client = 0; client < STEPS; client++) {
            bool good = shake(&w.steps[server], &w.steps[client]);

            print_message("%s serves %s: %s\n", w.steps[server].name, w.steps[client].name,
                          good ? "ok" : "FAIL");
            assert_int_equal(good, table[server][client]);
        }
    close_world(&w);
}

int main(void)
{
    const struct CMUnitTest tests[] = { cmocka_unit_test(test_the_table) };

    return cmocka_run_group_tests_name("pki/handshake", tests, NULL, NULL);
}
