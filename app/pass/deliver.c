/* app/pass/deliver.c - certificates on their way to the clusters: sealed for the output branch, or
 * written straight to an API server.  Whatever fails, fails for one mesh. */
#include "app/pass/deliver.h"
#include "app/pass/facts.h"
#include "app/pass/lock.h"
#include "app/pass/requests.h"
#include "base/fault.h"
#include "base/files.h"
#include "base/map.h"
#include "base/plural.h"
#include "base/text.h"
#include "delivery/receipt.h"
#include "k8s-job/apply/cacerts_secret.h"
#include "pki/desired.h"
#include <string.h>

enum { SEALING_CERTIFICATE_MAX = 1024 * 1024, DIRECT_BATCH = 64 };

/* What the output branch has at the mesh's path; NULL: nothing that can be read, which is as good
 * as changed. */
static const char *on_branch(const struct pass *pass, const struct mesh_identity *mesh)
{
    const struct tree_reader tip = pass_tip(pass);
    struct err err;
    char *bytes;
    size_t len;

    if (tip.read(tip.context, pass_trust_path(pass, mesh, pass->arena), &bytes, &len, pass->arena,
                 &err)
        < 0)
        return NULL;
    return bytes;
}

static struct delivery delivery_of(const struct pass *pass, const struct trust_request *request,
                                   const struct mesh_identity *mesh)
{
    return (struct delivery){ .request = request,
                              .mesh = mesh,
                              .header = rendered_by_weft,
                              .owner = pass->specs.pod_namespace,
                              .branch = on_branch(pass, mesh),
                              .now = pass->options->now };
}

/* Its bytes may change the output branch (build.c). */
static void note_proven(struct pass *pass, const char *path)
{
    map_put(pass->proven, path, &pass->proven);
}

/* --- sealed, for the output branch --- */

/* The public key of a cluster, by its sealing certificate. */
static int open_recipient(struct recipient **out, struct pass *pass, const char *cluster,
                          struct err *err)
{
    const struct config_cluster *config = config_cluster(pass->config, cluster);
    char *bytes;
    size_t len;

    if (!config || !config->sealing_certificate)
        return err_set(err, ERR_INPUT, 0,
                       "cluster %s has no sealing certificate: fetch it with \"kubeseal "
                       "--fetch-cert\" and name the file under "
                       "clusters in %s",
                       cluster, pass->config->file);
    if (file_read(&bytes, &len, config->sealing_certificate, SEALING_CERTIFICATE_MAX, pass->arena,
                  err)
        < 0)
        return err_wrap(err, "read the sealing certificate of cluster %s", cluster);
    return recipient_open(out, pass->config->delivery, cluster, config->sealing_certificate, bytes,
                          len, pass->options->now, err);
}

int deliver_recipient_check(struct pass *pass, const char *cluster, struct err *err)
{
    AUTO(recipient_close) struct recipient *recipient = NULL;

    return open_recipient(&recipient, pass, cluster, err);
}

bool deliver_recipient(struct delivery_recipient *out, struct pass *pass, const char *cluster)
{
    AUTO(recipient_close) struct recipient *recipient = NULL;
    struct err err;

    *out = (struct delivery_recipient){ RECIPIENT_CLUSTER, "" };
    if (pass->config->delivery == DELIVER_DIRECT)
        return true;
    if (open_recipient(&recipient, pass, cluster, &err) < 0)
        return false;
    out->kind = RECIPIENT_KEY;
    out->fingerprint = arena_text(pass->arena, recipient_fingerprint(recipient));
    return true;
}

static int seal_one(struct pass *pass, const struct trust_request *request,
                    const struct mesh_identity *mesh, struct err *err)
{
    AUTO(recipient_close) struct recipient *recipient = NULL;
    struct delivery delivery = delivery_of(pass, request, mesh);
    const struct ledger_delivery *row;

    if (open_recipient(&recipient, pass, mesh->cluster, err) < 0)
        return -1;
    delivery.recipient = recipient;
    if (delivery_render(&row, &pass->ledger, &delivery, pass->custody, err) < 0)
        return -1;
    if (row
        && text_equal(row->mark,
                      desired_material(&pass->ledger, request->name, mesh->key, pass->arena)))
        note_proven(pass, row->path); /* not of a mesh that keeps what it had: nobody looked */
    return 0;
}

