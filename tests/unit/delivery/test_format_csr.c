/* tests/unit/delivery/test_format_csr.c - deliveries to a cluster that makes its own keys: nothing
 * secret, the same bytes while nothing changed, and a serial that only grows. */
#include "base/parse_yaml.h"
#include "base/text.h"
#include "delivery/delivery.h"
#include "delivery/issuance.h"
#include "delivery/path.h"
#include "delivery/receipt.h"
#include "pki/key.h"
#include "pki/receipts.h"
#include "pki/signing_request.h"
#include "tests/lib/token_signer.h"
#include "tests/lib/trust_fixture.h"
#include <string.h>

struct world {
    struct fixture *fx;
    struct trust_request *request;
    struct recipient *recipient;
    struct csr_spare spare;
    EVP_PKEY *key;
};

static void offer(struct world *w)
{
    const struct ca_profile profile = { .org = "weft", .common_name = "c1" };
    char *spki = ARENA_NEW(w->fx->arena, char, 65);
    struct err err;

    EVP_PKEY_free(w->key);
    EVP_PKEY_free(w->spare.key);
    w->key = EVP_EC_gen("P-256");
    w->spare = (struct csr_spare){ .cluster = "c1", .namespace = "istio-system", .why = "" };
    if (signing_request_pem(&w->spare.csr, &profile, w->key, w->fx->arena, &err) < 0
        || signing_request_read(&w->spare.key, w->spare.csr, &err) < 0
        || key_spki(spki, w->key, &err) < 0)
        fail_msg("%s", err.text);
    w->spare.spki = spki;
}

static void begin(struct world *w, struct fixture *fx)
{
    AUTO(EVP_PKEY_free) EVP_PKEY *signer = EVP_EC_gen("P-256");
    const char *set = token_signer_set(signer, "k1", fx->arena);
    const struct recipient_file file = { .cluster = "c1",
                                         .path = "keys.json",
                                         .bytes = set,
                                         .len = strlen(set),
                                         .agent_namespace = "weft-agent" };
    struct err err;

    *w = (struct world){ .fx = fx, .request = fixture_request(fx, "shop", "c", 1) };
    if (recipient_open(&w->recipient, delivery_method_of(DELIVER_CSR), &file, NOW, &err) < 0)
        fail_msg("%s", err.text);
    offer(w);
}

static void end(struct world *w)
{
    recipient_close(w->recipient);
    EVP_PKEY_free(w->key);
    EVP_PKEY_free(w->spare.key);
}

static void issue(struct world *w, bool with_agent)
{
    const struct trust_request *requests[] = { w->request };
    const struct issue_options options = { .key_type = KEY_EC_P256,
                                           .now = NOW,
                                           .spares = { &w->spare, with_agent } };
    struct issue_result result;
    struct err err;

    if (fixture_pass(&result, w->fx, requests, 1, &options, &err) < 0)
        fail_msg("%s", err.text);
}

static struct delivery delivery_of(const struct world *w, const char *branch)
{
    return (struct delivery){ .request = w->request,
                              .mesh = &w->request->meshes[0],
                              .recipient = w->recipient,
                              .spare = &w->spare,
                              .header = "# weft\n",
                              .owner = "weft",
                              .branch = branch,
                              .now = NOW };
}

static const struct ledger_delivery *render(struct world *w, const char *branch)
{
    const struct delivery delivery = delivery_of(w, branch);
    const struct ledger_delivery *row;
    struct err err;

    if (delivery_render(&row, &w->fx->ledger, &delivery, w->fx->custody, &err) < 0)
        fail_msg("%s", err.text);
    return row;
}

static struct issuance read(struct world *w, const struct ledger_delivery *row)
{
    struct diags diags = { .arena = w->fx->arena };
    const struct node *root = NULL;
    struct issuance out;
    struct err err;

    assert_int_equal(
        parse_yaml(&root, "it", row->content, strlen(row->content), w->fx->arena, &diags), 0);
    assert_int_equal(issuance_read(&out, root, w->fx->arena, &err), 0);
    assert_string_equal(node_get(root, "metadata", "name", NULL), CSR_ISSUANCE_NAME);
    assert_string_equal(node_get(root, "metadata", "namespace", NULL), "weft-agent");
    return out;
}

static void it_holds_public_files_and_a_serial_that_grows(void **state)
{
    const struct ledger_delivery *row;
    struct issuance first, second;
    struct world w;

    begin(&w, *state);
    issue(&w, true);
    row = render(&w, NULL);
    first = read(&w, row);
    assert_null(strstr(row->content, "PRIVATE"));
    assert_int_equal(row->recipient.kind, RECIPIENT_AGENT);
    assert_string_equal(first.cluster, "c1");
    assert_string_equal(first.spki, w.spare.spki);
    assert_int_equal(first.serial, 1);
    assert_ptr_equal(render(&w, row->content)->content, row->content);
    w.fx->ledger.intermediates->state = KEY_DESTROYED;
    offer(&w);
    issue(&w, true);
    second = read(&w, render(&w, row->content));
    assert_int_equal(second.serial, 2);
    assert_string_equal(second.spki, w.spare.spki);
    end(&w);
}

/* Certified for a step that was superseded: the certificate never left. */
static void burn(struct world *w)
{
    struct ledger_intermediate *row = ledger_add_intermediate(&w->fx->ledger);

    *row = (struct ledger_intermediate){ .next = row->next,
                                         .id = "burned",
                                         .virtual_mesh = w->request->name,
                                         .mesh = w->request->meshes[0].key,
                                         .cluster = "c1",
                                         .namespace = "istio-system",
                                         .spki = w->spare.spki,
                                         .state = KEY_DESTROYED };
}

