/* tests/unit/k8s-job/client/test_kubeconfig.c - kubeconfigs good and bad: what is read from them,
 * and what is said. */
#include "k8s-job/client/scheduler.h"
#include "tests/lib/workplace.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

/* "-----BEGIN CERTIFICATE-----\nAA==\n-----END CERTIFICATE-----\n" and the same of a key. */
#define CERT64 "LS0tLS1CRUdJTiBDRVJUSUZJQ0FURS0tLS0tCkFBPT0KLS0tLS1FTkQgQ0VSVElGSUNBVEUtLS0tLQo="
#define KEY64 "LS0tLS1CRUdJTiBQUklWQVRFIEtFWS0tLS0tCkFBPT0KLS0tLS1FTkQgUFJJVkFURSBLRVktLS0tLQo="
#define CERT "-----BEGIN CERTIFICATE-----\nAA==\n-----END CERTIFICATE-----\n"
#define KEY "-----BEGIN PRIVATE KEY-----\nAA==\n-----END PRIVATE KEY-----\n"
#define EXEC(members)                                                                              \
    "exec: {apiVersion: client.authentication.k8s.io/v1, interactiveMode: Never, " members "}"

static int setup(void **state)
{
    struct workplace *place = calloc(1, sizeof *place);

    workplace_open(place);
    workplace_write(place, "ca.pem", CERT);
    workplace_write(place, "key.pem", KEY);
    workplace_write(place, "token", "file-token\n");
    *state = place;
    return 0;
}

static int teardown(void **state)
{
    workplace_close(*state);
    free(*state);
    return 0;
}

static const char *config(struct workplace *place, const char *cluster, const char *user)
{
    return arena_printf(place->arena,
                        "apiVersion: v1\nkind: Config\npreferences: {}\ncurrent-context: c\n"
                        "contexts:\n- {name: c, context: {cluster: k, user: u, namespace: mesh}}\n"
                        "- {name: other, context: {cluster: none, user: u}}\n"
                        "clusters:\n- {name: k, cluster: {%s}}\nusers:\n- {name: u, user: {%s}}\n",
                        cluster, user);
}

static int open_config(struct kube **out, struct workplace *place, const char *text,
                       struct kube_source source, struct err *err)
{
    source.kubeconfig = workplace_write(place, "kubeconfig", text);
    return kube_open(out, &source, place->http, err);
}

#define HTTPS "server: 'https://api.example.com:6443'"

struct bad {
    const char *sentence, *cluster, *user, *said;
};

/* clang-format off */
static const struct bad bads[] = {
    { "no server", "a: b", "token: t", "cluster \"k\": server is missing" },
    { "an empty server", "server: ''", "token: t", "server is missing" },
    { "plain http to another machine", "server: 'http://api.example.com'", "token: t", "only https:// is taken" },
    { "http to a name that begins like loopback", "server: 'http://127.0.0.1.example.com'", "token: t", "only https:// is taken" },
    { "a user that looks like loopback", "server: 'http://127.0.0.1:80@api.example.com/'", "token: t", "only https:// is taken" },
    { "another scheme", "server: 'ftp://x'", "token: t", "only https:// is taken" },
    { "a CA that is no base64", HTTPS ", certificate-authority-data: '***'", "token: t", "certificate-authority-data is not base64" },
    { "a CA that is no PEM", HTTPS ", certificate-authority-data: 'AAAA'", "token: t", "certificate-authority is not PEM" },
    { "a CA file that is missing", HTTPS ", certificate-authority: nowhere.pem", "token: t", "nowhere.pem" },
    { "a strange proxy", HTTPS ", proxy-url: 'ftp://p'", "token: t", "proxy-url must begin with" },
    { "insecure and a CA", HTTPS ", insecure-skip-tls-verify: true, certificate-authority-data: " CERT64, "token: t", "exclude each other" },
    { "plain http to this machine without being allowed", "server: 'http://127.0.0.1:8001'", "token: t", "is not encrypted" },
    { "the same by name", "server: 'http://localhost:8001'", "token: t", "is not encrypted" },
    { "insecure is no boolean", HTTPS ", insecure-skip-tls-verify: 'true'", "token: t", "must be true or false" },
    { "insecure without being allowed", HTTPS ", insecure-skip-tls-verify: true", "token: t", "any server could answer in the name of https://api.example.com:6443" },
    { "basic auth", HTTPS, "username: admin, password: hunter2", "basic auth" },
    { "an auth provider", HTTPS, "auth-provider: {name: gcp}", "auth-provider gcp is not supported" },
    { "an auth provider points to exec", HTTPS, "auth-provider: {name: oidc}", "use an exec plugin" },
    { "a certificate without key", HTTPS, "client-certificate-data: " CERT64, "client-key is missing" },
    { "a key without certificate", HTTPS, "client-key-data: " KEY64, "client-certificate is missing" },
    { "groups without a user to be", HTTPS, "token: t, as-groups: [g]", "as-uid, as-groups and as-user-extra need as" },
    { "an exec plugin without being allowed", HTTPS, EXEC("command: get-token"), "exec plugin get-token, which is arbitrary code" },
    { "an old exec API", HTTPS, "exec: {apiVersion: client.authentication.k8s.io/v1alpha1, command: x}", "v1alpha1 is not supported" },
    { "exec without apiVersion", HTTPS, "exec: {command: x}", "apiVersion (none) is not supported" },
    { "exec without command", HTTPS, EXEC("args: []"), "exec: command is missing" },
    { "exec that asks a person", HTTPS, "exec: {apiVersion: client.authentication.k8s.io/v1, interactiveMode: Always, command: x}", "asks a person" },
    { "exec v1 without a mode", HTTPS, "exec: {apiVersion: client.authentication.k8s.io/v1, command: x}", "interactiveMode is required" },
    { "exec with a strange mode", HTTPS, "exec: {apiVersion: client.authentication.k8s.io/v1, interactiveMode: Perhaps, command: x}", "interactiveMode Perhaps is unknown" },
};
/* clang-format on */

