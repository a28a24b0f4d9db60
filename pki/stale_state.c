/* pki/stale_state.c - compares the records of the output branch with the ledger.  Changes nothing
 * and reads no file.
 *
 * The records are public facts of what was pushed: fingerprints of roots and intermediates, and how
 * far the rotation is.  A ledger that lacks a root or an intermediate of them is not the one that
 * wrote them, and keys that it would make now would not be trusted where the missing ones are.  A
 * missing intermediate under a root that the ledger has is harmless: another one under the same
 * root takes its place, and every cluster trusts both. */
#include "pki/stale_state.h"

#include "api/annotation.h"
#include "api/meta.h"
#include "base/text.h"
#include "pki/messages.h"
#include "pki/publication.h"

/* A root that a record says is deployed and the ledger does not know; NULL: none. */
static const char *unknown_root(const struct ledger *ledger, const struct record *record)
{
    const struct node *roots = record->trust ? node_find(record->trust, "roots") : NULL;

    for (const struct node *root = roots ? roots->first : NULL; root; root = root->next) {
        const char *id = node_get(root, "fingerprint", NULL);

        if (id && !ledger_find_root(ledger, id))
            return id;
    }
    return NULL;
}

/* Under which root the ledger has a mesh's intermediate, or would issue it. */
static const char *signer_of(const struct ledger *ledger, const char *virtual_mesh,
                             const char *mesh)
{
    const struct ledger_intermediate *row = ledger_active_intermediate(ledger, virtual_mesh, mesh);
    const struct ledger_rotation *rotation = ledger_find_rotation(ledger, virtual_mesh);

    return row ? row->root : rotation ? rotation->deployed_root : "";
}

/* Intermediates that the output branch has and the ledger does not know. */
struct newer {
    const char *root;     /* of some under another root than the ledger's; NULL: none */
    const char *clusters; /* whose are only other ones under the same root; "" */
};

static struct newer find_newer(const struct ledger *ledger, const struct record *record,
                               const char *virtual_mesh, struct arena *arena)
{
    const struct node *list = record->trust ? node_find(record->trust, "intermediates") : NULL;
    struct newer newer = { NULL, "" };

    for (const struct node *item = list ? list->first : NULL; item; item = item->next) {
        const char *id = node_get(item, "fingerprint", NULL), *root = node_get(item, "root", NULL);
        const char *mesh = node_get(item, "mesh", NULL), *cluster = node_get(item, "cluster", NULL);

        if (!id || !root || !mesh || !cluster || ledger_find_intermediate(ledger, id))
            continue;
        if (!text_equal(signer_of(ledger, virtual_mesh, mesh), root))
            newer.root = root;
        else
            newer.clusters =
                arena_printf(arena, "%s%s%s", newer.clusters, *newer.clusters ? ", " : "", cluster);
    }
    return newer;
}

static bool takes_part(const struct trust_request *request, const char *cluster)
{
    for (size_t i = 0; i < request->mesh_count; i++)
        if (text_equal(request->meshes[i].cluster, cluster))
            return true;
    return false;
}

/* A root that the ledger does not know, under which another record has one of the request's
 * clusters. */
static const char *unknown_signer(const struct ledger *ledger, const struct record *record,
                                  const struct trust_request *request)
{
    const struct node *list = record->trust ? node_find(record->trust, "intermediates") : NULL;

    for (const struct node *item = list ? list->first : NULL; item; item = item->next) {
        const char *cluster = node_get(item, "cluster", NULL), *root = node_get(item, "root", NULL);

        if (cluster && root && takes_part(request, cluster) && !ledger_find_root(ledger, root))
            return root;
    }
    return NULL;
}

/* One virtual mesh under examination. */
struct checking {
    struct stale_state *out;
    struct findings *remarks;
    const struct stale_state_source *in;
    const struct trust_request *request;
    const char *given_up; /* the root that the operator wrote off; NULL */
};

