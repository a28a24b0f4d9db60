/* forge/pull.c - finds, opens, edits and closes one pull request.
 *
 * The pair of branches is its identity: each of the forges allows one open pull request for a pair,
 * so a pass that was killed after it opened one, or that raced another, finds it again, and no
 * number has to be remembered.  Looking comes first, always; a refusal to open is answered with a
 * second look, because the forge may have opened it for a request whose answer was lost.
 *
 * A pull request is weft's when its body begins with the marker.  One that a person opened between
 * the same branches serves as well, but its texts stay as they are, and it is not closed. */
#include "forge/pull.h"
#include "base/http_url.h"
#include "base/text.h"
#include "forge/forge_body.h"
#include "forge/forge_call.h"
#include "forge/forge_row.h"
#include <time.h>

enum { PAGES_MAX = 50, OPEN_ATTEMPTS = 8, OPEN_PAUSE_MS = 500 };

/* --- one that was read --- */

static bool is_branch(const struct node *item, const char *const path[2], const char *name)
{
    const struct node *at = node_find(item, path[0]);

    return text_equal(node_text(path[1] ? node_find(at, path[1]) : at), name);
}

/* Pull requests of forks are in the same list. */
static bool is_of_repository(const struct forge *forge, const struct node *item)
{
    const char *name = node_get(item, "head", "repo", "full_name", NULL);
    const char *from = node_get(item, "source_project_id", NULL),
               *to = node_get(item, "target_project_id", NULL);

    return (!name || strcasecmp(name, forge->target.repository) == 0)
           && (!from || !to || text_equal(from, to));
}

static void take(struct pull *out, const struct node *item, const struct forge_row *row,
                 const struct pull_wish *wish)
{
    const char *number = node_get(item, row->number_key, NULL),
               *url = node_get(item, row->web_key, NULL);

    if (!number || !parse_int(number, 1, INT64_MAX, &out->number))
        return;
    out->url = url && (text_starts(url, "https://") || text_starts(url, "http://")) ? url : "";
    out->foreign = !forge_body_has_marker(node_get(item, row->body_key, NULL), wish->marker);
}

/* *found NULL: there is none. */
static int look(struct pull *out, const struct node **found, const struct forge *forge,
                const struct pull_wish *wish, struct err *err)
{
    const struct forge_row *row = forge_row(forge->target.kind);

    *out = (struct pull){ .url = "" };
    *found = NULL;
    for (size_t page = 1; page <= PAGES_MAX; page++) {
        const struct node *list = NULL;

        if (forge_call(&list, forge, "read the open pull requests", "GET",
                       forge_row_url(forge, row->pulls, 0, page), NULL, err)
            < 0)
            return -1;
        for (const struct node *item = list->first; item && !out->number; item = item->next)
            if (is_branch(item, row->head_path, wish->head)
                && is_branch(item, row->base_path, wish->base) && is_of_repository(forge, item)) {
                take(out, item, row, wish);
                *found = item;
            }
        if (out->number || list->count < row->pulls_size)
            return 0;
    }
    return 0;
}

int pull_find(struct pull *out, const struct forge *forge, const struct pull_wish *wish,
              struct err *err)
{
    const struct node *found;

    return look(out, &found, forge, wish, err);
}

/* --- opening --- */

static struct node *request_of(const struct forge *forge, const struct pull_wish *wish)
{
    const struct forge_row *row = forge_row(forge->target.kind);
    struct arena *arena = forge->arena;
    struct node *body = node_map(arena);
    const bool prefix = wish->draft && row->draft == DRAFT_TITLE;

    node_set_text(arena, body, row->head_key, wish->head);
    node_set_text(arena, body, row->base_key, wish->base);
    node_set_text(arena, body, "title",
                  prefix ? arena_printf(arena, "%s%s", row->draft_prefix, wish->title)
                         : wish->title);
    node_set_text(arena, body, row->body_key, wish->body);
    if (wish->draft && row->draft == DRAFT_FIELD)
        node_set_bool(arena, body, "draft", true);
    return body;
}

/* A forge may learn of a pushed branch a moment after the push; until then it calls the branch
 * unknown, or sees no commits between the two. */
static bool may_pass(const struct err *err)
{
    return err->kind == ERR_HTTP && (err->code == 404 || err->code == 409 || err->code == 422);
}

static int open_once(struct pull *out, const struct forge *forge, const struct pull_wish *wish,
                     struct err *err)
{
    const struct forge_row *row = forge_row(forge->target.kind);
    const struct node *answer = NULL, *found;
    struct err second;

    if (forge_call(&answer, forge, "open a pull request", "POST",
                   forge_row_collection(forge, row->pulls), request_of(forge, wish), err)
        == 0) {
        take(out, answer, row, wish);
        out->opened = out->number > 0;
        return out->opened ? 0 : err_set(err, ERR_HTTP, 200, "open a pull request: no number");
    }
    return look(out, &found, forge, wish, &second) == 0 && out->number ? 0 : -1;
}

static int open_one(struct pull *out, const struct forge *forge, const struct pull_wish *wish,
                    struct err *err)
{
    for (int attempt = 1;; attempt++) {
        if (open_once(out, forge, wish, err) == 0)
            return 0;
        if (!may_pass(err) || attempt == OPEN_ATTEMPTS)
            return -1;
        nanosleep(&(struct timespec){ .tv_nsec = OPEN_PAUSE_MS * 1000000L }, NULL);
    }
}

