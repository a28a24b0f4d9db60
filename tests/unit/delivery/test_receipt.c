/* tests/unit/delivery/test_receipt.c - what a cluster is to hold, as it can be seen from outside;
 * cacerts that weft writes itself, their receipts, and what receipts prove. */
#include "pki/publication.h"
#include "tests/lib/sealing_controller.h"

#include "base/parse.h"
#include "base/parse_yaml.h"
#include "base/text.h"
#include "delivery/receipt.h"
#include "pki/desired.h"
#include "rotation/renewal.h"
#include "rotation/rotation.h"
#include <openssl/pem.h>
#include <string.h>

#define HOUR INT64_C(3600)
#define VM "gloo-mesh/retail"

/* One virtual mesh that is served directly. */
struct world {
    struct fixture fixture;
    struct trust_request *request;
    struct evidence_policy policy;
    struct issue_result result;
    int64_t now;
    bool down[4]; /* this cluster cannot be written to */
};

static void world_open(struct world *world, size_t meshes)
{
    *world = (struct world){ .policy = evidence_policy_default, .now = NOW };
    fixture_open(&world->fixture);
    world->policy.receipt = EVIDENCE_SYNCED;
    world->request = fixture_request(&world->fixture, "retail", "eu-", meshes);
    ((struct virtual_mesh *)UNCONST(world->request->virtual_mesh))->mtls.verification = VERIFY_NONE;
}

static void annotate(struct world *world, const char *key, const char *value)
{
    struct meta *meta = &((struct virtual_mesh *)UNCONST(world->request->virtual_mesh))->meta;
    struct pair *pair = ARENA_NEW(world->fixture.arena, struct pair, 1);

    *pair = (struct pair){ key, value };
    meta->annotations = pair;
    meta->annotation_count = 1;
}

static struct delivery delivery_of(const struct world *world, size_t mesh)
{
    return (struct delivery){ .request = world->request,
                              .mesh = &world->request->meshes[mesh],
                              .header = "# rendered by weft\n",
                              .owner = "gloo-mesh",
                              .now = world->now };
}

static void issue(struct world *world)
{
    const struct trust_request *request = world->request;
    const struct issue_options options = { .key_type = KEY_EC_P256,
                                           .now = world->now,
                                           .time = { .trusted = true },
                                           .policy = &world->policy };
    struct err err;

    if (fixture_pass(&world->result, &world->fixture, &request, 1, &options, &err) < 0)
        fail_msg("%s", err.text);
}

/* As app/ does: everything that is not recorded is written and recorded. */
static size_t deliver(struct world *world)
{
    struct fixture *fixture = &world->fixture;
    size_t written = 0;

    for (size_t i = 0; i < world->request->mesh_count; i++) {
        const struct delivery delivery = delivery_of(world, i);
        const struct ledger_delivery *row;
        struct err err;
        AUTO_DIRECT direct;

        if (receipt_plan(&direct, &fixture->ledger, &delivery, fixture->custody, &err) < 0)
            fail_msg("%s", err.text);
        if (!direct.path || direct.recorded)
            continue;
        receipt_invalidate(&fixture->ledger, &direct, false);
        if (world->down[i])
            continue;
        if (receipt_open(&direct, fixture->custody, &err) < 0
            || receipt_record(&row, &fixture->ledger, &direct, &err) < 0)
            fail_msg("%s", err.text);
        written++;
    }
    return written;
}

static void pass(struct world *world)
{
    struct err err;

    issue(world);
    deliver(world);
    assert_int_equal(publication_done(&world->fixture.ledger, world->now, NULL, &err), 0);
}

static const struct ledger_rotation *rotation(const struct world *world)
{
    return ledger_find_rotation(&world->fixture.ledger, VM);
}

static void pass_hours(struct world *world, int hours)
{
    for (int i = 0; i < hours; i++) {
        world->now += HOUR;
        pass(world);
    }
}

