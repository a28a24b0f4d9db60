/* k8s-job/apply/cacerts_secret.c - reads the Secret of each cluster, writes it when it differs and
 * is ours, and reads it back.  Must not leave a byte of a key in memory that is not wiped, nor in a
 * text. */
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

/* One Secret on its way.  Everything but texts lives in an arena that is wiped at the end. */
struct job {
    struct direct_write *write;
    struct kube_call *call;
    struct arena *texts;     /* of the caller: for what people read */
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
static bool quotes(const struct job *job, const char *text)
{
    size_t len = strlen(text);

    for (size_t at = 0; at + ECHO_MIN <= len; at++)
        for (size_t i = 0;
             strspn(text + at, base64_digits) >= ECHO_MIN && i < job->write->file_count; i++) {
            const struct direct_file *file = &job->write->files[i];

            if (memmem(job->wanted[i], strlen(job->wanted[i]), text + at, ECHO_MIN)
                || memmem(file->bytes, file->len, text + at, ECHO_MIN))
                return true;
        }
    return false;
}

static bool end(struct job *job, enum direct_result result, const char *text)
{
    job->write->result = result;
    job->write->text = text ? arena_text(job->texts, text) : NULL;
    return false;
}

static bool end_answer(struct job *job, enum direct_result result, const char *hint,
                       struct arena *arena)
{
    struct err err;

    if (job->wrote)
        cacerts_secret_text_of(&err, &job->call->answer, job->name, job->keys);
    else
        kube_answer_failure(&err, &job->call->answer, job->name);
    if (quotes(job, err.text))
        err_set(&err, ERR_KUBE, job->call->answer.status,
                "%s: HTTP %d; the server's words quote what was sent and are left out", job->name,
                job->call->answer.status);
    return end(job, result, arena_printf(arena, "%s%s", err.text, hint));
}

static bool ask_read(struct job *job, enum phase phase)
{
    job->phase = phase;
    job->call->request = (struct kube_request){ .method = "GET",
                                                .path = job->path,
                                                .secret = true,
                                                .kind = "Secret",
                                                .name = job->write->name };
    return true;
}

static void add_copy(struct node *map, const char *key, const struct node *value,
                     struct arena *arena)
{
    if (value && value->first)
        node_set(map, key, node_copy(arena, value));
}

/* The resourceVersion guards against whatever came between reading and writing. */
static struct node *object_of(const struct job *job, struct arena *arena)
{
    const struct direct_write *write = job->write;
    struct node *object = node_map(arena), *metadata, *data;

