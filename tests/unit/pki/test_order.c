/* tests/unit/pki/test_order.c - what is issued: once, by the profile, verified by libcrypto's
 * strict mode; and what is refused. */
#include "pki/cacerts_owner.h"
#include "pki/profile.h"
#include "pki/publication.h"
#include "tests/lib/trust_fixture.h"

#include "base/text.h"
#include "pki/ca.h"
#include "pki/certificate.h"
#include "pki/inspect.h"
#include "pki/root.h"
#include <string.h>

static X509 *read_cert(const char *pem)
{
    X509 *cert = NULL;
    struct err err;

    if (certificate_read(&cert, "test", pem, strlen(pem), &err) < 0)
        fail_msg("%s", err.text);
    return cert;
}

static void test_one_root_and_one_intermediate_each(void **state)
{
    struct fixture *fixture = *state;
    const struct trust_request *request = fixture_request(fixture, "retail", "eu-", 3);
    struct issue_result result = fixture_issue(fixture, &request, 1, NOW);
    const struct ledger_rotation *row = ledger_find_rotation(&fixture->ledger, "gloo-mesh/retail");
    size_t count = 0;

    assert_int_equal(result.roots, 1);
    assert_int_equal(result.intermediates, 3);
    assert_int_equal(result.remarks.failures.count, 0);
    for (const struct ledger_intermediate *i = fixture->ledger.intermediates; i; i = i->next) {
        assert_string_equal(i->root, fixture->ledger.roots->id);
        assert_true(i->key.len > 0 && i->changed && i->state == KEY_ACTIVE);
        count++;
    }
    assert_int_equal(count, 3);
    assert_non_null(row);
    assert_string_equal(row->deployed_root, fixture->ledger.roots->id);
    assert_non_null(strstr(row->deployed_trust, "\"orgName\":\"acme\""));
}

static void test_later_passes_reuse(void **state)
{
    struct fixture *fixture = *state;
    const struct trust_request *request = fixture_request(fixture, "retail", "eu-", 2);
    const struct trust_request *grown = fixture_request(fixture, "retail", "eu-", 3);
    struct issue_result again;
    const char *root;

    fixture_issue(fixture, &request, 1, NOW);
    root = fixture->ledger.roots->id;
    again = fixture_issue(fixture, &request, 1, NOW + 3600);
    assert_int_equal(again.roots + again.intermediates, 0);
    again = fixture_issue(fixture, &grown, 1, NOW + 7200);
    assert_int_equal(again.roots, 0);
    assert_int_equal(again.intermediates, 1);
    assert_null(fixture->ledger.roots->next);
    assert_string_equal(ledger_active_intermediate(&fixture->ledger, "gloo-mesh/retail",
                                                   "istiod-istio-system-eu-3.gloo-mesh.")
                            ->root,
                        root);
}

static void test_profile_of_root(void **state)
{
    struct fixture *fixture = *state;
    const struct trust_request *request = fixture_request(fixture, "retail", "eu-", 1);
    struct certificate_facts facts;
    AUTO(X509_free) X509 *cert = NULL;
    struct err err;

    fixture_issue(fixture, &request, 1, NOW);
    cert = read_cert(fixture->ledger.roots->cert_pem);
    assert_int_equal(certificate_facts(&facts, cert, fixture->arena, &err), 0);
    assert_string_equal(facts.org, "acme");
    assert_true(text_starts(facts.name, "weft root gloo-mesh/retail g1 "));
    assert_int_equal(strlen(facts.name), strlen("weft root gloo-mesh/retail g1 ") + 8);
    assert_int_equal(facts.not_before, NOW - 3600);
    assert_int_equal(facts.not_after, NOW + 3650 * DAY);
    assert_true(facts.self_signed && facts.ca);
    assert_string_equal(facts.uri, "");
    assert_int_equal(X509_get_pathlen(cert), -1);
    assert_int_equal(X509_get_key_usage(cert), KU_KEY_CERT_SIGN | KU_CRL_SIGN);
    assert_int_equal(X509_get_ext_by_NID(cert, NID_ext_key_usage, -1), -1);
    assert_int_equal(strlen(facts.serial), 40);
}

static bool critical(const X509 *cert, int nid)
{
    int at = X509_get_ext_by_NID(cert, nid, -1);

    assert_true(at >= 0);
    return X509_EXTENSION_get_critical(X509_get_ext(cert, at));
}

