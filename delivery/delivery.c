/* delivery/delivery.c - encrypted manifests, rendered again only when their plaintext or their
 * recipient changed.
 *
 * Encryption is random, so a manifest that is rendered again differs, and would make a commit in
 * every pass.  The ledger therefore keeps the manifest together with an HMAC of all that it
 * depends on, and the same HMAC brings the same bytes back.  Two invariants: no private key is
 * opened to find out that nothing changed (the digest takes the public key), and no bytes that
 * differ from those on the branch leave without the proof of pki/prove.c. */
#include "delivery/delivery.h"
#include "base/write_json.h"
#include "base/write_yaml.h"
#include "pki/cacerts_owner.h"

#include "base/text.h"
#include "base/write.h"
#include "delivery/format.h"
#include "delivery/handover.h"
#include "delivery/issuance.h"
#include "delivery/path.h"
#include "delivery/receipt.h"
#include "delivery/secret_object.h"
#include "pki/csr_spare.h"
#include "pki/desired.h"
#include "pki/prove.h"
#include "pki/trust.h"
#include <string.h>

/* Everything that the manifest depends on, except the randomness of its encryption.  The digest
 * takes the public key instead of the private one, so that a pass opens no key to see that nothing
 * changed. */
static int digest_of(char out[65], const struct delivery *delivery,
                     const struct secret_object *object, const struct cacerts *cacerts,
                     const char *key, const struct custody *custody, struct err *err)
{
    const char *const texts[] = {
        "weft delivery 2",
        recipient_fingerprint(delivery->recipient),
        recipient_variant(delivery->recipient),
        delivery->header,
        object->name,
        object->namespace,
        object->owner,
        object->parents,
        cacerts->ca_cert,
        cacerts->cert_chain,
        cacerts->root_cert,
        key,
        object->refused, /* counts only where there is one */
    };
    const size_t count = LENGTH(texts) - text_empty(object->refused);
    struct custody_piece pieces[LENGTH(texts)];

    for (size_t i = 0; i < count; i++)
        pieces[i] = (struct custody_piece){ texts[i], strlen(texts[i]) };
    return custody_digest(out, custody, pieces, count, err);
}

static int encrypt(const char **out, const struct delivery *delivery,
                   const struct secret_object *object, const struct cacerts *cacerts,
                   struct arena *arena, struct err *err)
{
    const struct recipient *recipient = delivery->recipient;
    struct node *manifest = NULL;
    AUTO_TEXT text = { 0 };

    if (recipient->method->format->render(&manifest, recipient->key, object, cacerts, arena, err)
        < 0)
        return -1;
    text_adds(&text, delivery->header);
    write_yaml(&text, manifest);
    *out = arena_bytes(arena, text.bytes, text.len);
    return 0;
}

static struct ledger_delivery *delivery_row(struct ledger *ledger, const char *path)
{
    struct ledger_delivery *row = ledger_find_delivery(ledger, path);

    if (!row) {
        row = ledger_add_delivery(ledger);
        row->path = path;
        row->digest = row->content = row->mark = row->recipient.fingerprint = "";
    }
    return row;
}

struct rendering {
    struct ledger *ledger;
    const struct delivery *delivery;
    const struct ledger_intermediate *intermediate;
    const struct custody *custody;
    struct cacerts cacerts;
};

/* The private key is in the cluster. */
static bool takes_public_files(const struct delivery *delivery)
{
    return delivery->recipient->method->recipient == RECIPIENT_AGENT;
}

/* An agent never goes back to a lower one, so it grows even where the state lost it.  Others can
 * write the branch: after the highest number, which they may have put there, it stays, and agents
 * take one that is equal. */
static int64_t next_serial(const struct ledger_delivery *row, const struct delivery *delivery,
                           struct arena *arena)
{
    const int64_t stored = row ? issuance_serial(row->content, arena) : 0;
    const int64_t deployed = issuance_serial(delivery->branch, arena);
    const int64_t last = stored > deployed ? stored : deployed;

    return last < INT64_MAX ? last + 1 : last;
}

/* Of an agent that cannot be asked now nothing is known, and what was said stays: a file that
 * followed the connection would change in each pass. */
static const char *refused_key(const struct rendering *r, const struct ledger_delivery *row)
{
    const struct csr_spare *spare = r->delivery->spare;

    if (!takes_public_files(r->delivery))
        return "";
    if (spare && spare->key)
        return csr_spare_refused(spare, r->ledger, r->delivery->request->name);
    return row ? issuance_refused(row->content, r->ledger->arena) : "";
}

static int prove(struct rendering *r, struct err *err)
{
    if (!takes_public_files(r->delivery)
        && cacerts_open_key(&r->cacerts, r->intermediate, r->custody, err) < 0)
        return -1;
    return prove_cacerts(&r->cacerts, r->ledger, r->intermediate, r->delivery->mesh,
                         r->delivery->now, err);
}

