/* k8s-job/access/account_token.c - the token of weft's account.
 * Must never put it anywhere but into the arena that the caller shreds: not into an err, a log, or
 * text that is not wiped.
 *
 * A Secret of type kubernetes.io/service-account-token is filled in by the token controller of the
 * cluster, usually within a second of its creation; it is read up to 16 times, 250 ms apart, so
 * for about four seconds. Where operators leave that Secret out, or it stays empty, the
 * TokenRequest API gives a bound token. A year is requested, and the server may answer with less:
 * the time that it names is what the caller prints.
 *
 * The kubeconfig quotes the token as it is. is_token therefore refuses every byte that would need
 * an escape in YAML, or that no header may hold. */
#include "k8s-job/access/account_token.h"
#include "base/base64.h"
#include "base/text.h"
#include "k8s-job/access/rights_yaml.h"

#include <string.h>
#include <time.h>

enum { TRIES = 16, WAIT_MS = 250, YEAR_S = 365 * 24 * 3600 };

#define IN_NAMESPACE "/api/v1/namespaces/" RIGHTS_NAMESPACE

static void wait_some(void)
{
    const struct timespec time = { .tv_nsec = WAIT_MS * 1000000L };

    nanosleep(&time, NULL);
}

static bool is_token(const char *text)
{
    size_t len = 0;

    while (text[len] > ' ' && text[len] <= '~' && text[len] != '"' && text[len] != '\\')
        len++;
    return len > 0 && !text[len];
}

/* NULL: not base64. */
static const char *decoded(const char *text, struct arena *arena)
{
    struct text bytes = { 0 };
    const char *out = NULL;

    if (base64_decode(&bytes, text, strlen(text)) && bytes.len)
        out = arena_bytes(arena, bytes.bytes, bytes.len);
    if (bytes.bytes)
        explicit_bzero(bytes.bytes, bytes.len);
    text_free(&bytes);
    return out;
}

/* 1: it has a token; 0: it has none (yet), or there is no such Secret. */
static int read_secret(struct account_token *out, bool *there, struct kube *kube,
                       struct arena *arena, struct err *err)
{
    const struct kube_request request = { .method = "GET",
                                          .path = IN_NAMESPACE "/secrets/" RIGHTS_TOKEN,
                                          .secret = true,
                                          .kind = "Secret",
                                          .name = RIGHTS_TOKEN };
    struct kube_answer answer;
    const char *text;

    if (kube_do(kube, &answer, &request, arena, err) < 0)
        return -1;
    *there = answer.status == 200;
    if (answer.status != 200 && answer.status != 404)
        return kube_answer_failure(err, &answer, "read the Secret " RIGHTS_TOKEN);
    text = *there ? node_get(answer.body, "data", "token", NULL) : NULL;
    out->token = text ? decoded(text, arena) : NULL;
    out->expires = NULL;
    return out->token && is_token(out->token);
}

static int request_bound(struct account_token *out, struct kube *kube, struct arena *arena,
                         struct err *err)
{
    const struct kube_request request = {
        .method = "POST",
        .path = IN_NAMESPACE "/serviceaccounts/" RIGHTS_ACCOUNT "/token",
        .body = arena_printf(arena,
                             "{\"apiVersion\":\"authentication.k8s.io/v1\",\"kind\":"
                             "\"TokenRequest\",\"spec\":{\"expirationSeconds\":%d}}",
                             YEAR_S),
        .secret = true,
        .kind = "TokenRequest"
    };
    struct kube_answer answer;

    if (kube_do(kube, &answer, &request, arena, err) < 0)
        return -1;
    if (answer.status != 200 && answer.status != 201)
        return kube_answer_failure(err, &answer, "request a token for " RIGHTS_ACCOUNT);
    out->token = node_get(answer.body, "status", "token", NULL);
    out->expires = node_get(answer.body, "status", "expirationTimestamp", NULL);
    if (!out->token || !is_token(out->token) || !out->expires)
        return err_set(err, ERR_KUBE, 0, "the API server answered without a token");
    return 0;
}

int account_token_fetch(struct account_token *out, struct kube *kube, struct arena *arena,
                        struct err *err)
{
    bool there = true;

    for (int i = 0; i < TRIES && there; i++) {
        const int found = read_secret(out, &there, kube, arena, err);

        if (found)
            return found < 0 ? -1 : 0;
        if (there)
            wait_some();
    }
    return request_bound(out, kube, arena, err);
}

static void add_quoted(struct text *out, const char *key, const char *value)
{
    text_addf(out, ", %s: \"", key);
    for (; *value; value++) {
        if (*value == '"' || *value == '\\')
            text_addc(out, '\\');
        text_addc(out, *value);
    }
    text_addc(out, '"');
}

const char *account_token_kubeconfig(const struct account_token *token, const struct target *target,
                                     struct arena *arena)
{
    AUTO_TEXT server = { 0 }, authority = { 0 };

    add_quoted(&server, "server", target->server);
    if (target->server_name)
        add_quoted(&server, "tls-server-name", target->server_name);
    if (target->proxy)
        add_quoted(&server, "proxy-url", target->proxy);
    if (target->ca_pem) {
        base64_encode(&authority, target->ca_pem, strlen(target->ca_pem));
        text_addf(&server, ", certificate-authority-data: %s", authority.bytes);
    }
    return arena_printf(arena,
                        "# The token of an account of weft: keep this file as secret as a "
                        "password.\napiVersion: v1\nkind: Config\ncurrent-context: weft\n"
                        "contexts: [{name: weft, context: {cluster: cluster, user: weft, "
                        "namespace: " RIGHTS_NAMESPACE "}}]\n"
                        "clusters: [{name: cluster, cluster: {%s}}]\n"
                        "users: [{name: weft, user: {token: \"%s\"}}]\n",
                        server.bytes + 2, token->token);
}