static void test_profile_of_intermediate(void **state)
{
    struct fixture *fixture = *state;
    const struct trust_request *request = fixture_request(fixture, "retail", "eu-", 1);
    AUTO(X509_free) X509 *cert = NULL, *root = NULL;
    struct certificate_facts facts;
    struct err err;

    fixture_issue(fixture, &request, 1, NOW);
    cert = read_cert(fixture->ledger.intermediates->cert_pem);
    root = read_cert(fixture->ledger.roots->cert_pem);
    assert_int_equal(certificate_facts(&facts, cert, fixture->arena, &err), 0);
    assert_string_equal(facts.subject, "CN=weft intermediate eu-1 g1,O=Istio");
    assert_string_equal(facts.uri, "spiffe://eu-1.example/ns/istio-system/sa/istiod");
    assert_int_equal(facts.not_before, NOW - 3600);
    assert_int_equal(facts.not_after, NOW + 90 * DAY);
    assert_int_equal(X509_get_pathlen(cert), 0);
    assert_int_equal(X509_get_key_usage(cert), KU_KEY_CERT_SIGN | KU_CRL_SIGN);
    assert_int_equal(X509_get_ext_by_NID(cert, NID_ext_key_usage, -1), -1);
    assert_true(critical(cert, NID_basic_constraints));
    assert_true(critical(cert, NID_key_usage));
    assert_false(critical(cert, NID_subject_alt_name));
    assert_int_equal(
        ASN1_OCTET_STRING_cmp(X509_get0_authority_key_id(cert), X509_get0_subject_key_id(root)), 0);
    assert_null(X509_get0_authority_issuer(cert));
    assert_null(X509_get0_authority_serial(cert));
    assert_int_equal(strlen(facts.serial), 40);
}

static void test_child_ends_with_its_issuer(void **state)
{
    struct fixture *fixture = *state;
    struct trust_request *request = fixture_request(fixture, "retail", "eu-", 1);
    struct shared_trust *shared = (struct shared_trust *)(uintptr_t)request->shared;
    const struct trust_request *list = request;

    shared->generated.ttl_days = 30;
    fixture_issue(fixture, &list, 1, NOW);
    assert_int_equal(fixture->ledger.intermediates->not_after, NOW + 30 * DAY);
    assert_int_equal(fixture->ledger.intermediates->not_before, NOW - 3600);
}

static void test_long_names_stay_their_own(void **state)
{
    struct fixture *fixture = *state;
    char name[254];
    const char *first, *second;

    memset(name, 'a', sizeof name - 1);
    name[sizeof name - 1] = '\0';
    first = profile_name_fit(name, 40, fixture->arena);
    name[sizeof name - 2] = 'b';
    second = profile_name_fit(name, 40, fixture->arena);
    assert_int_equal(strlen(first), 40);
    assert_string_not_equal(first, second);
    assert_string_equal(profile_name_fit("eu-1", 40, fixture->arena), "eu-1");
}

/* clang-format off */
static const struct {
    const char *sentence;
    enum ca_kind kind;
    enum root_given_by source;
    uint32_t bits;
    const char *org;
    const char *text; /* a part of the failure; NULL: issued */
} wishes[] = {
    { "shared: {} generates a root with defaults", CA_UNSET, ROOT_GENERATED, 4096, "acme", NULL },
    { "a generated root", CA_ROOT, ROOT_GENERATED, 4096, "acme", NULL },
    { "no source", CA_ROOT, ROOT_UNSET, 4096, "acme", "set generated or secret" },
    { "no CA for the intermediates", CA_INTERMEDIATE, ROOT_GENERATED, 4096, "acme", "write vault" },
    { "a name of 65 characters", CA_ROOT, ROOT_GENERATED, 4096,
      "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", "1 to 64 characters" },
};
/* clang-format on */

static void test_wishes(void **state)
{
    (void)state;
    for (size_t i = 0; i < LENGTH(wishes); i++) {
        struct fixture fixture;
        struct trust_request *request;
        const struct trust_request *list;
        struct shared_trust *shared;
        struct issue_result result;

        fixture_open(&fixture);
        list = request = fixture_request(&fixture, "retail", "eu-", 2);
        shared = (struct shared_trust *)(uintptr_t)request->shared;
        shared->kind = wishes[i].kind;
        shared->source = wishes[i].source;
        shared->generated.rsa_key_bits = wishes[i].bits;
        shared->generated.org_name = wishes[i].org;
        print_message("%s\n", wishes[i].sentence);
        result = fixture_issue(&fixture, &list, 1, NOW);
        if (wishes[i].text) {
            assert_int_equal(result.remarks.failures.count, 2); /* one for each mesh */
            assert_non_null(strstr(result.remarks.failures.items[0].text, wishes[i].text));
            assert_string_equal(
                object_ref_key(result.remarks.failures.items[1].target, fixture.arena),
                request->meshes[1].key);
            assert_null(fixture.ledger.intermediates);
            assert_null(fixture.ledger.rotations);
        } else {
            assert_int_equal(result.remarks.failures.count, 0);
            assert_int_equal(result.intermediates, 2);
        }
        fixture_close(&fixture);
    }
}

