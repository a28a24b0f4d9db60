/* forge/forge.h - what weft posts to the forge of a pull request: one status of the commit and one
 * comment that stays up to date.  GitHub, GitLab, Gitea and Forgejo are rows of one table.
 *
 * Follows GitHub's REST API of 2022-11-28 (commits/statuses, issues/comments), GitLab's API v4
 * (commits, notes) and Gitea's API v1 (repository, issue). */
#ifndef WEFT_FORGE_FORGE_H
#define WEFT_FORGE_FORGE_H

#include "base/enums.h"
#include "base/http.h"

enum forge_kind { FORGE_GITHUB, FORGE_GITLAB, FORGE_GITEA, FORGE_COUNT };
extern const struct enum_table forge_kinds; /* "github", "gitlab", "gitea" */

enum forge_state { FORGE_SUCCESS, FORGE_FAILURE, FORGE_ERROR, FORGE_PENDING, FORGE_STATES };

/* Texts must outlive the forge. */
struct forge_target {
    enum forge_kind kind;
    const char *api;        /* "https://api.github.com" */
    const char *repository; /* "platform/mesh-specs"; GitLab: groups may be nested */
    const char *commit;     /* its full id; "": no status is to be set */
    const char *pull;       /* number of the pull request; "": there is none */
    const char *token;      /* goes to the host of api and to no other */
    const char *ca_pem;     /* NULL: the system's roots */
};

struct forge {
    struct forge_target target;
    struct http *http;
    struct arena *arena;
    bool secret; /* answers hold secrets, and arena is shredded by its owner */
};

/* Checks the target: http:// only to the loopback, numbers and ids of their form, a repository that
 * stays below its path. */
MUST_USE int forge_open(struct forge *out, const struct forge_target *target, const char *agent,
                        struct arena *arena, struct err *err);
void forge_close(struct forge *forge);
static inline void auto_forge_close(struct forge *forge) { forge_close(forge); }
#define AUTO_FORGE __attribute__((cleanup(auto_forge_close))) struct forge

struct forge_status {
    enum forge_state state;
    const char *context;     /* "weft/review" */
    const char *description; /* is cut at 140 characters, which is what GitHub takes */
    const char *url;         /* of the pipeline; "": not known */
};
/* Sets the status of the commit, unless its last one of that context is the same already. */
MUST_USE int forge_set_status(const struct forge *forge, const struct forge_status *status,
                              struct err *err);
/* The URL of the API of a server that has this address: scheme "https", host "git.example.com",
 * authority the host with its port, as in a URL. */
const char *forge_api(enum forge_kind kind, const char *scheme, const char *host,
                      const char *authority, struct arena *arena);
/* How long a comment may be, in bytes. */
size_t forge_comment_max(enum forge_kind kind);
/* Makes the comment whose first line is marker have this body, which begins with that line: edits
 * the one that this account wrote before, else adds one.  Comments of others are left alone,
 * whatever their first line says. */
MUST_USE int forge_keep_comment(const struct forge *forge, const char *marker, const char *body,
                                struct err *err);

#endif
