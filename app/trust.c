/* app/trust.c - the trust of a pass: what is due, issued, encrypted and remembered, in this order.
 */
#include "app/pass.h"
#include "base/fault.h"
#include "base/files.h"
#include "base/parse.h"
#include "pki/inspect.h"
#include "pki/issue.h"
#include <string.h>

enum { SEALING_CERTIFICATE_MAX = 1024 * 1024 };

/* An annotation of the VirtualMesh, reviewed like any change: the root with this fingerprint is
 * lost, and a new one may be made although clusters still trust the old one. */
static const char replace_lost_root[] = "weft.dev/replace-lost-root";

struct requests {
    const struct trust_request **list;
    struct plan_mesh **meshes; /* whose request it is */
    size_t count;
};

const char *trust_path(const struct trust_mesh *mesh, struct arena *arena)
{
    return delivery_path(mesh, arena);
}

bool trust_wants_time(const struct pass *pass)
{
    for (const struct ledger_rotation *row = pass->ledger.rotations; row; row = row->next)
        if (row->state != ROTATION_NOT_ROTATING && row->state != ROTATION_FINISHED)
            return true;
    return false;
}

static struct target_status *mesh_status(struct plan_mesh *mesh, const char *key)
{
    for (size_t i = 0; i < mesh->status.mesh_count; i++)
        if (strcmp(mesh->status.meshes[i].key, key) == 0)
            return &mesh->status.meshes[i];
    return NULL;
}

/* A mesh whose certificates cannot be served: its status says why, and what it has stays. */
static void mesh_failed(struct pass *pass, struct plan_mesh *mesh, const char *key,
                        enum approval_state state, const char *text)
{
    struct target_status *target = mesh_status(mesh, key);

    if (target) {
        messages_add(&target->errors, pass->arena, "%s", text);
        target->state = state;
    } else {
        messages_add(&mesh->status.errors, pass->arena, "%s", text);
    }
    if (mesh->status.state == APPROVAL_ACCEPTED)
        mesh->status.state = state;
    progress_warn(pass->progress, "%s/%s, mesh %s: %s", mesh->status.ref.namespace,
                  mesh->status.ref.name, key, text);
}

static void all_meshes_failed(struct pass *pass, struct plan_mesh *mesh, enum approval_state state,
                              const char *text)
{
    for (size_t i = 0; i < mesh->trust->mesh_count; i++)
        mesh_failed(pass, mesh, mesh->trust->meshes[i].key, state, text);
}

static bool knows_a_root(const struct ledger *ledger, const char *virtual_mesh)
{
    for (const struct ledger_root *root = ledger->roots; root; root = root->next)
        if (strcmp(root->virtual_mesh, virtual_mesh) == 0)
            return true;
    return false;
}

/* The fingerprint of the newest root that the output branch says is deployed; NULL: none. */
static const char *published_root(const struct record *record)
{
    const struct node *roots = record->trust ? node_find(record->trust, "roots") : NULL;

    return roots && roots->last ? node_get(roots->last, "fingerprint", NULL) : NULL;
}

static int read_record(struct record *out, bool *found, struct pass *pass, struct object_ref ref,
                       struct err *err)
{
    const struct tree_reader tip = pass_tip(pass);
    char *bytes;
    size_t len;

    *found = false;
    if (tip.read(tip.context, record_path(ref, pass->arena), &bytes, &len, pass->arena, err) < 0)
        return -1;
    if (!bytes || record_read(out, bytes, len, pass->arena, err) < 0)
        return 0;
    *found = true;
    return 0;
}

/* A state that knows nothing of a root that is deployed was lost or mixed up.  Making a second root
 * now would break the trust between all clusters, so it takes a word of the operator, in Git, that
 * names the lost one. */
static int check_lost(bool *lost, struct pass *pass, struct plan_mesh *mesh, struct err *err)
{
    const char *root, *word = meta_annotation(&mesh->virtual_mesh->meta, replace_lost_root);
    struct record record;
    bool found;

    *lost = false;
    if (knows_a_root(&pass->ledger, mesh->trust->name))
        return 0;
    if (read_record(&record, &found, pass, mesh->status.ref, err) < 0)
        return -1;
    root = found ? published_root(&record) : NULL;
    if (!root || text_equal(root, word))
        return 0;
    *lost = true;
    all_meshes_failed(
        pass, mesh, APPROVAL_FAILED,
        arena_printf(
            pass->arena,
            "the clusters trust root %.16s, but the state %s does not know it: restore the state "
            "from its backup; if that root's key is lost for good, annotate the VirtualMesh with "
            "%s: %s "
            "and expect an outage until every cluster has the new root",
            root, pass->config->state_path, replace_lost_root, root));
    return 0;
}

static int gather(struct requests *out, struct pass *pass, struct err *err)
{
    out->list = ARENA_NEW(pass->arena, const struct trust_request *, pass->plan.mesh_count + 1);
    out->meshes = ARENA_NEW(pass->arena, struct plan_mesh *, pass->plan.mesh_count + 1);
    for (size_t i = 0; i < pass->plan.mesh_count; i++) {
        struct plan_mesh *mesh = &pass->plan.meshes[i];
        bool lost;

        if (!mesh->trust || mesh->held)
            continue;
        if (check_lost(&lost, pass, mesh, err) < 0)
            return -1;
        if (lost)
            continue;
        out->list[out->count] = mesh->trust;
        out->meshes[out->count++] = mesh;
    }
    return 0;
}