static void seal_all(struct pass *pass, const struct requests *requests)
{
    for (size_t i = 0; i < requests->count; i++) {
        const struct trust_request *request = requests->list[i];

        for (size_t k = 0; k < request->mesh_count; k++) {
            struct err failure;

            if (seal_one(pass, request, &request->meshes[k], &failure) < 0)
                requests_failed(pass, requests->meshes[i], request->meshes[k].key, APPROVAL_FAILED,
                                arena_text(pass->arena, failure.text));
        }
    }
}

/* --- straight to the clusters --- */

struct parcel { /* one Secret on its way */
    struct planned_virtual_mesh *mesh;
    const struct mesh_identity *home;
    struct delivery delivery;
    struct receipt direct;
    struct kube *kube;
};

struct parcels {
    struct parcel *list;
    size_t count;
};

static void parcel_failed(struct pass *pass, const struct parcel *parcel, const char *text)
{
    requests_failed(pass, parcel->mesh, parcel->home->key, APPROVAL_FAILED, text);
}

/* Something is to be written, and there is a server to write it to. */
static bool pack(struct parcel *parcel, struct pass *pass)
{
    struct err err;
    const char *why;

    if (receipt_plan(&parcel->direct, &pass->ledger, &parcel->delivery, pass->custody, &err) < 0) {
        parcel_failed(pass, parcel, arena_text(pass->arena, err.text));
        return false;
    }
    if (!parcel->direct.path)
        return false;
    parcel->kube = servers_cluster(&pass->servers, parcel->home->cluster, &why, pass->arena);
    if (!parcel->kube)
        parcel_failed(pass, parcel,
                      *why ? arena_printf(pass->arena, "cacerts of cluster %s: %s",
                                          parcel->home->cluster, why)
                           : arena_printf(pass->arena,
                                          "cluster %s has no API server to write cacerts to: set "
                                          "kubeconfig or inCluster for it under clusters in %s",
                                          parcel->home->cluster, pass->config->file));
    return parcel->kube != NULL;
}

static struct parcels pack_all(struct pass *pass, const struct requests *requests)
{
    struct parcels out = { 0 };
    size_t most = 0;

    for (size_t i = 0; i < requests->count; i++)
        most += requests->list[i]->mesh_count;
    out.list = ARENA_NEW(pass->arena, struct parcel, most);
    for (size_t i = 0; i < requests->count; i++)
        for (size_t k = 0; k < requests->list[i]->mesh_count; k++) {
            const struct mesh_identity *mesh = &requests->list[i]->meshes[k];
            struct parcel *parcel = &out.list[out.count];

            *parcel = (struct parcel){ .mesh = requests->meshes[i], .home = mesh };
            parcel->delivery = delivery_of(pass, requests->list[i], mesh);
            out.count += pack(parcel, pass);
        }
    return out;
}

/* From here on the receipts of what is about to change count no more: a pass that is killed leaves
 * nobody believing in them. */
static int doubt_all(struct pass *pass, const struct parcels *parcels, struct err *err)
{
    bool any = false;

    for (size_t i = 0; i < parcels->count; i++)
        if (!parcels->list[i].direct.recorded) {
            receipt_invalidate(&pass->ledger, &parcels->list[i].direct, false);
            any = true;
        }
    return any ? store_save(pass->store, &pass->ledger, err) : 0;
}

static bool takes_over(const struct pass *pass, const char *cluster)
{
    const struct config_cluster *config = config_cluster(pass->config, cluster);

    return config && config->take_over;
}

/* False: the key cannot be opened. */
static bool fill_write(struct direct_write *out, struct parcel *parcel, struct pass *pass)
{
    struct receipt *direct = &parcel->direct;
    struct direct_file *files = ARENA_NEW(pass->arena, struct direct_file, CACERTS_FILES);
    struct err err;

    if (receipt_open(direct, pass->custody, &err) < 0) {
        parcel_failed(pass, parcel, arena_text(pass->arena, err.text));
        return false;
    }
    note_proven(pass, direct->path);
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
                                  .take_over = takes_over(pass, direct->cluster) };
    return true;
}

/* For the status, which is committed: the same in each pass while the cause is the same.  What the
 * server said, with the ids of its requests, stands in the log. */
