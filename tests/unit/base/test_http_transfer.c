/* tests/unit/base/test_http_transfer.c - the TLS policy against real TLS servers with certificates
 * made here. */
#include "base/base64.h"
#include "base/http_all.h"
#include "tests/lib/check.h"

#include "base/files.h"
#include "base/http.h"
#include "tests/lib/tls_identity.h"
#include "tests/lib/web_server.h"
#include <curl/curl.h>
#include <sched.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/wait.h>
#include <unistd.h>

struct bench {
    struct arena *arena;
    struct http *http;
    struct counts *counts;
    struct identity ca, other_ca, by_address, by_name, client;
    struct server server; /* certificate for 127.0.0.1 */
};

static struct server start(const struct bench *bench, const char *name, const char *address,
                           int port, const struct identity *identity,
                           const struct identity *client_ca)
{
    SSL_CTX *tls = identity_tls(identity, client_ca);
    struct server server = server_start(name, address, port, tls, bench->counts);

    SSL_CTX_free(tls);
    return server;
}

static int setup(void **state)
{
    struct bench *bench = calloc(1, sizeof *bench);
    struct err err = { 0 };

    bench->arena = arena_new();
    bench->counts = counts_new();
    bench->ca = identity_make("test CA", NULL, NULL, bench->arena);
    bench->other_ca = identity_make("another CA", NULL, NULL, bench->arena);
    bench->by_address = identity_make("server", "IP:127.0.0.1", &bench->ca, bench->arena);
    bench->by_name =
        identity_make("server", "DNS:kubernetes,DNS:*.mesh.example", &bench->ca, bench->arena);
    bench->client = identity_make("the client", "", &bench->ca, bench->arena);
    bench->server = start(bench, "address", "127.0.0.1", 0, &bench->by_address, NULL);
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
    identity_free(&bench->by_address);
    identity_free(&bench->by_name);
    identity_free(&bench->client);
    arena_free(bench->arena);
    free(bench);
    return 0;
}

/* The body of an answer from server, or the text of the failure after the path. */
static const char *ask(const struct bench *bench, const struct server *server, const char *address,
                       const char *path, const struct http_peer *peer)
{
    struct http_request request = { .method = "GET", .timeout_s = 5, .peer = peer };
    struct http_response response;
    struct err err = { 0 };
    const char *before;

    request.url = arena_printf(bench->arena, "https://%s:%d%s", address, server->port, path);
    before = arena_printf(bench->arena, "GET %s: ", request.url);
    if (http_do(bench->http, &response, &request, bench->arena, &err) == 0)
        return response.body;
    assert_true(text_starts(err.text, before));
    return arena_text(bench->arena, err.text + strlen(before));
}

static void who_is_believed(void **state)
{
    struct bench *bench = *state;
    struct server named = start(bench, "name", "127.0.0.1", 0, &bench->by_name, NULL);
    // clang-format off
    const struct { const char *sentence; const struct server *server; struct http_peer peer; const char *want; } rows[] = {
        { "the right CA, and an address in the certificate", &bench->server, { .ca_pem = bench->ca.cert_pem }, "hello" },
        { "another CA", &bench->server, { .ca_pem = bench->other_ca.cert_pem }, "SSL certificate problem: unable to get local issuer certificate; check the CA and the server name given for it" },
        { "no CA: the system does not know ours", &bench->server, { 0 }, "SSL certificate problem: unable to get local issuer certificate; check the CA and the server name given for it" },
        { "two CAs in one PEM", &bench->server, { .ca_pem = arena_printf(bench->arena, "%s%s", bench->other_ca.cert_pem, bench->ca.cert_pem) }, "hello" },
        { "the certificate names another host", &named, { .ca_pem = bench->ca.cert_pem }, "SSL: no alternative certificate subject name matches target host name '127.0.0.1'; check the CA and the server name given for it" },
        { "the server's name is given", &named, { .ca_pem = bench->ca.cert_pem, .server_name = "kubernetes" }, "hello" },
        { "a name that a wildcard covers", &named, { .ca_pem = bench->ca.cert_pem, .server_name = "a.mesh.example" }, "hello" },
        { "the wrong name is given", &named, { .ca_pem = bench->ca.cert_pem, .server_name = "kubernetes2" }, "SSL: no alternative certificate subject name matches target host name 'kubernetes2'; check the CA and the server name given for it" },
        { "the right name and another CA", &named, { .ca_pem = bench->other_ca.cert_pem, .server_name = "kubernetes" }, "SSL certificate problem: unable to get local issuer certificate; check the CA and the server name given for it" },
        { "a name that is none", &named, { .ca_pem = bench->ca.cert_pem, .server_name = "a b" }, "the TLS server name is not a host name" },
        { "allowInsecure: no CA is asked", &named, { .insecure = true }, "hello" },
        { "and that does not stay", &named, { .ca_pem = bench->other_ca.cert_pem }, "SSL certificate problem: unable to get local issuer certificate; check the CA and the server name given for it" },
        { "a CA that is no certificate", &bench->server, { .ca_pem = "hello" }, "the CA given for it is not a PEM certificate" },
    };
    // clang-format on

    for (size_t i = 0; i < LENGTH(rows); i++) {
        CASE(rows[i].sentence);
        assert_true(text_starts(ask(bench, rows[i].server, "127.0.0.1", "/ok", &rows[i].peer),
                                rows[i].want));
    }
    server_stop(&named);
}

