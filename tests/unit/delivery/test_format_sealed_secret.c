/* tests/unit/delivery/test_format_sealed_secret.c - SealedSecrets: opened here by a reader of our
 * own from the published format; unchanged while nothing changed. */
#include "tests/lib/sealing_controller.h"

#include "base/parse.h"
#include "base/parse_yaml.h"
#include "base/text.h"
#include <openssl/pem.h>
#include <string.h>

static const struct ledger_delivery *render(struct fixture *fixture,
                                            const struct trust_request *request, size_t mesh,
                                            const struct recipient *recipient)
{
    const struct delivery delivery = { request,     &request->meshes[mesh],
                                       recipient,   "# rendered by weft\n",
                                       "gloo-mesh", NULL,
                                       NOW + DAY };
    const struct ledger_delivery *row = NULL;
    struct err err;

    if (delivery_render(&row, &fixture->ledger, &delivery, fixture->custody, &err) < 0)
        fail_msg("%s", err.text);
    return row;
}

static const struct node *parsed(struct fixture *fixture, const char *yaml)
{
    struct diags diags = { .arena = fixture->arena };
    const struct node *node = NULL;

    assert_int_equal(parse_yaml(&node, "x", yaml, strlen(yaml), fixture->arena, &diags), 0);
    return node;
}

static void test_the_controller_opens_it(void **state)
{
    struct fixture *fixture = *state;
    const struct trust_request *request = fixture_request(fixture, "retail", "eu-", 1);
    struct controller controller = controller_new(fixture, NOW - DAY, NOW + DAY);
    AUTO(recipient_close) struct recipient *recipient = controller_recipient(&controller, NOW);
    const struct ledger_delivery *row;
    const struct node *data;
    char *cert, *key_pem, *chain, *root;
    AUTO(BIO_free_all) BIO *bio = NULL;
    AUTO(EVP_PKEY_free) EVP_PKEY *key = NULL;
    AUTO(X509_free) X509 *x509 = NULL;

    fixture_issue(fixture, &request, 1, NOW);
    row = render(fixture, request, 0, recipient);
    assert_string_equal(row->path, "clusters/eu-1/trust/istio-system.cacerts.yaml");
    assert_true(text_starts(row->content, "# rendered by weft\napiVersion: "));
    data = node_find(node_find(parsed(fixture, row->content), "spec"), "encryptedData");
    assert_int_equal(data->count, 4);
    cert = controller_open(fixture->arena, &controller, "istio-system/cacerts",
                           node_get(data, "ca-cert.pem", NULL));
    key_pem = controller_open(fixture->arena, &controller, "istio-system/cacerts",
                              node_get(data, "ca-key.pem", NULL));
    chain = controller_open(fixture->arena, &controller, "istio-system/cacerts",
                            node_get(data, "cert-chain.pem", NULL));
    root = controller_open(fixture->arena, &controller, "istio-system/cacerts",
                           node_get(data, "root-cert.pem", NULL));
    assert_string_equal(root, fixture->ledger.roots->cert_pem);
    assert_string_equal(cert, fixture->ledger.intermediates->cert_pem);
    assert_string_equal(chain, arena_printf(fixture->arena, "%s%s", cert, root));
    assert_true(text_starts(key_pem, "-----BEGIN PRIVATE KEY-----\n"));
    bio = BIO_new_mem_buf(key_pem, -1);
    key = PEM_read_bio_PrivateKey(bio, NULL, NULL, NULL);
    BIO_free(bio);
    bio = BIO_new_mem_buf(cert, -1);
    x509 = PEM_read_bio_X509(bio, NULL, NULL, NULL);
    assert_int_equal(X509_check_private_key(x509, key), 1);
    /* strict scope: the same blob means nothing under another name, nor to another controller */
    assert_null(controller_open(fixture->arena, &controller, "other/cacerts",
                                node_get(data, "ca-key.pem", NULL)));
    EVP_PKEY_free(controller.key);
    controller = controller_new(fixture, NOW - DAY, NOW + DAY);
    assert_null(controller_open(fixture->arena, &controller, "istio-system/cacerts",
                                node_get(data, "ca-key.pem", NULL)));
    EVP_PKEY_free(controller.key);
}

