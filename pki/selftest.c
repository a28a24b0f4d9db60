/* pki/selftest.c - proves with real leaves that nothing which is about to be committed breaks
 * anything that may be alive.
 *
 * Clusters with the same signer and the same bundle behave alike, so they are one class, and the
 * work grows with classes, not with clusters: a fleet has a handful.  For each class a leaf of a
 * workload and one of istiod are signed with a real intermediate, and every leaf is verified,
 * strictly and in both roles, under the bundle of every class that may meet it: now, one leaf's
 * life from now, and after the longest wait of a gate.  The state machine has decided the same by
 * ids; this is the second opinion, from the bytes. */
#include "pki/selftest.h"

#include "base/clock.h"
#include "base/text.h"
#include "pki/ca.h"
#include "pki/csr_spare.h"
#include "pki/identity.h"
#include "pki/key.h"
#include "pki/leaf.h"
#include "pki/openssl.h"
#include "rotation/ca.h"
#include "state/anchor.h"
#include <string.h>

enum { CLASSES_MAX = 64, ISSUERS_MAX = 16, TIMES = 3, CHAIN_MAX = 8 };

/* What an intermediate vouches for, by one leaf of each kind. */
struct leaves {
    X509 *workload, *istiod;
    STACK_OF(X509) * chain; /* what is served with them */
    bool stand_in; /* the key of the intermediate is in its cluster: another one signed them */
    struct identity names;
};

/* A signer and a bundle, with leaves and a store that represent all clusters that have them. */
struct class
{
    struct material material;
    const char *cluster;  /* one of them, for people */
    bool next;            /* about to be committed */
    struct leaves leaves; /* none: no key of an intermediate under this signer is left, so no leaf
                             can be made any more */
    int64_t leaf_until;   /* end of the intermediate that signed it */
    X509_STORE *bundle;
};

/* The issuers of an intermediate, as X509: parsed once, for a thousand intermediates have the same.
 */
struct issuers {
    const char *root;      /* id of the CA */
    const char *anchor;    /* id of its self-signed end */
    STACK_OF(X509) * list; /* the CA, and up */
};

struct testing {
    const struct selftest *test;
    struct selftest_count *count;
    struct arena *arena;
    EVP_PKEY *key; /* of all leaves: they are thrown away */
    struct key_reader reader;
    struct class classes[CLASSES_MAX];
    size_t class_count;
    struct issuers issuers[ISSUERS_MAX];
    size_t issuers_count;
};

static void leaves_release(struct leaves *leaves)
{
    X509_free(leaves->workload);
    X509_free(leaves->istiod);
    sk_X509_pop_free(leaves->chain, X509_free);
}

static void testing_close(struct testing *t)
{
    for (size_t i = 0; i < t->class_count; i++) {
        leaves_release(&t->classes[i].leaves);
        X509_STORE_free(t->classes[i].bundle);
    }
    for (size_t i = 0; i < t->issuers_count; i++)
        sk_X509_pop_free(t->issuers[i].list, X509_free);
    EVP_PKEY_free(t->key);
    key_reader_close(&t->reader);
    arena_free(t->arena);
}

/* --- leaves and stores --- */

static int make_store(X509_STORE **out, const struct testing *t, const struct bundle *bundle,
                      struct err *err)
{
    AUTO(X509_STORE_free) X509_STORE *store = X509_STORE_new();

    for (size_t i = 0; store && i < bundle->count; i++) {
        const char *pem = anchor_find(t->test->ledger, bundle->roots[i], t->arena);
        AUTO(X509_free) X509 *root = NULL;

        if (!pem)
            return err_set(err, ERR_REFUSED, 0, "the state does not hold root %.16s of a bundle",
                           bundle->roots[i]);
        if (certificate_read(&root, "a root in the state", pem, strlen(pem), err) < 0)
            return -1;
        if (!X509_STORE_add_cert(store, root))
            return err_crypto(err, "trust a root for the self-test");
    }
    if (!store)
        return err_crypto(err, "prepare the self-test");
    *out = TAKE(store);
    return 0;
}

static int find_issuers(const struct issuers **out, struct testing *t, const char *id,
                        struct err *err)
{
    const struct ledger_root *root;
    const char *pem;

