/* tests/unit/pki/test_years.c - three years of hourly passes over fifty clusters, with real
 * keys and sealed manifests: renewals, twelve rotations and random lag.  At every hour all
 * workloads that may be alive accept each other, and no certificate in use has expired. */
#include "base/base64.h"
#include "pki/publication.h"
#include "tests/lib/trust_fixture.h"

#include "base/digest.h"
#include "base/parse.h"
#include "base/parse_yaml.h"
#include "base/text.h"
#include "pki/certificate.h"
#include "tests/lib/sealing_controller.h"

#include "pki/desired.h"
#include "pki/leaf.h"

#include <openssl/pem.h>
#include <stdlib.h>
#include <string.h>

enum { CLUSTERS = 50, OLD_MAX = 4, HOURS = 3 * 365 * 24, ROTATIONS = 12, LAG = 6 };
#define HOUR INT64_C(3600)

/* What a cluster's istiod has loaded. */
struct loaded {
    char mark[17];
    char signer[65];    /* id of the anchor at the end of its chain */
    char bundle[4][65]; /* ids */
    size_t bundle_count;
    int64_t not_after; /* of its intermediate */
    char cert[4096], chain[8192], root[8192], key[2048];
};

struct cluster {
    struct loaded now;
    struct loaded old[OLD_MAX]; /* leaves of these may live */
    int64_t until[OLD_MAX];
    size_t old_count;
    char *content; /* of the output branch */
    char mark[17];
    int64_t arrives; /* when the branch's content is loaded; 0: it is */
};

struct years {
    struct fixture fixture;
    struct controller controller;
    struct trust_request *request;
    struct cluster clusters[CLUSTERS];
    struct evidence evidence[CLUSTERS];
    struct evidence_policy policy;
    int64_t now;
    uint64_t seed;
    size_t passes, loads, checks, handed, rotations, issued;
};

static uint64_t random_below(struct years *y, uint64_t most)
{
    y->seed ^= y->seed << 13;
    y->seed ^= y->seed >> 7;
    y->seed ^= y->seed << 17;
    return y->seed % most;
}

/* --- a process ends, and the next one reads what was stored --- */

static struct sealed copy_sealed(struct arena *arena, struct sealed sealed)
{
    return sealed.len
               ? (struct sealed){ (unsigned char *)arena_bytes(arena, sealed.bytes, sealed.len),
                                  sealed.len }
               : (struct sealed){ 0 };
}

#define COPY(field) row->field = arena_text(arena, from->field)

static void copy_rows(struct ledger *to, const struct ledger *ledger, struct arena *arena)
{
    for (const struct ledger_root *from = ledger->roots; from; from = from->next) {
        struct ledger_root *row = ledger_add_root(to), *next = row->next;

        *row = *from;
        row->next = next;
        COPY(id), COPY(virtual_mesh), COPY(cert_pem), COPY(chain_pem), COPY(spki);
        row->key = copy_sealed(arena, from->key);
    }
    for (const struct ledger_delivery *from = ledger->deliveries; from; from = from->next) {
        struct ledger_delivery *row = ledger_add_delivery(to), *next = row->next;

        *row = *from;
        row->next = next;
        COPY(path), COPY(virtual_mesh), COPY(mesh), COPY(recipient.fingerprint), COPY(digest),
            COPY(content);
        COPY(mark);
    }
    for (const struct ledger_rotation *from = ledger->rotations; from; from = from->next) {
        struct ledger_rotation *row = ledger_add_rotation(to), *next = row->next;

        *row = *from;
        row->next = next;
        row->parsed = NULL;
        COPY(virtual_mesh), COPY(id), COPY(old_root), COPY(new_root), COPY(pending_root),
            COPY(detail);
        COPY(deployed_root), COPY(conditions);
        ledger_set_deployed(row, arena_text(arena, from->deployed_trust), arena);
    }
}

static void copy_intermediates(struct ledger *to, const struct ledger *ledger, struct arena *arena)
{
    struct ledger_intermediate **end = &to->intermediates;

    for (const struct ledger_intermediate *from = ledger->intermediates; from; from = from->next) {
        struct ledger_intermediate *row = ARENA_NEW(arena, struct ledger_intermediate, 1);

        *row = *from;
        row->next = NULL;
        COPY(id), COPY(virtual_mesh), COPY(mesh), COPY(cluster), COPY(namespace), COPY(root);
        COPY(cert_pem), COPY(serial), COPY(spki), COPY(options);
        row->key = copy_sealed(arena, from->key);
        *end = row;
        end = &row->next;
    }
}

