/* pki/issue.c - carries out orders: makes keys and certificates and puts them into the ledger, keys
 * sealed.  Decides nothing. */
#include "pki/issue.h"

#include "base/text.h"
#include "base/write.h"
#include "pki/openssl.h"
#include "pki/order.h"
#include "pki/root.h"
#include "pki/signer.h"

struct job {
    EVP_PKEY *key;            /* made, waiting for its root */
    struct ledger_root *root; /* of an ORDER_ROOT that is done */
    bool failed;
};

struct issuing {
    struct ledger *ledger;
    const struct custody *custody;
    const struct issue_options *options;
    const struct orders *orders;
    struct job *jobs; /* one for each order */
    struct signers signers;
    struct issue_result *result;
    size_t keys_done;
};

static void fail_mesh(struct issuing *work, const struct order *order, const char *text)
{
    struct issue_result *result = work->result;

    *ARENA_PUSH(work->ledger->arena, result->failures, result->failure_count) =
        (struct issue_failure){ order->request->name, order->mesh->key,
                                arena_text(work->ledger->arena, text) };
}

/* A root that could not be made fails its intermediates, each as its own mesh's failure. */
static void fail_order(struct issuing *work, size_t index, const char *text)
{
    const struct orders *orders = work->orders;

    work->jobs[index].failed = true;
    if (orders->list[index].kind == ORDER_INTERMEDIATE) {
        fail_mesh(work, &orders->list[index], text);
        return;
    }
    for (size_t i = index + 1; i < orders->count; i++)
        if (orders->list[i].kind == ORDER_INTERMEDIATE && !orders->list[i].root
            && orders->list[i].signer == index) {
            work->jobs[i].failed = true;
            fail_mesh(work, &orders->list[i], text);
        }
}

