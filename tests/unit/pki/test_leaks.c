/* tests/unit/pki/test_leaks.c - no private key, no state key and no session key in anything
 * that leaves weft: rows of the ledger, manifests, error texts, status texts.  Keys are looked for
 * as raw bytes, in hex and in base64 at every alignment. */
#include "base/base64.h"
#include "pki/state_key.h"
#include "tests/lib/sealing_controller.h"

#include "base/text.h"
#include "pki/ca.h"
#include "pki/certificate.h"
#include "pki/inspect.h"
#include "pki/issuer_local.h"
#include "pki/key.h"
#include "pki/rotation_preview.h"
#include "pki/rotation_record.h"
#include <openssl/core_names.h>
#include <string.h>

struct hunt {
    struct arena *arena;
    struct text all; /* everything that leaves */
};

static void add(struct hunt *hunt, const void *bytes, size_t len)
{
    text_add(&hunt->all, bytes, len);
    text_addc(&hunt->all, '\n');
}

static void add_text(struct hunt *hunt, const char *text)
{
    if (text)
        add(hunt, text, strlen(text));
}

static bool holds(const struct hunt *hunt, const void *bytes, size_t len)
{
    return memmem(hunt->all.bytes, hunt->all.len, bytes, len) != NULL;
}

/* The middle of a key's base64 does not depend on what precedes it, but for the three
 * alignments. */
static void assert_absent(const struct hunt *hunt, const unsigned char *key, size_t len)
{
    char *hex = arena_alloc(hunt->arena, 2 * len + 1, 1);

    hex_encode(hex, key, len);
    assert_false(holds(hunt, key, len));
    assert_false(holds(hunt, hex, 2 * len));
    for (size_t skip = 0; skip < 3; skip++) {
        AUTO_TEXT base64 = { 0 };

        base64_encode(&base64, key + skip, (len - skip) / 3 * 3);
        assert_false(holds(hunt, base64.bytes, base64.len));
    }
}

/* The secret number itself: what a leak in any encoding would carry. */
static void assert_key_absent(const struct hunt *hunt, const struct secret *der)
{
    AUTO(EVP_PKEY_free) EVP_PKEY *key = NULL;
    BIGNUM *number = NULL;
    unsigned char bytes[512];
    struct err err;
    int len;

    assert_int_equal(key_of_der(&key, der, &err), 0);
    assert_true(EVP_PKEY_get_bn_param(
        key, EVP_PKEY_is_a(key, "RSA") ? OSSL_PKEY_PARAM_RSA_D : OSSL_PKEY_PARAM_PRIV_KEY,
        &number));
    len = BN_bn2bin(number, bytes);
    assert_true(len > 24);
    assert_absent(hunt, bytes, (size_t)len);
    BN_clear_free(number);
}

static void collect(struct hunt *hunt, const struct ledger *ledger)
{
    for (const struct ledger_root *row = ledger->roots; row; row = row->next) {
        const char *const texts[] = { row->id, row->virtual_mesh, row->cert_pem, row->chain_pem,
                                      row->spki };

        for (size_t i = 0; i < LENGTH(texts); i++)
            add_text(hunt, texts[i]);
        add(hunt, row->key.bytes, row->key.len);
    }
    for (const struct ledger_intermediate *row = ledger->intermediates; row; row = row->next) {
        const char *const texts[] = { row->id,       row->mesh,   row->cluster, row->root,
                                      row->cert_pem, row->serial, row->spki };

        for (size_t i = 0; i < LENGTH(texts); i++)
            add_text(hunt, texts[i]);
        if (row->key.len)
            add(hunt, row->key.bytes, row->key.len);
    }
    for (const struct ledger_delivery *row = ledger->deliveries; row; row = row->next) {
        add_text(hunt, row->digest);
        add_text(hunt, row->content);
    }
    for (const struct ledger_rotation *row = ledger->rotations; row; row = row->next) {
        const char *const texts[] = { row->id, row->detail, row->conditions, row->deployed_trust,
                                      row->pending_root };

        for (size_t i = 0; i < LENGTH(texts); i++)
            add_text(hunt, texts[i]);
    }
}

static void assert_no_key(const struct hunt *hunt, const struct fixture *fx)
{
    struct err err;

    for (const struct ledger_root *row = fx->ledger.roots; row; row = row->next) {
        struct custody_row bound = issuer_local_custody_row(row->id, row->spki);
        AUTO(secret_free) struct secret *der = NULL;

        assert_int_equal(custody_unseal(&der, fx->custody, &bound, row->key, &err), 0);
        assert_key_absent(hunt, der);
    }
    for (const struct ledger_intermediate *row = fx->ledger.intermediates; row; row = row->next) {
        struct custody_row bound = ca_intermediate_custody_row(row->id, row->spki);
        AUTO(secret_free) struct secret *der = NULL;

        if (row->key.len == 0)
            continue;
        assert_int_equal(custody_unseal(&der, fx->custody, &bound, row->key, &err), 0);
        assert_key_absent(hunt, der);
    }
}

