/* tests/unit/delivery/test_format_sealed_secret.c - SealedSecrets: opened here by a reader of our
 * own from the published format. */
#include "delivery/format.h"
#include "tests/lib/failing_crypto.h"
#include "tests/lib/sealing_controller.h"
#include "tests/lib/starved_format.h"

#include "base/parse.h"
#include "base/parse_yaml.h"
#include "base/text.h"
#include <openssl/pem.h>
#include <string.h>

static const struct ledger_delivery *render(struct fixture *fixture,
                                            const struct trust_request *request, size_t mesh,
                                            const struct recipient *recipient)
{
    const struct delivery delivery = { .request = request,
                                       .mesh = &request->meshes[mesh],
                                       .recipient = recipient,
                                       .header = "# rendered by weft\n",
                                       .owner = "gloo-mesh",
                                       .now = NOW + DAY };
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

/* What could not be encrypted is no manifest. */
static void want_of_memory_renders_nothing_half(void **state)
{
    struct fixture *fixture = *state;
    struct controller controller = controller_new(fixture, NOW - DAY, NOW + DAY);
    const struct recipient_file file = { .cluster = "eu-1",
                                         .path = "eu-1.pem",
                                         .bytes = controller.pem,
                                         .len = strlen(controller.pem) };

    starved_format_check(fixture, &format_sealed_secret, &file);
    EVP_PKEY_free(controller.key);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        FIXTURE_CASE(test_the_controller_opens_it),
        FIXTURE_CASE(test_guards_and_labels),
        FIXTURE_CASE(want_of_memory_renders_nothing_half),
    };

    if (!failing_crypto_install())
        return 1;

    return cmocka_run_group_tests_name("delivery/format_sealed_secret", tests, NULL, NULL);
}