static const char *stable_reason(const struct pass *pass, const struct direct_write *write)
{
    switch (write->result) {
    case DIRECT_FOREIGN:
        return write->text;
    case DIRECT_FORBIDDEN:
        return arena_printf(pass->arena,
                            "weft may not write the Secret %s/%s of cluster %s: it needs get and "
                            "patch on it, and create until it exists",
                            write->namespace, write->name, write->cluster);
    case DIRECT_SAME:
    case DIRECT_WRITTEN:
    case DIRECT_FAILED:
        break;
    }
    return arena_printf(pass->arena,
                        "the Secret %s/%s of cluster %s could not be written; the log of the pass "
                        "tells why, and the next pass tries again",
                        write->namespace, write->name, write->cluster);
}

/* The cluster was seen not to hold what its receipt says.  A receipt of something else says nothing
 * of the bytes that were to be written now, unless there is no Secret at all. */
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
static int take_receipt(struct pass *pass, struct parcel *parcel, const struct direct_write *write,
                        struct err *err)
{
    const struct ledger_delivery *row;

    if (write->result == DIRECT_WRITTEN && parcel->direct.recorded) {
        receipt_invalidate(&pass->ledger, &parcel->direct,
                           true); /* it held something else meanwhile */
        progress_warn(pass->progress,
                      "Secret %s/%s of cluster %s was not what weft wrote; it is again, and the "
                      "cluster's waits begin anew",
                      write->namespace, write->name, write->cluster);
        return 0;
    }
    if (write->result == DIRECT_SAME || write->result == DIRECT_WRITTEN)
        return receipt_record(&row, &pass->ledger, &parcel->direct, err);
    if (is_lost(parcel, write))
        receipt_invalidate(&pass->ledger, &parcel->direct, true);
    progress_warn(pass->progress, "%s", write->text);
    parcel_failed(pass, parcel, stable_reason(pass, write));
    return 0;
}

static int write_batch(struct pass *pass, struct parcel *parcels, size_t count, size_t *written,
                       struct err *err)
{
    struct direct_write writes[DIRECT_BATCH];
    struct parcel *owners[DIRECT_BATCH];
    size_t ready = 0;
    int result = 0;

    for (size_t i = 0; i < count; i++)
        if (fill_write(&writes[ready], &parcels[i], pass))
            owners[ready++] = &parcels[i];
    cacerts_secret_apply(writes, ready, pass->arena);
    for (size_t i = 0; i < count; i++)
        receipt_close(&parcels[i].direct);
    for (size_t i = 0; i < ready && result == 0; i++) {
        *written += writes[i].result == DIRECT_WRITTEN;
        result = take_receipt(pass, owners[i], &writes[i], err);
    }
    return result;
}

static int spool_write_all(struct pass *pass, const struct requests *requests, struct err *err)
{
    const struct parcels parcels = pack_all(pass, requests);
    size_t written = 0;

    if (!parcels.count)
        return 0;
    if (pass_lock_keep(pass, err) < 0 || doubt_all(pass, &parcels, err) < 0)
        return -1;
    FAULT("pass.direct.doubted");
    for (size_t at = 0; at < parcels.count; at += DIRECT_BATCH) {
        const size_t left = parcels.count - at;

        if (write_batch(pass, parcels.list + at, left < DIRECT_BATCH ? left : DIRECT_BATCH,
                        &written, err)
            < 0)
            return -1;
    }
    FAULT("pass.direct.written");
    progress_note(pass->progress, "cacerts written straight to %s, %zu as they were",
                  plural_count(written, "cluster", pass->arena), parcels.count - written);
    return 0;
}

/* Whether some rotation or adoption is under way, so that what a cluster holds decides. */
static bool is_moving(const struct pass *pass)
{
    for (const struct ledger_rotation *row = pass->ledger.rotations; row; row = row->next)
        if (row->step != 0 || row->state != ROTATION_NOT_ROTATING)
            return true;
    return false;
}

int deliver_reassert(struct pass *pass, const struct requests *requests, struct err *err)
{
    if (pass->config->delivery != DELIVER_DIRECT || !is_moving(pass))
        return 0;
    if (spool_write_all(pass, requests, err) < 0)
        return err_wrap(err, "look at what the clusters hold");
    return store_save(pass->store, &pass->ledger, err);
}

int deliver_trust(struct pass *pass, const struct requests *requests, struct err *err)
{
    if (pass->config->delivery == DELIVER_DIRECT) {
        if (spool_write_all(pass, requests, err) < 0)
            return err_wrap(err, "deliver straight to the clusters");
    } else {
        seal_all(pass, requests);
    }
    FAULT("pass.delivered");
    return store_save(pass->store, &pass->ledger, err);
}