static int render_again(struct ledger_delivery **out, struct rendering *r,
                        const struct secret_object *object, const char *path, const char *digest,
                        struct err *err)
{
    struct arena *arena = r->ledger->arena;
    struct secret_object numbered = *object;
    struct ledger_delivery *row;
    const char *content;

    numbered.spki = r->intermediate->spki;
    if (takes_public_files(r->delivery))
        numbered.serial = next_serial(ledger_find_delivery(r->ledger, path), r->delivery, arena);
    if (prove(r, err) < 0 || encrypt(&content, r->delivery, &numbered, &r->cacerts, arena, err) < 0)
        return -1;
    row = delivery_row(r->ledger, path);
    row->virtual_mesh = arena_text(arena, r->delivery->request->name);
    row->mesh = arena_text(arena, r->delivery->mesh->key);
    row->recipient =
        (struct delivery_recipient){ r->delivery->recipient->method->recipient,
                                     arena_text(arena,
                                                recipient_fingerprint(r->delivery->recipient)) };
    row->digest = arena_text(arena, digest);
    row->content = content;
    row->damaged = false;
    row->mark = desired_material(r->ledger, row->virtual_mesh, row->mesh, arena);
    row->changed = true;
    *out = row;
    return 0;
}

static int render_row(struct ledger_delivery **out, struct rendering *r, struct err *err)
{
    struct arena *arena = r->ledger->arena;
    const struct delivery *delivery = r->delivery;
    const char *path = delivery_path(delivery->mesh, arena);
    struct ledger_delivery *row = ledger_find_delivery(r->ledger, path);
    const struct secret_object object = {
        .name = "cacerts",
        .namespace = delivery->mesh->namespace,
        .owner = delivery->owner,
        .parents = secret_object_parents(delivery->request->virtual_mesh, arena),
        .now = delivery->now,
        .refused = refused_key(r, row),
    };
    char digest[65];

    if (digest_of(digest, delivery, &object, &r->cacerts, r->intermediate->spki, r->custody, err)
        < 0)
        return -1;
    if (delivery->recipient->method->recipient != RECIPIENT_KEY
        && handover_check(r->ledger, delivery, err) < 0)
        return -1;
    if (!row || !text_equal(row->digest, digest))
        return render_again(out, r, &object, path, digest, err);
    if (!text_equal(delivery->branch, row->content) && prove(r, err) < 0)
        return -1;
    if (text_empty(row->mark)) { /* of a state that had no marks yet */
        row->mark = desired_material(r->ledger, row->virtual_mesh, row->mesh, arena);
        row->changed = true;
    }
    *out = row;
    return 0;
}

static void drop_receipt(struct ledger *ledger, const struct mesh_identity *mesh)
{
    struct ledger_delivery *receipt =
        ledger_find_delivery(ledger, receipts_path(mesh, ledger->arena));

    if (receipt)
        receipt->gone = receipt->changed = true;
}

/* A mesh that waits to join a rotation keeps what it has. */
static struct ledger_delivery *kept(const struct ledger *ledger, const struct delivery *delivery)
{
    struct ledger_delivery *row =
        ledger_find_delivery(ledger, delivery_path(delivery->mesh, ledger->arena));

    return row && text_equal(row->virtual_mesh, delivery->request->name) ? row : NULL;
}

/* The cluster is to make its own key, and what it uses was made here: until its agent offers one it
 * keeps what it has. */
static bool waits_for_agent(const struct rendering *r)
{
    return takes_public_files(r->delivery) && !csr_spare_made(r->intermediate);
}

int delivery_render(const struct ledger_delivery **out, struct ledger *ledger,
                    const struct delivery *delivery, const struct custody *custody, struct err *err)
{
    struct rendering r = { .ledger = ledger, .delivery = delivery, .custody = custody };
    struct ledger_delivery *row = NULL;
    int result = 0;

    *out = NULL;
    r.intermediate =
        ledger_active_intermediate(ledger, delivery->request->name, delivery->mesh->key);
    if (!r.intermediate
        || cacerts_owner_primary(delivery->request, delivery->mesh) != delivery->mesh)
        return 0;
    if (cacerts_open(&r.cacerts, ledger, r.intermediate, ledger->arena, err) < 0)
        return err_wrap(err, "deliver to cluster %s", delivery->mesh->cluster);
    if (text_empty(r.cacerts.root_cert) || waits_for_agent(&r))
        row = kept(ledger, delivery);
    else
        result = render_row(&row, &r, err);
    if (row && !text_empty(r.cacerts.root_cert)
        && delivery->recipient->method->receipt == EVIDENCE_NONE)
        drop_receipt(ledger, delivery->mesh);
    cacerts_close(&r.cacerts);
    if (result < 0)
        return err_wrap(err, "deliver to cluster %s", delivery->mesh->cluster);
    *out = row;
    return 0;
}