static void until(struct world *world, enum rotation_state state, int step)
{
    for (int i = 0; i < 24 * 10; i++) {
        if (rotation(world)->state == state && rotation(world)->step == step)
            return;
        pass_hours(world, 1);
    }
    fail_msg("never in step %d: it is in %d", step, rotation(world)->step);
}

static struct trust_wanted wanted(const struct world *world, size_t mesh)
{
    struct trust_wanted out;

    desired_trust(&out, &world->fixture.ledger, VM, world->request->meshes[mesh].key,
                  world->fixture.arena);
    return out;
}

static void new_root(struct world *world)
{
    ((struct shared_trust *)UNCONST(world->request->shared))->generated.org_name = "another";
}

static int64_t wakes(const struct world *world)
{
    return publication_next_due(&world->fixture.ledger, &world->policy, world->now);
}

/* --- what is wanted --- */

static void test_nothing_is_wanted(void **state)
{
    struct world *world = *state;
    struct trust_wanted nothing = wanted(world, 0);

    assert_string_equal(nothing.mark, "");
    assert_string_equal(nothing.intermediate, "");
    assert_string_equal(nothing.bundle, "");
    assert_int_equal(nothing.root_count, 0);
    assert_false(nothing.bundle_changed);
}

static void test_wanted_at_rest(void **state)
{
    struct world *world = *state;
    struct trust_wanted first, second;
    const struct ledger *ledger = &world->fixture.ledger;

    pass(world);
    first = wanted(world, 0);
    assert_string_equal(first.intermediate, ledger->intermediates->id);
    assert_string_equal(first.mark, desired_material(ledger, VM, world->request->meshes[0].key,
                                                     world->fixture.arena));
    assert_int_equal(first.root_count, 1);
    assert_string_equal(first.roots[0], ledger->roots->id);
    assert_string_equal(first.bundle, ledger->roots->cert_pem);
    assert_true(first.bundle_changed);
    assert_false(first.renewed);
    world->now += 89 * DAY; /* renewal: the bundle does not tell */
    pass(world);
    second = wanted(world, 0);
    assert_string_not_equal(second.mark, first.mark);
    assert_string_equal(second.bundle, first.bundle);
    assert_true(second.bundle_changed);
    assert_true(second.renewed);
    assert_true(desired_material_fits(ledger, VM, world->request->meshes[0].key, first.mark,
                                      world->fixture.arena));
    assert_false(desired_material_fits(ledger, VM, world->request->meshes[0].key,
                                       "0123456789abcdef", world->fixture.arena));
    assert_false(desired_material_fits(ledger, VM, world->request->meshes[1].key, first.mark,
                                       world->fixture.arena));
}

/* clang-format off */
static const struct {
    const char *sentence;
    int step;
    size_t roots;
    bool bundle_changed;
} steps[] = {
    { "both roots: a bundle that was never there", 1, 2, true },
    { "only the signer changes: the bundle proves nothing", 2, 2, false },
    { "the new root alone: a bundle that was never there", 3, 1, true },
};
/* clang-format on */

static void test_wanted_in_each_step(void **state)
{
    struct world *world = *state;
    struct trust_wanted before, now;

    pass(world);
    new_root(world);
    before = wanted(world, 1);
    for (size_t i = 0; i < LENGTH(steps); i++) {
        print_message("%s\n", steps[i].sentence);
        while (rotation(world)->step != steps[i].step)
            pass_hours(world, 1);
        now = wanted(world, 1);
        assert_int_equal(now.root_count, steps[i].roots);
        assert_int_equal(now.bundle_changed, steps[i].bundle_changed);
        assert_int_equal(text_equal(now.bundle, before.bundle), steps[i].step == 2);
        assert_int_equal(text_equal(now.intermediate, before.intermediate), steps[i].step != 2);
        assert_false(desired_material_fits(&world->fixture.ledger, VM,
                                           world->request->meshes[1].key, before.mark,
                                           world->fixture.arena));
        before = now;
    }
    until(world, ROTATION_NOT_ROTATING, 0);
    assert_string_equal(wanted(world, 1).bundle, before.bundle);
    assert_true(wanted(world, 1).bundle_changed);
}

