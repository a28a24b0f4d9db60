/* app/config_pull.h - output.pullRequest: where proposals go, and how they are shown. */
#ifndef WEFT_APP_CONFIG_PULL_H
#define WEFT_APP_CONFIG_PULL_H

#include "api/schema.h"
#include "forge/forge.h"

struct config;

/* A GitHub App, in place of a token; none when id is NULL. */
struct config_app {
    const char *id;           /* of the App, or its client id */
    const char *installation; /* NULL: that of the repository */
    const char *key_file;
};

/* With output.mode pull-request all but the lists is given after config_pull_finish. */
struct config_pull {
    const char *branch; /* of proposals */
    enum forge_kind forge;
    const char *api, *repository;
    const char *token_file; /* NULL with an App */
    struct config_app app;
    const char *const *labels, *const *reviewers; /* of one that is opened */
    size_t label_count, reviewer_count;
    bool draft;
    struct place place;
};

extern const struct schema config_pull_schema;

/* Fills what the output repository's URL and branch say already, and reports what cannot be. */
void config_pull_finish(struct config *config, struct arena *arena, struct diags *diags);

#endif
