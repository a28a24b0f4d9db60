/* app/pass/tree.c - joins what translation rendered, what pki delivered and what must be retained
 * into one tree.  Commits nothing, and knows neither clock nor pass.
 *
 * The rule of every part is that doubt retains: a delivery that no self-test has seen, an object
 * that could not be decoded, specs that could not be read to the end, or a file whose owner is not
 * clear leave what the output branch has, byte for byte.  A file goes only when all that was read
 * says that no object asks for it. */
#include "app/pass/tree.h"
#include "app/output_file.h"
#include "base/map.h"
#include "base/parse.h"
#include "base/parse_json.h"
#include "base/parse_yaml.h"
#include "base/text.h"
#include "delivery/path.h"
#include "delivery/receipt.h"
#include "pki/inspect.h"
#include "translate/manifest.h"
#include "translate/render.h"
#include <string.h>

struct build {
    const struct tree_inputs *inputs;
    struct blobs blobs;
    struct tree *out;
    struct audit_virtual_mesh seen; /* the certificates of the records, of all virtual meshes */
    struct arena *arena;
};

static int put_bytes(struct build *build, const char *path, const char *bytes, size_t len,
                     struct err *err)
{
    struct git_id id;

    if (build->blobs.put(build->blobs.context, &id, bytes, len, err) < 0)
        return err_wrap(err, "store %s", path);
    filetree_put(build->out->files, path, &id);
    return 0;
}

static void see(struct build *build, struct object_ref ref, const struct node *trust)
{
    build->seen.name = object_ref_text(ref, build->arena);
    audit_trust_add(&build->seen, trust, build->arena);
}

/* A record that stays as it is. */
static void see_retained(struct build *build, const char *path, const char *bytes, size_t len)
{
    struct record record;
    struct err damaged;

    if (text_starts(path, "weft/") && text_ends(path, ".json")
        && record_read(&record, bytes, len, build->arena, &damaged) == 0)
        see(build, record.ref, record.trust);
}

/* Leaves a file as the tip has it; nothing when it is not there. */
static int retain_file(struct build *build, const char *path, struct err *err)
{
    char *bytes;
    size_t len;

    if (build->inputs->tip->read(build->inputs->tip->context, path, &bytes, &len, build->arena, err)
        < 0)
        return -1;
    if (!bytes)
        return 0;
    see_retained(build, path, bytes, len);
    return put_bytes(build, path, bytes, len, err);
}

/* The branch has these bytes already, or the self-test of this pass has seen what is in them. */
static int may_put(bool *out, struct build *build, const struct ledger_delivery *delivery,
                   struct err *err)
{
    char *bytes;
    size_t len;

    *out = !build->inputs->proven || map_find(build->inputs->proven, delivery->path);
    if (*out)
        return 0;
    if (build->inputs->tip->read(build->inputs->tip->context, delivery->path, &bytes, &len,
                                 build->arena, err)
        < 0)
        return -1;
    *out = text_equal(bytes, delivery->content);
    return 0;
}

static int put_delivery(struct build *build, const char *path, bool keep, struct err *err)
{
    struct ledger_delivery *delivery = ledger_find_delivery(build->inputs->ledger, path);
    bool proven;

    if (!delivery)
        return keep ? retain_file(build, path, err) : 0;
    if (may_put(&proven, build, delivery, err) < 0)
        return -1;
    if (!proven)
        return retain_file(build, path, err);
    map_put(build->out->delivered, path, delivery);
    return put_bytes(build, path, delivery->content, strlen(delivery->content), err);
}

/* The cacerts of one mesh: what was delivered, else what is there.  While the method of delivery
 * changes, a mesh also keeps its file of the previous one. */
static int put_trust(struct build *build, const struct mesh_identity *mesh, struct err *err)
{
    const struct delivery_method *chosen = config_delivery(build->inputs->config, mesh->cluster);

    for (size_t mode = 0; mode < delivery_modes.count; mode++) {
        const struct delivery_method *method = delivery_method_of((enum delivery_mode)mode);
        const bool present = method == chosen;
        const char *path = method->path(mesh, build->arena);

        if (!present && text_equal(path, chosen->path(mesh, build->arena)))
            continue; /* one file for both methods */
        if (put_delivery(build, path, present, err) < 0)
            return -1;
    }
    return 0;
}