/* --- writing and receipts --- */

static const struct cacerts_file *file(const struct receipt *direct, const char *name)
{
    for (size_t i = 0; i < CACERTS_FILES; i++)
        if (text_equal(direct->files[i].name, name))
            return &direct->files[i];
    fail_msg("no file %s", name);
    return NULL;
}

static void test_all_four_files(void **state)
{
    struct world *world = *state;
    struct fixture *fixture = &world->fixture;
    const struct delivery delivery = delivery_of(world, 0);
    AUTO(BIO_free_all) BIO *bio = NULL;
    AUTO(EVP_PKEY_free) EVP_PKEY *key = NULL;
    AUTO(X509_free) X509 *cert = NULL;
    struct err err;
    AUTO_DIRECT direct;

    issue(world);
    assert_int_equal(receipt_plan(&direct, &fixture->ledger, &delivery, fixture->custody, &err), 0);
    assert_string_equal(direct.path, "receipts/eu-1/istio-system.cacerts.yaml");
    assert_string_equal(direct.cluster, "eu-1");
    assert_string_equal(direct.namespace, "istio-system");
    assert_string_equal(direct.name, "cacerts");
    assert_string_equal(direct.mark, wanted(world, 0).mark);
    assert_false(direct.recorded);
    assert_null(direct.files[0].name);
    assert_int_equal(receipt_open(&direct, fixture->custody, &err), 0);
    bio =
        BIO_new_mem_buf(file(&direct, "ca-key.pem")->bytes, (int)file(&direct, "ca-key.pem")->len);
    key = PEM_read_bio_PrivateKey(bio, NULL, NULL, NULL);
    BIO_free(bio);
    bio = BIO_new_mem_buf(file(&direct, "ca-cert.pem")->bytes, -1);
    cert = PEM_read_bio_X509(bio, NULL, NULL, NULL);
    assert_int_equal(X509_check_private_key(cert, key), 1);
    assert_string_equal(file(&direct, "root-cert.pem")->bytes, wanted(world, 0).bundle);
    assert_true(file(&direct, "ca-key.pem")->secret);
    receipt_close(&direct);
    assert_null(direct.files[0].bytes);
}

static void test_metadata(void **state)
{
    struct world *world = *state;
    const struct delivery delivery = delivery_of(world, 0);
    struct err err;
    AUTO_DIRECT direct;

    issue(world);
    assert_int_equal(
        receipt_plan(&direct, &world->fixture.ledger, &delivery, world->fixture.custody, &err), 0);
    assert_string_equal(node_get(direct.metadata, "name", NULL), "cacerts");
    assert_string_equal(node_get(direct.metadata, "namespace", NULL), "istio-system");
    assert_string_equal(node_get(direct.metadata, "labels", "app.kubernetes.io/managed-by", NULL),
                        "weft");
    assert_string_equal(
        node_get(direct.metadata, "annotations", "argocd.argoproj.io/sync-options", NULL),
        "Prune=false");
    assert_string_equal(
        node_get(direct.metadata, "annotations", "sealedsecrets.bitnami.com/managed", NULL),
        "true");
}

