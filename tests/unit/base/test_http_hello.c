/* tests/unit/base/test_http_hello.c - a TLS hello gives the digests of the chain that a real server
 * shows, once libcurl has verified it. */
#include "tests/lib/tls_identity.h"

#include "base/digest.h"
#include "base/http.h"
#include "tests/lib/web_server.h"
#include <stdlib.h>
#include <sys/mman.h>

struct bench {
    struct arena *arena;
    struct http *http;
    struct counts *counts;
    struct identity ca, other_ca, leaf;
    struct server server;
};

static int setup(void **state)
{
    struct bench *bench = calloc(1, sizeof *bench);
    struct err err = { 0 };
    SSL_CTX *tls;

    bench->arena = arena_new();
    bench->counts = counts_new();
    bench->ca = identity_make("test CA", NULL, NULL, bench->arena);
    bench->other_ca = identity_make("another CA", NULL, NULL, bench->arena);
    bench->leaf = identity_make("server", "IP:127.0.0.1", &bench->ca, bench->arena);
    tls = identity_tls(&bench->leaf, NULL);
    assert_true(SSL_CTX_add1_chain_cert(tls, bench->ca.cert));
    bench->server = server_start("one", "127.0.0.1", 0, tls, bench->counts);
    SSL_CTX_free(tls);
    *state = bench;
    return http_open(&bench->http, "weft/test", &err);
}

static int teardown(void **state)
{
    struct bench *bench = *state;

    server_stop(&bench->server);
    munmap(bench->counts, sizeof *bench->counts);
    http_close(bench->http);
    identity_free(&bench->ca);
    identity_free(&bench->other_ca);
    identity_free(&bench->leaf);
    arena_free(bench->arena);
    free(bench);
    return 0;
}

static int hello(struct http_response *response, struct bench *bench, const struct identity *ca,
                 struct err *err)
{
    const struct http_peer peer = { .ca_pem = ca->cert_pem };
    const struct http_request request = { .method = "GET",
                                          .url = arena_printf(bench->arena, "https://127.0.0.1:%d/",
                                                              bench->server.port),
                                          .peer = &peer,
                                          .hello = true };

    return http_do(bench->http, response, &request, bench->arena, err);
}

static const char *digest_of(struct bench *bench, X509 *cert)
{
    unsigned char *der = NULL;
    int len = i2d_X509(cert, &der);
    char hex[65];

    assert_true(len > 0);
    sha256_hex(hex, der, (size_t)len);
    OPENSSL_free(der);
    return arena_text(bench->arena, hex);
}

static void the_chain_is_that_of_the_server_leaf_first(void **state)
{
    struct bench *bench = *state;
    struct http_response response = { 0 };
    struct err err = { .text = "" };

    if (hello(&response, bench, &bench->ca, &err) < 0)
        fail_msg("%s", err.text);
    assert_int_equal(response.status, 0);
    assert_int_equal(response.chain_count, 2);
    assert_string_equal(response.chain[0], digest_of(bench, bench->leaf.cert));
    assert_string_equal(response.chain[1], digest_of(bench, bench->ca.cert));
    assert_int_equal(atomic_load(&bench->counts->requests), 0);
}

static void a_chain_that_is_not_verified_is_no_answer(void **state)
{
    struct bench *bench = *state;
    struct http_response response = { 0 };
    struct err err = { .text = "" };

    assert_int_equal(hello(&response, bench, &bench->other_ca, &err), -1);
    assert_int_equal(err.kind, ERR_HTTP);
    assert_int_equal(response.chain_count, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(the_chain_is_that_of_the_server_leaf_first, setup,
                                        teardown),
        cmocka_unit_test_setup_teardown(a_chain_that_is_not_verified_is_no_answer, setup, teardown),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