    node_set_text(arena, object, "apiVersion", "v1");
    node_set_text(arena, object, "kind", "Secret");
    metadata = node_set(object, "metadata", node_map(arena));
    node_set_text(arena, metadata, "name", write->name);
    node_set_text(arena, metadata, "namespace", write->namespace);
    node_set_text(arena, metadata, "resourceVersion",
                  node_get(job->live, "metadata", "resourceVersion", NULL));
    add_copy(metadata, "labels", write->labels, arena);
    add_copy(metadata, "annotations", write->annotations, arena);
    node_set_text(arena, object, "type", "Opaque");
    data = node_set(object, "data", node_map(arena));
    for (size_t i = 0; i < write->file_count; i++)
        node_set(data, write->files[i].name, node_string(arena, job->wanted[i]));
    return object;
}

static bool ask_write(struct job *job, struct arena *arena)
{
    text_clear(&job->body);
    write_json(&job->body, object_of(job, arena), false);
    job->phase = WRITING;
    job->wrote = true;
    job->call->request = (struct kube_request){
        .method = "PATCH",
        .content_type = "application/apply-patch+yaml",
        .path = arena_printf(arena, "%s?fieldManager=" KUBE_MANAGER "%s", job->path,
                             job->write->take_over ? "&force=true" : ""),
        .body = job->body.bytes,
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

static bool contains(const char *const *names, size_t count, const char *name)
{
    for (size_t i = 0; i < count; i++)
        if (strcmp(names[i], name) == 0)
            return true;
    return false;
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
        if (!contains(names, count, manager))
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
 * words is new each time: an audit id, an order, times. */
static const char *conflict_owner(const struct node *answer, struct arena *arena)
{
    const struct node *causes = node_find(node_find(answer, "details"), "causes");
    const char **names = NULL;
    size_t count = 0;

    for (const struct node *cause = causes && causes->kind == NODE_LIST ? causes->first : NULL;
         cause; cause = cause->next) {
        const char *name = conflicting_manager(cause, arena);

        if (name && !contains(names, count, name))
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
static bool owned_exactly(const struct job *job, struct arena *arena)
{
    const struct node *keys = our_keys(job->live);

    for (size_t i = 0; i < job->write->file_count; i++)
        if (!node_find(keys, arena_printf(arena, "f:%s", job->write->files[i].name)))
            return false;
    for (const struct node *key = keys ? keys->first : NULL; key; key = key->next)
        if (text_starts(key->key, "f:") && !is_wanted(job->write, key->key + 2))
            return false;
    return true;
}

/* Names of the wanted keys that live does not hold byte for byte; NULL: it holds all. */
static const char *differing_keys(const struct job *job, const struct node *live,
                                  struct arena *arena)
{
    const struct node *data = node_find(live, "data");
    const char *names = NULL;

    for (size_t i = 0; i < job->write->file_count; i++) {
        const char *name = job->write->files[i].name;

        if (!text_equal(node_text(node_find(data, name)), job->wanted[i]))
            names = names ? arena_printf(arena, "%s, %s", names, name) : name;
    }
    return names;
}

#define TAKE_OVER_HINT                                                                             \
    "weft leaves it alone.  If weft is to write it from now on, stop the other writer and set "    \
    "clusters[].takeOver: true for this cluster"

/* These words become a status in Git: the same in each pass. */
static bool end_foreign(struct job *job, const char *owner, struct arena *arena)
{
    if (!owner || quotes(job, owner))
        owner = "another manager";
    return end(job, DIRECT_FOREIGN,
               arena_printf(arena, "%s is written by %s: " TAKE_OVER_HINT, job->name, owner));
}

static bool after_read(struct job *job, struct arena *arena)
{
    const char *owner;

    job->live = job->call->answer.body;
    if (!job->live)
        return end_answer(job, DIRECT_FAILED, "", arena);
    if (node_get(job->live, "metadata", "deletionTimestamp", NULL))
        return end(job, DIRECT_FAILED, arena_printf(arena, "%s is being deleted", job->name));
    job->write->seen = differing_keys(job, job->live, arena) ? DIRECT_OTHER : DIRECT_HELD;
    owner = cacerts_secret_foreign_owner(job->live, arena);
    if (owner && !job->write->take_over)
        return end_foreign(job, owner, arena);
    if (job->write->seen == DIRECT_HELD && owned_exactly(job, arena))
        return end(job, job->wrote ? DIRECT_WRITTEN : DIRECT_SAME, NULL);
    return ask_write(job, arena);
}

static bool after_verify(struct job *job, struct arena *arena)
{
    const struct node *live = job->call->answer.body;
    const char *keys = differing_keys(job, live, arena), *owner;

    if (!live)
        return end_answer(job, DIRECT_FAILED, "", arena);
    job->write->seen = keys ? DIRECT_OTHER : DIRECT_HELD;
    if (!keys)
        return end(job, DIRECT_WRITTEN, NULL);
    owner = cacerts_secret_foreign_owner(live, arena);
    return end(job, DIRECT_FAILED,
               arena_printf(arena, "%s was written, but what was read back differs in %s: %s%s",
                            job->name, keys, owner ? "it is changed at once by " : "",
                            owner ? owner : "is there an admission webhook that changes Secrets?"));
}

static bool after_missing(struct job *job, struct arena *arena)
{
    if (job->phase != WRITING && kube_answer_is_status(&job->call->answer))
        job->write->seen = DIRECT_MISSING;
    if (job->phase == READING && kube_answer_is_status(&job->call->answer)) {
        job->live = NULL;
        return ask_write(job, arena);
    }
    if (job->phase == VERIFYING)
        return end_answer(job, DIRECT_FAILED, "; it was written, and somebody deleted it at once",
                          arena);
    return end_answer(job, DIRECT_FAILED, job->phase == WRITING ? "; is its namespace there?" : "",
                      arena);
}

static bool after_forbidden(struct job *job, struct arena *arena)
{
    const struct direct_write *write = job->write;
    bool creating = job->phase == WRITING && !job->live;
    const char *verbs = creating ? "create and patch" : job->phase == WRITING ? "patch" : "get";
    const char *hint =
        arena_printf(arena, "; needed on secrets in namespace %s: %s for resourceNames [%s]",
                     write->namespace, verbs, write->name);

    if (creating)
        hint = arena_printf(arena,
                            "%s (without create: make it empty once, kubectl -n %s create secret "
                            "generic %s)",
                            hint, write->namespace, write->name);
    return end_answer(job, DIRECT_FORBIDDEN, hint, arena);
}

static bool after_conflict(struct job *job, struct arena *arena)
{
    if (objects_field_conflict(&job->call->answer))
        return end_foreign(job, conflict_owner(job->call->answer.body, arena), arena);
    if (++job->conflicts >= CONFLICT_TRIES)
        return end_answer(job, DIRECT_FAILED, "; it changes faster than it can be written", arena);
    return ask_read(job, READING);
}

/* The type of a Secret is for ever. */
static bool after_invalid(struct job *job, struct arena *arena)
{
    const char *type = node_get(job->live, "type", NULL);

    if (!type || strcmp(type, "Opaque") == 0)
        return end_answer(job, DIRECT_FAILED, "", arena);
    return end_answer(job, DIRECT_FAILED,
                      arena_printf(arena,
                                   "; its type is %s, must be Opaque and cannot be changed: delete "
                                   "the Secret, and the next pass creates it",
                                   type),
                      arena);
}

static bool next(struct kube_call *call, struct arena *arena)
{
    struct job *job = call->context;

    if (call->err.kind != ERR_NONE)
        return end(job, DIRECT_FAILED, arena_printf(arena, "%s: %s", job->name, call->err.text));
    switch (call->answer.status) {
    case 200:
    case 201:
        if (job->phase == READING)
            return after_read(job, arena);
        if (job->phase == VERIFYING)
            return after_verify(job, arena);
        FAULT("direct.write.after");
        return ask_read(job, VERIFYING);
    case 403:
        return after_forbidden(job, arena);
    case 404:
        return after_missing(job, arena);
    case 409:
        return after_conflict(job, arena);
    case 422:
        return after_invalid(job, arena);
    default:
        return end_answer(job, DIRECT_FAILED, "", arena);
    }
}

static void encode_files(struct job *job, struct arena *arena)
{
    job->wanted = ARENA_NEW(arena, const char *, job->write->file_count);
    job->keys = ARENA_NEW(arena, const char *, job->write->file_count + 1);
    for (size_t i = 0; i < job->write->file_count; i++) {
        AUTO_TEXT encoded = { .secret = true };

        job->keys[i] = job->write->files[i].name;
        base64_encode(&encoded, job->write->files[i].bytes, job->write->files[i].len);
        job->wanted[i] = arena_bytes(arena, encoded.bytes, encoded.len);
    }
}

static struct job job_of(struct direct_write *write, struct kube_call *call, struct arena *texts,
                         struct arena *arena)
{
    struct job job = {
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

    encode_files(&job, arena);
    return job;
}

void cacerts_secret_apply(struct direct_write *writes, size_t count, struct arena *arena)
{
    AUTO(arena_shred) struct arena *scratch = arena_new();
    struct kube_call *calls = ARENA_NEW(scratch, struct kube_call, count);
    struct job *jobs = ARENA_NEW(scratch, struct job, count);

    for (size_t i = 0; i < count; i++) {
        writes[i].result = DIRECT_FAILED;
        writes[i].seen = DIRECT_UNSEEN;
        writes[i].text = "not tried";
        jobs[i] = job_of(&writes[i], &calls[i], arena, scratch);
        calls[i] = (struct kube_call){ .kube = writes[i].kube, .next = next, .context = &jobs[i] };
        ask_read(&jobs[i], READING);
    }
    kube_all(calls, count, scratch);
    for (size_t i = 0; i < count; i++)
        text_free(&jobs[i].body);
}
