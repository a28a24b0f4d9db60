/* forge/forge.c - the status and the comment.
 *
 * Both are read before they are written: a pipeline that runs again writes nothing, and forges
 * limit how many statuses a commit may have (GitHub: 1,000 for each context).  A comment is ours
 * when its first line is the marker and its author is the account of the token.  The marker alone
 * proves nothing: anyone who may comment can copy it, and an edited comment of theirs would keep
 * their name.  Tokens of a pipeline have no account that they could ask for; there the name that
 * the forge gives to such comments counts (forge_row.app_login), which no person can have. */
#include "forge/forge.h"
#include "base/http_url.h"
#include "base/text.h"
#include "forge/forge_body.h"
#include "forge/forge_call.h"
#include "forge/forge_row.h"

enum { PAGES_MAX = 50, DESCRIPTION_MAX = 140, URL_MAX = 255 };

/* --- the target --- */

const char *forge_api(enum forge_kind kind, const char *scheme, const char *host,
                      const char *authority, struct arena *arena)
{
    const struct forge_row *row = forge_row(kind);

    return row->hosted_host && text_equal(host, row->hosted_host)
               ? row->hosted_api
               : arena_printf(arena, "%s://%s%s", scheme, authority, row->api_path);
}

/* "group/project": no empty part, none that leads upwards, nothing to encode. */
static bool is_repository(const char *text)
{
    bool parts = false;

    for (const char *at = text;;) {
        const size_t len = strcspn(at, "/");

        for (size_t i = 0; i < len; i++)
            if (!is_alnum(at[i]) && !strchr("._-", at[i]))
                return false;
        if (!len || strspn(at, ".") == len)
            return false;
        if (!at[len])
            return parts;
        parts = true;
        at += len + 1;
    }
}

static bool is_commit(const char *text)
{
    const size_t len = strspn(text, "0123456789abcdef");

    return !text[len] && (len == 40 || len == 64);
}

static int check_api(const char *api, struct arena *arena, struct err *err)
{
    struct url_parts parts;

    if (!http_url_split(&parts, api, arena) || parts.user || strpbrk(api, "?#")
        || text_ends(api, "/"))
        return err_set(
            err, ERR_INPUT, 0,
            "the URL of the forge's API has to be https://HOST/PATH, without user, query "
            "and slash at the end");
    if (strcmp(parts.scheme, "https") != 0 && !http_url_is_loopback(api, arena))
        return err_set(err, ERR_REFUSED, 0,
                       "no token is sent to %s: the forge's API has to be https://", parts.shown);
    return 0;
}

static int check_target(const struct forge_target *target, struct arena *arena, struct err *err)
{
    if (check_api(target->api, arena, err) < 0)
        return -1;
    if (!is_repository(target->repository))
        return err_set(err, ERR_INPUT, 0, "the repository has to be OWNER/NAME");
    if (*target->commit && !is_commit(target->commit))
        return err_set(err, ERR_INPUT, 0, "the commit has to be its full id");
    if (target->pull[strspn(target->pull, "0123456789")])
        return err_set(err, ERR_INPUT, 0, "the pull request has to be a number");
    if (text_empty(target->token))
        return err_set(err, ERR_INPUT, 0, "there is no token for the forge");
    return 0;
}

int forge_open(struct forge *out, const struct forge_target *target, const char *agent,
               struct arena *arena, struct err *err)
{
    *out = (struct forge){ .target = *target, .arena = arena };
    return check_target(target, arena, err) < 0 ? -1 : http_open(&out->http, agent, err);
}

void forge_close(struct forge *forge)
{
    if (forge->http)
        http_close(TAKE(forge->http));
}

/* --- the status --- */

static bool is_text(const struct node *map, const char *key, const char *text)
{
    return text_equal(node_get(map, key, NULL), text);
}

static int64_t id_of(const struct node *status)
{
    const char *text = node_get(status, "id", NULL);
    int64_t id = 0;

    return text && parse_int(text, 1, INT64_MAX, &id) ? id : 0;
}

/* The newest of the context has the highest id.  The order of the list decides only where ids are
 * missing: Gitea sorts by seconds, or by "highestindex" with the oldest first. */
static const struct node *find_newest(const struct node *list, const struct forge_row *row,
                                      const char *context)
{
    const struct node *newest = NULL;

    for (const struct node *at = list->first; at; at = at->next)
        if (is_text(at, row->context_key, context) && (!newest || id_of(at) > id_of(newest)))
            newest = at;
    return newest;
}

static bool is_set(const struct node *list, const struct forge_row *row,
                   const struct forge_status *status)
{
    const struct node *newest = find_newest(list, row, status->context);

    return newest && is_text(newest, row->state_key, row->states[status->state])
           && is_text(newest, "description", status->description);
}

