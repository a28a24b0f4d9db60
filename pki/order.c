/* pki/order.c - makes keys and certificates and puts them into the ledger, keys sealed.  Decides
 * nothing.
 *
 * The key of a cluster that makes its own comes from its agent: its public half is signed first.
 * Keys are made on all processors and come back in the order of the orders, so the ledger has the
 * same rows in the same order whatever finished first.  Every row is KEY_NEXT: nothing uses it
 * before trust_apply has tested it, so a pass that is killed here leaves rows that the next one
 * finds again (pki/leftover.c).  One order that fails fails alone; only the ledger's own keeping
 * ends the work. */
#include "pki/order.h"
#include "pki/key_batch.h"

#include "base/fault.h"
#include "base/text.h"
#include "pki/intermediate.h"
#include "pki/issuer_local.h"
#include "pki/openssl.h"
#include "pki/root.h"
#include <assert.h>

/* Saving costs some milliseconds on a disk: little beside an RSA key, much beside a curve's. */
enum { KEEP_RSA = 1, KEEP_EC = 64 };

struct making {
    struct ledger *ledger;
    const struct custody *custody;
    const struct issue_options *options;
    struct order *orders;
    size_t *of; /* for each key that is made here: its order */
    size_t count, done;
    size_t unkept;    /* made since the ledger was kept last */
    const char *open; /* id of the CA that issuer has open: orders come grouped by CA; NULL */
    struct issuer_session issuer;
    struct issuer_means means; /* of that CA */
};

/* What the rows of a root and of an intermediate have in common. */
struct made {
    struct certificate_facts facts;
    const char *pem;
    struct sealed key;
};

static int describe(struct made *out, const struct making *work, X509 *cert, struct err *err)
{
    struct arena *arena = work->ledger->arena;

    if (certificate_facts(&out->facts, cert, arena, err) < 0)
        return -1;
    return certificate_pem(&out->pem, cert, arena, err);
}

static int seal(struct made *out, const struct making *work, X509 *cert, const EVP_PKEY *key,
                struct custody_row (*bind)(const char *id, const char *spki), struct err *err)
{
    struct arena *arena = work->ledger->arena;
    AUTO(secret_free) struct secret *der = NULL;
    struct custody_row row;

    if (describe(out, work, cert, err) < 0 || key_der(&der, key, err) < 0)
        return -1;
    row = bind(out->facts.id, out->facts.spki);
    return custody_seal(&out->key, work->custody, &row, der, arena, err);
}

static uint32_t next_root_generation(const struct ledger *ledger, const char *virtual_mesh)
{
    uint32_t last = 0;

    for (const struct ledger_root *root = ledger->roots; root; root = root->next)
        if (root->generation > last && text_equal(root->virtual_mesh, virtual_mesh))
            last = root->generation;
    return last + 1;
}

/* Counted for the cluster, over all VirtualMeshes: every intermediate needs a name of its own. */
static uint32_t next_cluster_generation(const struct ledger *ledger, const char *cluster)
{
    uint32_t last = 0;

    for (const struct ledger_intermediate *row = ledger->intermediates; row; row = row->next)
        if (row->generation > last && text_equal(row->cluster, cluster))
            last = row->generation;
    return last + 1;
}

static int record_root(struct making *work, const struct order *order, X509 *cert,
                       const EVP_PKEY *key, uint32_t generation, struct err *err)
{
    struct ledger_root *row;
    struct made made;

    if (seal(&made, work, cert, key, issuer_local_custody_row, err) < 0)
        return -1;
    row = ledger_add_root(work->ledger);
    row->id = made.facts.id;
    row->virtual_mesh = arena_text(work->ledger->arena, order->request->name);
    row->generation = generation;
    row->state = KEY_NEXT;
    row->origin = ORIGIN_GENERATED;
    row->cert_pem = made.pem;
    row->chain_pem = "";
    row->spki = made.facts.spki;
    row->not_before = made.facts.not_before;
    row->not_after = made.facts.not_after;
    row->created = work->options->now;
    row->key = made.key;
    return 0;
}

static int finish_root(struct making *work, const struct order *order, EVP_PKEY *key,
                       struct err *err)
{
    const struct cert_options *options = &order->request->shared->generated;
    uint32_t generation = next_root_generation(work->ledger, order->request->name);
    AUTO(X509_free) X509 *cert = NULL;

    if (root_make(&cert, key, order->request->name, generation, options, work->options->now,
                  work->ledger->arena, err)
            < 0
        || record_root(work, order, cert, key, generation, err) < 0)
        return err_wrap(err, "make a root for virtual mesh %s", order->request->name);
    return 0;
}

/* The key of a spare has no private half here: nothing is sealed. */
static int record_intermediate(struct making *work, const struct order *order, X509 *cert,
                               const EVP_PKEY *key, const struct intermediate_wish *wish,
                               struct err *err)
{
    struct arena *arena = work->ledger->arena;
    struct ledger_intermediate *row;
    struct made made = { .key = { 0 } };

    if ((wish->csr ? describe(&made, work, cert, err)
                   : seal(&made, work, cert, key, ca_intermediate_custody_row, err))
        < 0)
        return -1;
    row = ledger_add_intermediate(work->ledger);
    row->id = made.facts.id;
    row->virtual_mesh = arena_text(arena, order->request->name);
    row->mesh = arena_text(arena, order->mesh->key);
    row->cluster = arena_text(arena, order->mesh->cluster);
    row->namespace = arena_text(arena, order->mesh->namespace);
    row->root = arena_text(arena, order->ca);
    row->generation = wish->generation;
    row->state = KEY_NEXT;
    row->cert_pem = made.pem;
    row->serial = made.facts.serial;
    row->spki = made.facts.spki;
    row->not_before = made.facts.not_before;
    row->not_after = made.facts.not_after;
    row->created = work->options->now;
    row->key = made.key;
    row->options = intermediate_options(made.facts.org, made.facts.uri,
                                        wish->csr ? CSR_KEY : made.facts.key, arena);
    return 0;
}