static void pass_of_rotation(struct fixture *fixture, const struct trust_request *request,
                             int64_t now)
{
    const struct issue_options options = { .key_type = KEY_EC_P256,
                                           .now = now,
                                           .time = { .trusted = true } };
    struct issue_result result;
    struct err err;

    if (fixture_pass(&result, fixture, &request, 1, &options, &err) < 0
        || publication_done(&fixture->ledger, now, NULL, &err) < 0)
        fail_msg("%s", err.text);
}

static int count_under_new_root(const struct fixture *fixture)
{
    int count = 0;

    for (const struct ledger_intermediate *row = fixture->ledger.intermediates; row;
         row = row->next)
        count +=
            row->state == KEY_ACTIVE && text_equal(row->root, fixture->ledger.rotations->new_root);
    return count;
}

static void test_one_bad_mesh_stops_no_other(void **state)
{
    struct fixture *fixture = *state;
    struct trust_request *bad = fixture_request(fixture, "bad", "eu-", 2);
    const struct trust_request *list[] = { bad, fixture_request(fixture, "good", "us-", 2) };
    struct issue_result result;

    bad->meshes[0].spiffe_id = "spiffe://a b/";
    result = fixture_issue(fixture, list, 2, NOW);
    assert_int_equal(result.remarks.failures.count, 1);
    assert_string_equal(object_ref_key(result.remarks.failures.items[0].target, fixture->arena),
                        bad->meshes[0].key);
    assert_non_null(strstr(result.remarks.failures.items[0].text, "cluster eu-1"));
    assert_int_equal(result.intermediates, 3);
    assert_non_null(ledger_find_rotation(&fixture->ledger, "gloo-mesh/good"));
    /* corrected: only what is missing is made */
    bad->meshes[0].spiffe_id = "spiffe://a/ns/b/sa/c";
    result = fixture_issue(fixture, list, 2, NOW);
    assert_int_equal(result.roots, 0);
    assert_int_equal(result.intermediates, 1);
}

/* A disk that takes so many keys and no more: as far as the ledger is concerned, a pass that is
 * killed. */
struct disk {
    int room, kept;
};

static int keep(void *context, struct err *err)
{
    struct disk *disk = context;

    return disk->kept == disk->room ? err_set(err, ERR_STORE, 0, "full") : (disk->kept++, 0);
}

static int issue_rsa(struct issue_result *out, struct fixture *fixture,
                     const struct trust_request *request, struct disk *disk)
{
    const struct issue_options options = {
        .key_type = KEY_RSA, .now = NOW, .keep = keep, .keep_context = disk
    };
    struct err err;

    return fixture_pass(out, fixture, &request, 1, &options, &err);
}

static struct trust_request *short_keys(struct fixture *fixture, size_t meshes)
{
    struct trust_request *request = fixture_request(fixture, "retail", "eu-", meshes);
    struct shared_trust *shared = (struct shared_trust *)(uintptr_t)request->shared;

    shared->generated.rsa_key_bits = shared->intermediate.rsa_key_bits = 2048;
    return request;
}

static size_t count_state(const struct fixture *fixture, enum key_state state)
{
    size_t count = 0;

    for (const struct ledger_intermediate *row = fixture->ledger.intermediates; row;
         row = row->next)
        count += row->state == state;
    return count;
}