    for (size_t i = 0; i < t->issuers_count; i++)
        if (text_equal(t->issuers[i].root, id)) {
            *out = &t->issuers[i];
            return 0;
        }
    root = ledger_find_root(t->test->ledger, id);
    if (!root || t->issuers_count == ISSUERS_MAX)
        return err_set(err, ERR_REFUSED, 0, "the state does not hold root %.16s", id);
    pem = arena_printf(t->arena, "%s%s", root->cert_pem, root->chain_pem);
    *out = &t->issuers[t->issuers_count];
    t->issuers[t->issuers_count].root = root->id;
    t->issuers[t->issuers_count].anchor = anchor_id(root, t->arena);
    return certificate_read_all(&t->issuers[t->issuers_count++].list, "a chain in the state", pem,
                                strlen(pem), CHAIN_MAX + 1, err);
}

/* The intermediate and its issuers, as cert-chain.pem has them. */
static int make_chain(STACK_OF(X509) * *out, struct testing *t,
                      const struct ledger_intermediate *row, struct err *err)
{
    const struct issuers *issuers = NULL;
    STACK_OF(X509) *chain = NULL;

    if (find_issuers(&issuers, t, row->root, err) < 0
        || certificate_read_all(&chain, "an intermediate in the state", row->cert_pem,
                                strlen(row->cert_pem), 1, err)
               < 0)
        return -1;
    *out = chain;
    if (!X509_add_certs(chain, issuers->list, X509_ADD_FLAG_UP_REF))
        return err_crypto(err, "prepare the self-test");
    return 0;
}

static int open_key(EVP_PKEY **out, struct testing *t, const struct ledger_intermediate *row,
                    struct err *err)
{
    struct custody_row bound = ca_intermediate_custody_row(row->id, row->spki);
    AUTO(secret_free) struct secret *der = NULL;

    if (custody_unseal(&der, t->test->custody, &bound, row->key, err) < 0)
        return -1;
    return key_read(out, &t->reader, der, err);
}

static const struct mesh_identity *mesh_of(const struct trust_request *request, const char *key)
{
    for (size_t i = 0; request && i < request->mesh_count; i++)
        if (text_equal(request->meshes[i].key, key))
            return &request->meshes[i];
    return NULL;
}

/* By the specs; of a mesh that is not in them, by its intermediate. */
static int find_identity(struct identity *out, struct testing *t,
                         const struct ledger_intermediate *row, X509 *intermediate, struct err *err)
{
    const struct mesh_identity *mesh = mesh_of(t->test->request, row->mesh);
    struct certificate_facts facts;

    if (!mesh && certificate_facts(&facts, intermediate, t->arena, err) < 0)
        return -1;
    *out = identity_of(mesh ? mesh->spiffe_id : facts.uri, row->namespace,
                       mesh ? mesh->revision : "", t->arena);
    return 0;
}

/* They live as long as they are looked at, which libcrypto allows: an issuer's end is checked for
 * itself. */
static int sign_leaves(struct leaves *out, struct testing *t, const struct ledger_intermediate *row,
                       EVP_PKEY *signer, struct err *err)
{
    const struct leaf_names workload = { .uri = out->names.workload };
    const struct leaf_names istiod = { NULL, out->names.istiod, out->names.istiod_count };
    X509 *issuer = sk_X509_value(out->chain, 0);
    int64_t from = t->test->now - 60;

    t->count->leaves += 2;
    if (leaf_make(&out->workload, &workload, t->key, issuer, signer, from, row->not_after, err) < 0)
        return -1;
    return leaf_make(&out->istiod, &istiod, t->key, issuer, signer, from, row->not_after, err);
}

/* The key that signs the leaves of this intermediate. */
static int find_signer(struct leaves *out, EVP_PKEY **signer, struct testing *t,
                       const struct ledger_intermediate *row, struct err *err)
{
    X509 *issuer = sk_X509_value(out->chain, 0);

    out->stand_in = csr_spare_made(row);
    if (out->stand_in)
        return leaf_stand_in(signer, issuer, err);
    if (open_key(signer, t, row, err) < 0)
        return -1;
    if (X509_check_private_key(issuer, *signer) == 1)
        return 0;
    return err_set(err, ERR_REFUSED, 0,
                   "the private key of the intermediate of cluster %s does not fit it",
                   row->cluster);
}

