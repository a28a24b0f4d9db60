/* k8s-job/apply/cacerts_secret.c - reads the Secret of each cluster, writes it when it differs and
 * is ours, and reads it back.  Must not leave a byte of a key in memory that is not wiped, nor in a
 * text.
 *
 * Read, write, read: the first reading finds a Secret that is as wanted, and then nothing is
 * written; or one of another owner, which weft leaves alone.  The write carries the resourceVersion
 * that was read, so that a change in between is a conflict and no overwriting.  The second reading
 * is what the receipt rests on: an admission webhook or another controller may have changed what
 * was written, and the server's answer to the write does not show that.  A kill after the
 * write leaves a Secret that is right and has no receipt, which the next pass finds in its first
 * reading. */
#include "k8s-job/apply/cacerts_secret.h"
#include "base/base64.h"
#include "base/http_url.h"
#include "base/write_json.h"
#include "k8s-job/client/scheduler.h"

#include "base/fault.h"
#include "base/write.h"
#include "k8s-job/apply/cacerts_secret_text.h"
#include "k8s-job/client/answer.h"
#include "k8s-job/client/objects.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

enum { CONFLICT_TRIES = 5, ECHO_MIN = 12 };

static const char *const direct_result_names[] = {
    [DIRECT_SAME] = "same",           [DIRECT_WRITTEN] = "written", [DIRECT_FOREIGN] = "foreign",
    [DIRECT_FORBIDDEN] = "forbidden", [DIRECT_FAILED] = "failed",
};
static_assert(LENGTH(direct_result_names) == DIRECT_FAILED + 1, "every result has a name");
const struct enum_table direct_results = ENUM_TABLE(direct_result_names);

enum phase { READING, WRITING, VERIFYING };

/* One Secret while its requests run.  Everything but texts lives in an arena that is wiped at the
 * end. */
struct secret_write {
    struct direct_write *write;
    struct kube_call *call;
    struct arena *texts;     /* of the caller: for texts */
    const char *name, *path; /* "Secret istio-system/cacerts of cluster east" */
    const char **wanted;     /* base64 of each file */
    const char **keys;       /* their names, ended by NULL */
    const struct node *live; /* NULL: it does not exist */
    struct text body;
    enum phase phase;
    bool wrote;
    int conflicts;
};

static const char base64_digits[] =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/=";

/* A server may quote what it could not read: of the base64 that was sent, or of the base64 that is
 * in a PEM, no piece may get into a text. */
static bool quotes(const struct secret_write *secret_write, const char *text)
{
    size_t len = strlen(text);

    for (size_t at = 0; at + ECHO_MIN <= len; at++)
        for (size_t i = 0;
             strspn(text + at, base64_digits) >= ECHO_MIN && i < secret_write->write->file_count;
             i++) {
            const struct direct_file *file = &secret_write->write->files[i];

            if (memmem(secret_write->wanted[i], strlen(secret_write->wanted[i]), text + at,
                       ECHO_MIN)
                || memmem(file->bytes, file->len, text + at, ECHO_MIN))
                return true;
        }
    return false;
}

static bool end_write(struct secret_write *secret_write, enum direct_result result,
                      const char *text)
{
    secret_write->write->result = result;
    secret_write->write->text = text ? arena_text(secret_write->texts, text) : NULL;
    return false;
}

static bool end_answer(struct secret_write *secret_write, enum direct_result result,
                       const char *hint, struct arena *arena)
{
    struct err err;

    if (secret_write->wrote)
        cacerts_secret_text_of(&err, &secret_write->call->answer, secret_write->name,
                               secret_write->keys);
    else
        kube_answer_failure(&err, &secret_write->call->answer, secret_write->name);
    if (quotes(secret_write, err.text))
        err_set(&err, ERR_KUBE, secret_write->call->answer.status,
                "%s: HTTP %d; the server's text quotes what was sent and is left out",
                secret_write->name, secret_write->call->answer.status);
    return end_write(secret_write, result, arena_printf(arena, "%s%s", err.text, hint));
}

