/* app/pass/deliver.c - delivers certificates to the clusters: sealed on the output branch, or
 * written directly to an API server.  A failure concerns one mesh only.
 *
 * A receipt says that a cluster got its certificates, and receipts open gates; so they may be too
 * old, never too new.  Before the first write all receipts of what is about to change are
 * invalidated and saved, each is written again after the Secret was read back, and the ledger is
 * saved at the end.  A pass that is killed in between leaves clusters without a receipt: the next
 * pass reads each Secret, finds it as wanted, and writes the receipt.  The lease is renewed before
 * the first write, because another pass that took it over would deliver something else.
 *
 * While a rotation or an adoption runs, the Secrets are looked at in each pass before anything is
 * decided (deliver_reassert): a Secret that something else changed must close the gate in the same
 * pass. */
#include "app/pass/deliver.h"
#include "app/pass/agents.h"
#include "app/pass/lock.h"
#include "app/pass/requests.h"
#include "base/fault.h"
#include "base/files.h"
#include "base/map.h"
#include "base/plural.h"
#include "base/text.h"
#include "delivery/handover.h"
#include "delivery/messages.h"
#include "delivery/receipt.h"
#include "k8s-job/apply/cacerts_secret.h"
#include "pki/desired.h"
#include "pki/trust_remark.h"
#include <string.h>

enum { RECIPIENT_FILE_MAX = 1024 * 1024, DIRECT_BATCH = 64 };

/* What the output branch has at the mesh's path; NULL: nothing that can be read, which is as good
 * as changed. */
static const char *on_branch(const struct session *session, const struct inputs *inputs,
                             const struct mesh_identity *mesh)
{
    const struct tree_reader tip = inputs_tip(inputs, session);
    struct err err;
    char *bytes;
    size_t len;

    if (tip.read(tip.context, session_trust_path(session, mesh, session->arena), &bytes, &len,
                 session->arena, &err)
        < 0)
        return NULL;
    return bytes;
}

static struct delivery delivery_of(const struct session *session, const struct inputs *inputs,
                                   const struct resolved_specs *resolved,
                                   const struct trust_request *request,
                                   const struct mesh_identity *mesh)
{
    return (struct delivery){ .request = request,
                              .mesh = mesh,
                              .header = rendered_by_weft,
                              .owner = resolved->specs.pod_namespace,
                              .branch = on_branch(session, inputs, mesh),
                              .now = session->options->now };
}

/* Its bytes may change the output branch (build.c). */
static void note_proven(const struct trusted *trusted, const char *path)
{
    map_put(trusted->proven, path, trusted->proven);
}

/* The certificates of one mesh cannot be delivered. */
static struct finding failure_of(const struct trusted *trusted, const struct trust_request *request,
                                 const struct mesh_identity *mesh)
{
    return trust_remark_on_mesh(request, mesh->key, APPROVAL_FAILED, trusted->remarks.arena);
}

/* weft itself writes the Secret to that cluster. */
static bool is_written(const struct session *session, const struct mesh_identity *mesh)
{
    return config_delivery(session->config, mesh->cluster)->writes;
}

/* --- sealed, for the output branch --- */

/* One recipient a line, as if they were in a file. */
static void take_recipients(struct recipient_file *file, const struct config *config,
                            const struct config_cluster *cluster, struct arena *arena)
{
    AUTO_TEXT lines = { 0 };

    for (size_t i = 0; i < cluster->age_recipient_count; i++)
        text_addf(&lines, "%s\n", cluster->age_recipients[i]);
    file->path = config->file;
    file->bytes = arena_bytes(arena, lines.bytes, lines.len);
    file->len = lines.len;
    file->sops_mac = config->sops_mac;
}

/* The public keys of a cluster, by the file that the configuration names or by itself. */
static int open_recipient(struct recipient **out, const struct session *session,
                          const char *cluster, struct err *err)
{
    const struct config_cluster *config = config_cluster(session->config, cluster);
    const struct delivery_method *method = config_delivery(session->config, cluster);
    struct recipient_file file = { .cluster = cluster,
                                   .agent_namespace = session->config->agent_namespace };
    const bool in_config = recipient_is_in_config(method);
    char *bytes;

    if (!config
        || !(in_config ? config->age_recipient_count > 0 : !!config_recipient_file(config, method)))
        return err_set(err, ERR_INPUT, 0, "%s",
                       recipient_missing(method, cluster, session->config->file, session->arena));
    if (in_config) {
        take_recipients(&file, session->config, config, session->arena);
        return recipient_open(out, method, &file, session->options->now, err);
    }
    file.path = config_recipient_file(config, method);
    if (file_read(&bytes, &file.len, file.path, RECIPIENT_FILE_MAX, session->arena, err) < 0)
        return err_wrap(err, "read the %s of cluster %s", recipient_file_name(method), cluster);
    file.bytes = bytes;
    return recipient_open(out, method, &file, session->options->now, err);
}