/* Whether an annotation with parents names a virtual mesh among them. */
static bool has_parent(const struct node *parents, const struct object_ref *ref)
{
    const struct node *list = node_find(parents, PARENT_VIRTUAL_MESH);

    for (const struct node *item = list ? list->first : NULL; item; item = item->next)
        if (text_equal(node_get(item, "name", NULL), ref->name)
            && text_equal(node_get(item, "namespace", NULL), ref->namespace))
            return true;
    return false;
}

/* Whether a delivered secret belongs to the virtual mesh; ref NULL: to any.  One that cannot be
 * read is kept, to be safe. */
static bool names_parent(const struct build *build, const char *path, const char *bytes, size_t len,
                         const struct object_ref *ref)
{
    struct diags diags = { .arena = build->arena };
    const struct node *root, *parents;
    const char *annotation, *owner;
    struct err err;

    if (!ref || parse_yaml(&root, path, bytes, len, build->arena, &diags) < 0)
        return true;
    if ((owner = node_get(root, "virtualMesh", NULL))) /* of a receipt */
        return strcmp(owner, object_ref_text(*ref, build->arena)) == 0;
    annotation = node_get(root, "metadata", "annotations", PARENTS_ANNOTATION, NULL);
    return !annotation
           || parse_json(&parents, annotation, strlen(annotation), build->arena, &err) < 0
           || has_parent(parents, ref);
}

/* Keeps the delivered secrets of a virtual mesh in one cluster's trust folder. */
static int retain_trust_in(struct build *build, const char *folder, const struct object_ref *ref,
                           struct err *err)
{
    const char **names;
    size_t count, len;
    char *bytes;

    if (build->inputs->tip->list(build->inputs->tip->context, folder, &names, &count, build->arena,
                                 err)
        < 0)
        return -1;
    for (size_t i = 0; i < count; i++) {
        const char *path = arena_printf(build->arena, "%s/%s", folder, names[i]);

        if (text_ends(path, "/") || filetree_find(build->out->files, path))
            continue;
        if (build->inputs->tip->read(build->inputs->tip->context, path, &bytes, &len, build->arena,
                                     err)
            < 0)
            return -1;
        if (!bytes || !output_file_is_ours(path, bytes, len)
            || !names_parent(build, path, bytes, len, ref))
            continue;
        if (put_bytes(build, path, bytes, len, err) < 0)
            return -1;
    }
    return 0;
}

/* All that was delivered for a virtual mesh, wherever it is; ref NULL: for any.  Below folder there
 * is one for each cluster, and in it, in part, the files. */
static int retain_below(struct build *build, const char *folder, const char *part,
                        const struct object_ref *ref, struct err *err)
{
    const char **clusters;
    size_t count;

    if (build->inputs->tip->list(build->inputs->tip->context, folder, &clusters, &count,
                                 build->arena, err)
        < 0)
        return -1;
    for (size_t i = 0; i < count; i++)
        if (text_ends(clusters[i], "/")
            && retain_trust_in(build,
                               arena_printf(build->arena, "%s/%.*s%s", folder,
                                            (int)strlen(clusters[i]) - 1, clusters[i], part),
                               ref, err)
                   < 0)
            return -1;
    return 0;
}

static int retain_trust(struct build *build, const struct object_ref *ref, struct err *err)
{
    if (retain_below(build, "clusters", "/trust", ref, err) < 0)
        return -1;
    return retain_below(build, "receipts", "", ref, err);
}

/* The record of a held virtual mesh stays as it was, but says what it is now.  *previous: its
 * bytes; NULL: there is none. */