static struct plan_mesh *request_mesh(const struct requests *requests, const char *virtual_mesh)
{
    for (size_t i = 0; i < requests->count; i++)
        if (strcmp(requests->list[i]->name, virtual_mesh) == 0)
            return requests->meshes[i];
    return NULL;
}

static void blame(struct pass *pass, const struct requests *requests,
                  const struct issue_failure *failures, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        struct plan_mesh *mesh = request_mesh(requests, failures[i].virtual_mesh);

        if (mesh)
            mesh_failed(pass, mesh, failures[i].mesh, APPROVAL_INVALID, failures[i].text);
    }
}

static void note_due(struct pass *pass, const struct requests *requests,
                     const struct issue_options *options)
{
    struct issue_dues dues;

    trust_due(&dues, &pass->ledger, requests->list, requests->count, options, pass->arena);
    pass->due = ARENA_NEW(pass->arena, struct plan_due, dues.count + 1);
    for (size_t i = 0; i < dues.count; i++)
        pass->due[i] = (struct plan_due){ dues.list[i].virtual_mesh, dues.list[i].mesh,
                                          dues.list[i].what, dues.list[i].why };
    pass->due_count = dues.count;
    if (pass->dry)
        blame(pass, requests, dues.failures, dues.failure_count);
}

static void show_keys(void *context, size_t done, size_t total)
{
    progress_step(context, done, total, "keys");
}

/* Everything issued is remembered before anybody sees it: a pass that is killed later finds the
 * same certificates. */
static int issue(struct pass *pass, const struct requests *requests,
                 const struct issue_options *options, struct err *err)
{
    struct issue_result result;

    if (trust_issue(&result, &pass->ledger, requests->list, requests->count, pass->custody, options,
                    err)
        < 0)
        return err_wrap(err, "issue certificates");
    FAULT("pass.issued");
    if (store_save(pass->store, &pass->ledger, err) < 0)
        return -1;
    FAULT("pass.issued.saved");
    blame(pass, requests, result.failures, result.failure_count);
    if (result.roots || result.intermediates)
        progress_end(pass->progress, "%zu root%s and %zu intermediate%s issued", result.roots,
                     result.roots == 1 ? "" : "s", result.intermediates,
                     result.intermediates == 1 ? "" : "s");
    return 0;
}

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

static int deliver_one(struct pass *pass, const struct trust_request *request,
                       const struct trust_mesh *mesh, struct err *err)
{
    AUTO(recipient_close) struct recipient *recipient = NULL;
    const struct ledger_delivery *row;
    struct delivery delivery = { .request = request,
                                 .mesh = mesh,
                                 .header = rendered_by_weft,
                                 .owner = pass->specs.pod_namespace };

    if (open_recipient(&recipient, pass, mesh->cluster, err) < 0)
        return -1;
    delivery.recipient = recipient;
    return deliver_render(&row, &pass->ledger, &delivery, pass->custody, err);
}

static int deliver(struct pass *pass, const struct requests *requests, struct err *err)
{
    for (size_t i = 0; i < requests->count; i++) {
        const struct trust_request *request = requests->list[i];

        for (size_t k = 0; k < request->mesh_count; k++) {
            struct err failure;

            if (deliver_one(pass, request, &request->meshes[k], &failure) < 0)
                mesh_failed(pass, requests->meshes[i], request->meshes[k].key, APPROVAL_FAILED,
                            arena_text(pass->arena, failure.text));
        }
    }
    FAULT("pass.delivered");
    return store_save(pass->store, &pass->ledger, err);
}

/* Rotation steps and deployedSharedTrust come from the ledger into the status. */
static void fill_status(struct pass *pass, struct plan_mesh *mesh)
{
    const char *name =
        arena_printf(pass->arena, "%s/%s", mesh->status.ref.namespace, mesh->status.ref.name);
    const struct ledger_rotation *row = ledger_find_rotation(&pass->ledger, name);
    struct decoder decoder = { &pass->diags, pass->arena, intern_new(pass->arena) };
    struct shared_trust *deployed;
    const struct node *node;
    struct err err;

    if (!row || text_empty(row->deployed_trust))
        return;
    if (parse_json(&node, row->deployed_trust, strlen(row->deployed_trust), pass->arena, &err) < 0)
        return;
    deployed = ARENA_NEW(pass->arena, struct shared_trust, 1);
    *deployed = decode_shared_trust(at_root(node, &decoder));
    mesh->status.deployed = deployed;
}

int pass_trust(struct pass *pass, struct err *err)
{
    struct issue_options options = { .key_type = pass->config->key_type,
                                     .now = pass->options->now,
                                     .progress = show_keys,
                                     .context = pass->progress };
    struct requests requests = { 0 };

    progress_begin(pass->progress, "trust");
    if (gather(&requests, pass, err) < 0)
        return -1;
    note_due(pass, &requests, &options);
    if (!pass->dry && requests.count
        && (issue(pass, &requests, &options, err) < 0 || deliver(pass, &requests, err) < 0))
        return -1;
    for (size_t i = 0; i < pass->plan.mesh_count; i++)
        fill_status(pass, &pass->plan.meshes[i]);
    return 0;
}

const struct node *trust_record(const struct pass *pass, const struct plan_mesh *mesh)
{
    const char *name =
        arena_printf(pass->arena, "%s/%s", mesh->status.ref.namespace, mesh->status.ref.name);
    struct trust_facts facts;
    struct err err;

    if (trust_inspect(&facts, &pass->ledger, name, pass->arena, &err) < 0)
        return NULL;
    return trust_facts_node(&facts, pass->arena);
}