int deliver_recipient_check(const struct session *session, const char *cluster, struct err *err)
{
    AUTO(recipient_close) struct recipient *recipient = NULL;

    return open_recipient(&recipient, session, cluster, err);
}

bool deliver_recipient(struct delivery_recipient *out, const struct session *session,
                       const char *cluster)
{
    const struct delivery_method *method = config_delivery(session->config, cluster);
    AUTO(recipient_close) struct recipient *recipient = NULL;
    struct err err;

    *out = (struct delivery_recipient){ method->recipient, "" };
    if (!method->format)
        return true;
    if (open_recipient(&recipient, session, cluster, &err) < 0)
        return false;
    out->fingerprint = arena_text(session->arena, recipient_fingerprint(recipient));
    return true;
}

/* Confirmed too early, or left over from an earlier change: the next change of mode would count it,
 * and the controller would then write the former certificates back. */
static void check_confirmation(const struct session *session, struct trusted *trusted,
                               const struct delivery *delivery)
{
    if (delivery->recipient->method->recipient == RECIPIENT_KEY
        && handover_is_confirmed(delivery, session->arena))
        TRUST_REMARK(&trusted->remarks, trust_remark_on(delivery->request, SEVERITY_WARNING),
                     S7_CONFIRMED_TOO_EARLY, ANNOTATION_UNSEALED, delivery->mesh->cluster);
}

static int seal_one(struct session *session, const struct inputs *inputs,
                    const struct resolved_specs *resolved, struct trusted *trusted,
                    const struct trust_request *request, const struct mesh_identity *mesh,
                    struct err *err)
{
    AUTO(recipient_close) struct recipient *recipient = NULL;
    struct delivery delivery = delivery_of(session, inputs, resolved, request, mesh);
    const struct csr_spares spares = agents_spares(session->agents);
    const struct ledger_delivery *row;

    if (open_recipient(&recipient, session, mesh->cluster, err) < 0)
        return -1;
    delivery.recipient = recipient;
    delivery.spare = csr_spare_find(&spares, mesh);
    if (delivery_render(&row, &session->ledger, &delivery, session->custody, err) < 0)
        return -1;
    if (row
        && text_equal(row->mark,
                      desired_material(&session->ledger, request->name, mesh->key, session->arena)))
        note_proven(trusted, row->path); /* a mesh that keeps its old file had no self-test */
    if (row)
        check_confirmation(session, trusted, &delivery);
    return 0;
}

static void seal_all(struct session *session, const struct inputs *inputs,
                     const struct resolved_specs *resolved, struct trusted *trusted,
                     const struct requests *requests)
{
    for (size_t i = 0; i < requests->count; i++) {
        const struct trust_request *request = requests->list[i];

        for (size_t k = 0; k < request->mesh_count; k++) {
            struct err failure;

            if (!is_written(session, &request->meshes[k])
                && seal_one(session, inputs, resolved, trusted, request, &request->meshes[k],
                            &failure)
                       < 0)
                TRUST_REMARK(&trusted->remarks, failure_of(trusted, request, &request->meshes[k]),
                             S1_NOT_ENCRYPTED, failure.text);
        }
    }
}

/* --- straight to the clusters --- */

struct parcel { /* one Secret on its way */
    const struct mesh_identity *mesh;
    struct delivery delivery;
    struct receipt direct;
    struct kube *kube;
};

struct parcels {
    struct parcel *list;
    size_t count;
};

static struct finding parcel_failure(const struct trusted *trusted, const struct parcel *parcel)
{
    return failure_of(trusted, parcel->delivery.request, parcel->mesh);
}

/* Something is to be written, and there is a server to write it to. */
static bool pack(struct parcel *parcel, struct session *session, struct trusted *trusted)
{
    struct err err;
    const char *why;

    if (receipt_plan(&parcel->direct, &session->ledger, &parcel->delivery, session->custody, &err)
        < 0) {
        TRUST_REMARK(&trusted->remarks, parcel_failure(trusted, parcel), S2_NOT_PREPARED, err.text);
        return false;
    }
    if (!parcel->direct.path)
        return false;
    parcel->kube = servers_cluster(&session->servers, parcel->mesh->cluster, &why, session->arena);
    if (!parcel->kube && *why)
        TRUST_REMARK(&trusted->remarks, parcel_failure(trusted, parcel), S3_NO_ACCESS,
                     parcel->mesh->cluster, why);
    else if (!parcel->kube)
        TRUST_REMARK(&trusted->remarks, parcel_failure(trusted, parcel), S3_NO_SERVER,
                     parcel->mesh->cluster, session->config->file);
    return parcel->kube != NULL;
}

