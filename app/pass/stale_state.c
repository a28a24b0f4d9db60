/* app/pass/stale_state.c - compares the record of a virtual mesh with the ledger; decides nothing
 * else and changes nothing. */
#include "app/pass/stale_state.h"
#include "api/annotation.h"
#include "api/meta.h"
#include "base/parse.h"
#include "base/text.h"
#include "pki/publication.h"
#include "sync/publish.h"
#include "sync/snapshot.h"
#include <string.h>

static int read_record(struct record *out, bool *found, const struct session *session,
                       const struct tree_reader *tip, struct object_ref ref, struct err *err)
{
    char *bytes;
    size_t len;

    *found = false;
    if (tip->read(tip->context, record_path(ref, session->arena), &bytes, &len, session->arena, err)
        < 0)
        return -1;
    if (!bytes || record_read(out, bytes, len, session->arena, err) < 0)
        return 0;
    *found = true;
    return 0;
}

/* A root that the output branch says is deployed and the ledger does not know; NULL: none. */
static const char *unknown_root(const struct session *session, const struct record *record)
{
    const struct node *roots = record->trust ? node_find(record->trust, "roots") : NULL;

    for (const struct node *root = roots ? roots->first : NULL; root; root = root->next) {
        const char *id = node_get(root, "fingerprint", NULL);

        if (id && !ledger_find_root(&session->ledger, id))
            return id;
    }
    return NULL;
}

static bool knows_intermediate(const struct session *session, const char *id)
{
    for (const struct ledger_intermediate *row = session->ledger.intermediates; row;
         row = row->next)
        if (strcmp(row->id, id) == 0)
            return true;
    return false;
}

/* Under which root the ledger has a mesh's intermediate, or would issue it. */
static const char *signer_of(const struct session *session, const char *virtual_mesh,
                             const char *mesh)
{
    const struct ledger_intermediate *row =
        ledger_active_intermediate(&session->ledger, virtual_mesh, mesh);
    const struct ledger_rotation *rotation = ledger_find_rotation(&session->ledger, virtual_mesh);

    return row ? row->root : rotation ? rotation->deployed_root : "";
}

/* Intermediates that the output branch has and the ledger does not know. */
struct newer {
    const char *root;     /* of some under another root than the ledger's; NULL: none */
    const char *clusters; /* whose are only other ones under the same root; "" */
};

static struct newer find_newer(const struct session *session, const struct record *record,
                               const char *virtual_mesh)
{
    const struct node *list = record->trust ? node_find(record->trust, "intermediates") : NULL;
    struct newer newer = { NULL, "" };

    for (const struct node *item = list ? list->first : NULL; item; item = item->next) {
        const char *id = node_get(item, "fingerprint", NULL), *root = node_get(item, "root", NULL);
        const char *mesh = node_get(item, "mesh", NULL), *cluster = node_get(item, "cluster", NULL);

        if (!id || !root || !mesh || !cluster || knows_intermediate(session, id))
            continue;
        if (!text_equal(signer_of(session, virtual_mesh, mesh), root))
            newer.root = root;
        else
            newer.clusters = arena_printf(session->arena, "%s%s%s", newer.clusters,
                                          *newer.clusters ? ", " : "", cluster);
    }
    return newer;
}

static struct trust_branch branch_of(const struct record *record, const char *virtual_mesh)
{
    const struct node *rotation = record->trust ? node_find(record->trust, "rotation") : NULL;
    const char *id = node_get(rotation, "id", NULL), *step = node_get(rotation, "step", NULL);
    const char *deployed = node_get(rotation, "deployed", NULL);
    int64_t number = 0;

    if (step && !parse_int(step, 0, 3, &number))
        number = 0;
    return (struct trust_branch){ virtual_mesh, id ? id : "", (int)number,
                                  deployed ? deployed : "" };
}

static const char *unknown_text(const struct session *session, const char *root)
{
    return arena_printf(
        session->arena,
        "the clusters trust root %.16s, but the state %s does not know it: restore the state from "
        "its newest backup; if that root's key is lost for good, annotate the VirtualMesh with "
        "%s: %s and expect an outage until every cluster has the new root",
        root, session->config->state_path, ANNOTATION_LOST_ROOT, root);
}

static const char *older_text(const struct session *session, const char *root)
{
    return arena_printf(
        session->arena,
        "the state %s is older than the output branch: clusters have intermediates under root "
        "%.16s that it does not know, and may refuse what it would write; restore the newest "
        "state; if it is lost for good, annotate the VirtualMesh with %s: %s and expect an outage "
        "until every cluster has what is written then",
        session->config->state_path, root, ANNOTATION_LOST_ROOT, root);
}

/* The record is further than the ledger, and the newest commit is somebody else's: whether weft
 * wrote it, nobody knows. */
static const char *doubtful(const struct session *session, const struct inputs *inputs,
                            const struct trust_branch *branch)
{
    if (!publication_is_behind(&session->ledger, branch)
        || snapshot_trailer(inputs->output_snapshot, TRAILER_SOURCE_COMMIT, session->arena))
        return NULL;
    return arena_printf(session->arena,
                        "the output branch says that rotation %s is further than the state %s "
                        "knows, and the newest commit there is not weft's: restore the newest "
                        "state, or revert that commit",
                        branch->rotation, session->config->state_path);
}

