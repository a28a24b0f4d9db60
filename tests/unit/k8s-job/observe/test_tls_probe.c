/* tests/unit/k8s-job/observe/test_tls_probe.c - the chain that istiod shows, from real TLS servers
 * with certificates made here. */
#include "base/base64.h"
#include "base/files.h"
#include "k8s-job/observe/cluster.h"
#include "k8s-job/observe/tls_probe.h"
#include "tests/lib/web_server.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include <arpa/inet.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>

#include <cmocka.h>

struct identity {
    EVP_PKEY *key;
    X509 *cert;
    const char *pem, *digest;
};

static void add_extension(X509 *cert, X509 *issuer, int nid, const char *value)
{
    X509V3_CTX context;
    X509_EXTENSION *extension;

    X509V3_set_ctx(&context, issuer, cert, NULL, NULL, 0);
    extension = X509V3_EXT_conf_nid(NULL, &context, nid, value);
    assert_non_null(extension);
    assert_true(X509_add_ext(cert, extension, -1));
    X509_EXTENSION_free(extension);
}

static void describe(struct identity *identity, struct arena *arena)
{
    BIO *bio = BIO_new(BIO_s_mem());
    unsigned char digest[32];
    char *bytes, hex[65];
    long len;

    PEM_write_bio_X509(bio, identity->cert);
    len = BIO_get_mem_data(bio, &bytes);
    identity->pem = arena_bytes(arena, bytes, (size_t)len);
    BIO_free(bio);
    assert_true(X509_digest(identity->cert, EVP_sha256(), digest, NULL));
    hex_encode(hex, digest, sizeof digest);
    identity->digest = arena_text(arena, hex);
}

/* san NULL: a CA; issuer NULL: signed by itself. */
static struct identity make(const char *name, const char *san, const struct identity *issuer,
                            struct arena *arena)
{
    static long serial;
    struct identity made = { .key = EVP_EC_gen("P-256"), .cert = X509_new() };
    X509_NAME *subject = X509_get_subject_name(made.cert);

    X509_NAME_add_entry_by_txt(subject, "CN", MBSTRING_ASC, (const unsigned char *)name, -1, -1, 0);
    X509_set_version(made.cert, X509_VERSION_3);
    ASN1_INTEGER_set(X509_get_serialNumber(made.cert), ++serial);
    X509_gmtime_adj(X509_getm_notBefore(made.cert), -3600);
    X509_gmtime_adj(X509_getm_notAfter(made.cert), 3600);
    X509_set_pubkey(made.cert, made.key);
    X509_set_issuer_name(made.cert, issuer ? X509_get_subject_name(issuer->cert) : subject);
    add_extension(made.cert, made.cert, NID_basic_constraints,
                  san ? "CA:FALSE" : "critical,CA:TRUE");
    /* Both generations have the same names: the key identifiers tell them apart. */
    add_extension(made.cert, made.cert, NID_subject_key_identifier, "hash");
    if (issuer)
        add_extension(made.cert, issuer->cert, NID_authority_key_identifier, "keyid:always");
    if (san)
        add_extension(made.cert, made.cert, NID_subject_alt_name, san);
    assert_true(X509_sign(made.cert, issuer ? issuer->key : made.key, EVP_sha256()));
    describe(&made, arena);
    return made;
}

static void identity_free(struct identity *identity)
{
    EVP_PKEY_free(identity->key);
    X509_free(identity->cert);
}

/* Two generations of what an istiod shows; both under their own root. */
struct generation {
    struct identity root, intermediate, leaf;
};

static struct generation generation_new(struct arena *arena)
{
    struct generation made;

    made.root = make("root", NULL, NULL, arena);
    made.intermediate = make("intermediate", NULL, &made.root, arena);
    made.leaf = make("istiod", "DNS:istiod.istio-system.svc,DNS:istiod-canary.istio-system.svc",
                     &made.intermediate, arena);
    return made;
}

static void generation_free(struct generation *generation)
{
    identity_free(&generation->root);
    identity_free(&generation->intermediate);
    identity_free(&generation->leaf);
}

struct bench {
    struct arena *arena;
    struct http *http;
    struct counts *counts;
    struct generation old, new;
};

/* As istiod does it: a client certificate is asked for, and none is needed. */
static SSL_CTX *tls_of(const struct generation *generation)
{
    SSL_CTX *tls = SSL_CTX_new(TLS_server_method());

    assert_true(SSL_CTX_use_certificate(tls, generation->leaf.cert) == 1);
    assert_true(SSL_CTX_use_PrivateKey(tls, generation->leaf.key) == 1);
    assert_true(SSL_CTX_add1_chain_cert(tls, generation->intermediate.cert) == 1);
    SSL_CTX_set_verify(tls, SSL_VERIFY_PEER, NULL);
    return tls;
}