static struct parcels pack_all(struct session *session, const struct inputs *inputs,
                               const struct resolved_specs *resolved, struct trusted *trusted,
                               const struct requests *requests)
{
    struct parcels out = { 0 };
    size_t most = 0;

    for (size_t i = 0; i < requests->count; i++)
        most += requests->list[i]->mesh_count;
    out.list = ARENA_NEW(session->arena, struct parcel, most);
    for (size_t i = 0; i < requests->count; i++)
        for (size_t k = 0; k < requests->list[i]->mesh_count; k++) {
            const struct mesh_identity *mesh = &requests->list[i]->meshes[k];
            struct parcel *parcel = &out.list[out.count];

            *parcel = (struct parcel){ .mesh = mesh };
            if (!is_written(session, mesh))
                continue;
            parcel->delivery = delivery_of(session, inputs, resolved, requests->list[i], mesh);
            out.count += pack(parcel, session, trusted);
        }
    return out;
}

/* Invalidates the receipts of what is about to change: if the pass is killed, the next one does not
 * rely on them. */
static int doubt_all(struct session *session, const struct parcels *parcels, struct err *err)
{
    bool any = false;

    for (size_t i = 0; i < parcels->count; i++)
        if (!parcels->list[i].direct.recorded) {
            receipt_invalidate(&session->ledger, &parcels->list[i].direct, false);
            any = true;
        }
    return any ? store_save(session->store, &session->ledger, err) : 0;
}

static bool takes_over(const struct session *session, const char *cluster)
{
    const struct config_cluster *config = config_cluster(session->config, cluster);

    return config && config->take_over;
}

/* False: the key cannot be opened. */
static bool fill_write(struct direct_write *out, struct parcel *parcel,
                       const struct session *session, struct trusted *trusted)
{
    struct receipt *direct = &parcel->direct;
    struct direct_file *files = ARENA_NEW(session->arena, struct direct_file, CACERTS_FILES);
    struct err err;

    if (receipt_open(direct, session->custody, &err) < 0) {
        TRUST_REMARK(&trusted->remarks, parcel_failure(trusted, parcel), S2_NOT_PREPARED, err.text);
        return false;
    }
    note_proven(trusted, direct->path);
    for (size_t i = 0; i < CACERTS_FILES; i++)
        files[i] = (struct direct_file){ direct->files[i].name, direct->files[i].bytes,
                                         direct->files[i].len };
    *out = (struct direct_write){ .kube = parcel->kube,
                                  .cluster = direct->cluster,
                                  .namespace = direct->namespace,
                                  .name = direct->name,
                                  .files = files,
                                  .file_count = CACERTS_FILES,
                                  .labels = node_find(direct->metadata, "labels"),
                                  .annotations = node_find(direct->metadata, "annotations"),
                                  .take_over = takes_over(session, direct->cluster) };
    return true;
}

/* For the status, which is committed: the same in each pass while the cause is the same.  The log
 * has what the server said, with the ids of its requests. */
static void remark_write(struct trusted *trusted, const struct parcel *parcel,
                         const struct direct_write *write)
{
    const struct finding about = parcel_failure(trusted, parcel);

    switch (write->result) {
    case DIRECT_FOREIGN:
        TRUST_REMARK(&trusted->remarks, about, S4_FOREIGN, write->text);
        return;
    case DIRECT_FORBIDDEN:
        TRUST_REMARK(&trusted->remarks, about, S5_FORBIDDEN, write->namespace, write->name,
                     write->cluster);
        return;
    case DIRECT_SAME:
    case DIRECT_WRITTEN:
    case DIRECT_FAILED:
        break;
    }
    TRUST_REMARK(&trusted->remarks, about, S6_NOT_WRITTEN, write->namespace, write->name,
                 write->cluster);
}

/* The cluster was seen not to hold what its receipt says.  A receipt of something else proves
 * nothing about the bytes that were to be written now, unless there is no Secret at all. */
static bool is_lost(const struct parcel *parcel, const struct direct_write *write)
{
    switch (write->seen) {
    case DIRECT_MISSING:
        return true;
    case DIRECT_OTHER:
        return parcel->direct.recorded || write->result == DIRECT_FOREIGN;
    case DIRECT_UNSEEN:
    case DIRECT_HELD:
        break;
    }
    return write->result == DIRECT_FOREIGN;
}