static bool takes_part(const struct planned_virtual_mesh *mesh, const char *cluster)
{
    for (size_t i = 0; i < mesh->trust->mesh_count; i++)
        if (text_equal(mesh->trust->meshes[i].cluster, cluster))
            return true;
    return false;
}

/* A root that is not known here, under which another record has one of the mesh's clusters. */
static const char *unknown_signer(const struct session *session, const struct record *record,
                                  const struct planned_virtual_mesh *mesh)
{
    const struct node *list = record->trust ? node_find(record->trust, "intermediates") : NULL;

    for (const struct node *item = list ? list->first : NULL; item; item = item->next) {
        const char *cluster = node_get(item, "cluster", NULL), *root = node_get(item, "root", NULL);

        if (cluster && root && takes_part(mesh, cluster)
            && !ledger_find_root(&session->ledger, root))
            return root;
    }
    return NULL;
}

static const struct object_ref *ref_copy(struct object_ref ref, struct arena *arena)
{
    struct object_ref *copy = ARENA_NEW(arena, struct object_ref, 1);

    *copy = ref;
    return copy;
}

/* A virtual mesh without trust in a record of its own: it is new, or had another name, and its
 * clusters may have certificates that a lost state has issued. */
static int find_elsewhere(struct lost *out, const struct session *session,
                          const struct tree_reader *tip, const struct planned_virtual_mesh *mesh,
                          struct err *err)
{
    const char **names, *root,
        *word = meta_annotation(&mesh->virtual_mesh->meta, ANNOTATION_LOST_ROOT);
    size_t count;

    if (tip->list(tip->context, "weft", &names, &count, session->arena, err) < 0)
        return -1;
    for (size_t i = 0; i < count && !out->why; i++) {
        struct record record;
        char *bytes;
        size_t len;

        if (tip->read(tip->context, arena_printf(session->arena, "weft/%s", names[i]), &bytes, &len,
                      session->arena, err)
            < 0)
            return -1;
        if (!bytes || record_read(&record, bytes, len, session->arena, err) < 0)
            continue;
        root = unknown_signer(session, &record, mesh);
        if (!root || text_equal(root, word))
            continue;
        out->why = unknown_text(session, root);
        out->elsewhere = ref_copy(record.ref, session->arena);
    }
    return 0;
}

int stale_state_check(struct lost *out, const struct session *session, const struct inputs *inputs,
                      const struct tree_reader *tip, const struct planned_virtual_mesh *mesh,
                      struct err *err)
{
    const char *root, *word = meta_annotation(&mesh->virtual_mesh->meta, ANNOTATION_LOST_ROOT);
    struct record record;
    struct newer newer;
    bool found;

    *out = (struct lost){ .branch = { mesh->trust->name, "", 0, "" } };
    if (read_record(&record, &found, session, tip, mesh->status.ref, err) < 0)
        return -1;
    if (!found || !record.trust)
        return find_elsewhere(out, session, tip, mesh, err);
    out->branch = branch_of(&record, mesh->trust->name);
    newer = find_newer(session, &record, mesh->trust->name);
    if (*newer.clusters)
        out->warning = arena_printf(
            session->arena,
            "the state %s is older than the output branch: it does not know the intermediates of "
            "%s, and others under the same root take their place",
            session->config->state_path, newer.clusters);
    if ((root = unknown_root(session, &record)) && !text_equal(root, word))
        out->why = unknown_text(session, root);
    else if (!root && (root = newer.root) && !text_equal(root, word))
        out->why = older_text(session, root);
    else
        out->why = doubtful(session, inputs, &out->branch);
    return 0;
}

static const char *given_up(const struct plan *plan, struct object_ref ref)
{
    for (size_t i = 0; i < plan->mesh_count; i++) {
        const struct planned_virtual_mesh *mesh = &plan->meshes[i];

        if (mesh->virtual_mesh && object_ref_equal(mesh->status.ref, ref))
            return meta_annotation(&mesh->virtual_mesh->meta, ANNOTATION_LOST_ROOT);
    }
    return NULL;
}

int lost_root(const char **out, const struct session *session, const struct plan *plan,
              const struct tree_reader *tip, struct err *err)
{
    const char **names;
    size_t count;

    *out = NULL;
    if (tip->list(tip->context, "weft", &names, &count, session->arena, err) < 0)
        return -1;
    for (size_t i = 0; i < count && !*out; i++) {
        struct record record;
        const char *root;
        char *bytes;
        size_t len;

        if (tip->read(tip->context, arena_printf(session->arena, "weft/%s", names[i]), &bytes, &len,
                      session->arena, err)
            < 0)
            return -1;
        if (!bytes || record_read(&record, bytes, len, session->arena, err) < 0)
            continue;
        root = unknown_root(session, &record);
        if (root && !text_equal(root, given_up(plan, record.ref)))
            *out = root;
    }
    return 0;
}
