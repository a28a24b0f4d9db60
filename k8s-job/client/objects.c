/* k8s-job/client/objects.c - lists page by page, and server-side apply.  Decides nothing about what
 * is read or written.
 *
 * A list is read in pages of 500, the size that kubectl uses. All pages are of the resourceVersion
 * of the first one, by the token that the server hands out. When etcd has compacted that version
 * the server answers 410: then everything read so far is dropped and the list begins again,
 * because pages of two versions can miss an object that was there all the time, and what is
 * missing from a list counts as deleted further on. After three such restarts the list is asked
 * for in one piece, which cannot expire.
 *
 * So a list is complete or unread; there is no third result. Strictness about its shape follows
 * from the same rule: an error page that happens to be JSON must not pass for an empty list. */
#include "k8s-job/client/objects.h"
#include "base/http_url.h"
#include "base/write_json.h"
#include "k8s-job/client/scheduler.h"

#include "base/write.h"
#include "k8s-job/client/answer.h"

#include <string.h>

enum { LIST_TIMEOUT_S = 120 };

const char *objects_list_page_path(const char *path, unsigned limit, const char *continue_token,
                                   struct arena *arena)
{
    const char *separator = strchr(path, '?') ? "&" : "?";

    if (limit == 0)
        return path;
    if (text_empty(continue_token))
        return arena_printf(arena, "%s%slimit=%u", path, separator, limit);
    return arena_printf(arena, "%s%slimit=%u&continue=%s", path, separator, limit,
                        http_url_escape(continue_token, arena));
}

static const char nameless[] = "an item is no object with a name";

static bool has_name(const struct node *item)
{
    return !text_empty(node_get(item, "metadata", "name", NULL));
}

/* What is wrong with a page; NULL: nothing.  Strict, so that no other answer counts as an empty
 * list. Go writes an empty list as null, too. */
static const char *wrong_shape(const struct node *page, const char *kind, struct arena *arena)
{
    const struct node *items = node_find(page, "items");
    const char *list_kind = node_get(page, "kind", NULL);
    size_t len = strlen(kind);

    if (!list_kind || strncmp(list_kind, kind, len) != 0 || strcmp(list_kind + len, "List") != 0)
        return arena_printf(arena, "the answer is not a %sList", kind);
    if (!items || (items->kind != NODE_LIST && items->kind != NODE_NULL))
        return "the answer holds no list of items";
    for (const struct node *item = items->kind == NODE_LIST ? items->first : NULL; item;
         item = item->next)
        if (!has_name(item))
            return nameless;
    return NULL;
}

static void read_page(struct kube_list_reader *reader, const struct node *page, struct arena *arena)
{
    const struct node *items = node_find(page, "items");
    const char *version = node_get(page, "apiVersion", NULL);
    const char *token = node_get(page, "metadata", "continue", NULL);
    const char *before = reader->token;
    struct kube_list *list = &reader->list;

    reader->token = text_empty(token) ? NULL : arena_text(arena, token);
    if (!reader->wrong) /* with an item */
        reader->wrong = wrong_shape(page, reader->kind, arena);
    if (!reader->wrong && reader->token && text_equal(before, reader->token))
        reader->wrong = "a page names itself as the next one";
    if (reader->wrong)
        return;
    list->kind = reader->kind;
    list->api_version = version ? arena_text(arena, version) : "";
    for (const struct node *item = items->kind == NODE_LIST ? items->first : NULL; item;
         item = item->next)
        ARENA_PUSH(arena, list->items, list->count)->node = item;
}

/* Its items were taken already, before it was known whether the page is right. */
static void take_page(struct kube_call *call, const struct node *head, struct arena *arena)
{
    struct kube_list_reader *reader = call->context;

    read_page(reader, head, arena);
    if (reader->wrong)
        reader->each(reader->context, NULL);
}

static void take_item(struct kube_call *call, const struct node *item)
{
    struct kube_list_reader *reader = call->context;

    if (!has_name(item))
        reader->wrong = nameless;
    if (!reader->wrong)
        reader->each(reader->context, item);
}

/* The token of a page has expired (410): reads the list again from its first page, and after a few
 * restarts without pages. */
static bool restart_list(struct kube_list_reader *reader, struct kube_call *call,
                         struct arena *arena)
{
    if (!reader->paged || reader->restarts > LIST_RESTARTS)
        return false;
    reader->restarts++;
    reader->paged = reader->restarts <= LIST_RESTARTS;
    reader->list = (struct kube_list){ 0 };
    reader->token = NULL;
    reader->at = 0;
    if (reader->each)
        reader->each(reader->context, NULL);
    call->request.path =
        objects_list_page_path(reader->path, reader->paged ? LIST_PAGE : 0, NULL, arena);
    return true;
}

