/* tests/unit/delivery/test_format_sops.c - deliveries for age recipients: rendered once, again when
 * the recipients, the code or the plaintext changed. */
#include "delivery/format.h"
#include "tests/lib/failing_crypto.h"
#include "tests/lib/sealing_controller.h"
#include "tests/lib/starved_format.h"

#include "base/base64.h"
#include "base/parse_yaml.h"
#include "tests/lib/sops_reader.h"
#include <string.h>

static struct recipient *recipient_of(const char *lines, enum sops_mac mac)
{
    const struct recipient_file file = { .cluster = "eu-1",
                                         .path = "weft.yaml",
                                         .bytes = lines,
                                         .len = strlen(lines),
                                         .sops_mac = mac };
    struct recipient *out = NULL;
    struct err err;

    if (recipient_open(&out, delivery_method_of(DELIVER_SOPS), &file, NOW, &err) < 0)
        fail_msg("%s", err.text);
    return out;
}

static const char *render(struct fixture *fixture, const struct trust_request *request,
                          const char *lines, enum sops_mac mac)
{
    AUTO(recipient_close) struct recipient *recipient = recipient_of(lines, mac);
    const struct delivery delivery = { .request = request,
                                       .mesh = &request->meshes[0],
                                       .recipient = recipient,
                                       .header = "# rendered by weft\n",
                                       .owner = "gloo-mesh",
                                       .now = NOW + DAY };
    const struct ledger_delivery *row = NULL;
    struct err err;

    if (delivery_render(&row, &fixture->ledger, &delivery, fixture->custody, &err) < 0)
        fail_msg("%s", err.text);
    return row->content;
}

static void flux_opens_it(void **state)
{
    struct fixture *fixture = *state;
    const struct trust_request *request = fixture_request(fixture, "retail", "eu-", 1);
    struct age_identity identity = age_identity_new();
    struct diags diags = { .arena = fixture->arena };
    const struct node *manifest = NULL;
    AUTO_TEXT plain = { 0 };
    const char *content, *value;

    fixture_issue(fixture, &request, 1, NOW);
    content = render(fixture, request, identity.recipient, SOPS_MAC_FULL);
    assert_int_equal(parse_yaml(&manifest, "x", content, strlen(content), fixture->arena, &diags),
                     0);
    assert_string_equal(node_get(manifest, "kind", NULL), "Secret");
    assert_string_equal(node_get(manifest, "type", NULL), "Opaque");
    assert_string_equal(
        node_get(manifest, "metadata", "annotations", "kustomize.toolkit.fluxcd.io/prune", NULL),
        "disabled");
    assert_true(sops_mac_is_right(manifest, &identity, fixture->arena));
    value = sops_open_value(manifest, &identity, "ca-cert.pem", fixture->arena);
    assert_true(base64_decode(&plain, value, strlen(value)));
    assert_string_equal(plain.bytes, fixture->ledger.intermediates->cert_pem);
    age_identity_free(&identity);
}

static void only_a_change_renders_again(void **state)
{
    struct fixture *fixture = *state;
    const struct trust_request *request = fixture_request(fixture, "retail", "eu-", 1);
    struct age_identity one = age_identity_new(), two = age_identity_new();
    const char *both = arena_printf(fixture->arena, "%s\n%s\n", one.recipient, two.recipient);
    const char *first, *second;

    fixture_issue(fixture, &request, 1, NOW);
    first = render(fixture, request, one.recipient, SOPS_MAC_FULL);
    assert_string_equal(render(fixture, request, one.recipient, SOPS_MAC_FULL), first);
    second = render(fixture, request, both, SOPS_MAC_FULL);
    assert_string_not_equal(first, second);
    assert_non_null(strstr(second, two.recipient));
    assert_string_not_equal(render(fixture, request, both, SOPS_MAC_ENCRYPTED_ONLY), second);
    age_identity_free(&one);
    age_identity_free(&two);
}

static void bad_lists_name_the_cluster(void **state)
{
    struct age_identity one = age_identity_new();
    struct fixture *fixture = *state;
    const struct {
        const char *lines, *says;
    } lists[] = {
        { "", "is empty" },
        { "age1qq", "checksum" },
        { arena_printf(fixture->arena, "%s\n%s\n", one.recipient, one.recipient), "twice" },
    };

    for (size_t i = 0; i < LENGTH(lists); i++) {
        const struct recipient_file file = { .cluster = "eu-1",
                                             .path = "weft.yaml",
                                             .bytes = lists[i].lines,
                                             .len = strlen(lists[i].lines) };
        struct recipient *recipient = NULL;
        struct err err = { 0 };

        assert_int_equal(
            recipient_open(&recipient, delivery_method_of(DELIVER_SOPS), &file, NOW, &err), -1);
        assert_non_null(strstr(err.text, lists[i].says));
        assert_non_null(strstr(err.text, "weft.yaml: ageRecipients of cluster eu-1"));
        assert_null(recipient);
    }
    age_identity_free(&one);
}

static void what_is_missing_names_the_key(void **state)
{
    const struct delivery_method *method = delivery_method_of(DELIVER_SOPS);
    struct fixture *fixture = *state;

    assert_true(recipient_is_in_config(method));
    assert_false(recipient_is_in_config(delivery_method_of(DELIVER_SEALED_SECRET)));
    assert_non_null(strstr(recipient_missing(method, "eu-1", "weft.yaml", fixture->arena),
                           "list it as ageRecipients of the cluster in weft.yaml"));
}

/* What could not be encrypted is no manifest. */
static void want_of_memory_renders_nothing_half(void **state)
{
    struct fixture *fixture = *state;
    struct age_identity identity = age_identity_new();
    const struct recipient_file file = { .cluster = "eu-1",
                                         .path = "weft.yaml",
                                         .bytes = identity.recipient,
                                         .len = strlen(identity.recipient) };

    starved_format_check(fixture, &format_sops, &file);
    age_identity_free(&identity);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        FIXTURE_CASE(flux_opens_it),
        FIXTURE_CASE(only_a_change_renders_again),
        FIXTURE_CASE(bad_lists_name_the_cluster),
        FIXTURE_CASE(what_is_missing_names_the_key),
        FIXTURE_CASE(want_of_memory_renders_nothing_half),
    };

    if (!failing_crypto_install())
        return 1;

    return cmocka_run_group_tests(tests, NULL, NULL);
}
