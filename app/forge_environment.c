/* app/forge_environment.c - a row for each forge's CI.  Sends nothing.
 *
 * The variables are trusted as the pipeline is: its author could run any program with the same
 * token.  The event file is written by the forge, but holds words of the pull request's
 * author; only a number and a commit id are taken from it, and forge_open checks both. */
#include "app/forge_environment.h"
#include "app/git_access.h"
#include "base/files.h"
#include "base/parse_json.h"
#include <stdlib.h>

enum { EVENT_MAX = 16 * 1024 * 1024 };

struct forge_variables {
    enum forge_kind kind;
    const char *present[2]; /* one of them is "true" there */
    const char *api, *repository, *token;
    const char *event;      /* file with pull_request.number and pull_request.head.sha */
    const char *pull;       /* in place of the event */
    const char *commits[2]; /* the first that is set: of a pull request, of the pipeline */
    const char *url;        /* of the run; or it is made of server, repository and run */
    const char *server, *run;
};

/* Gitea and Forgejo also set what GitHub does, so they come first. */
static const struct forge_variables rows[] = {
    { .kind = FORGE_GITEA,
      .present = { "GITEA_ACTIONS", "FORGEJO_ACTIONS" },
      .api = "GITHUB_API_URL",
      .repository = "GITHUB_REPOSITORY",
      .token = "GITHUB_TOKEN",
      .event = "GITHUB_EVENT_PATH",
      .commits = { "GITHUB_SHA" },
      .server = "GITHUB_SERVER_URL",
      .run = "GITHUB_RUN_ID" },
    { .kind = FORGE_GITHUB,
      .present = { "GITHUB_ACTIONS" },
      .api = "GITHUB_API_URL",
      .repository = "GITHUB_REPOSITORY",
      .token = "GITHUB_TOKEN",
      .event = "GITHUB_EVENT_PATH",
      .commits = { "GITHUB_SHA" },
      .server = "GITHUB_SERVER_URL",
      .run = "GITHUB_RUN_ID" },
    { .kind = FORGE_GITLAB,
      .present = { "GITLAB_CI" },
      .api = "CI_API_V4_URL",
      .repository = "CI_PROJECT_PATH",
      .token = "GITLAB_TOKEN",
      .pull = "CI_MERGE_REQUEST_IID",
      .commits = { "CI_MERGE_REQUEST_SOURCE_BRANCH_SHA", "CI_COMMIT_SHA" },
      .url = "CI_JOB_URL" },
};

/* "": not set. */
static const char *variable(const char *name)
{
    const char *value = name ? getenv(name) : NULL;

    return value ? value : "";
}

static const struct forge_variables *find_row(void)
{
    for (size_t i = 0; i < LENGTH(rows); i++)
        for (size_t k = 0; k < LENGTH(rows[i].present); k++)
            if (text_equal(variable(rows[i].present[k]), "true"))
                return &rows[i];
    return NULL;
}

static int read_variable(const char **out, const char *name, struct err *err)
{
    *out = variable(name);
    return **out
               ? 0
               : err_set(err, ERR_INPUT, 0,
                         "cannot post the review: the variable %s, which this CI sets, is not set",
                         name);
}

/* --- the pull request --- */

static const char *first_commit(const struct forge_variables *row)
{
    for (size_t i = 0; i < LENGTH(row->commits); i++)
        if (*variable(row->commits[i]))
            return variable(row->commits[i]);
    return "";
}

static int read_event(struct forge_target *target, const char *path, struct arena *arena,
                      struct err *err)
{
    const struct node *root = NULL, *pull;
    char *bytes;
    size_t len;

    if (file_read(&bytes, &len, path, EVENT_MAX, arena, err) < 0
        || parse_json(&root, bytes, len, arena, err) < 0)
        return err_wrap(err, "read the event of the pipeline");
    pull = node_find(root, "pull_request");
    if (!pull || pull->kind != NODE_MAP)
        return 0; /* a push, or a schedule */
    if (!node_get(pull, "number", NULL) || !node_get(pull, "head", "sha", NULL))
        return err_set(err, ERR_INPUT, 0,
                       "the event of the pipeline (%s) has a pull request without number or head",
                       path);
    target->pull = node_get(pull, "number", NULL);
    target->commit = node_get(pull, "head", "sha", NULL);
    return 0;
}

static int find_pull(struct forge_target *target, const struct forge_variables *row,
                     struct arena *arena, struct err *err)
{
    target->commit = first_commit(row);
    target->pull = variable(row->pull);
    if (*variable(row->event) && read_event(target, variable(row->event), arena, err) < 0)
        return -1;
    return *target->commit ? 0 : read_variable(&target->commit, row->commits[0], err);
}

/* --- the rest --- */

static int find_token(struct forge_environment *out, const struct forge_variables *row,
                      const char *token_file, struct err *err)
{
    if (!token_file)
        return read_variable(&out->target.token, row->token, err);
    if (git_access_read_password(&out->secret, token_file, err) < 0)
        return err_wrap(err, "the token of the forge (--token-file)");
    out->target.token = (const char *)out->secret->bytes;
    return 0;
}

static const char *find_url(const struct forge_variables *row, struct arena *arena)
{
    if (row->url)
        return variable(row->url);
    if (!*variable(row->server) || !*variable(row->run))
        return "";
    return arena_printf(arena, "%s/%s/actions/runs/%s", variable(row->server),
                        variable(row->repository), variable(row->run));
}

int forge_environment_read(struct forge_environment *out, const char *token_file,
                           struct arena *arena, struct err *err)
{
    const struct forge_variables *row = find_row();

    *out = (struct forge_environment){ .url = "" };
    if (!row)
        return err_set(err, ERR_INPUT, 0,
                       "cannot post the review: this is no pipeline of GitHub, GitLab, Gitea or "
                       "Forgejo (GITHUB_ACTIONS, GITLAB_CI, GITEA_ACTIONS); elsewhere set the "
                       "variables that docs/review.md lists");
    out->target.kind = row->kind;
    out->url = find_url(row, arena);
    return read_variable(&out->target.api, row->api, err) < 0
                   || read_variable(&out->target.repository, row->repository, err) < 0
                   || find_pull(&out->target, row, arena, err) < 0
                   || find_token(out, row, token_file, err) < 0
               ? -1
               : 0;
}

void forge_environment_close(struct forge_environment *environment)
{
    if (environment->secret)
        secret_free(TAKE(environment->secret));
}