static int previous_record(struct record *out, const char **previous, struct build *build,
                           const char *path, struct err *err)
{
    char *bytes;
    size_t len;

    *previous = NULL;
    if (build->inputs->tip->read(build->inputs->tip->context, path, &bytes, &len, build->arena, err)
        < 0)
        return -1;
    if (!bytes || record_read(out, bytes, len, build->arena, err) < 0)
        return 0; /* damaged by hand: it is written again */
    *previous = bytes;
    return 0;
}

static size_t accepted_destinations(const struct vm_status *status)
{
    size_t accepted = 0;

    for (size_t i = 0; i < status->destination_count; i++)
        accepted += status->destinations[i].state == APPROVAL_ACCEPTED
                    && !status->destinations[i].warnings.count;
    return accepted;
}

/* Public facts of a virtual mesh's trust; NULL: none, or what the clusters have is what the
 * previous record says, not what the ledger says. */
static const struct node *trust_of(const struct build *build,
                                   const struct planned_virtual_mesh *planned)
{
    const char *name = object_ref_text(planned->status.ref, build->arena);
    struct trust_facts facts;
    struct err err;

    if (planned->retained || planned->trust_retained
        || inspect_trust(&facts, build->inputs->ledger, name, build->arena, &err) < 0)
        return NULL;
    return inspect_node(&facts, build->arena);
}

static void record_fill(struct record *record, const struct build *build,
                        const struct planned_virtual_mesh *planned)
{
    record->ref = planned->status.ref;
    record->state = planned->status.state;
    record->status = &planned->status;
    record->accepted_destinations = accepted_destinations(&planned->status);
    record->addresses = planned->addresses;
    record->address_count = planned->address_count;
    record->trust = trust_of(build, planned);
}

/* The keys of the Mesh objects that a virtual mesh claims; status.meshes is sorted. */
static void record_claim(struct record *record, const struct planned_virtual_mesh *planned,
                         struct arena *arena)
{
    const char **keys = ARENA_NEW(arena, const char *, planned->status.mesh_count + 1);

    for (size_t i = 0; i < planned->status.mesh_count; i++)
        keys[i] = planned->status.meshes[i].key;
    record->meshes = keys;
    record->mesh_count = planned->status.mesh_count;
    record->spec_digest = planned->virtual_mesh->digest;
}

/* The record that waits in a proposal: it stays byte for byte while its facts are the same, or each
 * pass would propose something else. */
static bool take_proposed(struct text *bytes, const struct build *build, const char *path)
{
    const struct tree_reader *proposal = build->inputs->proposal;
    struct err err;
    char *proposed;
    size_t len;

    if (!proposal
        || proposal->read(proposal->context, path, &proposed, &len, build->arena, &err) < 0
        || !proposed || !record_same_facts(proposed, bytes->bytes, build->arena))
        return false;
    text_clear(bytes);
    text_adds(bytes, proposed);
    return true;
}

/* A record that changes says how often the state had been saved, so that an older state can be
 * distinguished from this one (app/pass/takeover.c); one that does not change stays byte for byte.
 * One whose facts are the same stays as well: statuses and logs have the sentences of this pass,
 * and a cluster that answers in every other pass makes no commits.  Trust that was kept is not of
 * this state. */
static void record_count(struct record *record, struct text *bytes, const struct build *build,
                         const char *previous, bool kept)
{
    const uint64_t counter = build->inputs->counter;

    record_write(bytes, record, build->arena);
    if (previous && record->state_counter
        && record_same_facts(previous, bytes->bytes, build->arena)) {
        text_clear(bytes);
        text_adds(bytes, previous);
        return;
    }
    if (take_proposed(bytes, build, record_path(record->ref, build->arena)))
        return;
    if (kept || counter <= record->state_counter
        || (record->state_counter && text_equal(previous, bytes->bytes)))
        return;
    record->state_counter = counter;
    text_clear(bytes);
    record_write(bytes, record, build->arena);
}

static int put_record(struct build *build, const struct planned_virtual_mesh *planned,
                      struct err *err)
{
    const char *path = record_path(planned->status.ref, build->arena), *previous;
    struct record record = { .spec_digest = "" };
    AUTO_TEXT bytes = { 0 };
    bool kept;