/* The pages of a list have a budget, because a server that always hands out a new token would
 * otherwise never end. */
static bool next_page(struct kube_call *call, struct arena *arena)
{
    struct kube_list_reader *reader = call->context;

    if (call->err.kind != ERR_NONE)
        return false;
    if (call->answer.status == 410)
        return restart_list(reader, call, arena);
    if (call->answer.status != 200)
        return false;
    reader->at = reader->at ? reader->at : call->answer.server_time;
    if (!reader->each)
        read_page(reader, call->answer.body, arena);
    if (reader->wrong || !reader->token || kube_spend_page(call->kube, &reader->spent) < 0)
        return false;
    call->request.path = objects_list_page_path(reader->path, LIST_PAGE, reader->token, arena);
    return true;
}

void objects_list_begin(struct kube_list_reader *reader, struct kube *kube, const char *kind,
                        const char *path, struct arena *arena)
{
    *reader = (struct kube_list_reader){
        .path = path,
        .kind = kind,
        .paged = true,
        .call = { .kube = kube,
                  .request = { .method = "GET",
                               .path = objects_list_page_path(path, LIST_PAGE, NULL, arena) },
                  .timeout_s = LIST_TIMEOUT_S,
                  .next = next_page,
                  .context = reader },
    };
}

void objects_list_all(struct kube_list_reader *readers, size_t count, struct arena *arena)
{
    struct kube_call *calls = ARENA_NEW(arena, struct kube_call, count);

    for (size_t i = 0; i < count; i++) {
        calls[i] = readers[i].call;
        if (!readers[i].each)
            continue;
        calls[i].take = take_page;
        calls[i].item = take_item;
    }
    kube_all(calls, count, arena);
    for (size_t i = 0; i < count; i++)
        readers[i].call = calls[i];
}

int objects_list_end(struct kube_list *out, struct kube_list_reader *reader, struct err *err)
{
    const struct kube_call *call = &reader->call;

    *out = reader->list;
    if (call->err.kind != ERR_NONE) {
        *err = call->err;
        return -1;
    }
    if (call->answer.status != 200)
        return kube_answer_failure(err, &call->answer, "list");
    if (reader->spent.kind != ERR_NONE) {
        *err = reader->spent;
        return -1;
    }
    return reader->wrong ? err_set(err, ERR_KUBE, 0, "list: %s", reader->wrong) : 0;
}

int objects_list(struct kube_list *out, struct kube *kube, const char *kind, const char *path,
                 struct arena *arena, struct err *err)
{
    struct kube_list_reader reader;

    objects_list_begin(&reader, kube, kind, path, arena);
    objects_list_all(&reader, 1, arena);
    return objects_list_end(out, &reader, err) < 0 ? err_wrap(err, "%s", path) : 0;
}

struct kube_call objects_apply_call(struct kube *kube, const char *path, const struct node *object,
                                    bool force, struct arena *arena)
{
    AUTO_TEXT body = { 0 };

    write_json(&body, object, false);
    return (struct kube_call){
        .kube = kube,
        .request = { .method = "PATCH",
                     .content_type = "application/apply-patch+yaml",
                     .path = arena_printf(arena, "%s?fieldManager=" KUBE_MANAGER "%s", path,
                                          force ? "&force=true" : ""),
                     .body = arena_bytes(arena, body.bytes, body.len) },
    };
}

/* A 409 means two things: another resourceVersion, which reading again settles, or fields of
 * another manager, which it does not. Only the causes tell them apart. */
bool objects_field_conflict(const struct kube_answer *answer)
{
    const struct node *details = node_find(answer->body, "details");
    const struct node *causes = details ? node_find(details, "causes") : NULL;
    const struct node *cause = causes && causes->kind == NODE_LIST ? causes->first : NULL;

    while (cause && !text_equal(node_get(cause, "reason", NULL), "FieldManagerConflict"))
        cause = cause->next;
    return cause != NULL;
}

int objects_apply(struct kube *kube, struct kube_answer *answer, const char *path,
                  const struct node *object, bool force, struct arena *arena, struct err *err)
{
    struct kube_call call = objects_apply_call(kube, path, object, force, arena);

    kube_all(&call, 1, arena);
    *answer = call.answer;
    if (call.err.kind != ERR_NONE) {
        *err = call.err;
        return -1;
    }
    return answer->status >= 400 ? kube_answer_failure(err, answer, path) : 0;
}