static void test_a_receipt(void **state)
{
    struct world *world = *state;
    struct fixture *fixture = &world->fixture;
    struct diags diags = { .arena = fixture->arena };
    struct ledger_delivery *row;
    const struct node *node = NULL;
    const char *first;

    issue(world);
    assert_int_equal(deliver(world), 2);
    row = ledger_find_delivery(&fixture->ledger, "receipts/eu-2/istio-system.cacerts.yaml");
    assert_int_equal(row->recipient.kind, RECIPIENT_CLUSTER);
    assert_string_equal(row->mark, wanted(world, 1).mark);
    assert_string_equal(row->virtual_mesh, VM);
    first = row->content;
    assert_true(text_starts(first, "# rendered by weft\napiVersion: "));
    assert_null(strstr(first, "PRIVATE"));
    assert_int_equal(parse_yaml(&node, "receipt", first, strlen(first), fixture->arena, &diags), 0);
    assert_string_equal(node_get(node, "apiVersion", NULL), "weft.dev/v1alpha1");
    assert_string_equal(node_get(node, "kind", NULL), "Receipt");
    assert_string_equal(node_get(node, "virtualMesh", NULL), VM);
    assert_string_equal(node_get(node, "cluster", NULL), "eu-2");
    assert_string_equal(node_get(node, "namespace", NULL), "istio-system");
    assert_string_equal(node_get(node, "name", NULL), "cacerts");
    assert_string_equal(node_get(node, "digest", NULL), row->digest);
    assert_string_equal(node_get(node, "mark", NULL), row->mark);
    assert_string_equal(node_get(node, "intermediate", "fingerprint", NULL),
                        wanted(world, 1).intermediate);
    assert_string_equal(node_get(node, "intermediate", "notAfter", NULL), "2027-02-21T11:00:00Z");
    assert_string_equal(node_text(node_find(node, "roots")->first), fixture->ledger.roots->id);
    assert_null(node_find(node, "rotation"));
    row->changed = false;
    world->now += HOUR;
    issue(world);
    assert_int_equal(deliver(world), 0); /* nothing changed: nothing is written */
    assert_ptr_equal(row->content, first);
    assert_false(row->changed);
    new_root(world);
    pass_hours(world, 1);
    assert_non_null(strstr(row->content, "step: 1"));
    assert_non_null(strstr(row->content, rotation(world)->id));
}

/* A pass that was killed after receipt_invalidate was saved: weft cannot know what the cluster has.
 */
static void test_killed_before_the_receipt(void **state)
{
    struct world *world = *state;
    struct ledger_delivery *row;
    const char *mark;

    pass(world);
    row = ledger_find_delivery(&world->fixture.ledger, "receipts/eu-1/istio-system.cacerts.yaml");
    mark = row->mark;
    new_root(world);
    world->down[0] = true;
    pass_hours(world, 1);
    assert_string_equal(row->digest, "");
    assert_string_equal(row->mark, "");
    /* back to the former trust: the receipt of before must not speak for it, step 1 may be there */
    ((struct shared_trust *)UNCONST(world->request->shared))->generated.org_name = "acme";
    pass_hours(world, 1);
    assert_string_equal(wanted(world, 0).mark, mark);
    assert_string_equal(row->mark, "");
    assert_false(receipts_hold(&world->fixture.ledger, VM, &world->request->meshes[0],
                               world->fixture.arena));
    world->down[0] = false;
    assert_int_equal(deliver(world), 1);
    assert_string_equal(row->mark, mark);
}

static void saved(const struct world *world)
{
    for (struct ledger_delivery *row = world->fixture.ledger.deliveries; row; row = row->next)
        row->changed = false;
}

/* The state saves what is marked alone: a receipt that is not would be back, or lost, after a
 * restart. */
static void test_what_changes_is_saved(void **state)
{
    struct world *world = *state;
    struct ledger_delivery *row;

    pass(world);
    row = ledger_find_delivery(&world->fixture.ledger, "receipts/eu-1/istio-system.cacerts.yaml");
    assert_true(row->changed);
    saved(world);
    assert_int_equal(deliver(world), 0);
    assert_false(row->changed); /* nothing to save */
    world->now += 89 * DAY;
    world->down[0] = true;
    issue(world);
    deliver(world); /* the former receipt holds no more, and the cluster cannot be reached */
    assert_string_equal(row->digest, "");
    assert_true(row->changed);
    saved(world);
    {
        const struct delivery delivery = delivery_of(world, 0);
        const struct ledger_delivery *recorded;
        struct err err;
        AUTO_DIRECT direct;

        assert_int_equal(
            receipt_plan(&direct, &world->fixture.ledger, &delivery, world->fixture.custody, &err),
            0);
        assert_int_equal(receipt_record(&recorded, &world->fixture.ledger, &direct, &err), 0);
    }
    assert_string_not_equal(row->digest, "");
    assert_true(row->changed);
}

