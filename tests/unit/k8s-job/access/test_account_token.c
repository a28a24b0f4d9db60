/* tests/unit/k8s-job/access/test_account_token.c - the token of weft's account: from its Secret,
 * else from a TokenRequest, and never one that could break out of a kubeconfig. */
#include "base/base64.h"
#include "base/compiler.h"
#include "k8s-job/access/account_token.h"
#include "k8s-job/access/manifest.h"
#include "k8s-job/access/sealing_fetch.h"
#include "k8s-job/client/kubeconfig.h"
#include "tests/lib/check.h"
#include "tests/lib/workplace.h"

struct play {
    int secret_status;
    const char *secret_token; /* base64; NULL: the Secret has none */
    const char *bound;        /* JSON of TokenRequest's status */
    int secrets, requests;
    char paths[4096];
    struct arena *arena;
};

static void answer(struct exchange *exchange, void *context)
{
    struct play *play = context;

    exchange->status = 200;
    if (text_ends(exchange->path, "/token")) {
        play->requests++;
        exchange->status = 201;
        exchange->text =
            arena_printf(play->arena, "{\"kind\":\"TokenRequest\",\"status\":%s}", play->bound);
        return;
    }
    play->secrets++;
    exchange->status = play->secret_status;
    exchange->text =
        play->secret_status != 200
            ? "{\"kind\":\"Status\",\"status\":\"Failure\",\"reason\":\"x\"}"
            : arena_printf(play->arena,
                           "{\"kind\":\"Secret\",\"metadata\":{\"name\":\"weft-remote-token\"},"
                           "\"data\":{%s%s%s}}",
                           play->secret_token ? "\"token\":\"" : "",
                           play->secret_token ? play->secret_token : "",
                           play->secret_token ? "\"" : "");
}

/* NULL: an error. */
static const char *fetched(struct play *play, const char **expires, struct workplace *place)
{
    struct server *server = server_start(answer, play);
    AUTO(kube_close) struct kube *kube = workplace_kube(place, server_port(server), "token: admin");
    struct account_token token;
    struct err err;
    int result;

    play->arena = place->arena;
    result = account_token_fetch(&token, kube, place->arena, &err);
    server_stop(server);
    if (expires && result == 0)
        *expires = token.expires;
    return result == 0 ? token.token : NULL;
}

static void the_secret_comes_first(void **state)
{
    struct play play = { .secret_status = 200, .secret_token = "YS5iLmM=" };
    const char *expires = "x";
    struct workplace place;

    (void)state;
    workplace_open(&place);
    assert_string_equal(fetched(&play, &expires, &place), "a.b.c");
    assert_null(expires);
    assert_int_equal(play.requests, 0);
    workplace_close(&place);
}

static void without_a_secret_a_bound_token_is_requested(void **state)
{
    struct play play = {
        .secret_status = 404,
        .bound = "{\"token\":\"d.e.f\",\"expirationTimestamp\":\"2027-11-30T09:00:00Z\"}"
    };
    const char *expires = NULL;
    struct workplace place;

    (void)state;
    workplace_open(&place);
    assert_string_equal(fetched(&play, &expires, &place), "d.e.f");
    assert_string_equal(expires, "2027-11-30T09:00:00Z");
    assert_int_equal(play.requests, 1);
    workplace_close(&place);
}

static void a_denial_is_an_error_and_asks_for_nothing_else(void **state)
{
    struct play play = { .secret_status = 403 };
    struct workplace place;

    (void)state;
    workplace_open(&place);
    assert_null(fetched(&play, NULL, &place));
    assert_int_equal(play.requests, 0);
    workplace_close(&place);
}

static void a_token_of_other_bytes_is_refused(void **state)
{
    static const char *const bounds[] = {
        "{\"token\":\"a\\\"}]\",\"expirationTimestamp\":\"2027-11-30T09:00:00Z\"}",
        "{\"token\":\"a\\nb\",\"expirationTimestamp\":\"2027-11-30T09:00:00Z\"}",
        "{\"token\":\"\",\"expirationTimestamp\":\"2027-11-30T09:00:00Z\"}", "{\"token\":\"a\"}",
        "{}"
    };

    (void)state;
    for (size_t i = 0; i < LENGTH(bounds); i++) {
        struct play play = { .secret_status = 404, .bound = bounds[i] };
        struct workplace place;

        workplace_open(&place);
        assert_null(fetched(&play, NULL, &place));
        workplace_close(&place);
    }
}

