/* app/forge_login.h - the token for the forge of the output repository: of a file, or of a GitHub
 * App. */
#ifndef WEFT_APP_FORGE_LOGIN_H
#define WEFT_APP_FORGE_LOGIN_H

#include "app/config_pull.h"
#include "pki/secret.h"

/* Reads the file that output.pullRequest names, or gets a token for this pass from the forge of
 * target, which is whole but for its token.  Nothing of it is kept or logged. */
MUST_USE int forge_login(struct secret **token, const struct config_pull *config,
                         const struct forge_target *target, struct err *err);

#endif
