/* delivery/receipt.c - what weft itself writes to a cluster, and receipts for it.  Opens no
 * connection.
 *
 * The digest in a receipt covers every byte that is written, but for the private key, in whose
 * place the public one counts; an equal digest means an equal Secret, and no key is opened to find
 * that out. A receipt is evidence: rotations wait for it. So it is recorded only after the Secret
 * was written and read back, and invalidated as soon as the cluster shows other bytes. Of a Secret
 * that was seen with other bytes the mark stays when it still names the material that the mesh is
 * to hold, because the cluster may have loaded that material before; of a Secret that is gone, or
 * belongs to another virtual mesh, nothing is known, and the mark is removed.
 *
 * What goes to a cluster is proven with leaves first, unless the branch has exactly this receipt:
 * then these bytes were proven when it was made. */
#include "delivery/receipt.h"
#include "api/meta.h"
#include "api/own_document.h"
#include "base/write_yaml.h"
#include "delivery/handover.h"
#include "pki/cacerts_owner.h"

#include "base/clock.h"
#include "base/text.h"
#include "base/write.h"
#include "delivery/format.h"
#include "delivery/issuance.h"
#include "delivery/path.h"
#include "delivery/secret_object.h"
#include "pki/desired.h"
#include "pki/prove.h"
#include "pki/rotation_record.h"
#include "pki/trust.h"
#include <string.h>

bool receipt_is_row(const struct ledger_delivery *row)
{
    return row->recipient.kind == RECIPIENT_CLUSTER;
}

/* --- what is to be written --- */

/* The SealedSecret controller refuses a Secret that it did not make unless an annotation lets it
 * manage that Secret: so a later change of the delivery mode works. */
static const struct node *metadata_of(const struct secret_object *object, struct arena *arena)
{
    struct node *manifest = node_map(arena);

    secret_object_allow_takeover(secret_object_metadata(manifest, object, arena), arena);
    return node_find(manifest, "metadata");
}

/* Everything that is written.  The private key is named by its public one, so that nothing has to
 * be opened to see that nothing changed. */
static int digest_of(struct receipt *direct, const struct secret_object *object,
                     const struct custody *custody, struct err *err)
{
    const char *const texts[] = {
        "weft direct 1",
        direct->cluster,
        object->name,
        object->namespace,
        object->owner,
        object->parents,
        direct->cacerts.ca_cert,
        direct->cacerts.cert_chain,
        direct->cacerts.root_cert,
        direct->intermediate->spki,
    };
    struct custody_piece pieces[LENGTH(texts)];

    for (size_t i = 0; i < LENGTH(texts); i++)
        pieces[i] = (struct custody_piece){ texts[i], strlen(texts[i]) };
    return custody_digest(direct->digest, custody, pieces, LENGTH(pieces), err);
}

static struct ledger_delivery *sealed_row(const struct ledger *ledger,
                                          const struct mesh_identity *mesh)
{
    return ledger_find_delivery(ledger, delivery_path(mesh, ledger->arena));
}

static int plan(struct receipt *out, const struct ledger *ledger, const struct custody *custody,
                struct err *err)
{
    const struct delivery *delivery = out->delivery;
    struct arena *arena = ledger->arena;
    const char *path = receipts_path(delivery->mesh, arena);
    const struct ledger_delivery *receipt = ledger_find_delivery(ledger, path);
    const struct secret_object object = {
        .name = "cacerts",
        .namespace = delivery->mesh->namespace,
        .owner = delivery->owner,
        .parents = secret_object_parents(delivery->request->virtual_mesh, arena),
    };

    if (handover_check(ledger, delivery, err) < 0)
        return -1;
    out->cluster = delivery->mesh->cluster;
    out->namespace = object.namespace;
    out->name = object.name;
    out->metadata = metadata_of(&object, arena);
    out->mark = desired_material(ledger, delivery->request->name, delivery->mesh->key, arena);
    if (digest_of(out, &object, custody, err) < 0)
        return -1;
    out->recorded = receipt && text_equal(receipt->digest, out->digest)
                    && text_equal(receipt->virtual_mesh, delivery->request->name);
    out->path = path;
    return 0;
}

int receipt_plan(struct receipt *out, const struct ledger *ledger, const struct delivery *delivery,
                 const struct custody *custody, struct err *err)
{
    *out = (struct receipt){ .delivery = delivery, .ledger = ledger };
    out->intermediate =
        ledger_active_intermediate(ledger, delivery->request->name, delivery->mesh->key);
    if (!out->intermediate
        || cacerts_owner_primary(delivery->request, delivery->mesh) != delivery->mesh)
        return 0;
    if (cacerts_open(&out->cacerts, ledger, out->intermediate, ledger->arena, err) < 0)
        return err_wrap(err, "deliver to cluster %s", delivery->mesh->cluster);
    if (text_empty(out->cacerts.root_cert))
        return 0;
    return plan(out, ledger, custody, err);
}

static bool stands_on_branch(const struct receipt *direct)
{
    const struct ledger_delivery *receipt = ledger_find_delivery(direct->ledger, direct->path);

    return direct->recorded && receipt && text_equal(direct->delivery->branch, receipt->content);
}