static void new_process(struct years *y)
{
    struct arena *arena = arena_new();
    struct ledger ledger = { .arena = arena };

    copy_rows(&ledger, &y->fixture.ledger, arena);
    copy_intermediates(&ledger, &y->fixture.ledger, arena);
    if (y->fixture.ledger.arena != y->fixture.arena)
        arena_free(y->fixture.ledger.arena);
    y->fixture.ledger = ledger;
}

/* --- clusters --- */

static size_t pem_ids(char ids[][65], size_t max, const char *pem)
{
    static const char begin[] = "-----BEGIN CERTIFICATE-----", end[] = "-----END";
    size_t count = 0;

    while ((pem = strstr(pem, begin)) && count < max) {
        const char *from = pem + strlen(begin), *until = strstr(from, end);
        AUTO_TEXT body = { 0 }, der = { 0 };

        for (; from < until; from++)
            if (*from != '\n')
                text_addc(&body, *from);
        assert_true(base64_decode(&der, body.bytes, body.len));
        sha256_hex(ids[count++], der.bytes, der.len);
        pem = until;
    }
    return count;
}

static void keep(char *out, size_t room, const char *text)
{
    assert_non_null(text);
    assert_true(strlen(text) < room);
    memcpy(out, text, strlen(text) + 1);
}

/* The controller opens the manifest, istiod loads the files. */
static struct loaded open_manifest(struct years *y, const struct cluster *cluster)
{
    AUTO(arena_free) struct arena *arena = arena_new();
    struct loaded loaded = { .not_after = 0 };
    struct diags diags = { .arena = arena };
    char chain[4][65];
    const struct node *manifest = NULL, *data;
    struct certificate_facts facts;
    AUTO(X509_free) X509 *cert = NULL;
    struct err err;
    size_t count;

    assert_int_equal(
        parse_yaml(&manifest, "m", cluster->content, strlen(cluster->content), arena, &diags), 0);
    data = node_find(node_find(manifest, "spec"), "encryptedData");
    keep(loaded.cert, sizeof loaded.cert,
         controller_open(arena, &y->controller, "istio-system/cacerts",
                         node_get(data, "ca-cert.pem", NULL)));
    keep(loaded.chain, sizeof loaded.chain,
         controller_open(arena, &y->controller, "istio-system/cacerts",
                         node_get(data, "cert-chain.pem", NULL)));
    keep(loaded.root, sizeof loaded.root,
         controller_open(arena, &y->controller, "istio-system/cacerts",
                         node_get(data, "root-cert.pem", NULL)));
    keep(loaded.key, sizeof loaded.key,
         controller_open(arena, &y->controller, "istio-system/cacerts",
                         node_get(data, "ca-key.pem", NULL)));
    count = pem_ids(chain, 4, loaded.chain);
    memcpy(loaded.signer, chain[count - 1], sizeof loaded.signer);
    loaded.bundle_count = pem_ids(loaded.bundle, 4, loaded.root);
    assert_int_equal(certificate_read(&cert, "cert", loaded.cert, strlen(loaded.cert), &err), 0);
    assert_int_equal(certificate_facts(&facts, cert, arena, &err), 0);
    loaded.not_after = facts.not_after;
    memcpy(loaded.mark, cluster->mark, sizeof loaded.mark);
    return loaded;
}

/* istiods before 1.30 take a bundle only when one file is a part of the other. */
static bool istiod_takes(const struct loaded *was, const struct loaded *next)
{
    return was->bundle_count == 0 || strstr(was->root, next->root) || strstr(next->root, was->root);
}

static void load(struct years *y, struct cluster *cluster)
{
    struct loaded next = open_manifest(y, cluster);

    assert_true(istiod_takes(&cluster->now, &next));
    if (cluster->now.bundle_count > 0) {
        assert_true(cluster->old_count < OLD_MAX);
        cluster->old[cluster->old_count] = cluster->now;
        cluster->until[cluster->old_count++] = y->now + y->policy.leaf_ttl;
    }
    cluster->now = next;
    cluster->arrives = 0;
    y->loads++;
}

static void forget_dead(struct years *y, struct cluster *cluster)
{
    size_t kept = 0;

    for (size_t i = 0; i < cluster->old_count; i++)
        if (cluster->until[i] > y->now) {
            if (kept != i)
                cluster->old[kept] = cluster->old[i];
            cluster->until[kept++] = cluster->until[i];
        }
    cluster->old_count = kept;
}

/* --- the invariant --- */