int forge_set_status(const struct forge *forge, const struct forge_status *status, struct err *err)
{
    const struct forge_row *row = forge_row(forge->target.kind);
    struct forge_status wanted = *status;
    struct node *body = node_map(forge->arena);
    const struct node *answer = NULL;

    wanted.description = arena_bytes(forge->arena, status->description,
                                     text_cut(status->description, DESCRIPTION_MAX));
    if (forge_call(&answer, forge, "read the statuses of the commit", "GET",
                   forge_row_url(forge, row->statuses, 0, 1), NULL, err)
        < 0)
        return -1;
    if (is_set(answer, row, &wanted))
        return 0;
    node_set_text(forge->arena, body, "state", row->states[wanted.state]);
    node_set_text(forge->arena, body, row->context_key, wanted.context);
    node_set_text(forge->arena, body, "description", wanted.description);
    if (*wanted.url && strlen(wanted.url) <= URL_MAX)
        node_set_text(forge->arena, body, "target_url", wanted.url);
    return forge_call(&answer, forge, "set the status of the commit", "POST",
                      forge_row_url(forge, row->set_status, 0, 0), body, err);
}

/* --- the comment --- */

struct keeping {
    const struct forge *forge;
    const struct forge_row *row;
    const char *marker;
    const char *login; /* of the token's account; NULL: it has none */
    int64_t id;        /* of the comment; 0: there is none */
    bool same;         /* its body is the wanted one */
};

/* A token of a pipeline may not ask who it is. */
static int find_login(struct keeping *keeping, struct err *err)
{
    const struct forge *forge = keeping->forge;
    const struct node *answer = NULL;

    if (forge_call(&answer, forge, "read the account of the token", "GET",
                   arena_printf(forge->arena, "%s/user", forge->target.api), NULL, err)
        == 0) {
        keeping->login = node_get(answer, keeping->row->login_key, NULL);
        return keeping->login ? 0 : err_set(err, ERR_HTTP, 200, "the account has no name");
    }
    return (err->code == 403 || err->code == 404) && *keeping->row->app_login ? 0 : -1;
}

static bool fits(const char *login, const char *pattern)
{
    return *pattern == '*' ? text_ends(login, pattern + 1) && strlen(login) >= strlen(pattern)
                           : strcmp(login, pattern) == 0;
}

static bool is_ours(const struct keeping *keeping, const struct node *comment)
{
    const char *body = node_get(comment, "body", NULL);
    const char *author = node_get(comment, keeping->row->author_key, keeping->row->login_key, NULL);

    if (!author || !forge_body_has_marker(body, keeping->marker))
        return false;
    return keeping->login ? strcmp(author, keeping->login) == 0
                          : fits(author, keeping->row->app_login);
}

static bool look_through(struct keeping *keeping, const struct node *list, const char *body)
{
    for (const struct node *at = list->first; at; at = at->next) {
        const char *id = node_get(at, "id", NULL);

        if (!is_ours(keeping, at) || !id || !parse_int(id, 1, INT64_MAX, &keeping->id))
            continue;
        keeping->same = forge_body_equal(node_get(at, "body", NULL), body);
        return true;
    }
    return false;
}

static int find_comment(struct keeping *keeping, const char *body, struct err *err)
{
    const struct forge *forge = keeping->forge;

    for (size_t page = 1; page <= PAGES_MAX; page++) {
        const struct node *list = NULL;

        if (forge_call(&list, forge, "read the comments of the pull request", "GET",
                       forge_row_url(forge, keeping->row->comments, 0, page), NULL, err)
            < 0)
            return -1;
        if (look_through(keeping, list, body) || !keeping->row->page_size
            || list->count < keeping->row->page_size)
            return 0;
    }
    return 0;
}

int forge_keep_comment(const struct forge *forge, const char *marker, const char *body,
                       struct err *err)
{
    struct keeping keeping = { .forge = forge,
                               .row = forge_row(forge->target.kind),
                               .marker = marker };
    struct node *request = node_map(forge->arena);
    const struct node *answer = NULL;

    if (find_login(&keeping, err) < 0 || find_comment(&keeping, body, err) < 0)
        return -1;
    if (keeping.same)
        return 0;
    node_set_text(forge->arena, request, "body", body);
    if (keeping.id)
        return forge_call(&answer, forge, "edit the comment", keeping.row->edit,
                          forge_row_url(forge, keeping.row->comment, keeping.id, 0), request, err);
    return forge_call(&answer, forge, "add a comment to the pull request", "POST",
                      forge_row_collection(forge, keeping.row->comments), request, err);
}