static bool request_read(struct secret_write *secret_write, enum phase phase)
{
    secret_write->phase = phase;
    secret_write->call->request = (struct kube_request){ .method = "GET",
                                                         .path = secret_write->path,
                                                         .secret = true,
                                                         .kind = "Secret",
                                                         .name = secret_write->write->name };
    return true;
}

static void add_copy(struct node *map, const char *key, const struct node *value,
                     struct arena *arena)
{
    if (value && value->first)
        node_set(map, key, node_copy(arena, value));
}

/* The resourceVersion makes the write fail if the Secret changed since it was read. */
static struct node *object_of(const struct secret_write *secret_write, struct arena *arena)
{
    const struct direct_write *write = secret_write->write;
    struct node *object = node_map(arena), *metadata, *data;

    node_set_text(arena, object, "apiVersion", "v1");
    node_set_text(arena, object, "kind", "Secret");
    metadata = node_set(object, "metadata", node_map(arena));
    node_set_text(arena, metadata, "name", write->name);
    node_set_text(arena, metadata, "namespace", write->namespace);
    node_set_text(arena, metadata, "resourceVersion",
                  node_get(secret_write->live, "metadata", "resourceVersion", NULL));
    add_copy(metadata, "labels", write->labels, arena);
    add_copy(metadata, "annotations", write->annotations, arena);
    node_set_text(arena, object, "type", "Opaque");
    data = node_set(object, "data", node_map(arena));
    for (size_t i = 0; i < write->file_count; i++)
        node_set(data, write->files[i].name, node_string(arena, secret_write->wanted[i]));
    return object;
}

static bool request_write(struct secret_write *secret_write, struct arena *arena)
{
    text_clear(&secret_write->body);
    write_json(&secret_write->body, object_of(secret_write, arena), false);
    secret_write->phase = WRITING;
    secret_write->wrote = true;
    secret_write->call->request = (struct kube_request){
        .method = "PATCH",
        .content_type = "application/apply-patch+yaml",
        .path = arena_printf(arena, "%s?fieldManager=" KUBE_MANAGER "%s", secret_write->path,
                             secret_write->write->take_over ? "&force=true" : ""),
        .body = secret_write->body.bytes,
        .secret = true,
    };
    FAULT("direct.write.before");
    return true;
}

/* Keys of data that an entry of managedFields owns; NULL: none. */
static const struct node *owned_keys(const struct node *entry)
{
    const struct node *data = node_find(node_find(entry, "fieldsV1"), "f:data");

    return data && data->kind == NODE_MAP ? data : NULL;
}

static const struct node *first_manager(const struct node *live)
{
    const struct node *list = node_find(node_find(live, "metadata"), "managedFields");

    return list && list->kind == NODE_LIST ? list->first : NULL;
}

static bool owns_any(const struct node *entry)
{
    const struct node *keys = owned_keys(entry), *key = keys ? keys->first : NULL;

    while (key && strcmp(key->key, ".") == 0)
        key = key->next;
    return key != NULL;
}

/* "a" and "b": each once, in their own order, for the server's varies. */
static const char *join_names(const char **names, size_t count, struct arena *arena)
{
    const char *joined = NULL;

    if (count)
        qsort(names, count, sizeof *names, text_compare);
    for (size_t i = 0; i < count; i++)
        joined = joined ? arena_printf(arena, "%s and \"%s\"", joined, names[i])
                        : arena_printf(arena, "\"%s\"", names[i]);
    return joined;
}