static void bad_configs_are_refused_with_a_reason(void **state)
{
    struct workplace *place = *state;

    for (size_t i = 0; i < LENGTH(bads); i++) {
        struct err err = { .text = "" };
        struct kube *kube = NULL;

        if (open_config(&kube, place, config(place, bads[i].cluster, bads[i].user),
                        (struct kube_source){ 0 }, &err)
                == 0
            || !strstr(err.text, bads[i].said) || strstr(err.text, "hunter2"))
            fail_msg("%s: got \"%s\"", bads[i].sentence, err.text);
    }
}

struct misfile {
    const char *sentence, *content, *context, *said;
};

/* clang-format off */
static const struct misfile misfiles[] = {
    { "no YAML", "a: [", NULL, "kubeconfig:" },
    { "an empty file", "", NULL, "has no current-context: name a context (there are: none)" },
    { "no current-context", "contexts: [{name: a, context: {}}, {name: b, context: {}}]", NULL, "(there are: a, b)" },
    { "a context that does not exist", "contexts: [{name: a, context: {}}]", "z", "has no context \"z\" (there are: a)" },
    { "a context without a cluster", "contexts: [{name: a, context: {user: u}}]", "a", "context \"a\": the context names no cluster" },
    { "a cluster that is not defined", "contexts: [{name: a, context: {cluster: k, user: u}}]", "a", "its cluster \"k\" is not defined" },
    { "a user that is not defined", "contexts: [{name: a, context: {cluster: k, user: u}}]\nclusters: [{name: k, cluster: {" HTTPS "}}]", "a", "its user \"u\" is not defined" },
    { "lists that are no lists", "contexts: {a: b}\ncurrent-context: a", NULL, "has no context \"a\"" },
};
/* clang-format on */

static void bad_files_are_refused_with_a_reason(void **state)
{
    for (size_t i = 0; i < LENGTH(misfiles); i++) {
        struct err err = { .text = "" };
        struct kube *kube = NULL;

        if (open_config(&kube, *state, misfiles[i].content,
                        (struct kube_source){ .context = misfiles[i].context }, &err)
                == 0
            || !strstr(err.text, misfiles[i].said))
            fail_msg("%s: got \"%s\"", misfiles[i].sentence, err.text);
    }
}

static struct kube *good(struct workplace *place, const char *cluster, const char *user)
{
    struct err err = { .text = "" };
    struct kube *kube = NULL;