/* The last one stays open. */
static int open_issuer(struct making *work, const struct order *order, const struct ledger_root *ca,
                       struct err *err)
{
    if (text_equal(work->open, ca->id))
        return 0;
    issuer_close(&work->issuer);
    work->open = NULL;
    work->means = (struct issuer_means){ .custody = work->custody,
                                         .remote = work->options->remote,
                                         .now = work->options->now,
                                         .arena = work->ledger->arena };
    work->means.place_count = remote_ca_places(work->means.places, work->ledger, order->request);
    if (issuer_open(&work->issuer, ca, &work->means, err) < 0)
        return -1;
    work->open = ca->id;
    return 0;
}

/* csr: of a key whose private half is in its cluster; NULL: it is here. */
static int finish_intermediate(struct making *work, const struct order *order, EVP_PKEY *key,
                               const char *csr, struct err *err)
{
    const struct ledger_root *root = ledger_find_root(work->ledger, order->ca);
    const struct intermediate_wish wish = {
        .cluster = order->mesh->cluster,
        .spiffe_id = order->mesh->spiffe_id,
        .generation = next_cluster_generation(work->ledger, order->mesh->cluster),
        .options = &order->request->shared->intermediate,
        .csr = csr,
        .now = work->options->now,
    };
    AUTO(X509_free) X509 *cert = NULL;

    if (!root)
        return err_set(err, ERR_CRYPTO, 0, "the state does not hold CA %.16s", order->ca);
    if (open_issuer(work, order, root, err) < 0
        || intermediate_make(&cert, key, &work->issuer, &wish, work->ledger->arena, err) < 0
        || record_intermediate(work, order, cert, key, &wish, err) < 0)
        return err_wrap(err, "issue an intermediate for cluster %s", order->mesh->cluster);
    return 0;
}

static void report(const struct making *work)
{
    if (work->options->progress)
        work->options->progress(work->options->context, work->done, work->count);
}

static int keep(struct making *work, struct err *err)
{
    size_t most = work->options->key_type == KEY_RSA ? KEEP_RSA : KEEP_EC;

    if (++work->unkept < most || !work->options->keep)
        return 0;
    work->unkept = 0;
    return work->options->keep(work->options->keep_context, err);
}

/* One order is over; failure NULL: it was carried out.  One that fails is no failure of the work.
 */
static int settle(struct making *work, struct order *order, const struct err *failure,
                  struct err *err)
{
    if (failure)
        order->failure = arena_text(work->ledger->arena, failure->text);
    assert(work->done < work->count);
    work->done++;
    report(work);
    if (keep(work, err) < 0)
        return -1;
    FAULT("pki.key");
    return 0;
}

static const struct csr_spare *spare_of(const struct making *work, const struct order *order)
{
    return order->kind == ORDER_INTERMEDIATE ? csr_spare_find(&work->options->spares, order->mesh)
                                             : NULL;
}

/* Signs what the cluster's agent offers. */
static int take_spare(struct making *work, struct order *order, const struct csr_spare *spare,
                      struct err *err)
{
    struct err failure;
    bool failed = false;

    if (csr_spare_check(spare, work->ledger, &failure) < 0)
        failed =
            err_wrap(&failure, "issue an intermediate for cluster %s", order->mesh->cluster) < 0;
    else
        failed = finish_intermediate(work, order, spare->key, spare->csr, &failure) < 0;
    return settle(work, order, failed ? &failure : NULL, err);
}

static int take_key(void *context, size_t index, EVP_PKEY *key, const struct err *why,
                    struct err *err)
{
    struct making *work = context;
    struct order *order = &work->orders[work->of[index]];
    struct err failure = *why;
    int result = -1;

    if (key)
        result = order->kind == ORDER_ROOT ? finish_root(work, order, key, &failure)
                                           : finish_intermediate(work, order, key, NULL, &failure);
    EVP_PKEY_free(key);
    return settle(work, order, result < 0 ? &failure : NULL, err);
}

static struct key_kind kind_of(const struct order *order, const struct issue_options *options)
{
    const struct shared_trust *shared = order->request->shared;
    const struct cert_options *wish =
        order->kind == ORDER_ROOT ? &shared->generated : &shared->intermediate;

    return (struct key_kind){ options->key_type, wish->rsa_key_bits };
}

int order_make(struct order *orders, size_t count, struct ledger *ledger,
               const struct custody *custody, const struct issue_options *options, struct err *err)
{
    struct making work = {
        .ledger = ledger,
        .custody = custody,
        .options = options,
        .orders = orders,
        .count = count,
    };
    struct key_kind *kinds = ARENA_NEW(ledger->arena, struct key_kind, count);
    const struct key_taker taker = { take_key, &work };
    size_t keys = 0;
    int result = 0;

    if (count == 0)
        return 0;
    work.of = ARENA_NEW(ledger->arena, size_t, count);
    report(&work);
    for (size_t i = 0; i < count && result == 0; i++) {
        const struct csr_spare *spare = spare_of(&work, &orders[i]);

        if (spare) {
            result = take_spare(&work, &orders[i], spare, err);
            continue;
        }
        work.of[keys] = i;
        kinds[keys++] = kind_of(&orders[i], options);
    }
    if (result == 0 && keys > 0)
        result = key_batch_make(kinds, keys, &taker, err);
    issuer_close(&work.issuer);
    return result;
}