int receipt_open(struct receipt *direct, const struct custody *custody, struct err *err)
{
    const struct delivery *delivery = direct->delivery;

    if (cacerts_open_key(&direct->cacerts, direct->intermediate, custody, err) < 0
        || (!stands_on_branch(direct)
            && prove_cacerts(&direct->cacerts, direct->ledger, direct->intermediate, delivery->mesh,
                             delivery->now, err)
                   < 0))
        return err_wrap(err, "deliver to cluster %s", direct->cluster);
    cacerts_files(direct->files, &direct->cacerts);
    return 0;
}

void receipt_close(struct receipt *direct)
{
    cacerts_close(&direct->cacerts);
    memset(direct->files, 0, sizeof direct->files);
}

/* --- the receipt --- */

static void add_rotation(struct node *receipt, const struct ledger *ledger,
                         const char *virtual_mesh, struct arena *arena)
{
    struct ledger_rotation *row = ledger_find_rotation(ledger, virtual_mesh);
    struct node *rotation;

    if (!row || text_empty(row->id))
        return;
    rotation = node_set(receipt, "rotation", node_map(arena));
    node_set_text(arena, rotation, "id", row->id);
    node_set_int(arena, rotation, "step", row->step);
}

static struct node *receipt_node(const struct ledger *ledger, const struct receipt *direct)
{
    const struct trust_request *request = direct->delivery->request;
    const struct ledger_intermediate *intermediate = direct->intermediate;
    struct arena *arena = ledger->arena;
    struct node *receipt = own_document("Receipt", arena), *part;
    struct trust_wanted wanted;

    desired_trust(&wanted, ledger, request->name, direct->delivery->mesh->key, arena);
    node_set_text(arena, receipt, "virtualMesh", request->name);
    node_set_text(arena, receipt, "cluster", direct->cluster);
    node_set_text(arena, receipt, "namespace", direct->namespace);
    node_set_text(arena, receipt, "name", direct->name);
    node_set_text(arena, receipt, "digest", direct->digest);
    node_set_text(arena, receipt, "mark", direct->mark);
    part = node_set(receipt, "intermediate", node_map(arena));
    node_set_text(arena, part, "fingerprint", intermediate->id);
    node_set_text(arena, part, "serial", intermediate->serial);
    node_set_text(arena, part, "notAfter", clock_text(intermediate->not_after, arena));
    part = node_set(receipt, "roots", node_list(arena));
    for (size_t i = 0; i < wanted.root_count; i++)
        node_add(part, node_string(arena, wanted.roots[i]));
    add_rotation(receipt, ledger, request->name, arena);
    return receipt;
}

static const char *receipt_text(const struct ledger *ledger, const struct receipt *direct)
{
    AUTO_TEXT text = { 0 };

    text_adds(&text, direct->delivery->header);
    write_yaml(&text, receipt_node(ledger, direct));
    return arena_bytes(ledger->arena, text.bytes, text.len);
}

static struct ledger_delivery *receipt_row(struct ledger *ledger, const char *path)
{
    struct ledger_delivery *row = ledger_find_delivery(ledger, path);

    if (row)
        return row;
    row = ledger_add_delivery(ledger);
    row->path = path;
    return row;
}

bool receipt_is_held(const struct receipt *direct, const struct csr_holds *holds)
{
    const struct issuance wanted = { .spki = direct->intermediate->spki, .files = direct->cacerts };

    return issuance_is_held(&wanted, holds);
}

void receipt_invalidate(struct ledger *ledger, const struct receipt *direct, bool lost)
{
    const struct delivery *delivery = direct->delivery;
    struct ledger_delivery *row = direct->path ? ledger_find_delivery(ledger, direct->path) : NULL;

    if (!row)
        return;
    if (lost || !text_equal(row->virtual_mesh, delivery->request->name)
        || !desired_material_fits(ledger, row->virtual_mesh, delivery->mesh->key, row->mark,
                                  ledger->arena))
        row->mark = "";
    row->digest = "";
    row->changed = true;
}

int receipt_record(const struct ledger_delivery **out, struct ledger *ledger,
                   const struct receipt *direct, struct err *err)
{
    struct arena *arena = ledger->arena;
    const struct delivery *delivery = direct->delivery;
    struct ledger_delivery *sealed = sealed_row(ledger, delivery->mesh), *row;

    if (!direct->path)
        return err_set(err, ERR_INPUT, 0, "nothing was to be written, so there is no receipt");
    if (sealed && !direct->by_agent)
        sealed->gone = sealed->changed = true;
    *out = row = receipt_row(ledger, direct->path);
    if (text_equal(row->digest, direct->digest))
        return 0;
    row->virtual_mesh = arena_text(arena, delivery->request->name);
    row->mesh = arena_text(arena, delivery->mesh->key);
    row->recipient = (struct delivery_recipient){ RECIPIENT_CLUSTER, "" };
    row->digest = arena_text(arena, direct->digest);
    row->mark = direct->mark;
    row->content = receipt_text(ledger, direct);
    row->changed = true;
    return 0;
}