static void test_guards_and_labels(void **state)
{
    struct fixture *fixture = *state;
    const struct trust_request *request = fixture_request(fixture, "retail", "eu-", 1);
    struct controller controller = controller_new(fixture, NOW - DAY, NOW + DAY);
    AUTO(recipient_close) struct recipient *recipient = controller_recipient(&controller, NOW);
    const struct node *manifest, *template;

    fixture_issue(fixture, &request, 1, NOW);
    manifest = parsed(fixture, render(fixture, request, 0, recipient)->content);
    template = node_find(node_find(manifest, "spec"), "template");
    assert_string_equal(node_get(manifest, "kind", NULL), "SealedSecret");
    assert_string_equal(node_get(manifest, "metadata", "name", NULL), "cacerts");
    assert_string_equal(node_get(manifest, "metadata", "namespace", NULL), "istio-system");
    assert_string_equal(
        node_get(manifest, "metadata", "annotations", "argocd.argoproj.io/sync-options", NULL),
        "Prune=false");
    assert_string_equal(
        node_get(manifest, "metadata", "annotations", "kustomize.toolkit.fluxcd.io/prune", NULL),
        "disabled");
    assert_string_equal(
        node_get(manifest, "metadata", "annotations", "parents.networking.mesh.gloo.solo.io", NULL),
        "{\"networking.mesh.gloo.solo.io/v1, "
        "Kind=VirtualMesh\":[{\"name\":\"retail\",\"namespace\":\"gloo-mesh\"}]}");
    assert_string_equal(
        node_get(manifest, "metadata", "labels", "app.kubernetes.io/managed-by", NULL), "weft");
    assert_string_equal(
        node_get(manifest, "metadata", "labels", "owner.networking.mesh.gloo.solo.io", NULL),
        "gloo-mesh");
    assert_string_equal(
        node_get(template, "metadata", "annotations", "sealedsecrets.bitnami.com/managed", NULL),
        "true");
    assert_string_equal(node_get(template, "metadata", "annotations",
                                 "sealedsecrets.bitnami.com/skip-set-owner-references", NULL),
                        "true");
    assert_string_equal(node_get(template, "type", NULL), "Opaque");
    assert_null(node_find(manifest, "status"));
    EVP_PKEY_free(controller.key);
}

static void test_not_encrypted_anew(void **state)
{
    struct fixture *fixture = *state;
    const struct trust_request *request = fixture_request(fixture, "retail", "eu-", 1);
    struct controller controller = controller_new(fixture, NOW - DAY, NOW + DAY),
                      other = controller_new(fixture, NOW - DAY, NOW + DAY);
    AUTO(recipient_close) struct recipient *recipient = controller_recipient(&controller, NOW);
    AUTO(recipient_close) struct recipient *next = controller_recipient(&other, NOW);
    struct ledger_delivery *row;
    const char *first, *second;

    fixture_issue(fixture, &request, 1, NOW);
    first = render(fixture, request, 0, recipient)->content;
    row = fixture->ledger.deliveries;
    assert_true(row->changed);
    row->changed = false;
    assert_ptr_equal(render(fixture, request, 0, recipient)->content, first);
    assert_false(row->changed);
    second = render(fixture, request, 0, next)->content; /* another sealing key: encrypted again */
    assert_string_not_equal(first, second);
    assert_true(row->changed);
    assert_string_equal(row->recipient.fingerprint, recipient_fingerprint(next));
    assert_null(row->next);                             /* still one row for the path */
    fixture->ledger.intermediates->state = KEY_RETIRED; /* another intermediate: encrypted again */
    fixture_issue(fixture, &request, 1, NOW + DAY);
    assert_string_not_equal(render(fixture, request, 0, next)->content, second);
    EVP_PKEY_free(controller.key);
    EVP_PKEY_free(other.key);
}

static void test_nothing_to_deliver(void **state)
{
    struct fixture *fixture = *state;
    struct trust_request *request = fixture_request(fixture, "retail", "eu-", 2);
    const struct trust_request *list = request;
    struct controller controller = controller_new(fixture, NOW - DAY, NOW + DAY);
    AUTO(recipient_close) struct recipient *recipient = controller_recipient(&controller, NOW);

    assert_null(render(fixture, request, 0, recipient));
    request->meshes[1].cluster = "eu-1";
    fixture_issue(fixture, &list, 1, NOW);
    assert_non_null(render(fixture, request, 0, recipient));
    assert_null(render(fixture, request, 1, recipient)); /* shares the first one's Secret */
    EVP_PKEY_free(controller.key);
}

/* --- what is about to be pushed is proved on its own bytes --- */