/* A server whose clock is ahead, and a certificate that was not renewed. */
static void a_certificate_that_is_not_valid_now_is_a_matter_of_clocks(void **state)
{
    struct bench *bench = *state;
    static const struct {
        const char *says;
        long begins, ends; /* from now, seconds */
    } rows[] = { { "certificate is not yet valid", 3600, 7200 },
                 { "certificate has expired", -7200, -3600 } };

    for (size_t i = 0; i < LENGTH(rows); i++) {
        const struct http_peer peer = { .ca_pem = bench->ca.cert_pem };
        struct identity late = identity_make("late", "IP:127.0.0.1", &bench->ca, bench->arena);
        struct server server;
        const char *text;

        CASE(rows[i].says);
        X509_gmtime_adj(X509_getm_notBefore(late.cert), rows[i].begins);
        X509_gmtime_adj(X509_getm_notAfter(late.cert), rows[i].ends);
        assert_true(X509_sign(late.cert, bench->ca.key, EVP_sha256()));
        server = start(bench, "late", "127.0.0.1", 0, &late, NULL);
        text = ask(bench, &server, "127.0.0.1", "/ok", &peer);
        assert_non_null(strstr(text, rows[i].says));
        assert_non_null(strstr(text, "compare this machine's clock"));
        server_stop(&server);
        identity_free(&late);
    }
}

static void write_file(const char *path, const char *text)
{
    FILE *file = fopen(path, "w");

    if (!file || fputs(text, file) < 0 || fclose(file) != 0)
        abort();
}

/* In this process alone, the system's CAs are ours; false where the kernel does not let us. */
static bool become_system(const struct bench *bench, char *folder)
{
    const char *capath = curl_version_info(CURLVERSION_NOW)->capath;
    const char *hashed =
        arena_printf(bench->arena, "%s/%08lx.0", folder, X509_subject_name_hash(bench->ca.cert));

    if (!capath || (unshare(CLONE_NEWNS) < 0 && unshare(CLONE_NEWUSER | CLONE_NEWNS) < 0)
        || mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) < 0
        || mount(folder, capath, NULL, MS_BIND, NULL) < 0)
        return false;
    write_file(hashed, bench->ca.cert_pem);
    write_file(arena_printf(bench->arena, "%s/ca-certificates.crt", folder), bench->ca.cert_pem);
    return true;
}

/* 0: as it must be; 77: cannot be tried. */
static int try_system(const struct bench *bench, char *folder)
{
    struct http_peer system = { 0 }, ours = { .ca_pem = bench->other_ca.cert_pem };

    if (!become_system(bench, folder))
        return 77;
    if (strcmp(ask(bench, &bench->server, "127.0.0.1", "/ok", &system), "hello") != 0)
        return 1;
    return text_starts(ask(bench, &bench->server, "127.0.0.1", "/ok", &ours),
                       "SSL certificate problem")
               ? 0
               : 2;
}

/* A CA that was given must not add to the system's: else any public CA could speak for a cluster.
 */
static void a_ca_replaces_those_of_the_system(void **state)
{
    struct bench *bench = *state;
    char folder[] = "/tmp/weft-test-https-XXXXXX";
    struct err err = { 0 };
    pid_t child;
    int status;

    assert_non_null(mkdtemp(folder));
    child = fork();
    if (child == 0)
        _exit(try_system(bench, folder));
    waitpid(child, &status, 0);
    assert_int_equal(file_remove_folders(folder, &err), 0);
    assert_true(WIFEXITED(status));
    if (WEXITSTATUS(status) == 77)
        skip();
    assert_int_equal(WEXITSTATUS(status), 0);
}