static bool trusts(const struct loaded *a, const struct loaded *b)
{
    for (size_t i = 0; i < a->bundle_count; i++)
        if (strcmp(a->bundle[i], b->signer) == 0)
            return true;
    return false;
}

static bool same_class(const struct loaded *a, const struct loaded *b)
{
    if (strcmp(a->signer, b->signer) != 0 || a->bundle_count != b->bundle_count)
        return false;
    for (size_t i = 0; i < a->bundle_count; i++)
        if (strcmp(a->bundle[i], b->bundle[i]) != 0)
            return false;
    return true;
}

struct classes {
    const struct loaded *list[32];
    size_t count;
};

static void add_class(struct classes *classes, const struct loaded *loaded)
{
    for (size_t i = 0; i < classes->count; i++)
        if (same_class(classes->list[i], loaded))
            return;
    assert_true(classes->count < 32);
    classes->list[classes->count++] = loaded;
}

static STACK_OF(X509) * read_all(const char *pem)
{
    STACK_OF(X509) *all = NULL;
    struct err err;

    if (certificate_read_all(&all, "pem", pem, strlen(pem), 8, &err) < 0)
        fail_msg("%s", err.text);
    return all;
}

/* libcrypto agrees: a leaf signed with b's very key, under a's bundle. */
static void verify_really(struct years *y, const struct loaded *a, const struct loaded *b)
{
    AUTO(X509_stack_free) STACK_OF(X509) *chain = read_all(b->chain);
    AUTO(X509_stack_free) STACK_OF(X509) *roots = read_all(a->root);
    AUTO(X509_STORE_free) X509_STORE *store = X509_STORE_new();
    AUTO(EVP_PKEY_free) EVP_PKEY *signer = NULL, *key = EVP_EC_gen("P-256");
    AUTO(X509_free) X509 *leaf = NULL;
    struct err err;
    int error = -1;

    for (int i = 0; i < sk_X509_num(roots); i++)
        X509_STORE_add_cert(store, sk_X509_value(roots, i));
    assert_int_equal(key_of_pem(&signer, "key", b->key, strlen(b->key), &err), 0);
    assert_int_equal(leaf_make(&leaf, &(struct leaf_names){ .uri = "spiffe://a/ns/b/sa/c" }, key,
                               sk_X509_value(chain, 0), signer, y->now - 60, y->now + 60, &err),
                     0);
    assert_int_equal(leaf_verify(&error, leaf, chain, store, LEAF_CLIENT, y->now, &err), 0);
    assert_int_equal(error, X509_V_OK);
    y->handed++;
}

static void check(struct years *y)
{
    struct classes classes = { .count = 0 };

    for (size_t i = 0; i < CLUSTERS; i++) {
        const struct cluster *cluster = &y->clusters[i];

        if (cluster->now.bundle_count == 0)
            continue;
        assert_true(cluster->now.not_after
                    > y->now + y->policy.leaf_ttl); /* no leaf is cut short */
        add_class(&classes, &cluster->now);
        for (size_t k = 0; k < cluster->old_count; k++)
            add_class(&classes, &cluster->old[k]);
    }
    for (size_t i = 0; i < classes.count; i++)
        for (size_t k = 0; k < classes.count; k++)
            assert_true(trusts(classes.list[i], classes.list[k]));
    y->checks++;
    if (classes.count > 1 && y->checks % 8 == 0)
        for (size_t i = 0; i < classes.count; i++)
            for (size_t k = 0; k < classes.count; k++)
                verify_really(y, classes.list[i], classes.list[k]);
}

/* --- weft --- */

static void see(struct years *y)
{
    for (size_t i = 0; i < CLUSTERS; i++)
        y->evidence[i] = (struct evidence){
            .mesh = y->request->meshes[i].key,
            .best = EVIDENCE_LOADED,
            .level = y->clusters[i].now.bundle_count ? EVIDENCE_LOADED : EVIDENCE_NONE,
            .mark = y->clusters[i].now.mark,
        };
}

static void push(struct years *y, size_t i, const struct ledger_delivery *row)
{
    struct cluster *cluster = &y->clusters[i];
    const char *mark;

    if (!row || (cluster->content && strcmp(cluster->content, row->content) == 0))
        return;
    free(cluster->content);
    cluster->content = strdup(row->content);
    mark = desired_material(&y->fixture.ledger, y->request->name, y->request->meshes[i].key,
                            y->fixture.ledger.arena);
    keep(cluster->mark, sizeof cluster->mark, mark);
    cluster->arrives = y->now + HOUR + (int64_t)random_below(y, LAG) * HOUR;
}