const char *cacerts_secret_foreign_owner(const struct node *live, struct arena *arena)
{
    const char **names = NULL;
    size_t count = 0;

    for (const struct node *entry = first_manager(live); entry; entry = entry->next) {
        const char *manager = node_get(entry, "manager", NULL);

        if (!owns_any(entry) || text_equal(manager, KUBE_MANAGER))
            continue;
        if (!manager || !cacerts_secret_text_is_plain(manager))
            manager = "an unnamed manager";
        if (!text_listed(names, count, manager))
            *ARENA_PUSH(arena, names, count) = manager;
    }
    return join_names(names, count, arena);
}

/* The name in: conflict with "helm" using v1.  NULL: it has another form. */
static const char *conflicting_manager(const struct node *cause, struct arena *arena)
{
    static const char before[] = "conflict with \"";
    const char *message = node_get(cause, "message", NULL), *end;

    if (!message || !text_starts(message, before))
        return NULL;
    message += strlen(before);
    end = strchr(message, '"');
    message = end ? arena_bytes(arena, message, (size_t)(end - message)) : NULL;
    return message && cacerts_secret_text_is_plain(message) ? message : NULL;
}

/* Managers that own what we apply, by the causes of a 409; NULL: it names none.  The rest of its
 * text differs each time: an audit id, an order, times. */
static const char *conflict_owner(const struct node *answer, struct arena *arena)
{
    const struct node *causes = node_find(node_find(answer, "details"), "causes");
    const char **names = NULL;
    size_t count = 0;

    for (const struct node *cause = causes && causes->kind == NODE_LIST ? causes->first : NULL;
         cause; cause = cause->next) {
        const char *name = conflicting_manager(cause, arena);

        if (name && !text_listed(names, count, name))
            *ARENA_PUSH(arena, names, count) = name;
    }
    return join_names(names, count, arena);
}

/* What we applied last: server-side apply tells its owner from one that updates. */
static const struct node *our_keys(const struct node *live)
{
    const struct node *entry = first_manager(live);

    while (entry
           && (!text_equal(node_get(entry, "manager", NULL), KUBE_MANAGER)
               || !text_equal(node_get(entry, "operation", NULL), "Apply") || !owned_keys(entry)))
        entry = entry->next;
    return entry ? owned_keys(entry) : NULL;
}

static bool is_wanted(const struct direct_write *write, const char *key)
{
    for (size_t i = 0; i < write->file_count; i++)
        if (text_equal(write->files[i].name, key))
            return true;
    return false;
}

/* Each wanted key is ours, and no other one is: what we no longer want has to go. */
static bool owned_exactly(const struct secret_write *secret_write, struct arena *arena)
{
    const struct node *keys = our_keys(secret_write->live);

    for (size_t i = 0; i < secret_write->write->file_count; i++)
        if (!node_find(keys, arena_printf(arena, "f:%s", secret_write->write->files[i].name)))
            return false;
    for (const struct node *key = keys ? keys->first : NULL; key; key = key->next)
        if (text_starts(key->key, "f:") && !is_wanted(secret_write->write, key->key + 2))
            return false;
    return true;
}

/* Names of the wanted keys that live does not hold byte for byte; NULL: it holds all. */
static const char *differing_keys(const struct secret_write *secret_write, const struct node *live,
                                  struct arena *arena)
{
    const struct node *data = node_find(live, "data");
    const char *names = NULL;

    for (size_t i = 0; i < secret_write->write->file_count; i++) {
        const char *name = secret_write->write->files[i].name;

        if (!text_equal(node_text(node_find(data, name)), secret_write->wanted[i]))
            names = names ? arena_printf(arena, "%s, %s", names, name) : name;
    }
    return names;
}

#define TAKE_OVER_HINT                                                                             \
    "weft leaves it alone.  If weft is to write it from now on, stop the other writer and set "    \
    "clusters[].takeOver: true for this cluster"

/* The text becomes part of a status in Git, so it must be the same in each pass. */
static bool end_foreign(struct secret_write *secret_write, const char *owner, struct arena *arena)
{
    if (!owner || quotes(secret_write, owner))
        owner = "another manager";
    return end_write(
        secret_write, DIRECT_FOREIGN,
        arena_printf(arena, "%s is written by %s: " TAKE_OVER_HINT, secret_write->name, owner));
}