static void test_nothing_to_write(void **state)
{
    struct world *world = *state;
    const struct delivery delivery = delivery_of(world, 1);
    const struct ledger_delivery *row;
    struct err err;
    AUTO_DIRECT direct;

    assert_int_equal(
        receipt_plan(&direct, &world->fixture.ledger, &delivery, world->fixture.custody, &err), 0);
    assert_null(direct.path); /* no intermediate */
    assert_int_equal(receipt_record(&row, &world->fixture.ledger, &direct, &err), -1);
    world->request->meshes[1].cluster = "eu-1"; /* shares the Secret of the first */
    issue(world);
    assert_int_equal(deliver(world), 1);
    assert_null(world->fixture.ledger.deliveries->next);
}

/* A mesh that has an intermediate and waits to join a rotation keeps what it has. */
static void test_who_waits_keeps_its_receipt(void **state)
{
    struct world *world = *state;
    struct ledger_delivery *row;
    struct mesh_identity *meshes = world->request->meshes;
    const char *mark;

    pass(world);
    row = ledger_find_delivery(&world->fixture.ledger, "receipts/eu-1/istio-system.cacerts.yaml");
    mark = row->mark;
    world->request->meshes = meshes + 1; /* eu-1 leaves, a rotation starts */
    world->request->mesh_count = 1;
    pass_hours(world, 1);
    new_root(world);
    pass_hours(world, 1);
    for (struct ledger_intermediate *i = world->fixture.ledger.intermediates; i; i = i->next)
        if (text_equal(i->cluster, "eu-1"))
            i->state = KEY_ACTIVE; /* as if it had never left; it is no member */
    world->request->meshes = meshes;
    world->request->mesh_count = 2;
    assert_int_equal(rotation(world)->step, 1);
    assert_int_equal(deliver(world), 0);
    assert_string_equal(row->mark, mark);
    assert_false(row->gone);
}

/* --- another mode of delivery --- */

static int seal(struct world *world, const struct recipient *recipient)
{
    struct delivery delivery = delivery_of(world, 0);
    const struct ledger_delivery *row;
    struct err err;

    delivery.recipient = recipient;
    return delivery_render(&row, &world->fixture.ledger, &delivery, world->fixture.custody, &err);
}

/* clang-format off */
static const struct {
    const char *sentence;
    const char *word; /* of the operator; NULL: none */
    bool written;
} words[] = {
    { "no annotation confirms that the SealedSecret is gone", NULL, false },
    { "it is gone in another cluster", "eu-2", false },
    { "it is gone in a cluster whose name begins alike", "eu-11, xeu-1", false },
    { "it is gone in this cluster", "eu-1", true },
    { "it is gone in this cluster and others", "eu-3, eu-1,eu-2", true },
    { "it is gone everywhere", "*", true },
};
/* clang-format on */

static void test_from_sealed_secret_to_direct(void **state)
{
    struct world *world = *state;
    struct fixture *fixture = &world->fixture;
    struct controller controller = controller_new(fixture, NOW - DAY, NOW + DAY);
    AUTO(recipient_close) struct recipient *recipient = controller_recipient(&controller, NOW);
    const struct delivery delivery = delivery_of(world, 0);
    const char *path = "clusters/eu-1/trust/istio-system.cacerts.yaml";
    struct err err = { .text = "" };

    issue(world);
    assert_int_equal(seal(world, recipient), 0);
    for (size_t i = 0; i < LENGTH(words); i++) {
        AUTO_DIRECT direct;
        int result;

        print_message("%s\n", words[i].sentence);
        if (words[i].word)
            annotate(world, ANNOTATION_UNSEALED, words[i].word);
        result = receipt_plan(&direct, &fixture->ledger, &delivery, fixture->custody, &err);
        assert_int_equal(result, words[i].written ? 0 : -1);
        if (words[i].written)
            continue;
        assert_int_equal(err.kind, ERR_REFUSED);
        assert_non_null(strstr(err.text, "cluster eu-1"));
        assert_non_null(strstr(err.text, "--cascade=orphan"));
        assert_non_null(strstr(err.text, "weft.dev/sealed-secret-removed: \"eu-1\""));
    }
    assert_false(ledger_find_delivery(&fixture->ledger, path)->gone); /* not before it is written */
    assert_int_equal(deliver(world), 2);
    assert_null(ledger_find_delivery(&fixture->ledger, path));
    EVP_PKEY_free(controller.key);
}

