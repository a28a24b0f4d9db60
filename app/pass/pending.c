/* app/pass/pending.c - from what is due to the files that carry it.  Decides nothing about the
 * trust. */
#include "app/pass/pending.h"
#include "app/audit/certificate_log.h"
#include "app/pass/deliver.h"
#include "app/pass/trust.h"
#include "base/map.h"
#include "base/text.h"
#include "pki/cacerts_owner.h"
#include "pki/desired.h"
#include <stdlib.h>
#include <string.h>

struct foresight {
    struct session *session;
    const struct trusted *trusted;
    struct tree_reader tip;
    struct map *paths; /* of changes */
    struct change *changes;
    size_t count;
};

bool pending_file(const struct change *change)
{
    static const struct git_id none;
    const struct git_id *id = change->kind == CHANGE_REMOVED ? &change->before : &change->after;

    return memcmp(id, &none, sizeof none) == 0;
}

static void keep(struct foresight *foresight, struct change change)
{
    map_put(foresight->paths, change.path, foresight);
    *ARENA_PUSH(foresight->session->arena, foresight->changes, foresight->count) = change;
}

static int add(struct foresight *foresight, const char *path, struct err *err)
{
    struct arena *arena = foresight->session->arena;
    char *bytes;
    size_t len;

    if (map_find(foresight->paths, path))
        return 0;
    if (foresight->tip.read(foresight->tip.context, path, &bytes, &len, arena, err) < 0)
        return -1;
    keep(foresight, (struct change){ .kind = bytes ? CHANGE_CHANGED : CHANGE_ADDED, .path = path });
    return 0;
}

/* What is delivered names the virtual mesh that it comes from. */
static bool is_renamed(const struct session *session, const char *virtual_mesh)
{
    for (const struct ledger_rename *rename = session->ledger.renames; rename;
         rename = rename->next)
        if (strcmp(rename->to, virtual_mesh) == 0)
            return true;
    return false;
}

/* The delivery is missing, has other material than the ledger asks for, or is encrypted for another
 * recipient than the present one. */
static bool is_undelivered(const struct session *session, const char *virtual_mesh,
                           const struct mesh_identity *mesh,
                           const struct delivery_recipient *recipient)
{
    const struct ledger_delivery *row =
        ledger_find_delivery(&session->ledger, session_trust_path(session, mesh, session->arena));
    const char *mark = desired_material(&session->ledger, virtual_mesh, mesh->key, session->arena);

    if (!*mark)
        return false; /* there is nothing to deliver */
    return !row || is_renamed(session, virtual_mesh) || row->recipient.kind != recipient->kind
           || !text_equal(row->recipient.fingerprint, recipient->fingerprint)
           || (*row->mark && strcmp(row->mark, mark) != 0);
}

/* A cluster that is to get its cacerts in another way: the file of the former one leaves the branch
 * once it has.  What is in Git under the same path is changed, and not removed. */
static int add_former(struct foresight *foresight, const struct mesh_identity *mesh,
                      struct err *err)
{
    struct session *session = foresight->session;
    const char *chosen = session_trust_path(session, mesh, session->arena);

    for (size_t mode = 0; mode < delivery_modes.count; mode++) {
        const char *path = delivery_method_of((enum delivery_mode)mode)->path(mesh, session->arena);
        char *bytes;
        size_t len;

        if (text_equal(path, chosen) || !ledger_find_delivery(&session->ledger, path)
            || map_find(foresight->paths, path))
            continue;
        if (foresight->tip.read(foresight->tip.context, path, &bytes, &len, session->arena, err)
            < 0)
            return -1;
        if (bytes)
            keep(foresight, (struct change){ .kind = CHANGE_REMOVED, .path = path });
    }
    return 0;
}

static int add_delivery(struct foresight *foresight, const struct mesh_identity *mesh,
                        struct err *err)
{
    const struct session *session = foresight->session;

    if (add(foresight, session_trust_path(session, mesh, session->arena), err) < 0)
        return -1;
    return add_former(foresight, mesh, err);
}

/* A step that issues nothing changes the bundle of every cluster. */
static bool changes_here(const struct trusted *trusted, const char *virtual_mesh,
                         const struct mesh_identity *mesh)
{
    if (trust_plan_due(&trusted->decided, DUE_INTERMEDIATE, virtual_mesh, NULL))
        return trust_plan_due(&trusted->decided, DUE_INTERMEDIATE, virtual_mesh, mesh->key);
    return trust_plan_due(&trusted->decided, DUE_STEP, virtual_mesh, NULL);
}

/* The certificate log grows: the last step of a rotation drops a root and issues nothing. */
static bool gets_certificates(const struct trusted *trusted, const char *virtual_mesh)
{
    return trust_plan_due(&trusted->decided, DUE_INTERMEDIATE, virtual_mesh, NULL)
           || trust_plan_due(&trusted->decided, DUE_ROOT, virtual_mesh, NULL);
}

static int add_virtual_mesh(struct foresight *foresight, const struct planned_virtual_mesh *planned,
                            struct err *err)
{
    struct session *session = foresight->session;
    const struct trusted *trusted = foresight->trusted;
    const struct trust_request *request = planned->trust;

    for (size_t i = 0; i < request->mesh_count; i++) {
        const struct mesh_identity *mesh = cacerts_owner_primary(request, &request->meshes[i]);
        struct delivery_recipient recipient;

        if (deliver_recipient(&recipient, session, mesh->cluster) /* else it keeps what it has */
            && (changes_here(trusted, request->name, mesh)
                || is_undelivered(session, request->name, mesh, &recipient))
            && add_delivery(foresight, mesh, err) < 0)
            return -1;
    }
    if (!trust_plan_due(&trusted->decided, DUE_INTERMEDIATE, request->name, NULL)
        && !trust_plan_due(&trusted->decided, DUE_STEP, request->name, NULL))
        return 0;
    if (add(foresight, record_path(planned->status.ref, session->arena), err) < 0)
        return -1;
    return gets_certificates(trusted, request->name) ? add(foresight, CERTIFICATE_LOG_PATH, err)
                                                     : 0;
}

static int by_path(const void *a, const void *b)
{
    return strcmp(((const struct change *)a)->path, ((const struct change *)b)->path);
}

int pending_find(struct session *session, const struct inputs *inputs,
                 const struct trusted *trusted, struct publish_result *result, struct err *err)
{
    struct foresight foresight = { .session = session,
                                   .trusted = trusted,
                                   .tip = inputs_tip(inputs, session),
                                   .paths = map_new(session->arena) };

    for (size_t i = 0; i < result->change_count; i++)
        keep(&foresight, result->changes[i]);
    for (size_t i = 0; i < trusted->plan.virtual_mesh_count; i++)
        if (trusted->plan.virtual_meshes[i].trust && !trusted->plan.virtual_meshes[i].retained
            && add_virtual_mesh(&foresight, &trusted->plan.virtual_meshes[i], err) < 0)
            return -1;
    if (foresight.count)
        qsort(foresight.changes, foresight.count, sizeof *foresight.changes, by_path);
    result->changes = foresight.changes;
    result->change_count = foresight.count;
    return 0;
}
