/* app/forge_environment.h - where a pipeline runs: the variables that each forge's CI sets. */
#ifndef WEFT_APP_FORGE_ENVIRONMENT_H
#define WEFT_APP_FORGE_ENVIRONMENT_H

#include "forge/forge.h"
#include "pki/secret.h"

struct forge_environment {
    struct forge_target target;
    const char *url;       /* of the run of the pipeline; "": not known */
    struct secret *secret; /* what holds the token, when it comes from a file */
};

/* Reads variables, the event file of GitHub's and Gitea's Actions, and the token: of token_file, or
 * where that is NULL of the variable that the forge's CI uses.  The err names what is missing, and
 * never holds a token. */
MUST_USE int forge_environment_read(struct forge_environment *out, const char *token_file,
                                    struct arena *arena, struct err *err);
void forge_environment_close(struct forge_environment *environment);
static inline void auto_forge_environment_close(struct forge_environment *environment)
{
    forge_environment_close(environment);
}
#define AUTO_FORGE_ENVIRONMENT                                                                     \
    __attribute__((cleanup(auto_forge_environment_close))) struct forge_environment

#endif