static void the_kubeconfig_is_one_that_weft_reads(void **state)
{
    const struct account_token token = { "a.b.c", NULL };
    const struct target target = { .server = "https://[::1]:6443",
                                   .server_name = "k\"u\\be",
                                   .ca_pem = "-----BEGIN CERTIFICATE-----\nAA==\n-----END "
                                             "CERTIFICATE-----\n" };
    struct workplace place;
    struct target read;
    struct err err = { 0 };
    const char *file;

    (void)state;
    workplace_open(&place);
    file = workplace_write(&place, "kubeconfig",
                           account_token_kubeconfig(&token, &target, place.arena));
    if (kubeconfig_target(&read, file, NULL, place.arena, &err) < 0)
        fail_msg("%s", err.text);
    assert_string_equal(read.server, target.server);
    assert_string_equal(read.server_name, target.server_name);
    assert_string_equal(read.ca_pem, target.ca_pem);
    assert_string_equal(read.token, "a.b.c");
    assert_null(read.exec);
    workplace_close(&place);
}

/* --- manifests and the sealing certificate --- */

static void note(struct exchange *exchange, void *context)
{
    struct play *play = context;
    const size_t len = strlen(play->paths);

    snprintf(play->paths + len, sizeof play->paths - len, "%s %s\n", exchange->method,
             exchange->path);
    exchange->status = strstr(exchange->path, "/roles/") ? 403 : 200;
    exchange->text = exchange->status == 200 ? "{}"
                                             : "{\"kind\":\"Status\",\"status\":\"Failure\","
                                               "\"reason\":\"Forbidden\",\"message\":\"no\"}";
}

static void objects_are_applied_in_order_until_one_fails(void **state)
{
    static const char yaml[] =
        "---\nkind: Namespace\napiVersion: v1\nmetadata: {name: a}\n"
        "---\nkind: ClusterRole\napiVersion: rbac.authorization.k8s.io/v1\nmetadata: {name: b}\n"
        "---\nkind: Role\napiVersion: rbac.authorization.k8s.io/v1\n"
        "metadata: {name: c, namespace: d}\n"
        "---\nkind: Secret\napiVersion: v1\nmetadata: {name: e, namespace: d}\n";
    struct play play = { 0 };
    struct server *server = server_start(note, &play);
    struct workplace place;
    struct err err;
    struct kube *kube;
    size_t count;

    (void)state;
    workplace_open(&place);
    kube = workplace_kube(&place, server_port(server), "token: admin");
    assert_int_equal(manifest_apply(&count, kube, yaml, place.arena, &err), -1);
    assert_int_equal(count, 2);
    assert_non_null(strstr(err.text, "apply Role c"));
    assert_string_equal(
        play.paths,
        "PATCH /api/v1/namespaces/a?fieldManager=weft\n"
        "PATCH /apis/rbac.authorization.k8s.io/v1/clusterroles/b?fieldManager=weft\n"
        "PATCH /apis/rbac.authorization.k8s.io/v1/namespaces/d/roles/c?fieldManager=weft\n");
    kube_close(kube);
    workplace_close(&place);
    server_stop(server);
}

static void certificate(struct exchange *exchange, void *context)
{
    (void)context;
    exchange->status =
        text_equal(exchange->path,
                   "/api/v1/namespaces/kube-system/services/http:sealed:web/proxy/v1/cert.pem")
            ? 200
            : 404;
    exchange->type = "text/plain";
    exchange->text = "-----BEGIN CERTIFICATE-----\n";
}

static void the_sealing_certificate_comes_as_text(void **state)
{
    struct server *server = server_start(certificate, NULL);
    struct workplace place;
    struct err err;
    struct kube *kube;
    const char *pem;

    (void)state;
    workplace_open(&place);
    kube = workplace_kube(&place, server_port(server), "token: admin");
    assert_int_equal(sealing_fetch(&pem, kube, "kube-system", "sealed", "web", place.arena, &err),
                     0);
    assert_string_equal(pem, "-----BEGIN CERTIFICATE-----\n");
    assert_int_equal(
        sealing_fetch(&pem, kube, "kube-system", "sealed/../x", "web", place.arena, &err), -1);
    kube_close(kube);
    workplace_close(&place);
    server_stop(server);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_secret_comes_first),
        cmocka_unit_test(without_a_secret_a_bound_token_is_requested),
        cmocka_unit_test(a_denial_is_an_error_and_asks_for_nothing_else),
        cmocka_unit_test(a_token_of_other_bytes_is_refused),
        cmocka_unit_test(the_kubeconfig_is_one_that_weft_reads),
        cmocka_unit_test(objects_are_applied_in_order_until_one_fails),
        cmocka_unit_test(the_sealing_certificate_comes_as_text),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