struct proving {
    struct fixture *fixture;
    struct trust_request *request;
    struct recipient *recipient;
    const char *foreign; /* a root that weft did not make */
};

static int try(const struct proving *p, const char *branch, struct err *err)
{
    const struct ledger_delivery *row = NULL;
    const struct delivery delivery = {
        p->request, &p->request->meshes[0], p->recipient, "# weft\n", "gloo-mesh", branch, NOW
    };

    *err = (struct err){ 0 };
    return delivery_render(&row, &p->fixture->ledger, &delivery, p->fixture->custody, err);
}

static char *changed_at(struct arena *arena, const char *text, size_t at)
{
    char *copy = arena_text(arena, text);

    copy[at] = copy[at] == 'A' ? 'B' : 'A';
    return copy;
}

static void root_grows(const struct proving *p)
{
    struct ledger_root *root = p->fixture->ledger.roots;

    root->cert_pem = arena_printf(p->fixture->arena, "%s%s", root->cert_pem, p->foreign);
}
static void root_is_another(const struct proving *p)
{
    p->fixture->ledger.roots->cert_pem = p->foreign;
}
static void root_breaks(const struct proving *p)
{
    struct ledger_root *root = p->fixture->ledger.roots;

    root->cert_pem = changed_at(p->fixture->arena, root->cert_pem, 120);
}
static void chain_appears(const struct proving *p)
{
    p->fixture->ledger.roots->chain_pem = p->foreign;
}
static void intermediate_breaks(const struct proving *p)
{
    struct ledger_intermediate *row = p->fixture->ledger.intermediates;

    row->cert_pem = changed_at(p->fixture->arena, row->cert_pem, strlen(row->cert_pem) - 60);
}
static void intermediate_grows(const struct proving *p)
{
    struct ledger_intermediate *row = p->fixture->ledger.intermediates;

    row->cert_pem = arena_printf(p->fixture->arena, "%s%s", row->cert_pem, p->foreign);
}

static const struct {
    const char *sentence;
    void (*damage)(const struct proving *p);
} damages[] = {
    { "a foreign CA behind the root", root_grows },
    { "a foreign CA instead of the root", root_is_another },
    { "one character of the root", root_breaks },
    { "a foreign CA as the root's chain", chain_appears },
    { "one character of the intermediate", intermediate_breaks },
    { "a foreign CA behind the intermediate", intermediate_grows },
};

static void test_damage_is_not_delivered(void **state)
{
    for (size_t i = 0; i < LENGTH(damages); i++) {
        struct fixture *fixture = *state;
        struct trust_request *request = fixture_request(fixture, "retail", "eu-", 1);
        const struct trust_request *list = request;
        struct controller controller = controller_new(fixture, NOW - DAY, NOW + DAY);
        AUTO(recipient_close) struct recipient *recipient = controller_recipient(&controller, NOW);
        const struct proving p = { fixture, request, recipient, controller.pem };
        const char *before;
        struct err err;

        print_message("%s\n", damages[i].sentence);
        fixture->ledger = (struct ledger){ .arena = fixture->arena };
        fixture_issue(fixture, &list, 1, NOW);
        assert_int_equal(try(&p, NULL, &err), 0);
        before = fixture->ledger.deliveries->content;
        damages[i].damage(&p);
        assert_int_equal(try(&p, before, &err), -1);
        if (err.kind != ERR_REFUSED && err.kind != ERR_CRYPTO)
            fail_msg("%s", err.text);
        assert_ptr_equal(fixture->ledger.deliveries->content, before);
        EVP_PKEY_free(controller.key);
    }
}

/* Same plaintext and recipient, so nothing is encrypted: but the branch holds something else, and
 * what is pushed over it is proved as if it were new. */
static void test_pushed_again_is_proved_again(void **state)
{
    struct fixture *fixture = *state;
    struct trust_request *request = fixture_request(fixture, "retail", "eu-", 1);
    const struct trust_request *list = request;
    struct controller controller = controller_new(fixture, NOW - DAY, NOW + DAY);
    AUTO(recipient_close) struct recipient *recipient = controller_recipient(&controller, NOW);
    const struct proving p = { fixture, request, recipient, controller.pem };
    struct err err;

    fixture_issue(fixture, &list, 1, NOW);
    assert_int_equal(try(&p, NULL, &err), 0);
    fixture->ledger.intermediates->not_after = 0; /* not looked at */
    request->meshes[0].spiffe_id = "spiffe://other.example/ns/istio-system/sa/istiod";
    assert_int_equal(try(&p, "something else", &err), 0);
    fixture->ledger.intermediates->key.len = 0;
    assert_int_equal(try(&p, fixture->ledger.deliveries->content, &err),
                     0); /* the branch has it already */
    assert_int_equal(try(&p, "something else", &err), -1);
    assert_int_equal(try(&p, NULL, &err), -1);
    EVP_PKEY_free(controller.key);
}

