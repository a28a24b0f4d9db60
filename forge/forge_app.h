/* forge/forge_app.h - a token for an App of the forge (GitHub's REST API of 2022-11-28, "Create an
 * installation access token for an app"). */
#ifndef WEFT_FORGE_FORGE_APP_H
#define WEFT_FORGE_FORGE_APP_H

#include "forge/forge.h"

/* Exchanges the App's own token (target.token, a JWT) for one that may write pull requests of
 * target.repository and nothing else, and that lives for an hour.  installation NULL: the one that
 * the repository has, which is asked for.  *token is in secret, which holds everything that was
 * answered and which the caller shreds.  ERR_INPUT: this forge has no Apps. */
MUST_USE int forge_app_token(const char **token, const struct forge_target *target,
                             const char *installation, const char *agent, struct arena *secret,
                             struct err *err);

#endif