static int seal_key(struct sealed *out, const struct issuing *work, const EVP_PKEY *key,
                    const struct custody_row *row, struct err *err)
{
    AUTO(secret_free) struct secret *der = NULL;

    if (key_der(&der, key, err) < 0)
        return -1;
    return custody_seal(out, work->custody, row, der, work->ledger->arena, err);
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

static int record_root(struct ledger_root **out, struct issuing *work, const struct order *order,
                       X509 *cert, const EVP_PKEY *key, uint32_t generation, struct err *err)
{
    struct arena *arena = work->ledger->arena;
    struct ledger_root row = { .generation = generation,
                               .virtual_mesh = arena_text(arena, order->request->name),
                               .state = KEY_ACTIVE,
                               .source = "generated",
                               .chain_pem = "",
                               .created = work->options->now };
    struct certificate_facts facts;
    struct custody_row bound;
    struct ledger_root *added;

    if (certificate_facts(&facts, cert, arena, err) < 0
        || certificate_pem(&row.cert_pem, cert, arena, err) < 0)
        return -1;
    bound = root_custody_row(facts.id, facts.spki);
    if (seal_key(&row.key, work, key, &bound, err) < 0)
        return -1;
    row.id = facts.id;
    row.spki = facts.spki;
    row.not_before = facts.not_before;
    row.not_after = facts.not_after;
    row.changed = true;
    added = ledger_add_root(work->ledger);
    *added = row;
    *out = added;
    return 0;
}

static int finish_root(struct issuing *work, size_t index, EVP_PKEY *key, struct err *err)
{
    const struct order *order = &work->orders->list[index];
    const struct shared_trust *shared = order->request->shared;
    uint32_t generation = next_root_generation(work->ledger, order->request->name);
    AUTO(X509_free) X509 *cert = NULL;

    if (root_make(&cert, key, order->request->name, generation, &shared->generated,
                  work->options->now, work->ledger->arena, err)
            < 0
        || record_root(&work->jobs[index].root, work, order, cert, key, generation, err) < 0)
        return err_wrap(err, "make a root for virtual mesh %s", order->request->name);
    work->result->roots++;
    return 0;
}

static int record_intermediate(struct issuing *work, const struct order *order, X509 *cert,
                               const EVP_PKEY *key, const struct ledger_root *root,
                               uint32_t generation, struct err *err)
{
    struct arena *arena = work->ledger->arena;
    struct ledger_intermediate row = { .virtual_mesh = arena_text(arena, order->request->name),
                                       .mesh = arena_text(arena, order->mesh->key),
                                       .cluster = arena_text(arena, order->mesh->cluster),
                                       .namespace = arena_text(arena, order->mesh->namespace),
                                       .root = root->id,
                                       .generation = generation,
                                       .state = KEY_ACTIVE,
                                       .created = work->options->now };
    struct certificate_facts facts;
    struct custody_row bound;

    if (certificate_facts(&facts, cert, arena, err) < 0
        || certificate_pem(&row.cert_pem, cert, arena, err) < 0)
        return -1;
    bound = intermediate_custody_row(facts.id, facts.spki);
    if (seal_key(&row.key, work, key, &bound, err) < 0)
        return -1;
    row.id = facts.id;
    row.spki = facts.spki;
    row.serial = facts.serial;
    row.not_before = facts.not_before;
    row.not_after = facts.not_after;
    row.changed = true;
    *ledger_add_intermediate(work->ledger) = row;
    return 0;
}

static const struct ledger_root *signing_root(const struct issuing *work, const struct order *order)
{
    return order->root ? ledger_find_root(work->ledger, order->root)
                       : work->jobs[order->signer].root;
}

static int finish_intermediate(struct issuing *work, size_t index, EVP_PKEY *key, struct err *err)
{
    const struct order *order = &work->orders->list[index];
    const struct ledger_root *root = signing_root(work, order);
    const struct intermediate_wish wish = {
        .cluster = order->mesh->cluster,
        .spiffe_id = order->mesh->spiffe_id,
        .generation = next_cluster_generation(work->ledger, order->mesh->cluster),
        .options = &order->request->shared->intermediate,
        .now = work->options->now,
    };
    const struct ca_signer *signer = NULL;
    AUTO(X509_free) X509 *cert = NULL;

    if (signers_find(&signer, &work->signers, root, err) < 0
        || intermediate_make(&cert, key, signer, &wish, work->ledger->arena, err) < 0
        || record_intermediate(work, order, cert, key, root, wish.generation, err) < 0)
        return err_wrap(err, "issue an intermediate for cluster %s", order->mesh->cluster);
    work->result->intermediates++;
    return 0;
}

static void finish(struct issuing *work, size_t index, EVP_PKEY *key)
{
    bool is_root = work->orders->list[index].kind == ORDER_ROOT;
    struct err err;

    if ((is_root ? finish_root(work, index, key, &err)
                 : finish_intermediate(work, index, key, &err))
        < 0)
        fail_order(work, index, err.text);
    EVP_PKEY_free(key);
}

/* Those whose keys were ready before their root. */
static void finish_waiting(struct issuing *work, size_t root)
{
    for (size_t i = root + 1; i < work->orders->count; i++)
        if (work->jobs[i].key && work->orders->list[i].signer == root) {
            if (work->jobs[root].failed)
                EVP_PKEY_free(work->jobs[i].key);
            else
                finish(work, i, work->jobs[i].key);
            work->jobs[i].key = NULL;
        }
}

static bool root_pending(const struct issuing *work, const struct order *order)
{
    const struct job *root = &work->jobs[order->signer];

    return order->kind == ORDER_INTERMEDIATE && !order->root && !root->root && !root->failed;
}

static void report(struct issuing *work)
{
    if (work->options->progress)
        work->options->progress(work->options->context, work->keys_done, work->orders->count);
}

static int take_key(void *context, size_t index, EVP_PKEY *key, const struct err *why,
                    struct err *err)
{
    struct issuing *work = context;
    const struct order *order = &work->orders->list[index];

    (void)err;
    if (work->jobs[index].failed) /* its root failed */
        EVP_PKEY_free(key);
    else if (!key)
        fail_order(work, index, why->text);
    else if (root_pending(work, order))
        work->jobs[index].key = key;
    else
        finish(work, index, key);
    if (order->kind == ORDER_ROOT)
        finish_waiting(work, index);
    work->keys_done++;
    report(work);
    return 0;
}

static struct key_kind kind_of(const struct order *order, const struct issue_options *options)
{
    const struct shared_trust *shared = order->request->shared;
    const struct cert_options *wish =
        order->kind == ORDER_ROOT ? &shared->generated : &shared->intermediate;

    return (struct key_kind){ options->key_type, wish->rsa_key_bits };
}

static int carry_out(struct issuing *work, struct err *err)
{
    const struct orders *orders = work->orders;
    struct key_kind *kinds = ARENA_NEW(work->ledger->arena, struct key_kind, orders->count);
    const struct key_taker taker = { take_key, work };

    for (size_t i = 0; i < orders->count; i++)
        kinds[i] = kind_of(&orders->list[i], work->options);
    if (orders->count == 0)
        return 0;
    report(work);
    return keys_make(kinds, orders->count, &taker, err);
}

/* deployedSharedTrust is what clusters hold: recorded once every mesh has its intermediate. */
static void record_trust(struct issuing *work, const struct trust_request *request)
{
    struct ledger *ledger = work->ledger;
    struct ledger_rotation *row = ledger_find_rotation(ledger, request->name);
    const struct ledger_intermediate *one = NULL;
    AUTO_TEXT json = { 0 };

    for (size_t i = 0; i < request->mesh_count; i++) {
        const struct trust_mesh *home = trust_mesh_home(request, &request->meshes[i]);

        one = ledger_active_intermediate(ledger, request->name, home->key);
        if (!one)
            return;
    }
    if (!one || (row && *row->deployed_root))
        return;
    write_json(&json, encode_shared_trust(request->shared, ledger->arena), false);
    if (!row) {
        row = ledger_add_rotation(ledger);
        *row = (struct ledger_rotation){ .virtual_mesh = arena_text(ledger->arena, request->name),
                                         .id = "",
                                         .old_root = "",
                                         .new_root = "",
                                         .pending_root = "",
                                         .detail = "",
                                         .conditions = "" };
    }
    row->entered = work->options->now;
    row->deployed_root = one->root;
    row->deployed_trust = arena_bytes(ledger->arena, json.bytes, json.len);
    row->changed = true;
}

int trust_issue(struct issue_result *out, struct ledger *ledger,
                const struct trust_request *const *requests, size_t count,
                const struct custody *custody, const struct issue_options *options, struct err *err)
{
    struct orders orders = { .arena = ledger->arena };
    struct issuing work = { .ledger = ledger,
                            .custody = custody,
                            .options = options,
                            .orders = &orders,
                            .signers = { .custody = custody },
                            .result = out };
    int result;

    orders_plan(&orders, ledger, requests, count);
    *out =
        (struct issue_result){ .failures = orders.failures, .failure_count = orders.failure_count };
    work.jobs = ARENA_NEW(ledger->arena, struct job, orders.count);
    result = carry_out(&work, err);
    signers_close(&work.signers);
    for (size_t i = 0; i < orders.count; i++)
        EVP_PKEY_free(work.jobs[i].key);
    for (size_t i = 0; result == 0 && i < count; i++)
        record_trust(&work, requests[i]);
    return result;
}