enum key_used { RSA_GOOD, RSA_SHORT, CURVE };

/* clang-format off */
static const struct {
    const char *sentence;
    enum key_used key;
    int64_t from, until;
    const char *pem; /* instead of a certificate */
    const char *text; /* a part of the err; NULL: taken */
} certificates[] = {
    { "a certificate as the controller shows it", RSA_GOOD, NOW - DAY, NOW + DAY, NULL, NULL },
    { "expired", RSA_GOOD, NOW - 2 * DAY, NOW - 1, NULL, "expired at 2026-11-23T10:59:59Z" },
    { "expires this second", RSA_GOOD, NOW - 2 * DAY, NOW, NULL, "expired at" },
    { "not valid yet", RSA_GOOD, NOW + 1, NOW + DAY, NULL, "not valid before" },
    { "not RSA", CURVE, NOW - DAY, NOW + DAY, NULL, "key of type EC P-256" },
    { "an RSA key that is too short", RSA_SHORT, NOW - DAY, NOW + DAY, NULL, "1024 bits" },
    { "an empty file", RSA_GOOD, 0, 1, "", "holds no certificate" },
    { "a file in UTF-16", RSA_GOOD, 0, 1, "\xFF\xFE-\1-\1", "is UTF-16" },
    { "one behind a byte order mark, damaged", RSA_GOOD, 0, 1, "\xEF\xBB\xBF-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n", "damaged" },
    { "a pointer", RSA_GOOD, 0, 1, "version https://git-lfs.github.com/spec/v1\noid sha256:1\n", "Git LFS pointer" },
    { "another kind of file", RSA_GOOD, 0, 1, "apiVersion: v1\nkind: Secret\n", "holds no certificate" },
    { "a damaged certificate", RSA_GOOD, 0, 1, "-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n", "damaged" },
};
/* clang-format on */

static void test_sealing_certificates(void **state)
{
    struct fixture *fixture = *state;
    EVP_PKEY *keys[] = { [RSA_GOOD] = EVP_RSA_gen(2048),
                         [RSA_SHORT] = EVP_RSA_gen(1024),
                         [CURVE] = EVP_EC_gen("P-256") };

    for (size_t i = 0; i < LENGTH(certificates); i++) {
        const char *pem = certificates[i].pem;
        AUTO(recipient_close) struct recipient *recipient = NULL;
        struct err err = { 0 };
        struct recipient_file file = { .cluster = "eu-1", .path = "certs/eu-1.pem" };
        int result;

        if (!pem)
            pem = fixture_sealing_certificate(fixture, keys[certificates[i].key],
                                              certificates[i].from, certificates[i].until);
        print_message("%s\n", certificates[i].sentence);
        file.bytes = pem;
        file.len = strlen(pem);
        result =
            recipient_open(&recipient, delivery_method_of(DELIVER_SEALED_SECRET), &file, NOW, &err);
        assert_int_equal(result, certificates[i].text ? -1 : 0);
        if (certificates[i].text) {
            assert_non_null(strstr(err.text, certificates[i].text));
            assert_non_null(strstr(err.text, "certs/eu-1.pem of cluster eu-1"));
            assert_non_null(strstr(err.text, "kubeseal --fetch-cert"));
        }
    }
    for (size_t i = 0; i < LENGTH(keys); i++)
        EVP_PKEY_free(keys[i]);
}

static struct fixture shared_fixture;

static int setup(void **state)
{
    fixture_open(&shared_fixture);
    *state = &shared_fixture;
    return 0;
}

static int teardown(void **state)
{
    fixture_close(*state);
    return 0;
}

#define CASE(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(test_the_controller_opens_it),      CASE(test_guards_and_labels),
        CASE(test_not_encrypted_anew),           CASE(test_nothing_to_deliver),
        CASE(test_sealing_certificates),         CASE(test_damage_is_not_delivered),
        CASE(test_pushed_again_is_proved_again),
    };

    return cmocka_run_group_tests_name("delivery/delivery", tests, NULL, NULL);
}