/* --- editing --- */

/* The title without the mark of a draft, which a person takes away or puts there. */
static const char *plain_title(const char *title, const struct forge_row *row)
{
    const char *prefix = row->draft == DRAFT_TITLE ? row->draft_prefix : "";

    return title && text_starts(title, prefix) ? title + strlen(prefix) : title;
}

static int edit(const struct forge *forge, int64_t number, const char *what,
                const struct node *body, struct err *err)
{
    const struct forge_row *row = forge_row(forge->target.kind);
    const struct node *answer = NULL;

    return forge_call(&answer, forge, what, row->pull_edit,
                      forge_row_url(forge, row->pull, number, 0), body, err);
}

static int edit_texts(struct pull *pull, const struct forge *forge, const struct node *found,
                      const struct pull_wish *wish, struct err *err)
{
    const struct forge_row *row = forge_row(forge->target.kind);
    const char *title = node_get(found, "title", NULL), *plain = plain_title(title, row);
    struct node *body = node_map(forge->arena);

    if (!wish->title || pull->foreign
        || (text_equal(plain, wish->title)
            && forge_body_equal(node_get(found, row->body_key, NULL), wish->body)))
        return 0;
    node_set_text(forge->arena, body, "title",
                  plain != title
                      ? arena_printf(forge->arena, "%s%s", row->draft_prefix, wish->title)
                      : wish->title);
    node_set_text(forge->arena, body, row->body_key, wish->body);
    pull->edited = true;
    return edit(forge, pull->number, "edit the pull request", body, err);
}

int pull_keep(struct pull *out, const struct forge *forge, const struct pull_wish *wish,
              struct err *err)
{
    const struct node *found;

    if (look(out, &found, forge, wish, err) < 0)
        return -1;
    return found ? edit_texts(out, forge, found, wish, err) : open_one(out, forge, wish, err);
}

int pull_close(struct pull *out, const struct forge *forge, const struct pull_wish *wish,
               struct err *err)
{
    const struct forge_row *row = forge_row(forge->target.kind);
    struct node *body = node_map(forge->arena);
    const struct node *found;

    if (look(out, &found, forge, wish, err) < 0)
        return -1;
    if (!out->number || out->foreign)
        return 0;
    node_set_text(forge->arena, body, row->close_key, row->close_value);
    return edit(forge, out->number, "close the pull request", body, err);
}

/* --- labels and reviewers --- */

static struct node *list_of(const struct forge *forge, const char *const *texts, size_t count)
{
    struct node *list = node_list(forge->arena);

    for (size_t i = 0; i < count; i++)
        node_add(list, node_string(forge->arena, texts[i]));
    return list;
}

int pull_label(const struct forge *forge, int64_t number, const char *const *labels, size_t count,
               struct err *err)
{
    const struct forge_row *row = forge_row(forge->target.kind);
    struct node *body = node_map(forge->arena);
    const struct node *answer = NULL;
    AUTO_TEXT joined = { 0 };

    if (row->labels) {
        node_set(body, "labels", list_of(forge, labels, count));
        return forge_call(&answer, forge, "label the pull request", "POST",
                          forge_row_url(forge, row->labels, number, 0), body, err);
    }
    for (size_t i = 0; i < count; i++)
        text_addf(&joined, "%s%s", i ? "," : "", labels[i]);
    node_set_text(forge->arena, body, "add_labels", joined.bytes);
    return edit(forge, number, "label the pull request", body, err);
}

/* GitLab wants numbers. */
static int find_account(int64_t *id, const struct forge *forge, const char *name, struct err *err)
{
    const struct forge_row *row = forge_row(forge->target.kind);
    const struct node *list = NULL;
    const char *text;

    if (forge_call(&list, forge, "look up a reviewer", "GET",
                   arena_printf(forge->arena, "%s%s", forge_row_collection(forge, row->users),
                                arena_printf(forge->arena, "?username=%s",
                                             http_url_escape(name, forge->arena))),
                   NULL, err)
        < 0)
        return -1;
    text = list->first ? node_get(list->first, "id", NULL) : NULL;
    if (!text || !parse_int(text, 1, INT64_MAX, id))
        return err_set(err, ERR_INPUT, 0, "%s has no account %s (output.pullRequest.reviewers)",
                       row->name, name);
    return 0;
}

int pull_ask_review(const struct forge *forge, int64_t number, const char *const *accounts,
                    size_t count, struct err *err)
{
    const struct forge_row *row = forge_row(forge->target.kind);
    struct node *body = node_map(forge->arena), *ids;
    const struct node *answer = NULL;

    if (row->reviewers) {
        node_set(body, "reviewers", list_of(forge, accounts, count));
        return forge_call(&answer, forge, "ask for a review", "POST",
                          forge_row_url(forge, row->reviewers, number, 0), body, err);
    }
    ids = node_set(body, "reviewer_ids", node_list(forge->arena));
    for (size_t i = 0; i < count; i++) {
        int64_t id;

        if (find_account(&id, forge, accounts[i], err) < 0)
            return -1;
        node_add(ids, node_int(forge->arena, id));
    }
    return edit(forge, number, "ask for a review", body, err);
}
