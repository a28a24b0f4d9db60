/* app/forge_login.c - finds the token for the forge.
 *
 * A GitHub App has no token of its own: with its private key it signs a short statement of who it
 * is, and gets a token for an hour.  Each pass that writes to the forge gets one, and forgets it;
 * the statement begins a minute ago, for the forge's clock may be behind (GitHub's documentation,
 * "Generating a JSON Web Token for a GitHub App"), and is not dated by --now, because GitHub's
 * clock is not. */
#include "app/forge_login.h"
#include "app/git_access.h"
#include "base/clock.h"
#include "forge/forge_app.h"
#include "pki/jwt.h"
#include "pki/secret_file.h"
#include <string.h>

enum { KEY_MAX = 64 * 1024, BEHIND_S = 60, LIFETIME_S = 540 };

static int sign(struct text *out, const struct config_app *app, struct err *err)
{
    static const char what[] = "private key of the App (output.pullRequest.app.privateKeyFile)";
    AUTO(secret_free) struct secret *file = NULL;
    AUTO(ssh_key_close) struct ssh_key *key = NULL;
    const int64_t now = clock_now();
    const struct jwt_claims claims = { app->id, now - BEHIND_S, now + LIFETIME_S };

    if (secret_file_read(&file, what, app->key_file, KEY_MAX, err) < 0
        || ssh_key_open(&key, what, file->bytes, file->len, err) < 0)
        return -1;
    return jwt_sign(out, key, &claims, err) < 0 ? err_wrap(err, "%s", what) : 0;
}

static int of_app(struct secret **token, const struct config_app *app,
                  const struct forge_target *target, struct err *err)
{
    AUTO(arena_shred) struct arena *secret = arena_new();
    AUTO_TEXT statement = { .secret = true };
    struct forge_target as_app = *target;
    const char *text;

    if (sign(&statement, app, err) < 0)
        return -1;
    as_app.token = statement.bytes;
    if (forge_app_token(&text, &as_app, app->installation, GIT_ACCESS_USER_AGENT, secret, err) < 0)
        return err_wrap(err, "the token of the forge (output.pullRequest.app)");
    *token = secret_copy(text, strlen(text));
    return 0;
}

int forge_login(struct secret **token, const struct config_pull *config,
                const struct forge_target *target, struct err *err)
{
    if (config->app.id)
        return of_app(token, &config->app, target, err);
    return git_access_read_password(token, config->token_file, err) < 0
               ? err_wrap(err, "the token of the forge (output.pullRequest.tokenFile)")
               : 0;
}