    if (open_config(&kube, place, config(place, cluster, user),
                    (struct kube_source){ .allow_exec = true, .allow_insecure = true }, &err)
        < 0)
        fail_msg("%s", err.text);
    return kube;
}

static void inline_and_file_credentials_are_read(void **state)
{
    struct kube *kube = good(*state, HTTPS ", certificate-authority-data: " CERT64,
                             "client-certificate-data: " CERT64 ", client-key: key.pem");

    assert_string_equal(kube_server(kube), "https://api.example.com:6443");
    assert_string_equal(kube_namespace(kube), "mesh");
    assert_string_equal(kube->target.ca_pem, CERT);
    assert_string_equal(kube->target.cert_pem, CERT);
    assert_string_equal(kube->target.key_pem, KEY);
    kube_close(kube);
    kube = good(*state, HTTPS ", certificate-authority: ca.pem, certificate-authority-data: ''",
                "tokenFile: token, token: inline");
    assert_string_equal(kube->target.ca_pem, CERT);
    assert_true(text_ends(kube->target.token_file, "/token"));
    kube_close(kube);
}

static void data_wins_over_the_file(void **state)
{
    struct kube *kube = good(*state,
                             HTTPS ", certificate-authority: nowhere.pem, "
                                   "certificate-authority-data: " CERT64,
                             "token: t");

    assert_string_equal(kube->target.ca_pem, CERT);
    kube_close(kube);
}

static void options_of_the_cluster_reach_the_peer(void **state)
{
    struct kube *kube = good(*state,
                             HTTPS ", tls-server-name: kubernetes.default, "
                                   "proxy-url: 'socks5://proxy:1080', "
                                   "insecure-skip-tls-verify: true",
                             "token: t");

    assert_string_equal(kube->peer.server_name, "kubernetes.default");
    assert_string_equal(kube->peer.proxy, "socks5://proxy:1080");
    assert_true(kube->peer.insecure);
    kube_close(kube);
    kube = good(*state,
                "server: 'https://api.example.com/k8s/clusters/c1//', proxy-url: null, "
                "certificate-authority: null",
                "token: t, client-certificate: null");
    assert_string_equal(kube_server(kube), "https://api.example.com/k8s/clusters/c1");
    assert_null(kube->peer.proxy);
    assert_null(kube->peer.ca_pem);
    assert_false(kube->peer.insecure);
    kube_close(kube);
}

static void impersonation_becomes_headers(void **state)
{
    struct kube *kube = good(*state, HTTPS,
                             "token: t, as: jane, as-uid: '42', as-groups: [a, b], "
                             "as-user-extra: {'acme.com/Project': [x, y]}");
    const char **line = kube->target.headers;

    assert_string_equal(line[0], "Impersonate-User: jane");
    assert_string_equal(line[1], "Impersonate-Uid: 42");
    assert_string_equal(line[2], "Impersonate-Group: a");
    assert_string_equal(line[3], "Impersonate-Group: b");
    assert_string_equal(line[4], "Impersonate-Extra-acme.com%2Fproject: x");
    assert_string_equal(line[5], "Impersonate-Extra-acme.com%2Fproject: y");
    assert_null(line[6]);
    kube_close(kube);
}

static void exec_plugins_are_read(void **state)
{
    struct workplace *place = *state;
    struct kube *kube = good(place, HTTPS,
                             EXEC("command: ./bin/get, args: [a, 'b c'], "
                                  "env: [{name: X, value: y}], installHint: see docs, "
                                  "provideClusterInfo: true"));
    const struct exec_plugin *plugin = kube->target.exec;

    assert_string_equal(plugin->command, arena_printf(place->arena, "%s/./bin/get", place->folder));
    assert_string_equal(plugin->args[1], "b c");
    assert_null(plugin->args[2]);
    assert_string_equal(plugin->env[0], "X=y");
    assert_string_equal(plugin->hint, "see docs");
    assert_true(plugin->cluster_info);
    kube_close(kube);
    kube = good(place, HTTPS, EXEC("command: aws"));
    assert_string_equal(kube->target.exec->command, "aws");
    kube_close(kube);
}

