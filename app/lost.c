/* app/lost.c - compares the record of a virtual mesh with the ledger; decides nothing else and
 * changes nothing. */
#include "app/lost.h"
#include "api/annotation.h"
#include "base/text.h"
#include <string.h>

static int read_record(struct record *out, bool *found, const struct pass *pass,
                       const struct tree_reader *tip, struct object_ref ref, struct err *err)
{
    char *bytes;
    size_t len;

    *found = false;
    if (tip->read(tip->context, record_path(ref, pass->arena), &bytes, &len, pass->arena, err) < 0)
        return -1;
    if (!bytes || record_read(out, bytes, len, pass->arena, err) < 0)
        return 0;
    *found = true;
    return 0;
}

/* A root that the output branch says is deployed and the ledger does not know; NULL: none. */
static const char *unknown_root(const struct pass *pass, const struct record *record)
{
    const struct node *roots = record->trust ? node_find(record->trust, "roots") : NULL;

    for (const struct node *root = roots ? roots->first : NULL; root; root = root->next) {
        const char *id = node_get(root, "fingerprint", NULL);

        if (id && !ledger_find_root(&pass->ledger, id))
            return id;
    }
    return NULL;
}

static bool knows_intermediate(const struct pass *pass, const char *id)
{
    for (const struct ledger_intermediate *row = pass->ledger.intermediates; row; row = row->next)
        if (strcmp(row->id, id) == 0)
            return true;
    return false;
}

/* Under which root the ledger has a mesh's intermediate, or would issue it. */
static const char *signer_of(const struct pass *pass, const char *virtual_mesh, const char *mesh)
{
    const struct ledger_intermediate *row =
        ledger_active_intermediate(&pass->ledger, virtual_mesh, mesh);
    const struct ledger_rotation *rotation = ledger_find_rotation(&pass->ledger, virtual_mesh);

    return row ? row->root : rotation ? rotation->deployed_root : "";
}

/* Intermediates that the output branch has and the ledger does not know. */
struct newer {
    const char *root;     /* of some under another root than the ledger's; NULL: none */
    const char *clusters; /* whose are only other ones under the same root; "" */
};

static struct newer find_newer(const struct pass *pass, const struct record *record,
                               const char *virtual_mesh)
{
    const struct node *list = record->trust ? node_find(record->trust, "intermediates") : NULL;
    struct newer newer = { NULL, "" };

    for (const struct node *item = list ? list->first : NULL; item; item = item->next) {
        const char *id = node_get(item, "fingerprint", NULL), *root = node_get(item, "root", NULL);
        const char *mesh = node_get(item, "mesh", NULL), *cluster = node_get(item, "cluster", NULL);

        if (!id || !root || !mesh || !cluster || knows_intermediate(pass, id))
            continue;
        if (!text_equal(signer_of(pass, virtual_mesh, mesh), root))
            newer.root = root;
        else
            newer.clusters = arena_printf(pass->arena, "%s%s%s", newer.clusters,
                                          *newer.clusters ? ", " : "", cluster);
    }
    return newer;
}

static const char *unknown_text(const struct pass *pass, const char *root)
{
    return arena_printf(
        pass->arena,
        "the clusters trust root %.16s, but the state %s does not know it: restore the state from "
        "its newest backup; if that root's key is lost for good, annotate the VirtualMesh with "
        "%s: %s and expect an outage until every cluster has the new root",
        root, pass->config->state_path, ANNOTATION_LOST_ROOT, root);
}

static const char *older_text(const struct pass *pass, const char *root)
{
    return arena_printf(
        pass->arena,
        "the state %s is older than the output branch: clusters have intermediates under root "
        "%.16s that it does not know, and may refuse what it would write; restore the newest "
        "state; if it is lost for good, annotate the VirtualMesh with %s: %s and expect an outage "
        "until every cluster has what is written then",
        pass->config->state_path, root, ANNOTATION_LOST_ROOT, root);
}

int lost_find(struct lost *out, const struct pass *pass, const struct tree_reader *tip,
              const struct plan_mesh *mesh, struct err *err)
{
    const char *root, *word = meta_annotation(&mesh->virtual_mesh->meta, ANNOTATION_LOST_ROOT);
    struct record record;
    struct newer newer;
    bool found;

    *out = (struct lost){ NULL, NULL };
    if (read_record(&record, &found, pass, tip, mesh->status.ref, err) < 0)
        return -1;
    if (!found)
        return 0;
    newer = find_newer(pass, &record, mesh->trust->name);
    if (*newer.clusters)
        out->warning = arena_printf(
            pass->arena,
            "the state %s is older than the output branch: it does not know the intermediates of "
            "%s, and others under the same root take their place",
            pass->config->state_path, newer.clusters);
    if ((root = unknown_root(pass, &record)) && !text_equal(root, word))
        out->why = unknown_text(pass, root);
    else if (!root && (root = newer.root) && !text_equal(root, word))
        out->why = older_text(pass, root);
    return 0;
}