/* out is to be released whatever comes back. */
static int make_leaves(struct leaves *out, struct testing *t, const struct ledger_intermediate *row,
                       struct err *err)
{
    AUTO(EVP_PKEY_free) EVP_PKEY *signer = NULL;

    if (make_chain(&out->chain, t, row, err) < 0 || find_signer(out, &signer, t, row, err) < 0
        || find_identity(&out->names, t, row, sk_X509_value(out->chain, 0), err) < 0)
        return -1;
    return sign_leaves(out, t, row, signer, err);
}

/* --- classes --- */

static const char *anchor_of_row(struct testing *t, const struct ledger_intermediate *row)
{
    const struct issuers *issuers = NULL;
    struct err err;

    return find_issuers(&issuers, t, row->root, &err) < 0 ? "" : issuers->anchor;
}

/* Leaves can be made that look like those that it signs. */
static bool can_represent(const struct ledger_intermediate *row)
{
    return row->key.len > 0 || (csr_spare_made(row) && row->state != KEY_DESTROYED);
}

/* The one under this anchor that lives longest and whose key weft holds, or its cluster; NULL:
 * none.
 */
static const struct ledger_intermediate *representative(struct testing *t, const char *anchor)
{
    const struct ledger_intermediate *best = NULL;

    for (const struct ledger_intermediate *row = t->test->ledger->intermediates; row;
         row = row->next)
        if (can_represent(row) && row->not_after > t->test->now
            && text_equal(row->virtual_mesh, t->test->virtual_mesh)
            && (!best || row->not_after > best->not_after)
            && text_equal(anchor_of_row(t, row), anchor))
            best = row;
    return best;
}

static struct class *find_class(struct testing *t, const struct material *material)
{
    for (size_t i = 0; i < t->class_count; i++)
        if (material_equal(&t->classes[i].material, material))
            return &t->classes[i];
    return NULL;
}

static int add_class(struct testing *t, const struct material *material, const char *cluster,
                     bool next, struct err *err)
{
    struct class *class = find_class(t, material);
    const struct ledger_intermediate *row;

    if (class) {
        class->next |= next;
        return 0;
    }
    if (t->class_count == CLASSES_MAX)
        return err_set(err, ERR_REFUSED, 0, "too many different materials are alive");
    class = &t->classes[t->class_count++];
    *class = (struct class){ .material = *material, .cluster = cluster, .next = next };
    row = representative(t, material->signer);
    if (make_store(&class->bundle, t, &material->bundle, err) < 0)
        return -1;
    if (!row)
        return 0;
    class->leaf_until = row->not_after;
    return make_leaves(&class->leaves, t, row, err);
}

static int add_members(struct testing *t, struct err *err)
{
    const struct rotation *r = t->test->next;
    const struct gate_clock clock = { .now = r->clock.gate, .policy = t->test->policy };

    for (size_t i = 0; i < r->member_count; i++)
        for (size_t k = 0; k < r->members[i].held_count; k++) {
            const struct member *member = &r->members[i];
            bool wanted = k + 1 == member->held_count;

            if (member_alive(member, k, clock)
                && add_class(t, &member->held[k], member->cluster, wanted, err) < 0)
                return -1;
        }
    return 0;
}

/* --- verdicts --- */

static int64_t test_time(const struct testing *t, size_t which, int64_t until)
{
    const struct evidence_policy *policy = t->test->policy;
    int64_t wait = policy->sync_allowance + policy->leaf_ttl + policy->skew;
    const int64_t after[TIMES] = { 0, policy->leaf_ttl, wait + policy->leaf_ttl };
    int64_t at = t->test->now + after[which];

    return at < until ? at : until - 1; /* what ends before is renewed before */
}

/* A leaf, what is served with it, and until when it can be asked about. */
struct served {
    X509 *leaf;
    STACK_OF(X509) * chain;
    int64_t until;
    const char *cluster;
    const char *what; /* whose it is, for people */
    bool stand_in;
};