static void test_keys_that_were_made_are_not_made_again(void **state)
{
    struct fixture *fixture = *state;
    struct trust_request *request = short_keys(fixture, 4);
    struct disk disk = { .room = 3 };
    struct issue_result result;

    assert_int_equal(issue_rsa(&result, fixture, request, &disk), -1);
    assert_int_equal(disk.kept, 3); /* the root, and two of four; a third one was made, too */
    assert_null(fixture->ledger.rotations); /* nothing uses them yet */
    assert_int_equal(count_state(fixture, KEY_NEXT), 3);
    assert_int_equal(count_state(fixture, KEY_ACTIVE), 0);
    disk = (struct disk){ .room = 100 };
    assert_int_equal(issue_rsa(&result, fixture, request, &disk), 0);
    assert_int_equal(result.roots, 0);
    assert_int_equal(result.intermediates, 1);
    assert_int_equal(disk.kept, 1);
    assert_int_equal(count_state(fixture, KEY_ACTIVE), 4);
    assert_int_equal(count_state(fixture, KEY_NEXT) + count_state(fixture, KEY_DESTROYED), 0);
}

/* Nothing that was made for other wishes is ever used. */
static void test_leftovers_of_other_options_are_dropped(void **state)
{
    struct fixture *fixture = *state;
    struct trust_request *request = short_keys(fixture, 2);
    struct disk disk = { .room = 2 };
    struct issue_result result;

    assert_int_equal(issue_rsa(&result, fixture, request, &disk), -1);
    assert_int_equal(count_state(fixture, KEY_NEXT), 2);
    request->meshes[0].spiffe_id = "spiffe://other/ns/b/sa/c";
    disk = (struct disk){ .room = 100 };
    assert_int_equal(issue_rsa(&result, fixture, request, &disk), 0);
    assert_int_equal(result.intermediates, 1);
    assert_int_equal(count_state(fixture, KEY_DESTROYED), 1);
    assert_int_equal(count_state(fixture, KEY_ACTIVE), 2);
    for (const struct ledger_intermediate *row = fixture->ledger.intermediates; row;
         row = row->next)
        if (row->state == KEY_ACTIVE && text_equal(row->mesh, request->meshes[0].key))
            assert_non_null(strstr(row->options, "spiffe://other/"));
}

/* Leaves of the others would be refused where the step could not be taken. */
static void test_a_step_that_one_cannot_take_is_taken_by_none(void **state)
{
    struct fixture *fixture = *state;
    struct trust_request *request = fixture_request(fixture, "retail", "eu-", 3);
    struct shared_trust *shared = (struct shared_trust *)(uintptr_t)request->shared;
    const struct trust_request *list = request;
    const char *good = request->meshes[1].spiffe_id;
    int64_t now = NOW;

    ((struct virtual_mesh *)(uintptr_t)request->virtual_mesh)->mtls.verification = VERIFY_NONE;
    fixture_issue(fixture, &list, 1, now);
    shared->generated.org_name = "other";
    request->meshes[1].spiffe_id = "spiffe://a b/";
    for (int hour = 0; hour < 40; hour++)
        pass_of_rotation(fixture, list, now += 3600);
    assert_int_equal(fixture->ledger.rotations->step, 1);
    assert_int_equal(count_under_new_root(fixture), 0);
    request->meshes[1].spiffe_id = good;
    pass_of_rotation(fixture, list, now += 3600);
    assert_int_equal(fixture->ledger.rotations->step, 2);
    assert_int_equal(count_under_new_root(fixture), 3);
}

static void test_two_istiods_in_one_namespace_share(void **state)
{
    struct fixture *fixture = *state;
    struct trust_request *request = fixture_request(fixture, "retail", "eu-", 2);
    const struct trust_request *list[] = { request, fixture_request(fixture, "other", "eu-", 1) };
    struct issue_result result;

    request->meshes[1].cluster = "eu-1";
    result = fixture_issue(fixture, list, 2, NOW);
    assert_int_equal(result.intermediates, 1);
    assert_int_equal(result.remarks.failures.count, 1); /* the same place in another virtual mesh */
    assert_string_equal(result.remarks.failures.items[0].ref.name, "other");
    assert_non_null(
        strstr(result.remarks.failures.items[0].text, "belong to virtual mesh gloo-mesh/retail"));
    assert_string_equal(cacerts_owner_primary(request, &request->meshes[1])->key,
                        request->meshes[0].key);
    assert_non_null(ledger_find_rotation(&fixture->ledger, "gloo-mesh/retail"));
}

struct watch {
    size_t batches, last, total;
};

static void watch_progress(void *context, size_t done, size_t total)
{
    struct watch *watch = context;

    assert_true(done == 0 ? watch->last == watch->total : done == watch->last + 1);
    watch->batches += done == 0;
    watch->last = done;
    watch->total = total;
}