static bool after_read(struct secret_write *secret_write, struct arena *arena)
{
    const char *owner;

    secret_write->live = secret_write->call->answer.body;
    if (!secret_write->live)
        return end_answer(secret_write, DIRECT_FAILED, "", arena);
    if (node_get(secret_write->live, "metadata", "deletionTimestamp", NULL))
        return end_write(secret_write, DIRECT_FAILED,
                         arena_printf(arena, "%s is being deleted", secret_write->name));
    secret_write->write->seen =
        differing_keys(secret_write, secret_write->live, arena) ? DIRECT_OTHER : DIRECT_HELD;
    owner = cacerts_secret_foreign_owner(secret_write->live, arena);
    if (owner && !secret_write->write->take_over)
        return end_foreign(secret_write, owner, arena);
    if (secret_write->write->seen == DIRECT_HELD && owned_exactly(secret_write, arena))
        return end_write(secret_write, secret_write->wrote ? DIRECT_WRITTEN : DIRECT_SAME, NULL);
    return request_write(secret_write, arena);
}

static bool after_verify(struct secret_write *secret_write, struct arena *arena)
{
    const struct node *live = secret_write->call->answer.body;
    const char *keys = differing_keys(secret_write, live, arena), *owner;

    if (!live)
        return end_answer(secret_write, DIRECT_FAILED, "", arena);
    secret_write->write->seen = keys ? DIRECT_OTHER : DIRECT_HELD;
    if (!keys)
        return end_write(secret_write, DIRECT_WRITTEN, NULL);
    owner = cacerts_secret_foreign_owner(live, arena);
    return end_write(
        secret_write, DIRECT_FAILED,
        arena_printf(arena, "%s was written, but what was read back differs in %s: %s%s",
                     secret_write->name, keys, owner ? "it is changed at once by " : "",
                     owner ? owner : "is there an admission webhook that changes Secrets?"));
}

static bool after_missing(struct secret_write *secret_write, struct arena *arena)
{
    if (secret_write->phase != WRITING && kube_answer_is_status(&secret_write->call->answer))
        secret_write->write->seen = DIRECT_MISSING;
    if (secret_write->phase == READING && kube_answer_is_status(&secret_write->call->answer)) {
        secret_write->live = NULL;
        return request_write(secret_write, arena);
    }
    if (secret_write->phase == VERIFYING)
        return end_answer(secret_write, DIRECT_FAILED,
                          "; it was written, and another client deleted it at once", arena);
    return end_answer(secret_write, DIRECT_FAILED,
                      secret_write->phase == WRITING ? "; is its namespace there?" : "", arena);
}

static bool after_forbidden(struct secret_write *secret_write, struct arena *arena)
{
    const struct direct_write *write = secret_write->write;
    bool creating = secret_write->phase == WRITING && !secret_write->live;
    const char *verbs = creating                         ? "create and patch"
                        : secret_write->phase == WRITING ? "patch"
                                                         : "get";
    const char *hint =
        arena_printf(arena, "; needed on secrets in namespace %s: %s for resourceNames [%s]",
                     write->namespace, verbs, write->name);

    if (creating)
        hint = arena_printf(arena,
                            "%s (without create: make it empty once, kubectl -n %s create secret "
                            "generic %s)",
                            hint, write->namespace, write->name);
    return end_answer(secret_write, DIRECT_FORBIDDEN, hint, arena);
}

static bool after_conflict(struct secret_write *secret_write, struct arena *arena)
{
    if (objects_field_conflict(&secret_write->call->answer))
        return end_foreign(secret_write, conflict_owner(secret_write->call->answer.body, arena),
                           arena);
    if (++secret_write->conflicts >= CONFLICT_TRIES)
        return end_answer(secret_write, DIRECT_FAILED, "; it changes faster than it can be written",
                          arena);
    return request_read(secret_write, READING);
}