static void a_client_certificate_is_shown(void **state)
{
    struct bench *bench = *state;
    struct server strict = start(bench, "strict", "127.0.0.1", 0, &bench->by_address, &bench->ca);
    struct http_peer peer = { .ca_pem = bench->ca.cert_pem };

    assert_string_not_equal(ask(bench, &strict, "127.0.0.1", "/peer", &peer), "the client");
    assert_int_equal(atomic_load(&bench->counts->requests), 0);
    peer.cert_pem = bench->client.cert_pem;
    peer.key_pem = bench->ca.key_pem; /* not the key of that certificate */
    assert_true(text_starts(ask(bench, &strict, "127.0.0.1", "/peer", &peer),
                            "the client certificate given for it: "));
    peer.key_pem = bench->client.key_pem;
    assert_string_equal(ask(bench, &strict, "127.0.0.1", "/peer", &peer), "the client");
    /* Another identity, or none, must not ride on the connection of the first. */
    peer.cert_pem = peer.key_pem = NULL;
    assert_string_not_equal(ask(bench, &strict, "127.0.0.1", "/peer", &peer), "the client");
    server_stop(&strict);
}

/* Hundreds of API servers are called "kubernetes": each must get its own token on its own
 * connection. */
static void servers_of_one_name_are_not_mixed_up(void **state)
{
    struct bench *bench = *state;
    struct http_peer one = { .ca_pem = bench->ca.cert_pem,
                             .server_name = "kubernetes",
                             .bearer = "one" };
    struct http_peer two = { .ca_pem = bench->ca.cert_pem,
                             .server_name = "kubernetes",
                             .bearer = "two" };
    struct server first = start(bench, "first", "127.0.0.1", 0, &bench->by_name, NULL);
    struct server second = start(bench, "second", "127.0.0.2", first.port, &bench->by_name, NULL);
    struct http_job jobs[12] = { 0 };

    assert_non_null(strstr(ask(bench, &first, "127.0.0.1", "/echo", &one), "Bearer one"));
    assert_non_null(strstr(ask(bench, &second, "127.0.0.2", "/echo", &two), "Bearer two"));
    assert_int_equal(atomic_load(&bench->counts->connections), 2);
    for (size_t i = 0; i < 12; i++)
        jobs[i].request = (struct http_request){
            .method = "GET",
            .peer = i % 2 ? &two : &one,
            .url =
                arena_printf(bench->arena, "https://127.0.0.%d:%d/echo", i % 2 ? 2 : 1, first.port),
        };
    http_all(bench->http, jobs, 12, 4, 2, bench->arena);
    for (size_t i = 0; i < 12; i++) {
        assert_int_equal(jobs[i].response.status, 200);
        assert_string_equal(http_header(&jobs[i].response, "x-server"), i % 2 ? "second" : "first");
        assert_non_null(strstr(jobs[i].response.body, i % 2 ? "Bearer two" : "Bearer one"));
    }
    server_stop(&first);
    server_stop(&second);
}

/* A hello ends after the handshake: nothing is asked, whatever the method. */
static void a_hello_shows_the_chain(void **state)
{
    struct bench *bench = *state;
    struct http_peer peer = { .ca_pem = bench->ca.cert_pem, .bearer = "token" };
    struct http_request request = { .method = "GET", .peer = &peer, .hello = true };
    struct http_response response;
    struct err err = { 0 };
    unsigned char digest[32];
    char hex[65];

    request.url = arena_printf(bench->arena, "https://127.0.0.1:%d/ok", bench->server.port);
    assert_true(X509_digest(bench->by_address.cert, EVP_sha256(), digest, NULL));
    hex_encode(hex, digest, sizeof digest);
    /* A connection that is there already would show nothing. */
    assert_string_equal(ask(bench, &bench->server, "127.0.0.1", "/ok", &peer), "hello");
    for (int i = 0; i < 2; i++) {
        if (http_do(bench->http, &response, &request, bench->arena, &err) < 0)
            fail_msg("%s", err.text);
        assert_int_equal(response.status, 0);
        assert_int_equal(response.chain_count, 1);
        assert_string_equal(response.chain[0], hex);
    }
    assert_int_equal(atomic_load(&bench->counts->connections), 3);
    assert_int_equal(atomic_load(&bench->counts->requests), 1);
    request.hello = false; /* and the next request is a request again */
    assert_int_equal(http_do(bench->http, &response, &request, bench->arena, &err), 0);
    assert_int_equal(response.status, 200);
    assert_null(response.chain);
    peer.ca_pem = bench->other_ca.cert_pem;
    request.hello = true;
    assert_int_equal(http_do(bench->http, &response, &request, bench->arena, &err), -1);
    assert_non_null(strstr(err.text, "TLS hello to 127.0.0.1:"));
    assert_int_equal(response.chain_count, 0);
}

