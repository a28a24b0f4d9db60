/* k8s-job/client/credential.c - keeps one credential fresh.  Its bytes never enter a message.
 *
 * A token file is read again after a minute, as client-go does: the kubelet replaces a projected
 * token at 80 % of its life, and a pass may outlive it. An exec plugin is asked again 30 s before
 * the time that it gave, so that a request which waits in the queue does not arrive with an
 * expired token; without a time its credential holds until a server answers 401.
 *
 * A plugin that failed is not run again in this pass. It may take 15 s to fail, each request would
 * wait for it, and a cause such as a missing login does not pass by itself. */
#include "k8s-job/client/credential.h"

#include "base/clock.h"
#include "base/files.h"
#include "base/memory.h"
#include "base/text.h"
#include "k8s-job/client/exec_plugin.h"

#include <stdlib.h>
#include <string.h>

enum { TOKEN_MAX = 64 * 1024, EXPIRY_MARGIN_S = 30 };

/* The token becomes part of a header: a line feed in it would begin a header of its own. */
bool credential_clean_token(char *token)
{
    size_t len = strlen(token), all = len;
    const char *text = token;

    text_skip_bom(&text, &len);
    memmove(token, text, len + 1);
    explicit_bzero(token + len, all - len);
    while (len && strchr(" \t\r\n", token[len - 1]))
        token[--len] = '\0';
    for (const char *c = token; *c; c++)
        if (*c <= ' ' || *c > '~')
            return false;
    return len > 0;
}

/* The copy is on the heap, not in the arena: an arena keeps every former token until the pass
 * ends, while this one is wiped as soon as the next one is there. */
static void set_token(struct credential *credential, const char *token)
{
    size_t len = strlen(token) + 1;
    char *copy = memory_grow(NULL, len);

    memcpy(copy, token, len);
    credential_wipe(credential);
    credential->token = copy;
}

static int accept_token(struct credential *credential, char *token, const char *from,
                        struct err *err)
{
    if (!credential_clean_token(token))
        return err_set(err, ERR_INPUT, 0,
                       "the token of %s is empty or contains bytes that are not allowed in a token",
                       from);
    set_token(credential, token);
    return 0;
}

static int from_file(struct credential *credential, struct err *err)
{
    AUTO(arena_free) struct arena *scratch = arena_new();
    const char *path = credential->target->token_file;
    char *bytes;
    size_t len;
    int result;

    if (file_read(&bytes, &len, path, TOKEN_MAX, scratch, err) < 0)
        return err_wrap(err, "token");
    result = accept_token(credential, bytes, path, err);
    explicit_bzero(bytes, len);
    return result;
}

static int accept_answer(struct credential *credential, const struct plugin_answer *answer,
                         struct err *err)
{
    credential->cert_pem = answer->cert_pem;
    credential->key_pem = answer->key_pem;
    credential->expires = answer->expires;
    if (!answer->token)
        return 0;
    return accept_token(credential, arena_text(credential->arena, answer->token), "the exec plugin",
                        err);
}

static int from_plugin(struct credential *credential, struct err *err)
{
    struct plugin_answer answer;

    if (credential->failed.kind != ERR_NONE) {
        *err = credential->failed;
        return -1;
    }
    if (exec_plugin_run(&answer, credential->target->exec, credential->target, credential->arena,
                        err)
        < 0) {
        credential->failed = *err;
        return -1;
    }
    return accept_answer(credential, &answer, err);
}

static int fetch(struct credential *credential, struct err *err)
{
    const struct target *target = credential->target;

    if (target->token_file)
        return from_file(credential, err);
    if (target->exec)
        return from_plugin(credential, err);
    if (target->token)
        return accept_token(credential, arena_text(credential->arena, target->token), target->label,
                            err);
    return 0;
}

static bool stale(const struct credential *credential, int64_t now_ms)
{
    if (!credential->fetched)
        return true;
    if (credential->target->token_file)
        return now_ms - credential->fetched_ms >= TOKEN_AGE_MS;
    return credential->target->exec && credential->expires
           && clock_now() >= credential->expires - EXPIRY_MARGIN_S;
}

/* Plugins alone are run beforehand: a file or a fixed token costs nothing, and credential_fresh
 * reads it. */
static bool needs_plugin(const struct credential *credential, int64_t now_ms)
{
    return credential->target->exec && !credential->target->token_file
           && credential->failed.kind == ERR_NONE && stale(credential, now_ms);
}

static void take_plugin_answer(struct credential *credential, const struct program_job *job,
                               int64_t now_ms)
{
    struct plugin_answer answer;
    struct err err;

    if (exec_plugin_take(&answer, credential->target->exec, job, credential->arena, &err) < 0
        || accept_answer(credential, &answer, &err) < 0) {
        credential->failed = err;
        return;
    }
    credential->fetched = true;
    credential->fetched_ms = now_ms;
}

void credential_fetch_all(struct credential **credentials, size_t count, int64_t now_ms)
{
    AUTO(arena_free) struct arena *scratch = arena_new();
    struct program_job *jobs = ARENA_NEW(scratch, struct program_job, count);
    struct program *programs = ARENA_NEW(scratch, struct program, count);
    size_t used = 0;

    for (size_t i = 0; i < count; i++)
        if (needs_plugin(credentials[i], now_ms)) {
            programs[used] =
                exec_plugin_program(credentials[i]->target->exec, credentials[i]->target, scratch);
            jobs[used] =
                (struct program_job){ .program = &programs[used], .out = { .secret = true } };
            credentials[used++] = credentials[i];
        }
    if (used)
        program_run_all(jobs, used);
    for (size_t i = 0; i < used; i++) {
        take_plugin_answer(credentials[i], &jobs[i], now_ms);
        text_free(&jobs[i].out);
    }
}

bool credential_renewable(const struct credential *credential)
{
    return credential->target->token_file || credential->target->exec;
}

int credential_fresh(struct credential *credential, bool force, int64_t now_ms, struct err *err)
{
    if (!force && !stale(credential, now_ms))
        return 0;
    if (fetch(credential, err) < 0)
        return -1;
    credential->fetched = true;
    credential->fetched_ms = now_ms;
    return 0;
}

void credential_apply(const struct credential *credential, struct http_peer *peer)
{
    const struct target *target = credential->target;

    peer->bearer = credential->token;
    peer->cert_pem = credential->cert_pem ? credential->cert_pem : target->cert_pem;
    peer->key_pem = credential->key_pem ? credential->key_pem : target->key_pem;
}

void credential_wipe(struct credential *credential)
{
    if (!credential->token)
        return;
    explicit_bzero(credential->token, strlen(credential->token));
    free(credential->token);
    credential->token = NULL;
}
