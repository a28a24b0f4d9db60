/* tests/unit/delivery/test_delivery.c - manifests are encrypted when something changed, proved
 * before they are pushed, and left out where there is nothing to deliver. */
#include "tests/lib/sealing_controller.h"

#include "base/text.h"
#include "delivery/format.h"
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

static void test_unchanged_is_not_encrypted_again(void **state)
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
    row->mark = ""; /* as a weft without marks left it: it gets one, and that is saved */
    assert_ptr_equal(render(fixture, request, 0, recipient)->content, first);
    assert_true(row->changed && !text_empty(row->mark));
    row->changed = false;
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

static int break_down(struct node **out, const void *key, const struct secret_object *object,
                      const struct cacerts *cacerts, struct arena *arena, struct err *err)
{
    (void)out, (void)key, (void)object, (void)cacerts, (void)arena;
    return err_set(err, ERR_CRYPTO, 0, "failed on purpose");
}

/* No row, no content and no digest is left behind that a later pass would take for delivered. */
static void test_what_fails_delivers_nothing(void **state)
{
    struct fixture *fixture = *state;
    const struct trust_request *request = fixture_request(fixture, "retail", "eu-", 1);
    struct controller controller = controller_new(fixture, NOW - DAY, NOW + DAY);
    AUTO(recipient_close) struct recipient *recipient = controller_recipient(&controller, NOW);
    struct delivery_format format = *recipient->method->format;
    struct delivery_method method = *recipient->method;
    struct recipient other = { .method = &method, .key = recipient->key };
    const struct delivery delivery = {
        .request = request,
        .mesh = &request->meshes[0],
        .recipient = &other,
        .header = "# rendered by weft\n",
        .owner = "gloo-mesh",
        .now = NOW,
    };
    const struct ledger_delivery *row = NULL;
    struct err err;
    int result;

    fixture_issue(fixture, &request, 1, NOW);
    assert_true(EVP_set_default_properties(NULL, "provider=none")); /* nothing can be fetched */
    result = delivery_render(&row, &fixture->ledger, &delivery, fixture->custody, &err);
    assert_true(EVP_set_default_properties(NULL, ""));
    assert_int_equal(result, -1);
    format.render = break_down;
    method.format = &format;
    assert_int_equal(delivery_render(&row, &fixture->ledger, &delivery, fixture->custody, &err),
                     -1);
    assert_null(row);
    assert_null(fixture->ledger.deliveries);
    assert_non_null(render(fixture, request, 0, recipient));
    method.recipient = RECIPIENT_AGE; /* a SealedSecret is there, and its controller would fight */
    assert_int_equal(delivery_render(&row, &fixture->ledger, &delivery, fixture->custody, &err),
                     -1);
    assert_int_equal(err.kind, ERR_REFUSED);
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
        .request = p->request,
        .mesh = &p->request->meshes[0],
        .recipient = p->recipient,
        .header = "# weft\n",
        .owner = "gloo-mesh",
        .branch = branch,
        .now = NOW,
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

int main(void)
{
    const struct CMUnitTest tests[] = {
        FIXTURE_CASE(test_unchanged_is_not_encrypted_again),
        FIXTURE_CASE(test_nothing_to_deliver),
        FIXTURE_CASE(test_what_fails_delivers_nothing),
        FIXTURE_CASE(test_damage_is_not_delivered),
        FIXTURE_CASE(test_pushed_again_is_proved_again),
    };

    return cmocka_run_group_tests_name("delivery/delivery", tests, NULL, NULL);
}