/* Every way to fail while a key is open. */
static void provoke(struct hunt *hunt, struct fixture *fx)
{
    struct ledger_intermediate *row = fx->ledger.intermediates;
    struct custody_row bound = ca_intermediate_custody_row(row->id, "another key"),
                       root = issuer_local_custody_row(row->id, row->spki);
    AUTO(custody_close) struct custody *other = NULL;
    struct secret *der = NULL;
    struct err err;

    assert_int_equal(custody_unseal(&der, fx->custody, &bound, row->key, &err), -1);
    add_text(hunt, err.text);
    assert_int_equal(custody_unseal(&der, fx->custody, &root, row->key, &err), -1);
    add_text(hunt, err.text);
    assert_int_equal(state_key_create(arena_printf(fx->arena, "%s/other.key", fx->folder), &err),
                     0);
    assert_int_equal(
        custody_open(&other, arena_printf(fx->arena, "%s/other.key", fx->folder), &err), 0);
    root = ca_intermediate_custody_row(row->id, row->spki);
    assert_int_equal(custody_unseal(&der, other, &root, row->key, &err), -1);
    add_text(hunt, err.text);
}

static void look_everywhere(enum key_type type)
{
    struct fixture fx;
    struct hunt hunt = { .arena = arena_new() };
    struct controller controller;
    struct trust_request *request;
    const struct trust_request *list;
    struct recipient *recipient;
    struct trust_outlook outlook;
    struct trust_facts facts;
    struct err err;

    fixture_open(&fx);
    controller = controller_new(&fx, NOW - DAY, NOW + DAY);
    recipient = controller_recipient(&controller, NOW);
    list = request = fixture_request(&fx, "retail", "eu-", 2);
    ((struct shared_trust *)(uintptr_t)request->shared)->generated.rsa_key_bits = 2048;
    ((struct shared_trust *)(uintptr_t)request->shared)->intermediate.rsa_key_bits = 2048;
    for (int i = 0; i < 2; i++) { /* at rest, then in a rotation */
        const struct issue_options options = { .key_type = type, .now = NOW + i };
        struct issue_result result;

        assert_int_equal(fixture_pass(&result, &fx, &list, 1, &options, &err), 0);
        for (size_t k = 0; k < 2; k++) {
            const struct delivery delivery = { .request = request,
                                               .mesh = &request->meshes[k],
                                               .recipient = recipient,
                                               .header = "# weft\n",
                                               .owner = "gloo-mesh",
                                               .now = NOW };
            const struct ledger_delivery *row = NULL;

            assert_int_equal(delivery_render(&row, &fx.ledger, &delivery, fx.custody, &err), 0);
        }
        assert_int_equal(
            rotation_preview_make(&outlook, &fx.ledger, request, &options, fx.arena, &err), 0);
        add_text(&hunt, outlook.summary);
        ((struct shared_trust *)(uintptr_t)request->shared)->generated.org_name = "other";
    }
    assert_int_equal(inspect_trust(&facts, &fx.ledger, request->name, fx.arena, &err), 0);
    for (size_t i = 0; i < facts.root_count; i++)
        add_text(&hunt, facts.roots[i].subject);
    collect(&hunt, &fx.ledger);
    provoke(&hunt, &fx);
    assert_no_key(&hunt, &fx);
    /* the hunt itself can find something */
    assert_true(holds(&hunt, fx.ledger.roots->id, 64));
    text_free(&hunt.all);
    arena_free(hunt.arena);
    recipient_close(recipient);
    EVP_PKEY_free(controller.key);
    fixture_close(&fx);
}

static void test_no_key_leaves(void **state)
{
    (void)state;
    look_everywhere(KEY_EC_P256);
    look_everywhere(KEY_RSA);
}

static void test_the_hunt_finds_a_key(void **state)
{
    struct hunt hunt = { .arena = arena_new() };
    unsigned char key[32];

    (void)state;
    for (size_t i = 0; i < sizeof key; i++)
        key[i] = (unsigned char)(i * 7 + 3);
    base64_encode(&hunt.all, "x", 1);
    base64_encode(&hunt.all, key, sizeof key);
    assert_true(holds(&hunt, "AwoRGB8m", 8));
    text_free(&hunt.all);
    arena_free(hunt.arena);
}

static void test_secrets_are_protected(void **state)
{
    struct secret *secret;
    bool locked;
    struct err err;

    (void)state;
    assert_int_equal(secret_protect_all(&locked, &err), 0);
    assert_int_equal(secret_protect_all(&locked, &err), 0); /* twice is fine */
    secret = secret_copy("hello", 5);
    assert_true(CRYPTO_secure_allocated(secret));
    assert_int_equal(secret->bytes[5], 0);
    secret_free(secret);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_the_hunt_finds_a_key), cmocka_unit_test(test_no_key_leaves),
        cmocka_unit_test(test_secrets_are_protected),
        cmocka_unit_test(test_no_key_leaves), /* and again with the secure heap */
    };

    return cmocka_run_group_tests_name("pki/leaks", tests, NULL, NULL);
}