/* None of its meshes can be served. */
static void refuse(const struct checking *c, const struct messages *why)
{
    c->out->stale = true;
    for (size_t i = 0; i < c->request->mesh_count; i++)
        findings_add_message(c->remarks,
                             trust_remark_on_mesh(c->request, c->request->meshes[i].key,
                                                  APPROVAL_FAILED, c->remarks->arena),
                             why);
}

static void refuse_unknown(const struct checking *c, const char *root)
{
    struct messages why = { .count = 0 };

    messages_add(&why, c->remarks->arena, T1_ROOT_UNKNOWN, root, c->in->state_path,
                 ANNOTATION_LOST_ROOT, root);
    refuse(c, &why);
}

static void refuse_older(const struct checking *c, const char *root)
{
    struct messages why = { .count = 0 };

    messages_add(&why, c->remarks->arena, T2_STATE_OLDER, c->in->state_path, root,
                 ANNOTATION_LOST_ROOT, root);
    refuse(c, &why);
}

/* A virtual mesh without trust in a record of its own: it is new, or had another name, and its
 * clusters may have certificates that a lost state has issued. */
static void check_elsewhere(const struct checking *c)
{
    for (size_t i = 0; i < c->in->records->count && !c->out->stale; i++) {
        const struct record *record = &c->in->records->list[i].record;
        const char *root = unknown_signer(c->in->ledger, record, c->request);

        if (!root || text_equal(root, c->given_up))
            continue;
        refuse_unknown(c, root);
        c->out->elsewhere = &record->ref;
    }
}

/* The record is further than the ledger, and the newest commit is not weft's: nothing says whether
 * weft wrote the record. */
static void check_position(const struct checking *c)
{
    struct messages why = { .count = 0 };

    if (!publication_is_behind(c->in->ledger, &c->out->branch) || !c->in->foreign_tip)
        return;
    messages_add(&why, c->remarks->arena, T3_STATE_BEHIND, c->out->branch.rotation,
                 c->in->state_path);
    refuse(c, &why);
}

static void check_own(const struct checking *c, const struct record *record)
{
    const char *name = c->request->name, *root = unknown_root(c->in->ledger, record);
    const struct newer newer = find_newer(c->in->ledger, record, name, c->remarks->arena);

    c->out->branch = branch_record_position(record, name);
    if (*newer.clusters)
        TRUST_REMARK(c->remarks, trust_remark_on(c->request, SEVERITY_WARNING),
                     T4_INTERMEDIATES_UNKNOWN, c->in->state_path, newer.clusters);
    if (root && !text_equal(root, c->given_up))
        refuse_unknown(c, root);
    else if (!root && newer.root && !text_equal(newer.root, c->given_up))
        refuse_older(c, newer.root);
    else
        check_position(c);
}

void stale_state_check(struct stale_state *out, struct findings *remarks,
                       const struct stale_state_source *in, const struct trust_request *request)
{
    const struct meta *meta = &request->virtual_mesh->meta;
    const struct object_ref ref = { meta->name, meta->namespace };
    const struct checking checking = { out, remarks, in, request,
                                       meta_annotation(meta, ANNOTATION_LOST_ROOT) };
    const struct record *record = branch_records_find(in->records, ref, remarks->arena);

    *out = (struct stale_state){ .branch = { request->name, "", 0, "" } };
    if (record && record->trust)
        check_own(&checking, record);
    else
        check_elsewhere(&checking);
}

static const char *given_up(const struct virtual_mesh *const *meshes, size_t count,
                            struct object_ref ref)
{
    for (size_t i = 0; i < count; i++)
        if (text_equal(meshes[i]->meta.name, ref.name)
            && text_equal(meshes[i]->meta.namespace, ref.namespace))
            return meta_annotation(&meshes[i]->meta, ANNOTATION_LOST_ROOT);
    return NULL;
}

const char *stale_state_unknown_root(const struct stale_state_source *in,
                                     const struct virtual_mesh *const *meshes, size_t count)
{
    for (size_t i = 0; i < in->records->count; i++) {
        const struct record *record = &in->records->list[i].record;
        const char *root = unknown_root(in->ledger, record);

        if (root && !text_equal(root, given_up(meshes, count, record->ref)))
            return root;
    }
    return NULL;
}