static void pass(struct years *y, const struct recipient *recipient)
{
    const struct issue_options options = { .key_type = KEY_EC_P256,
                                           .now = y->now,
                                           .policy = &y->policy,
                                           .time = { .second = y->now },
                                           .evidence = y->evidence,
                                           .evidence_count = CLUSTERS };
    const struct trust_request *request = y->request;
    struct issue_result result;
    struct err err;

    new_process(y);
    see(y);
    if (fixture_pass(&result, &y->fixture, &request, 1, &options, &err) < 0)
        fail_msg("%s", err.text);
    for (size_t i = 0; i < result.remarks.notes.count; i++)
        if (result.remarks.notes.items[i].severity == SEVERITY_ERROR)
            fail_msg("%s", result.remarks.notes.items[i].text);
    assert_int_equal(result.remarks.failures.count, 0);
    y->issued += result.intermediates;
    for (size_t i = 0; i < CLUSTERS; i++) {
        const struct delivery delivery = { .request = request,
                                           .mesh = &request->meshes[i],
                                           .recipient = recipient,
                                           .header = "# weft\n",
                                           .owner = "gloo-mesh",
                                           .branch = y->clusters[i].content,
                                           .now = y->now };
        const struct ledger_delivery *row = NULL;

        if (delivery_render(&row, &y->fixture.ledger, &delivery, y->fixture.custody, &err) < 0)
            fail_msg("%s", err.text);
        push(y, i, row);
    }
    assert_int_equal(publication_done(&y->fixture.ledger, y->now, NULL, &err), 0);
    y->passes++;
}

static void hour(struct years *y, const struct recipient *recipient, bool changed)
{
    y->now += HOUR;
    for (size_t i = 0; i < CLUSTERS; i++) {
        forget_dead(y, &y->clusters[i]);
        if (y->clusters[i].arrives != 0 && y->clusters[i].arrives <= y->now)
            load(y, &y->clusters[i]);
    }
    check(y);
    if (changed || publication_next_due(&y->fixture.ledger, &y->policy, y->now) <= y->now)
        pass(y, recipient);
}

static const char *deployed(const struct years *y)
{
    const struct ledger_rotation *row = ledger_find_rotation(&y->fixture.ledger, y->request->name);

    return row ? row->deployed_root : "";
}

static void test_years(void **state)
{
    struct years *y = calloc(1, sizeof *y);
    struct shared_trust *shared;
    AUTO(recipient_close) struct recipient *recipient = NULL;
    char before[65] = "";

    (void)state;
    fixture_open(&y->fixture);
    y->fixture.ledger.arena = arena_new();
    y->seed = 20261123;
    y->policy = evidence_policy_default;
    y->controller = controller_new(&y->fixture, NOW - DAY, NOW + 4000 * DAY);
    recipient = controller_recipient(&y->controller, NOW);
    y->request = fixture_request(&y->fixture, "retail", "c-", CLUSTERS);
    ((struct virtual_mesh *)(uintptr_t)y->request->virtual_mesh)->mtls.verification = VERIFY_NONE;
    shared = (struct shared_trust *)(uintptr_t)y->request->shared;
    y->now = NOW;
    for (int i = 0; i < HOURS; i++) {
        bool change = i % (HOURS / ROTATIONS) == 1000;

        if (change)
            shared->generated.org_name = arena_printf(y->fixture.arena, "acme %d", i);
        hour(y, recipient, i == 0 || change);
        if (strcmp(before, deployed(y)) != 0) {
            y->rotations += *before != '\0';
            keep(before, sizeof before, deployed(y));
        }
    }
    print_message("%d hours: %zu passes, %zu rotations, %zu intermediates, %zu loads, %zu checks, "
                  "%zu leaves\n",
                  HOURS, y->passes, y->rotations, y->issued, y->loads, y->checks, y->handed);
    assert_int_equal(y->rotations, ROTATIONS);
    assert_true(y->issued > CLUSTERS * (ROTATIONS + 1));
    for (size_t i = 0; i < CLUSTERS; i++)
        free(y->clusters[i].content);
    arena_free(y->fixture.ledger.arena);
    EVP_PKEY_free(y->controller.key);
    fixture_close(&y->fixture);
    free(y);
}

int main(void)
{
    const struct CMUnitTest tests[] = { cmocka_unit_test(test_years) };

    return cmocka_run_group_tests_name("pki/years", tests, NULL, NULL);
}