/* One file more when the key is refused, one when another is offered, and none in between, whether
 * or not the agent can be asked. */
static void a_key_that_was_certified_for_nothing_is_named(void **state)
{
    const struct ledger_delivery *row;
    const char *first, *burned;
    struct csr_spare there;
    struct issuance got;
    struct world w;

    begin(&w, *state);
    issue(&w, true);
    row = render(&w, NULL);
    first = row->content;
    offer(&w);
    assert_ptr_equal(render(&w, first)->content, first);
    burn(&w);
    burned = w.spare.spki;
    row = render(&w, first);
    got = read(&w, row);
    assert_string_equal(got.refused, burned);
    assert_int_equal(got.serial, 2);
    first = row->content;
    assert_ptr_equal(render(&w, first)->content, first);
    there = w.spare;
    w.spare.key = NULL; /* no answer */
    w.spare.spki = "";
    assert_ptr_equal(render(&w, first)->content, first);
    w.spare = there;
    offer(&w);
    row = render(&w, first);
    got = read(&w, row);
    assert_string_equal(got.refused, "");
    assert_int_equal(got.serial, 3);
    assert_ptr_equal(render(&w, row->content)->content, row->content);
    end(&w);
}

static const char *on_branch(int64_t serial, struct arena *arena)
{
    return arena_printf(arena,
                        "kind: ConfigMap\ndata:\n  ca-cert.pem: a\n  cert-chain.pem: a\n"
                        "  root-cert.pem: a\n"
                        "  issuance.json: '{\"version\":1,\"cluster\":\"c1\","
                        "\"namespace\":\"istio-system\",\"serial\":%lld,\"spki\":\"x\"}'\n",
                        (long long)serial);
}

/* A state that was lost knows no serial; the branch does. */
static void the_branch_raises_the_serial(void **state)
{
    struct world w;

    begin(&w, *state);
    issue(&w, true);
    assert_int_equal(read(&w, render(&w, on_branch(41, w.fx->arena))).serial, 42);
    end(&w);
}

/* Who can write the branch can put any number there; what follows must stay one that agents read.
 */
static void the_highest_serial_is_no_end(void **state)
{
    struct world w;

    begin(&w, *state);
    issue(&w, true);
    assert_true(read(&w, render(&w, on_branch(INT64_MAX, w.fx->arena))).serial == INT64_MAX);
    end(&w);
}

/* The mode changed, and no agent has offered a key yet. */
static void what_was_made_here_is_not_given_to_an_agent(void **state)
{
    struct world w;

    begin(&w, *state);
    issue(&w, false);
    assert_null(render(&w, NULL));
    end(&w);
}

static void a_receipt_stands_beside_the_manifest(void **state)
{
    const struct ledger_delivery *receipt = NULL, *row;
    struct delivery delivery;
    struct receipt plan;
    struct world w;
    struct err err;

    begin(&w, *state);
    issue(&w, true);
    row = render(&w, NULL);
    delivery = delivery_of(&w, NULL);
    assert_int_equal(receipt_plan(&plan, &w.fx->ledger, &delivery, w.fx->custody, &err), 0);
    plan.by_agent = true;
    assert_int_equal(receipt_record(&receipt, &w.fx->ledger, &plan, &err), 0);
    assert_false(row->gone);
    assert_true(receipts_hold(&w.fx->ledger, w.request->name, &w.request->meshes[0], w.fx->arena));
    render(&w, row->content);
    assert_false(receipt->gone);
    end(&w);
}

/* The agent reports what was issued before the mesh was to hold something else. */
static void only_what_is_to_be_held_now_makes_a_receipt(void **state)
{
    struct delivery delivery;
    struct issuance former;
    struct csr_holds holds;
    struct receipt plan;
    struct world w;
    struct err err;

    begin(&w, *state);
    issue(&w, true);
    former = read(&w, render(&w, NULL));
    delivery = delivery_of(&w, NULL);
    holds = issuance_holds(&former, w.fx->arena);
    assert_int_equal(receipt_plan(&plan, &w.fx->ledger, &delivery, w.fx->custody, &err), 0);
    assert_true(receipt_is_held(&plan, &holds));
    plan.cacerts.root_cert =
        arena_printf(w.fx->arena, "%s%s", former.files.root_cert, former.files.root_cert);
    assert_false(receipt_is_held(&plan, &holds)); /* a step added a root: same key, other bundle */
    w.fx->ledger.intermediates->state = KEY_DESTROYED;
    offer(&w);
    issue(&w, true); /* not rendered: the pass was killed */
    assert_int_equal(receipt_plan(&plan, &w.fx->ledger, &delivery, w.fx->custody, &err), 0);
    assert_false(receipt_is_held(&plan, &holds));
    end(&w);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        FIXTURE_CASE(it_holds_public_files_and_a_serial_that_grows),
        FIXTURE_CASE(a_key_that_was_certified_for_nothing_is_named),
        FIXTURE_CASE(the_branch_raises_the_serial),
        FIXTURE_CASE(the_highest_serial_is_no_end),
        FIXTURE_CASE(what_was_made_here_is_not_given_to_an_agent),
        FIXTURE_CASE(a_receipt_stands_beside_the_manifest),
        FIXTURE_CASE(only_what_is_to_be_held_now_makes_a_receipt),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
