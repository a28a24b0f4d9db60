/* tests/unit/pki/test_remote_ca.c - the life of a virtual mesh whose CA is in Vault: first
 * certificates, renewal, an issuer that was exchanged, and every failure on the way. */
#include "base/text.h"
#include "pki/issuer.h"
#include "pki/remote_ca.h"
#include "tests/lib/remote_signer.h"
#include <string.h>

#define CA_PATH "pki/root/sign-intermediate"

struct world {
    struct fixture *fx;
    struct trust_request *request;
    struct remote_signer signer;
};

static const struct signer_shape house = { "house", true, 1, NOW + 3650 * DAY };

static struct world world_open(void **state, const struct signer_shape *shape)
{
    struct world world = { .fx = *state };

    world.request = fixture_request(world.fx, "retail", "eu-", 2);
    remote_signer_ask(world.request, CA_PATH, world.fx->arena);
    remote_signer_open(&world.signer, shape, world.fx->arena);
    return world;
}

static struct issue_result pass(struct world *world, int64_t now)
{
    const struct remote_ca remote = remote_signer_ca(&world->signer);
    const struct issue_options options = { .key_type = KEY_EC_P256, .now = now, .remote = &remote };
    const struct trust_request *list = world->request;
    struct issue_result result;
    struct err err;

    if (fixture_pass(&result, world->fx, &list, 1, &options, &err) < 0)
        fail_msg("%s", err.text);
    return result;
}

static const struct ledger_intermediate *active(const struct world *world, size_t mesh)
{
    return ledger_active_intermediate(&world->fx->ledger, world->request->name,
                                      world->request->meshes[mesh].key);
}

static bool says(const struct findings *findings, const char *id, const char *text)
{
    for (size_t i = 0; i < findings->count; i++)
        if (text_equal(findings->items[i].id, id) && strstr(findings->items[i].text, text))
            return true;
    return false;
}

static void it_signs_with_keys_that_never_leave(void **state)
{
    struct world world = world_open(state, &house);
    struct issue_result result = pass(&world, NOW);
    const struct ledger_root *root = world.fx->ledger.roots;

    assert_int_equal(result.intermediates, 2);
    assert_int_equal(result.remarks.failures.count, 0);
    assert_int_equal(root->origin, ORIGIN_VAULT);
    assert_int_equal(root->state, KEY_ACTIVE);
    assert_int_equal(root->key.len, 0);
    assert_string_equal(root->id, remote_signer_id(&world.signer));
    assert_true(active(&world, 0)->key.len > 0); /* made here, sealed here */
    assert_string_equal(active(&world, 0)->root, root->id);
    assert_string_equal(world.fx->ledger.rotations->deployed_root, root->id);
    assert_non_null(world.fx->ledger.rotations->deployed->vault);
    assert_int_equal(pass(&world, NOW + 60).intermediates, 0); /* nothing is due */
    assert_int_equal(world.signer.signs, 2);
    remote_signer_close(&world.signer);
}

static void what_ends_is_renewed(void **state)
{
    struct world world = world_open(state, &house);
    const struct ledger_intermediate *first;

    pass(&world, NOW);
    first = active(&world, 0);
    assert_int_equal(pass(&world, NOW + 88 * DAY).intermediates, 2);
    assert_ptr_not_equal(active(&world, 0), first);
    assert_int_equal(active(&world, 0)->not_after, NOW + (88 + 90) * DAY);
    assert_string_equal(active(&world, 0)->root, world.fx->ledger.roots->id);
    remote_signer_close(&world.signer);
}

/* A Vault that does not answer: what is deployed stays, and the status says why. */
static void a_silent_vault_changes_nothing(void **state)
{
    struct world world = world_open(state, &house);
    struct issue_result result;
    const struct ledger_intermediate *first;

    world.signer.down = "the server is sealed";
    result = pass(&world, NOW);
    assert_int_equal(result.intermediates, 0);
    assert_null(world.fx->ledger.roots);
    assert_true(says(&result.remarks.failures, "R30", "Vault: the server is sealed"));
    world.signer.down = NULL;
    pass(&world, NOW);
    first = active(&world, 0);
    world.signer.down = "the server is sealed";
    result = pass(&world, NOW + 88 * DAY);
    assert_ptr_equal(active(&world, 0), first);
    assert_int_equal(result.intermediates, 0);
    assert_true(says(&result.remarks.notes, "R30", "Vault: the server is sealed"));
    assert_true(says(&result.remarks.failures, "T7", "the server is sealed"));
    remote_signer_close(&world.signer);
}

/* No certificate of a root that clusters do not trust yet reaches them at once. */
static void an_exchanged_issuer_is_a_rotation(void **state)
{
    static const struct signer_shape next = { "new house", true, 1, NOW + 3650 * DAY };
    struct world world = world_open(state, &house);
    struct remote_signer former = world.signer;
    const struct ledger_rotation *rotation;
    struct issue_result result;

    pass(&world, NOW);
    remote_signer_open(&world.signer, &next, world.fx->arena);
    world.signer.held = remote_signer_id(&former);
    world.signer.held_ca = former.ca;
    world.signer.held_key = former.ca_key;
    result = pass(&world, NOW + 60);
    rotation = world.fx->ledger.rotations;
    assert_int_equal(result.steps, 1);
    assert_int_equal(result.intermediates, 0);
    assert_int_equal(rotation->state, ROTATION_ADDING_NEW_ROOT);
    assert_string_equal(rotation->old_root, remote_signer_id(&former));
    assert_string_equal(rotation->new_root, remote_signer_id(&world.signer));
    assert_string_equal(active(&world, 0)->root, rotation->old_root);
    /* meanwhile the former one signs what ends */
    assert_int_equal(pass(&world, NOW + 88 * DAY).intermediates, 2);
    assert_string_equal(active(&world, 0)->root, rotation->old_root);
    remote_signer_close(&world.signer);
    remote_signer_close(&former);
}