/* The type of a Secret cannot be changed. */
static bool after_invalid(struct secret_write *secret_write, struct arena *arena)
{
    const char *type = node_get(secret_write->live, "type", NULL);

    if (!type || strcmp(type, "Opaque") == 0)
        return end_answer(secret_write, DIRECT_FAILED, "", arena);
    return end_answer(secret_write, DIRECT_FAILED,
                      arena_printf(arena,
                                   "; its type is %s, must be Opaque and cannot be changed: delete "
                                   "the Secret, and the next pass creates it",
                                   type),
                      arena);
}

static bool next_request(struct kube_call *call, struct arena *arena)
{
    struct secret_write *secret_write = call->context;

    if (call->err.kind != ERR_NONE)
        return end_write(secret_write, DIRECT_FAILED,
                         arena_printf(arena, "%s: %s", secret_write->name, call->err.text));
    switch (call->answer.status) {
    case 200:
    case 201:
        if (secret_write->phase == READING)
            return after_read(secret_write, arena);
        if (secret_write->phase == VERIFYING)
            return after_verify(secret_write, arena);
        FAULT("direct.write.after");
        return request_read(secret_write, VERIFYING);
    case 403:
        return after_forbidden(secret_write, arena);
    case 404:
        return after_missing(secret_write, arena);
    case 409:
        return after_conflict(secret_write, arena);
    case 422:
        return after_invalid(secret_write, arena);
    default:
        return end_answer(secret_write, DIRECT_FAILED, "", arena);
    }
}

static void encode_files(struct secret_write *secret_write, struct arena *arena)
{
    secret_write->wanted = ARENA_NEW(arena, const char *, secret_write->write->file_count);
    secret_write->keys = ARENA_NEW(arena, const char *, secret_write->write->file_count + 1);
    for (size_t i = 0; i < secret_write->write->file_count; i++) {
        AUTO_TEXT encoded = { .secret = true };

        secret_write->keys[i] = secret_write->write->files[i].name;
        base64_encode(&encoded, secret_write->write->files[i].bytes,
                      secret_write->write->files[i].len);
        secret_write->wanted[i] = arena_bytes(arena, encoded.bytes, encoded.len);
    }
}

static struct secret_write secret_write_of(struct direct_write *write, struct kube_call *call,
                                           struct arena *texts, struct arena *arena)
{
    struct secret_write secret_write = {
        .write = write,
        .call = call,
        .texts = texts,
        .name = arena_printf(arena, "Secret %s/%s of cluster %s", write->namespace, write->name,
                             write->cluster),
        .path = arena_printf(arena, "/api/v1/namespaces/%s/secrets/%s",
                             http_url_escape(write->namespace, arena),
                             http_url_escape(write->name, arena)),
        .body = { .secret = true },
    };

    encode_files(&secret_write, arena);
    return secret_write;
}

void cacerts_secret_apply(struct direct_write *writes, size_t count, struct arena *arena)
{
    AUTO(arena_shred) struct arena *scratch = arena_new();
    struct kube_call *calls = ARENA_NEW(scratch, struct kube_call, count);
    struct secret_write *secret_writes = ARENA_NEW(scratch, struct secret_write, count);

    for (size_t i = 0; i < count; i++) {
        writes[i].result = DIRECT_FAILED;
        writes[i].seen = DIRECT_UNSEEN;
        writes[i].text = "not tried";
        secret_writes[i] = secret_write_of(&writes[i], &calls[i], arena, scratch);
        calls[i] = (struct kube_call){ .kube = writes[i].kube,
                                       .next = next_request,
                                       .context = &secret_writes[i] };
        request_read(&secret_writes[i], READING);
    }
    kube_all(calls, count, scratch);
    for (size_t i = 0; i < count; i++)
        text_free(&secret_writes[i].body);
}
