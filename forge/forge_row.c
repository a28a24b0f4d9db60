/* forge/forge_row.c - the table of forges.  Another forge is one row.
 *
 * Paths, keys and words differ between forges, the sequence of requests does not (forge.c): so a
 * forge is data. comment_max stays below what a forge takes, since it counts characters and weft
 * bytes, and a refused comment is worse than a cut one. Gitea and Forgejo share a row, because
 * their APIs do. */
#include "forge/forge_row.h"
#include "base/http_url.h"
#include "base/text.h"

static const char *const kind_names[] = {
    [FORGE_GITHUB] = "github", [FORGE_GITLAB] = "gitlab", [FORGE_GITEA] = "gitea"
};
const struct enum_table forge_kinds = ENUM_TABLE(kind_names);

/* clang-format off */
static const struct forge_row rows[FORGE_COUNT] = {
    [FORGE_GITHUB] = {
        .name = "GitHub",
        .api_path = "/api/v3", .hosted_host = "github.com", .hosted_api = "https://api.github.com",
        .accept = "Accept: application/vnd.github+json", .version = "X-GitHub-Api-Version: 2022-11-28",
        .login_key = "login", .author_key = "user", .app_login = "*[bot]",
        .statuses = "/repos/{repository}/commits/{commit}/statuses?per_page=100",
        .set_status = "/repos/{repository}/statuses/{commit}",
        .context_key = "context", .state_key = "state", .states = { "success", "failure", "error", "pending" },
        .comments = "/repos/{repository}/issues/{pull}/comments?per_page=100&page={page}", .page_size = 100,
        .comment = "/repos/{repository}/issues/comments/{comment}", .edit = "PATCH",
        .comment_max = 60000,
        .pulls = "/repos/{repository}/pulls?state=open&per_page=100&page={page}", .pulls_size = 100,
        .pull = "/repos/{repository}/pulls/{id}", .pull_edit = "PATCH",
        .number_key = "number", .body_key = "body", .web_key = "html_url",
        .head_path = { "head", "ref" }, .base_path = { "base", "ref" }, .head_key = "head", .base_key = "base",
        .close_key = "state", .close_value = "closed", .draft = DRAFT_FIELD,
        .labels = "/repos/{repository}/issues/{id}/labels",
        .reviewers = "/repos/{repository}/pulls/{id}/requested_reviewers",
        .app_installation = "/repos/{repository}/installation", .app_token = "/app/installations/{id}/access_tokens" },
    [FORGE_GITLAB] = {
        .name = "GitLab", .encodes_repository = true,
        .api_path = "/api/v4",
        .login_key = "username", .author_key = "author", .app_login = "",
        .statuses = "/projects/{repository}/repository/commits/{commit}/statuses?per_page=100&all=true&order_by=id&sort=desc",
        .set_status = "/projects/{repository}/statuses/{commit}",
        .context_key = "name", .state_key = "status", .states = { "success", "failed", "failed", "pending" },
        .comments = "/projects/{repository}/merge_requests/{pull}/notes?per_page=100&page={page}&sort=asc&order_by=created_at",
        .page_size = 100,
        .comment = "/projects/{repository}/merge_requests/{pull}/notes/{comment}", .edit = "PUT",
        .comment_max = 900000,
        .pulls = "/projects/{repository}/merge_requests?state=opened&per_page=100&page={page}", .pulls_size = 100,
        .pull = "/projects/{repository}/merge_requests/{id}", .pull_edit = "PUT",
        .number_key = "iid", .body_key = "description", .web_key = "web_url",
        .head_path = { "source_branch" }, .base_path = { "target_branch" },
        .head_key = "source_branch", .base_key = "target_branch",
        .close_key = "state_event", .close_value = "close", .draft = DRAFT_TITLE, .draft_prefix = "Draft: ",
        .users = "/users" },
    [FORGE_GITEA] = {
        .name = "Gitea",
        .api_path = "/api/v1",
        .login_key = "login", .author_key = "user", .app_login = "gitea-actions",
        .statuses = "/repos/{repository}/commits/{commit}/statuses?limit=50",
        .set_status = "/repos/{repository}/statuses/{commit}",
        .context_key = "context", .state_key = "status", .states = { "success", "failure", "error", "pending" },
        .comments = "/repos/{repository}/issues/{pull}/comments",
        .comment = "/repos/{repository}/issues/comments/{comment}", .edit = "PATCH",
        .comment_max = 60000,
        .pulls = "/repos/{repository}/pulls?state=open&limit=50&page={page}", .pulls_size = 50,
        .pull = "/repos/{repository}/pulls/{id}", .pull_edit = "PATCH",
        .number_key = "number", .body_key = "body", .web_key = "html_url",
        .head_path = { "head", "ref" }, .base_path = { "base", "ref" }, .head_key = "head", .base_key = "base",
        .close_key = "state", .close_value = "closed", .draft = DRAFT_TITLE, .draft_prefix = "WIP: ",
        .labels = "/repos/{repository}/issues/{id}/labels",
        .reviewers = "/repos/{repository}/pulls/{id}/requested_reviewers" },
};
/* clang-format on */

const struct forge_row *forge_row(enum forge_kind kind) { return &rows[kind]; }

size_t forge_comment_max(enum forge_kind kind) { return rows[kind].comment_max; }

/* The names of the placeholders are a closed list in this file; an unknown one becomes nothing. */
static void add_value(struct text *out, const struct forge *forge, const char *name, size_t len,
                      int64_t id, size_t page)
{
    const struct forge_target *target = &forge->target;

    if (strncmp(name, "repository", len) == 0)
        text_adds(out, rows[target->kind].encodes_repository
                           ? http_url_escape(target->repository, forge->arena)
                           : target->repository);
    else if (strncmp(name, "commit", len) == 0)
        text_adds(out, target->commit);
    else if (strncmp(name, "pull", len) == 0)
        text_adds(out, target->pull);
    else if (strncmp(name, "comment", len) == 0 || strncmp(name, "id", len) == 0)
        text_addf(out, "%lld", (long long)id);
    else if (strncmp(name, "page", len) == 0)
        text_addf(out, "%zu", page);
}

const char *forge_row_url(const struct forge *forge, const char *pattern, int64_t id, size_t page)
{
    AUTO_TEXT out = { 0 };

    text_adds(&out, forge->target.api);
    for (const char *at = pattern; *at; at++) {
        const char *end = *at == '{' ? strchr(at, '}') : NULL;

        if (!end) {
            text_addc(&out, *at);
            continue;
        }
        add_value(&out, forge, at + 1, (size_t)(end - at - 1), id, page);
        at = end;
    }
    return arena_bytes(forge->arena, out.bytes, out.len);
}

const char *forge_row_collection(const struct forge *forge, const char *pattern)
{
    const char *url = forge_row_url(forge, pattern, 0, 1);

    return arena_bytes(forge->arena, url, strcspn(url, "?"));
}