static struct server start(const struct bench *bench, const struct generation *generation)
{
    SSL_CTX *tls = tls_of(generation);
    struct server server = server_start("istiod", "127.0.0.1", 0, tls, bench->counts);

    SSL_CTX_free(tls);
    return server;
}

static void restart(struct server *server, const struct generation *generation)
{
    SSL_CTX *tls = tls_of(generation);

    server_replace(server, tls);
    SSL_CTX_free(tls);
}

static int setup(void **state)
{
    struct bench *bench = calloc(1, sizeof *bench);
    struct err err;

    bench->arena = arena_new();
    bench->counts = counts_new();
    bench->old = generation_new(bench->arena);
    bench->new = generation_new(bench->arena);
    *state = bench;
    return http_open(&bench->http, "weft/test", &err);
}

static int teardown(void **state)
{
    struct bench *bench = *state;

    munmap(bench->counts, sizeof *bench->counts);
    http_close(bench->http);
    generation_free(&bench->old);
    generation_free(&bench->new);
    arena_free(bench->arena);
    free(bench);
    return 0;
}

static const char *address_of(const struct bench *bench, int port)
{
    return arena_printf(bench->arena, "127.0.0.1:%d", port);
}

/* A port without a listener, or with one that accepts connections and sends nothing. */
static int bound_port(int *fd, bool listens)
{
    struct sockaddr_in where = { .sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
    socklen_t len = sizeof where;

    *fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    assert_int_equal(bind(*fd, (struct sockaddr *)&where, len), 0);
    assert_int_equal(getsockname(*fd, (struct sockaddr *)&where, &len), 0);
    if (listens)
        assert_int_equal(listen(*fd, 16), 0);
    return ntohs(where.sin_port);
}

static void check_chain(const struct hello *hello, const struct generation *generation)
{
    if (!hello->known)
        fail_msg("%s", hello->why);
    assert_string_equal(hello->why, "");
    assert_int_equal(hello->count, 2);
    assert_string_equal(hello->chain[0], generation->leaf.digest);
    assert_string_equal(hello->chain[1], generation->intermediate.digest);
    assert_true(tls_probe_shows(hello, generation->intermediate.digest));
    assert_false(tls_probe_shows(hello, generation->root.digest));
}

static void only_the_right_istiod_is_known(void **state)
{
    struct bench *bench = *state;
    struct server istiod = start(bench, &bench->old);
    int closed;
    const char *here = address_of(bench, istiod.port), *old = bench->old.root.pem;
    const char *both = arena_printf(bench->arena, "%s%s", bench->new.root.pem, old);
    const char *closed_port = address_of(bench, bound_port(&closed, false));
    // clang-format off
    const struct { const char *sentence; struct hello hello; const char *why; } rows[] = {
        { "its root and its usual name", { .address = here, .roots_pem = old }, NULL },
        { "its root among others", { .address = here, .roots_pem = both }, NULL },
        { "a name that is given", { .address = here, .roots_pem = old, .server_name = "istiod-canary.istio-system.svc" }, NULL },
        { "another root", { .address = here, .roots_pem = bench->new.root.pem }, "TLS hello to 127.0.0.1:" },
        { "another root, in words", { .address = here, .roots_pem = bench->new.root.pem }, "certificate" },
        { "another name", { .address = here, .roots_pem = old, .server_name = "istiod.other.svc" }, "istiod.other.svc" },
        { "no root", { .address = here, .roots_pem = "" }, "no root to verify istiod by" },
        { "no root at all", { .address = here }, "no root to verify istiod by" },
        { "no listener", { .address = closed_port, .roots_pem = old }, "onnection refused" },
        { "no port", { .address = "127.0.0.1", .roots_pem = old }, "is no address of an istiod" },
        { "a port that is none", { .address = "127.0.0.1:0", .roots_pem = old }, "is no address of an istiod" },
        { "no host", { .address = ":15012", .roots_pem = old }, "is no address of an istiod" },
        { "a URL", { .address = "https://127.0.0.1:15012", .roots_pem = old }, "is no address of an istiod" },
        { "a user", { .address = "u@127.0.0.1:15012", .roots_pem = old }, "is no address of an istiod" },
        { "IPv6 without brackets", { .address = "::1:15012", .roots_pem = old }, "is no address of an istiod" },
        { "IPv6", { .address = "[::1]:9", .roots_pem = old }, "TLS hello to [::1]:9" },
    };
    // clang-format on
    struct hello hellos[LENGTH(rows)];

    for (size_t i = 0; i < LENGTH(rows); i++)
        hellos[i] = rows[i].hello;
    tls_probe_all(bench->http, hellos, LENGTH(rows), bench->arena);
    for (size_t i = 0; i < LENGTH(rows); i++) {
        if (!rows[i].why)
            check_chain(&hellos[i], &bench->old);
        else if (hellos[i].known || !strstr(hellos[i].why, rows[i].why))
            fail_msg("%s: %d, \"%s\"", rows[i].sentence, hellos[i].known, hellos[i].why);
        assert_true(hellos[i].known || hellos[i].count == 0);
    }
    assert_int_equal(atomic_load(&bench->counts->requests), 0); /* nothing is asked */
    server_stop(&istiod);
    close(closed);
}

/* The same address after a rotation: what was seen before proves nothing. */
static void each_hello_is_a_new_one(void **state)
{
    struct bench *bench = *state;
    struct server istiod = start(bench, &bench->old);
    struct hello hello = { .address = address_of(bench, istiod.port) };

    hello.roots_pem = arena_printf(bench->arena, "%s%s", bench->old.root.pem, bench->new.root.pem);
    tls_probe_all(bench->http, &hello, 1, bench->arena);
    check_chain(&hello, &bench->old);
    restart(&istiod, &bench->new);
    tls_probe_all(bench->http, &hello, 1, bench->arena);
    check_chain(&hello, &bench->new);
    server_stop(&istiod);
    tls_probe_all(bench->http, &hello, 1, bench->arena);
    assert_false(hello.known || tls_probe_shows(&hello, bench->new.leaf.digest));
}

static void an_address_that_times_out_delays_no_other(void **state)
{
    enum { SILENT = 20 };
    struct bench *bench = *state;
    struct server istiod = start(bench, &bench->old);
    struct hello hellos[SILENT + 1];
    int fd, port = bound_port(&fd, true);

    for (int i = 0; i < SILENT; i++)
        hellos[i] = (struct hello){ .address = arena_printf(bench->arena, "127.0.0.%d:%d", 1, port),
                                    .roots_pem = bench->old.root.pem };
    hellos[SILENT] = (struct hello){ .address = address_of(bench, istiod.port),
                                     .roots_pem = bench->old.root.pem };
    for (int i = 1; i < SILENT; i++) /* each an address of its own */
        hellos[i].address = arena_printf(bench->arena, "127.0.1.%d:%d", i, port);
    tls_probe_all(bench->http, hellos, SILENT + 1, bench->arena);
    check_chain(&hellos[SILENT], &bench->old);
    assert_false(hellos[0].known);
    assert_non_null(strstr(hellos[0].why, "no connection within 10 s"));
    close(fd);
    server_stop(&istiod);
}

static const char *read_text(const char *folder, const char *name, struct arena *arena)
{
    char *bytes = NULL;
    size_t len;
    struct err err = { .text = "" };

    if (file_read(&bytes, &len, arena_printf(arena, "%s/%s", folder, name), 1 << 20, arena, &err)
        < 0)
        fail_msg("%s", err.text);
    return bytes;
}

/* WEFT_TEST_ISTIOD: host:port of a real one; WEFT_TEST_CACERTS: the folder that it works with. */
static void a_real_istiod_shows_its_intermediate(void **state)
{
    struct bench *bench = *state;
    const char *address = getenv("WEFT_TEST_ISTIOD"), *folder = getenv("WEFT_TEST_CACERTS");
    struct hello hello = { .address = address };
    const char **digests;
    size_t count;

    if (!address || !folder)
        skip();
    digests = cluster_pem_fingerprints(read_text(folder, "ca-cert.pem", bench->arena), &count,
                                       bench->arena);
    hello.roots_pem = read_text(folder, "root-cert.pem", bench->arena);
    assert_int_equal(count, 1);
    tls_probe_all(bench->http, &hello, 1, bench->arena);
    if (!hello.known)
        fail_msg("%s", hello.why);
    assert_true(tls_probe_shows(&hello, digests[0]) && hello.count >= 2);
    assert_string_not_equal(hello.chain[0], digests[0]); /* the leaf comes first */
    hello.roots_pem = bench->old.root.pem;
    tls_probe_all(bench->http, &hello, 1, bench->arena);
    assert_false(hello.known);
}

#define TEST(test) cmocka_unit_test_setup_teardown(test, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(only_the_right_istiod_is_known),
        TEST(each_hello_is_a_new_one),
        TEST(an_address_that_times_out_delays_no_other),
        TEST(a_real_istiod_shows_its_intermediate),
    };
    static const char *const proxies[] = { "https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY" };

    for (size_t i = 0; i < LENGTH(proxies); i++)
        unsetenv(proxies[i]); /* loopback is reached directly, whatever the machine says */
    return cmocka_run_group_tests(tests, NULL, NULL);
}