/* What was read back gets its receipt.  A cluster that holds something else has none, so that no
 * gate opens on its behalf; one that could not be asked keeps its own. */
static int take_receipt(struct session *session, struct trusted *trusted, struct parcel *parcel,
                        const struct direct_write *write, struct err *err)
{
    const struct ledger_delivery *row;

    if (write->result == DIRECT_WRITTEN && parcel->direct.recorded) {
        receipt_invalidate(&session->ledger, &parcel->direct,
                           true); /* it held something else meanwhile */
        progress_warn(session->progress,
                      "Secret %s/%s of cluster %s did not hold what weft wrote; weft restored it, "
                      "and the waits of this cluster begin again",
                      write->namespace, write->name, write->cluster);
        return 0;
    }
    if (write->result == DIRECT_SAME || write->result == DIRECT_WRITTEN)
        return receipt_record(&row, &session->ledger, &parcel->direct, err);
    if (is_lost(parcel, write))
        receipt_invalidate(&session->ledger, &parcel->direct, true);
    progress_warn(session->progress, "%s", write->text);
    remark_write(trusted, parcel, write);
    return 0;
}

static int write_batch(struct session *session, struct trusted *trusted, struct parcel *parcels,
                       size_t count, size_t *written, struct err *err)
{
    struct direct_write writes[DIRECT_BATCH];
    struct parcel *owners[DIRECT_BATCH];
    size_t ready = 0;
    int result = 0;

    for (size_t i = 0; i < count; i++)
        if (fill_write(&writes[ready], &parcels[i], session, trusted))
            owners[ready++] = &parcels[i];
    cacerts_secret_apply(writes, ready, session->arena);
    for (size_t i = 0; i < count; i++)
        receipt_close(&parcels[i].direct);
    for (size_t i = 0; i < ready && result == 0; i++) {
        *written += writes[i].result == DIRECT_WRITTEN;
        result = take_receipt(session, trusted, owners[i], &writes[i], err);
    }
    return result;
}

static int write_all(struct session *session, const struct inputs *inputs,
                     const struct resolved_specs *resolved, struct trusted *trusted,
                     const struct requests *requests, struct err *err)
{
    const struct parcels parcels = pack_all(session, inputs, resolved, trusted, requests);
    size_t written = 0;

    if (!parcels.count)
        return 0;
    if (pass_lock_keep(session, err) < 0 || doubt_all(session, &parcels, err) < 0)
        return -1;
    FAULT("pass.direct.doubted");
    for (size_t at = 0; at < parcels.count; at += DIRECT_BATCH) {
        const size_t left = parcels.count - at;

        if (write_batch(session, trusted, parcels.list + at,
                        left < DIRECT_BATCH ? left : DIRECT_BATCH, &written, err)
            < 0)
            return -1;
    }
    FAULT("pass.direct.written");
    progress_note(session->progress, "cacerts written straight to %s, %zu as they were",
                  plural_count(written, "cluster", session->arena), parcels.count - written);
    return 0;
}

/* Whether some rotation or adoption is under way, so that what a cluster holds decides. */
static bool is_moving(const struct session *session)
{
    for (const struct ledger_rotation *row = session->ledger.rotations; row; row = row->next)
        if (row->step != 0 || row->state != ROTATION_NOT_ROTATING)
            return true;
    return false;
}

static bool any_written(const struct session *session, const struct requests *requests)
{
    for (size_t i = 0; i < requests->count; i++)
        for (size_t k = 0; k < requests->list[i]->mesh_count; k++)
            if (is_written(session, &requests->list[i]->meshes[k]))
                return true;
    return false;
}

int deliver_reassert(struct session *session, const struct inputs *inputs,
                     const struct resolved_specs *resolved, struct trusted *trusted,
                     const struct requests *requests, struct err *err)
{
    if (!is_moving(session) || !any_written(session, requests))
        return 0;
    if (write_all(session, inputs, resolved, trusted, requests, err) < 0)
        return err_wrap(err, "look at what the clusters hold");
    return store_save(session->store, &session->ledger, err);
}

int deliver_trust(struct session *session, const struct inputs *inputs,
                  const struct resolved_specs *resolved, struct trusted *trusted,
                  const struct requests *requests, struct err *err)
{
    seal_all(session, inputs, resolved, trusted, requests);
    if (write_all(session, inputs, resolved, trusted, requests, err) < 0)
        return err_wrap(err, "deliver straight to the clusters");
    FAULT("pass.delivered");
    return store_save(session->store, &session->ledger, err);
}