/* RSA takes the way over the worker threads. */
static void test_rsa_keys_on_all_processors(void **state)
{
    struct fixture *fixture = *state;
    struct trust_request *request = fixture_request(fixture, "retail", "eu-", 4);
    struct shared_trust *shared = (struct shared_trust *)(uintptr_t)request->shared;
    const struct trust_request *list = request;
    struct watch watch = { 0 };
    const struct issue_options options = {
        .key_type = KEY_RSA, .now = NOW, .progress = watch_progress, .context = &watch
    };
    struct trust_facts facts;
    struct issue_result result;
    struct err err;

    shared->generated.rsa_key_bits = shared->intermediate.rsa_key_bits = 2048;
    assert_int_equal(fixture_pass(&result, fixture, &list, 1, &options, &err), 0);
    assert_int_equal(result.intermediates, 4);
    assert_int_equal(watch.batches, 2);
    assert_int_equal(watch.last, 4);
    assert_int_equal(watch.total, 4);
    assert_int_equal(
        inspect_trust(&facts, &fixture->ledger, "gloo-mesh/retail", fixture->arena, &err), 0);
    assert_int_equal(facts.intermediate_count, 4);
    assert_string_equal(facts.intermediates[3].key, "RSA 2048");
    assert_string_equal(facts.intermediates[3].cluster, "eu-4");
}

/* What an intermediate was made with is in its row; rows of a former schema have the certificate.
 */
static void test_changed_options_are_seen(void **state)
{
    struct fixture *fixture = *state;
    struct trust_request *request = fixture_request(fixture, "retail", "eu-", 2);
    const struct trust_request *list = request;
    struct shared_trust *shared = (struct shared_trust *)(uintptr_t)request->shared;

    fixture_issue(fixture, &list, 1, NOW);
    for (int i = 0; i < 2; i++) {
        const char *org = shared->intermediate.org_name;

        for (struct ledger_intermediate *row = fixture->ledger.intermediates; row; row = row->next)
            row->options = i ? "" : row->options;
        assert_int_equal(fixture_issue(fixture, &list, 1, NOW + 60 * i + 10).intermediates, 0);
        shared->intermediate.org_name = "another";
        assert_int_equal(fixture_issue(fixture, &list, 1, NOW + 60 * i + 20).intermediates, 2);
        shared->intermediate.org_name = org;
        assert_int_equal(fixture_issue(fixture, &list, 1, NOW + 60 * i + 30).intermediates, 2);
        request->meshes[0].spiffe_id = i ? "spiffe://one/ns/a/sa/b" : "spiffe://two/ns/a/sa/b";
        assert_int_equal(fixture_issue(fixture, &list, 1, NOW + 60 * i + 40).intermediates, 1);
    }
}

static void test_wrong_key_sizes(void **state)
{
    struct fixture *fixture = *state;
    struct trust_request *request = fixture_request(fixture, "retail", "eu-", 2);
    struct shared_trust *shared = (struct shared_trust *)(uintptr_t)request->shared;
    const struct trust_request *list = request;
    const struct issue_options options = { .key_type = KEY_RSA, .now = NOW };
    struct issue_result result;
    struct err err;

    shared->generated.rsa_key_bits = 1024;
    assert_int_equal(fixture_pass(&result, fixture, &list, 1, &options, &err), 0);
    assert_int_equal(result.remarks.failures.count, 2);
    assert_non_null(strstr(result.remarks.failures.items[0].text, "2048, 3072, 4096 or 8192"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        FIXTURE_CASE(test_one_root_and_one_intermediate_each),
        FIXTURE_CASE(test_later_passes_reuse),
        FIXTURE_CASE(test_profile_of_root),
        FIXTURE_CASE(test_profile_of_intermediate),
        FIXTURE_CASE(test_child_ends_with_its_issuer),
        FIXTURE_CASE(test_long_names_stay_their_own),
        cmocka_unit_test(test_wishes),
        FIXTURE_CASE(test_keys_that_were_made_are_not_made_again),
        FIXTURE_CASE(test_leftovers_of_other_options_are_dropped),
        FIXTURE_CASE(test_one_bad_mesh_stops_no_other),
        FIXTURE_CASE(test_a_step_that_one_cannot_take_is_taken_by_none),
        FIXTURE_CASE(test_two_istiods_in_one_namespace_share),
        FIXTURE_CASE(test_rsa_keys_on_all_processors),
        FIXTURE_CASE(test_changed_options_are_seen),
        FIXTURE_CASE(test_wrong_key_sizes),
    };

    return cmocka_run_group_tests_name("pki/trust", tests, NULL, NULL);
}