/* What they leave in buffers ends with them. */
static void secret_requests_have_their_own_connections(void **state)
{
    struct bench *bench = *state;
    struct http_peer peer = { .ca_pem = bench->ca.cert_pem };
    struct http_request request = { .method = "GET", .peer = &peer };
    struct http_response response;
    struct err err = { 0 };

    request.url = arena_printf(bench->arena, "https://127.0.0.1:%d/ok", bench->server.port);
    for (int i = 0; i < 6; i++) {
        request.secret = i % 2 == 0;
        if (http_do(bench->http, &response, &request, bench->arena, &err) < 0)
            fail_msg("%s", err.text);
        assert_string_equal(response.body, "hello");
    }
    /* One for the usual requests, and one for each secret one. */
    assert_int_equal(atomic_load(&bench->counts->connections), 4);
}

static void tls_before_1_2_is_refused(void **state)
{
    struct bench *bench = *state;
    struct http_peer peer = { .ca_pem = bench->ca.cert_pem };
    SSL_CTX *tls = identity_tls(&bench->by_address, NULL);
    struct server old;

    SSL_CTX_set_min_proto_version(tls, TLS1_VERSION);
    SSL_CTX_set_max_proto_version(tls, TLS1_1_VERSION);
    SSL_CTX_set_cipher_list(tls, "ALL:@SECLEVEL=0");
    old = server_start("old", "127.0.0.1", 0, tls, bench->counts);
    assert_string_not_equal(ask(bench, &old, "127.0.0.1", "/ok", &peer), "hello");
    assert_int_equal(atomic_load(&bench->counts->requests), 0);
    server_stop(&old);
    SSL_CTX_set_max_proto_version(tls, TLS1_2_VERSION);
    old = server_start("less old", "127.0.0.1", 0, tls, bench->counts);
    assert_string_equal(ask(bench, &old, "127.0.0.1", "/ok", &peer), "hello");
    server_stop(&old);
    SSL_CTX_free(tls);
}

/* A machine whose OpenSSL still speaks TLS 1.0: what is refused is then refused by us.  Before
 * libcrypto starts. */
static void allow_old_tls(void)
{
    static char path[] = "/tmp/weft-test-https-cnf-XXXXXX";
    int fd = mkstemp(path);

    if (fd < 0)
        abort();
    close(fd);
    write_file(path, "openssl_conf = a\n[a]\nssl_conf = b\n[b]\nsystem_default = c\n[c]\n"
                     "MinProtocol = TLSv1\nCipherString = DEFAULT:@SECLEVEL=0\n");
    setenv("OPENSSL_CONF", path, 1);
}

#define WITH_SERVER(test) cmocka_unit_test_setup_teardown(test, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        WITH_SERVER(who_is_believed),
        WITH_SERVER(a_certificate_that_is_not_valid_now_is_a_matter_of_clocks),
        WITH_SERVER(a_ca_replaces_those_of_the_system),
        WITH_SERVER(a_client_certificate_is_shown),
        WITH_SERVER(servers_of_one_name_are_not_mixed_up),
        WITH_SERVER(a_hello_shows_the_chain),
        WITH_SERVER(secret_requests_have_their_own_connections),
        WITH_SERVER(tls_before_1_2_is_refused),
    };
    int result;
    static const char *const proxies[] = { "http_proxy", "https_proxy", "HTTPS_PROXY", "all_proxy",
                                           "ALL_PROXY" };

    for (size_t i = 0; i < LENGTH(proxies); i++)
        unsetenv(proxies[i]); /* loopback is reached directly, whatever the machine says */
    allow_old_tls();
    result = cmocka_run_group_tests(tests, NULL, NULL);
    remove(getenv("OPENSSL_CONF"));
    return result;
}