/* Without a digest it cannot be compared with what is recorded. */
static void test_no_digest(void **state)
{
    struct world *world = *state;
    const struct delivery delivery = delivery_of(world, 0);
    AUTO_DIRECT direct;
    struct err err;
    int result;

    pass(world);
    assert_true(EVP_set_default_properties(NULL, "provider=none")); /* nothing can be fetched */
    result = receipt_plan(&direct, &world->fixture.ledger, &delivery, world->fixture.custody, &err);
    assert_true(EVP_set_default_properties(NULL, ""));
    assert_int_equal(result, -1);
    assert_int_equal(err.kind, ERR_CRYPTO);
}

static void test_from_direct_to_sealed_secret(void **state)
{
    struct world *world = *state;
    struct fixture *fixture = &world->fixture;
    struct controller controller = controller_new(fixture, NOW - DAY, NOW + DAY);
    AUTO(recipient_close) struct recipient *recipient = controller_recipient(&controller, NOW);
    struct ledger_delivery *receipt;

    issue(world);
    deliver(world);
    receipt = ledger_find_delivery(&fixture->ledger, "receipts/eu-1/istio-system.cacerts.yaml");
    assert_int_equal(seal(world, recipient), 0);
    assert_true(receipt->gone && receipt->changed);
    assert_null(ledger_find_delivery(&fixture->ledger, receipt->path));
    assert_string_equal(
        ledger_find_delivery(&fixture->ledger, "clusters/eu-1/trust/istio-system.cacerts.yaml")
            ->mark,
        wanted(world, 0).mark);
    EVP_PKEY_free(controller.key);
}

/* --- what receipts prove --- */

/* Time alone proves nothing about a cluster that was never written. */
static void test_no_gate_opens_without_receipts(void **state)
{
    struct world *world = *state;

    pass(world);
    new_root(world);
    world->down[1] = true;
    pass_hours(world, 24 * 6);
    assert_int_equal(rotation(world)->step, 1);
    assert_int_equal(rotation(world)->state, ROTATION_ADDING_NEW_ROOT);
    world->down[1] = false;
    pass_hours(world, 30);
    assert_int_equal(rotation(world)->step, 2);
    until(world, ROTATION_NOT_ROTATING, 0);
}

/* The same days without the rule: time alone would have gone on. */
static void test_time_alone_goes_on_in_other_modes(void **state)
{
    struct world *world = *state;

    world->policy.receipt = EVIDENCE_NONE;
    pass(world);
    new_root(world);
    world->down[1] = true;
    pass_hours(world, 24 * 6);
    assert_int_not_equal(rotation(world)->step, 1);
}

/* The rule is one of each cluster: eu-2 is delivered to in another way, so time alone goes on for
 * it, and eu-1, which is written to, still needs its receipt. */
static void test_each_cluster_by_its_own_receipts(void **state)
{
    static const struct evidence_receipt own[] = { { "eu-2", EVIDENCE_NONE } };

    for (int down = 0; down <= 1; down++) {
        struct world world;

        (void)state;
        world_open(&world, 2);
        world.policy.receipts = own;
        world.policy.receipt_count = 1;
        pass(&world);
        new_root(&world);
        world.down[down] = true;
        pass_hours(&world, 24 * 6);
        if (down == 0)
            assert_int_equal(rotation(&world)->step, 1);
        else
            assert_int_not_equal(rotation(&world)->step, 1);
        fixture_close(&world.fixture);
    }
}