    if (previous_record(&record, &previous, build, path, err) < 0)
        return -1;
    if (planned->retained && !previous)
        record = (struct record){ .spec_digest = "" };
    const struct node *previous_trust = record.trust;

    record_fill(&record, build, planned);
    kept = !record.trust && previous_trust;
    if (!record.trust)
        record.trust =
            planned->retained || planned->trust_retained || planned->trust ? previous_trust : NULL;
    if (!planned->retained)
        record_claim(&record, planned, build->arena);
    record_count(&record, &bytes, build, previous, kept);
    see(build, record.ref, record.trust);
    return put_bytes(build, path, bytes.bytes, bytes.len, err);
}

/* A virtual mesh whose object could not be decoded keeps its record and its secrets. */
static int retain_refused(struct build *build, const struct refused *refused, struct err *err)
{
    if (refused->kind != KIND_VIRTUAL_MESH || !*refused->ref.name)
        return 0;
    if (retain_file(build, record_path(refused->ref, build->arena), err) < 0)
        return -1;
    return retain_trust(build, &refused->ref, err);
}

/* Specs that could not be read to the end: whatever is there may still be wanted. */
static int retain_everything(struct build *build, struct err *err)
{
    const char **names;
    size_t count;

    if (build->inputs->tip->list(build->inputs->tip->context, "weft", &names, &count, build->arena,
                                 err)
        < 0)
        return -1;
    for (size_t i = 0; i < count; i++) {
        const char *path = arena_printf(build->arena, "weft/%s", names[i]);

        if (!text_ends(path, "/") && !filetree_find(build->out->files, path)
            && retain_file(build, path, err) < 0)
            return -1;
    }
    return retain_trust(build, NULL, err);
}

static int put_virtual_mesh(struct build *build, const struct planned_virtual_mesh *planned,
                            struct err *err)
{
    const struct trust_request *trust = planned->trust;

    for (size_t i = 0; trust && i < trust->mesh_count; i++)
        if (put_trust(build, &trust->meshes[i], err) < 0)
            return -1;
    if ((planned->retained || planned->trust_retained)
        && retain_trust(build, &planned->status.ref, err) < 0)
        return -1;
    if (planned->trust_of
        && (retain_trust(build, planned->trust_of, err) < 0
            || retain_file(build, record_path(*planned->trust_of, build->arena), err) < 0))
        return -1;
    return put_record(build, planned, err);
}

/* The log goes on with what is in the records, whose bytes are what the branch shows of the trust.
 */
static int put_certificates(struct build *build, struct err *err)
{
    struct certificate_log *log = &build->out->certificates;
    AUTO_TEXT bytes = { 0 };

    if (!build->inputs->certificates)
        return 0;
    certificate_log_copy(log, build->inputs->certificates, build->arena);
    certificate_log_append(log, build->seen.certificates, build->seen.count);
    if (!log->count)
        return 0;
    certificate_log_write(&bytes, log);
    return put_bytes(build, CERTIFICATE_LOG_PATH, bytes.bytes, bytes.len, err);
}

int tree_build(struct tree *out, const struct tree_inputs *inputs, struct arena *arena,
               struct err *err)
{
    struct build build = { .inputs = inputs, .out = out, .arena = arena };

    *out = (struct tree){ .files = filetree_new(arena), .delivered = map_new(arena) };
    out->texts = (struct policy_texts){ inputs->to, map_new(arena), arena };
    build.blobs = policy_texts_sink(&out->texts);
    if (translate_render(out->files, inputs->plan, &build.blobs, inputs->tip, arena, err) < 0)
        return err_wrap(err, "render");
    for (size_t i = 0; i < inputs->plan->virtual_mesh_count; i++)
        if (put_virtual_mesh(&build, &inputs->plan->virtual_meshes[i], err) < 0)
            return -1;
    for (const struct refused *refused = inputs->specs->refused; refused; refused = refused->next)
        if (retain_refused(&build, refused, err) < 0)
            return -1;
    if (inputs->specs->incomplete && retain_everything(&build, err) < 0)
        return -1;
    return put_certificates(&build, err);
}