/* The first file that defines a name wins as a whole; files that do not exist are skipped. */
static void a_list_of_files_is_merged(void **state)
{
    struct workplace *place = *state;
    const char *first = workplace_write(place, "first",
                                        "users: [{name: u, user: {token: first}}]\n"
                                        "clusters: [{name: k, cluster: {" HTTPS
                                        ", certificate-authority: ca.pem}}]\n");
    const char *second = workplace_write(
        place, "second", config(place, "server: 'https://second'", "token: second, as: x"));
    struct kube_source source = { 0 };
    struct kube *kube = NULL;
    struct err err = { .text = "" };

    setenv("KUBECONFIG", arena_printf(place->arena, "%s:/nowhere/at/all:%s", first, second), 1);
    if (kube_open(&kube, &source, place->http, &err) < 0)
        fail_msg("%s", err.text);
    assert_string_equal(kube_server(kube), "https://api.example.com:6443");
    assert_string_equal(kube->target.token, "first");
    assert_null(kube->target.headers[0]);
    assert_string_equal(kube_namespace(kube), "mesh");
    kube_close(kube);
    setenv("KUBECONFIG", "/nowhere/at/all", 1);
    assert_int_equal(kube_open(&kube, &source, place->http, &err), -1);
    assert_non_null(strstr(err.text, "no file of KUBECONFIG=/nowhere/at/all exists"));
    unsetenv("KUBECONFIG");
}

static void the_home_folder_is_the_last_resort(void **state)
{
    struct workplace *place = *state;
    const char *home = getenv("HOME") ? arena_text(place->arena, getenv("HOME")) : NULL;
    struct kube *kube = NULL;
    struct err err = { .text = "" };

    setenv("HOME", place->folder, 1);
    assert_int_equal(kube_open(&kube, &(struct kube_source){ 0 }, place->http, &err), -1);
    assert_non_null(strstr(err.text, "/.kube/config"));
    unsetenv("HOME");
    assert_int_equal(kube_open(&kube, &(struct kube_source){ 0 }, place->http, &err), -1);
    assert_non_null(strstr(err.text, "neither KUBECONFIG nor HOME is set"));
    if (home)
        setenv("HOME", home, 1);
}

static void the_pod_is_read(void **state)
{
    struct workplace *place = *state;
    struct kube_source source = { .in_cluster = true, .account_folder = place->folder };
    struct kube *kube = NULL;
    struct err err = { .text = "" };

    unsetenv("KUBERNETES_SERVICE_HOST");
    assert_int_equal(kube_open(&kube, &source, place->http, &err), -1);
    assert_non_null(strstr(err.text, "not in a cluster"));
    setenv("KUBERNETES_SERVICE_HOST", "fd00::1", 1);
    setenv("KUBERNETES_SERVICE_PORT", "443", 1);
    assert_int_equal(kube_open(&kube, &source, place->http, &err), -1);
    assert_non_null(strstr(err.text, "ca.crt"));
    workplace_write(place, "ca.crt", CERT);
    workplace_write(place, "namespace", "weft-system\n");
    if (kube_open(&kube, &source, place->http, &err) < 0)
        fail_msg("%s", err.text);
    assert_string_equal(kube_server(kube), "https://[fd00::1]:443");
    assert_string_equal(kube_namespace(kube), "weft-system");
    assert_string_equal(kube->target.ca_pem, CERT);
    kube_close(kube);
    unsetenv("KUBERNETES_SERVICE_HOST");
    unsetenv("KUBERNETES_SERVICE_PORT");
}

static void tokens_are_cleaned(void **state)
{
    char good_token[] = "abc.def-_~ \r\n", broken[] = "abc\r\nX-Evil: 1", empty[] = " \n",
         high[] = "t\xc3\xbc";

    (void)state;
    assert_true(credential_clean_token(good_token));
    assert_string_equal(good_token, "abc.def-_~");
    assert_false(credential_clean_token(broken));
    assert_false(credential_clean_token(empty));
    assert_false(credential_clean_token(high));
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(bad_configs_are_refused_with_a_reason),
        TEST(bad_files_are_refused_with_a_reason),
        TEST(inline_and_file_credentials_are_read),
        TEST(data_wins_over_the_file),
        TEST(options_of_the_cluster_reach_the_peer),
        TEST(impersonation_becomes_headers),
        TEST(exec_plugins_are_read),
        TEST(a_list_of_files_is_merged),
        TEST(the_home_folder_is_the_last_resort),
        TEST(the_pod_is_read),
        TEST(tokens_are_cleaned),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