/* At rest a cluster that leaves no receipts keeps no pass awake. */
static void test_no_pass_waits_for_receipts_that_never_come(void **state)
{
    static const struct evidence_receipt own[] = { { "eu-2", EVIDENCE_NONE } };
    struct world *world = *state;

    world->down[1] = true;
    pass(world);
    assert_true(wakes(world) <= world->now);
    world->policy.receipts = own;
    world->policy.receipt_count = 1;
    assert_true(wakes(world) > world->now);
}

/* No step of the rotation was recorded with a message that its waits restart. */
static void no_wait_restarted(struct world *world)
{
    static const char *const restarts[] = { "R51", "R60", "R61", "R62" };
    const char *conditions = rotation(world)->conditions;

    assert_non_null(strstr(conditions, "\"reason\":\"R")); /* as the ids are written */
    for (size_t i = 0; i < LENGTH(restarts); i++)
        assert_null(strstr(conditions,
                           arena_printf(world->fixture.arena, "\"reason\":\"%s\"", restarts[i])));
}

/* A renewal that cannot be written does not set back the waits: both are of one material. */
static void test_a_renewal_sets_nothing_back(void **state)
{
    struct world *world = *state;
    const struct ledger_intermediate *row;

    pass(world);
    new_root(world);
    pass_hours(world, 3);
    assert_int_equal(rotation(world)->state, ROTATION_VERIFYING);
    row = ledger_active_intermediate(&world->fixture.ledger, VM, world->request->meshes[0].key);
    ((struct ledger_intermediate *)UNCONST(row))->not_after = world->now + HOUR;
    world->down[0] = true;
    pass_hours(world, 1);
    assert_string_not_equal(
        ledger_active_intermediate(&world->fixture.ledger, VM, world->request->meshes[0].key)->id,
        row->id);
    pass_hours(world, 1);
    assert_int_equal(rotation(world)->state, ROTATION_VERIFYING);
    no_wait_restarted(world);
    assert_true(wakes(world) <= world->now);
}

static void test_wakes_until_all_is_written(void **state)
{
    struct world *world = *state;
    struct ledger_delivery *row;

    world->down[1] = true;
    pass(world);
    assert_true(wakes(world) <= world->now);
    world->down[1] = false;
    pass(world);
    assert_true(wakes(world) > world->now);
    row = ledger_find_delivery(&world->fixture.ledger, "receipts/eu-2/istio-system.cacerts.yaml");
    row->digest = ""; /* in doubt */
    assert_true(wakes(world) <= world->now);
    world->policy.receipt = EVIDENCE_NONE;
    assert_true(wakes(world) > world->now);
}

static struct world shared_world;

static int setup(void **state)
{
    world_open(&shared_world, 2);
    *state = &shared_world;
    return 0;
}

static int teardown(void **state)
{
    struct world *world = *state;

    fixture_close(&world->fixture);
    return 0;
}

#define CASE(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(test_nothing_is_wanted),
        CASE(test_what_changes_is_saved),
        CASE(test_wanted_at_rest),
        CASE(test_wanted_in_each_step),
        CASE(test_all_four_files),
        CASE(test_metadata),
        CASE(test_a_receipt),
        CASE(test_killed_before_the_receipt),
        CASE(test_nothing_to_write),
        CASE(test_who_waits_keeps_its_receipt),
        CASE(test_from_sealed_secret_to_direct),
        CASE(test_no_digest),
        CASE(test_from_direct_to_sealed_secret),
        CASE(test_no_gate_opens_without_receipts),
        CASE(test_time_alone_goes_on_in_other_modes),
        cmocka_unit_test(test_each_cluster_by_its_own_receipts),
        CASE(test_no_pass_waits_for_receipts_that_never_come),
        CASE(test_a_renewal_sets_nothing_back),
        CASE(test_wakes_until_all_is_written),
    };

    return cmocka_run_group_tests_name("delivery/receipt", tests, NULL, NULL);
}