static int judge(struct testing *t, const struct served *served, const struct class *verifier,
                 enum leaf_role as, size_t times, struct err *err)
{
    for (size_t i = 0; i < times; i++) {
        int64_t at = test_time(t, i, served->until);
        int error = X509_V_OK;

        t->count->verifications++;
        if ((served->stand_in
                 ? leaf_verify_unsigned(&error, served->leaf, served->chain, verifier->bundle, as,
                                        at, err)
                 : leaf_verify(&error, served->leaf, served->chain, verifier->bundle, as, at, err))
            < 0)
            return -1;
        if (error != X509_V_OK)
            return err_set(err, ERR_REFUSED, error,
                           "the self-test failed: at %s workloads of cluster %s would refuse %s of "
                           "cluster %s (%s); nothing of this virtual mesh's trust was changed",
                           clock_text(at, t->arena), verifier->cluster, served->what,
                           served->cluster, X509_verify_cert_error_string(error));
    }
    return 0;
}

/* Workloads that have the verifier's bundle accept a peer with leaves like these: a workload in
 * both roles of a connection, istiod as a server. */
static int judge_leaves(struct testing *t, const struct leaves *leaves, int64_t until,
                        const char *cluster, const struct class *verifier, size_t times,
                        struct err *err)
{
    const struct served workload = { leaves->workload,
                                     leaves->chain,
                                     until,
                                     cluster,
                                     arena_printf(t->arena, "those (such as %s)",
                                                  leaves->names.workload),
                                     leaves->stand_in };
    const struct served istiod = { leaves->istiod,
                                   leaves->chain,
                                   until,
                                   cluster,
                                   arena_printf(t->arena, "istiod (%s)", leaves->names.istiod[0]),
                                   leaves->stand_in };

    if (judge(t, &workload, verifier, LEAF_SERVER, times, err) < 0
        || judge(t, &workload, verifier, LEAF_CLIENT, times, err) < 0)
        return -1;
    return judge(t, &istiod, verifier, LEAF_SERVER, times, err);
}

static int judge_class(struct testing *t, const struct class *a, const struct class *b,
                       struct err *err)
{
    if (!a->leaves.workload)
        return 0;
    return judge_leaves(t, &a->leaves, a->leaf_until, a->cluster, b, TIMES, err);
}

static int judge_pairs(struct testing *t, struct err *err)
{
    for (size_t i = 0; i < t->class_count; i++)
        for (size_t k = 0; k < t->class_count; k++)
            if ((t->classes[i].next || t->classes[k].next)
                && judge_class(t, &t->classes[i], &t->classes[k], err) < 0)
                return -1;
    return 0;
}

static const struct material *member_material(const struct rotation *r, const char *mesh)
{
    const struct member *member = rotation_member(r, mesh);

    return member ? member_wanted(member) : NULL;
}

/* A new intermediate under the bundle that is delivered with it.  Later times are asked of its
 * class. */
static int judge_new(struct testing *t, const struct ledger_intermediate *row, struct err *err)
{
    const struct material *wanted = member_material(t->test->next, row->mesh);
    const char *anchor = anchor_of_row(t, row);
    const struct material rest = { anchor, bundle_of(anchor) };
    struct leaves leaves = { 0 };
    int result;

    if (add_class(t, wanted ? wanted : &rest, row->cluster, true, err) < 0)
        return -1;
    result = make_leaves(&leaves, t, row, err);
    if (result == 0)
        result = judge_leaves(t, &leaves, row->not_after, row->cluster,
                              find_class(t, wanted ? wanted : &rest), 1, err);
    leaves_release(&leaves);
    return result;
}

static int run(struct testing *t, struct err *err)
{
    if (key_make(&t->key, (struct key_kind){ .type = KEY_EC_P256 }, err) < 0
        || add_members(t, err) < 0)
        return -1;
    for (const struct ledger_intermediate *row = t->test->ledger->intermediates; row;
         row = row->next)
        if (row->state == KEY_NEXT && text_equal(row->virtual_mesh, t->test->virtual_mesh)
            && judge_new(t, row, err) < 0)
            return -1;
    t->count->classes = t->class_count;
    return t->test->pairs ? judge_pairs(t, err) : 0;
}

int selftest_run(struct selftest_count *count, const struct selftest *test, struct err *err)
{
    struct testing t = { .test = test, .count = count, .arena = arena_new() };
    int result;

    *count = (struct selftest_count){ 0 };
    result = run(&t, err);
    testing_close(&t);
    return result;
}