static void an_issuer_that_is_gone_signs_nothing(void **state)
{
    static const struct signer_shape next = { "new house", true, 1, NOW + 3650 * DAY };
    struct world world = world_open(state, &house);
    struct remote_signer former = world.signer;
    const struct ledger_intermediate *first;
    struct issue_result result;

    pass(&world, NOW);
    first = active(&world, 0);
    remote_signer_open(&world.signer, &next, world.fx->arena);
    pass(&world, NOW + 60);
    result = pass(&world, NOW + 88 * DAY);
    assert_true(says(&result.remarks.failures, "T7", "it has no CA"));
    assert_ptr_equal(active(&world, 0), first);
    remote_signer_close(&world.signer);
    remote_signer_close(&former);
}

/* What the self-check refuses is not in use, and is not found again. */
static void a_leaf_is_never_delivered(void **state)
{
    struct world world = world_open(state, &house);
    struct issue_result result;

    world.signer.fault = SIGNER_LEAF;
    result = pass(&world, NOW);
    assert_int_equal(result.intermediates, 0);
    assert_true(says(&result.remarks.failures, "T7", "it is a leaf"));
    assert_null(world.fx->ledger.intermediates);
    world.signer.fault = SIGNER_GOOD;
    assert_int_equal(pass(&world, NOW).intermediates, 2);
    remote_signer_close(&world.signer);
}

static const struct {
    struct signer_shape shape;
    bool truncated;
    enum signer_fault fault;
    const char *why;
} unusable[] = {
    { { "house", true, 1, NOW + 3650 * DAY }, true, SIGNER_GOOD, "does not reach a self-signed" },
    { { "house", true, 0, NOW + 3650 * DAY }, false, SIGNER_GOOD, "its path length is 0" },
    { { "house", true, 1, NOW - 60 }, false, SIGNER_GOOD, "expired" },
    { { "house", true, 1, NOW + 3650 * DAY }, false, SIGNER_HTML, "is a web page" },
};

static void a_ca_that_cannot_be_used_is_refused(void **state)
{
    for (size_t i = 0; i < LENGTH(unusable); i++) {
        struct world world = world_open(state, &unusable[i].shape);
        struct issue_result result;

        world.signer.truncated = unusable[i].truncated;
        world.signer.fault = unusable[i].fault;
        result = pass(&world, NOW);
        if (!says(&result.remarks.failures, "R30", unusable[i].why))
            fail_msg("%s", unusable[i].why);
        assert_null(world.fx->ledger.roots);
        assert_int_equal(world.signer.signs, 0);
        remote_signer_close(&world.signer);
    }
}

static void another_virtual_mesh_does_not_share_it(void **state)
{
    struct world world = world_open(state, &house);
    struct trust_request *other = fixture_request(world.fx, "bank", "us-", 1);
    struct issue_result result;

    pass(&world, NOW);
    remote_signer_ask(other, CA_PATH, world.fx->arena);
    world.request = other;
    result = pass(&world, NOW);
    assert_true(says(&result.remarks.failures, "R30", "virtual meshes do not share one"));
    assert_int_equal(world.signer.signs, 2);
    remote_signer_close(&world.signer);
}

/* Without anything that can ask, as in a command that is offline. */
static void it_needs_a_remote(void **state)
{
    struct world world = world_open(state, &house);
    const struct issue_options options = { .now = NOW };
    const char *id;
    struct err err;

    assert_int_equal(remote_ca_import(&id, &world.fx->ledger, world.request, &options, &err), -1);
    assert_true(text_starts(err.text, "Vault: "));
    remote_signer_close(&world.signer);
}

static void the_deployed_place_is_asked_too(void **state)
{
    struct world world = world_open(state, &house);
    const struct vault_ca *places[REMOTE_PLACES_MAX];
    struct ledger *ledger = &world.fx->ledger;

    assert_int_equal(remote_ca_places(places, ledger, world.request), 1);
    pass(&world, NOW);
    assert_int_equal(remote_ca_places(places, ledger, world.request), 1);
    remote_signer_ask(world.request, "other/root/sign-intermediate", world.fx->arena);
    assert_int_equal(remote_ca_places(places, ledger, world.request), 2);
    assert_string_equal(places[0]->ca_path, "other/root/sign-intermediate");
    assert_string_equal(places[1]->ca_path, CA_PATH);
    ((struct shared_trust *)(uintptr_t)world.request->shared)->kind = CA_ROOT;
    assert_int_equal(remote_ca_places(places, ledger, world.request), 1);
    assert_string_equal(places[0]->ca_path, CA_PATH);
    remote_signer_close(&world.signer);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        FIXTURE_CASE(it_signs_with_keys_that_never_leave),
        FIXTURE_CASE(what_ends_is_renewed),
        FIXTURE_CASE(a_silent_vault_changes_nothing),
        FIXTURE_CASE(an_exchanged_issuer_is_a_rotation),
        FIXTURE_CASE(an_issuer_that_is_gone_signs_nothing),
        FIXTURE_CASE(a_leaf_is_never_delivered),
        FIXTURE_CASE(a_ca_that_cannot_be_used_is_refused),
        FIXTURE_CASE(another_virtual_mesh_does_not_share_it),
        FIXTURE_CASE(it_needs_a_remote),
        FIXTURE_CASE(the_deployed_place_is_asked_too),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
