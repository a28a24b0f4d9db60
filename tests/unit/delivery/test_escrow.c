/* tests/unit/delivery/test_escrow.c - a root goes into escrow and comes back, and nothing else
 * does.
 */
#include "tests/lib/trust_fixture.h"

#include "base/text.h"
#include "delivery/escrow.h"
#include "pki/issuer.h"
#include "pki/issuer_local.h"
#include "pki/key.h"
#include "pki/ledger_check.h"
#include <string.h>

#define KEY "AGE-SECRET-KEY-1UT770FJT6E0605YS4VLYVC9AREZ5HJR6K788R4ESJJ83V8QLWKFSFZX063"
#define RECIPIENT "age1730esecg52rvhd68vecl53phnldvu5ljse8nw0dj2cu434ty8pnsu6f8d5"

static const struct escrow_deployed unknown = { "", 0, false };

static struct age_identities identity(void)
{
    AUTO(secret_free) struct secret *content = secret_copy(KEY, strlen(KEY));
    struct age_identities out;
    struct err err;

    assert_int_equal(age_identities_decode(&out, content, "file", &err), 0);
    return out;
}

static void seal(struct text *out, const struct ledger_root *root, const struct custody *custody)
{
    struct age_recipient recipient;
    struct err err;

    assert_int_equal(age_recipient_read(&recipient, RECIPIENT, &err), 0);
    if (escrow_seal(out, root, custody, &recipient, 1, &err) < 0)
        fail_msg("%s", err.text);
}

static int open_text(struct escrowed *out, const struct text *file, struct arena *arena,
                     struct err *err)
{
    AUTO_AGE_IDENTITIES identities = identity();

    return escrow_open(out, &identities, file->bytes, file->len, arena, err);
}

/* The fixture's root in escrow, opened. */
static struct escrowed round_trip(struct fixture *fixture)
{
    struct escrowed out;
    AUTO_TEXT file = { 0 };
    struct err err;

    seal(&file, fixture->ledger.roots, fixture->custody);
    if (open_text(&out, &file, fixture->arena, &err) < 0)
        fail_msg("%s", err.text);
    return out;
}

static void a_root_comes_back_as_it_was(void **state)
{
    struct fixture *fixture = *state;
    const struct trust_request *request = fixture_request(fixture, "retail", "eu-", 1);
    struct ledger_root *root;
    AUTO_ESCROWED escrowed = { .key_der = NULL };

    fixture_issue(fixture, &request, 1, NOW);
    root = fixture->ledger.roots;
    escrowed = round_trip(fixture);
    assert_string_equal(escrowed.root.id, root->id);
    assert_string_equal(escrowed.root.virtual_mesh, root->virtual_mesh);
    assert_string_equal(escrowed.root.cert_pem, root->cert_pem);
    assert_string_equal(escrowed.root.chain_pem, root->chain_pem);
    assert_string_equal(escrowed.root.spki, root->spki);
    assert_int_equal(escrowed.root.generation, root->generation);
    assert_int_equal(escrowed.root.origin, root->origin);
    assert_int_equal(escrowed.root.created, root->created);
    assert_int_equal(escrowed.root.not_before, root->not_before);
    assert_int_equal(escrowed.root.not_after, root->not_after);
}

static void an_empty_ledger_goes_on_with_it(void **state)
{
    struct fixture *fixture = *state;
    const struct trust_request *request = fixture_request(fixture, "retail", "eu-", 1);
    AUTO_ESCROWED escrowed = { .key_der = NULL };
    struct ledger lost = { .arena = fixture->arena };
    struct escrow_deployed deployed = { "", 0, true };
    struct issuer_session session;
    struct err err;
    bool there;

    fixture_issue(fixture, &request, 1, NOW);
    escrowed = round_trip(fixture);
    deployed.root = escrowed.root.id;
    assert_int_equal(escrow_restore(&there, &lost, &escrowed, &deployed, fixture->custody, &err),
                     0);
    assert_false(there);
    assert_int_equal(lost.roots->state, KEY_ACTIVE);
    assert_string_equal(ledger_find_rotation(&lost, escrowed.root.virtual_mesh)->deployed_root,
                        escrowed.root.id);
    assert_int_equal(ledger_check(&lost, "state", &err), 0);
    assert_int_equal(issuer_open(&session, lost.roots,
                                 &(struct issuer_means){ .custody = fixture->custody }, &err),
                     0);
    issuer_close(&session);
    fixture->ledger = lost; /* the next pass issues under the same root, and makes none */
    assert_int_equal(fixture_issue(fixture, &request, 1, NOW + DAY).roots, 0);
    assert_string_equal(fixture->ledger.intermediates->root, escrowed.root.id);
    assert_int_equal(
        escrow_restore(&there, &fixture->ledger, &escrowed, &deployed, fixture->custody, &err), 0);
    assert_true(there);
}

/* Nothing can be fetched: no half file goes out, and no root comes back without its key. */
static void a_library_that_fails_is_an_error(void **state)
{
    struct fixture *fixture = *state;
    const struct trust_request *request = fixture_request(fixture, "retail", "eu-", 1);
    AUTO_ESCROWED escrowed = { .key_der = NULL };
    AUTO_ESCROWED again = { .key_der = NULL };
    struct ledger lost = { .arena = fixture->arena };
    struct escrow_deployed deployed = { "", 0, true };
    struct age_recipient recipient;
    AUTO_TEXT file = { 0 };
    AUTO_TEXT none = { 0 };
    struct err err;
    int sealed, opened, restored, completed;
    bool there;

    fixture_issue(fixture, &request, 1, NOW);
    seal(&file, fixture->ledger.roots, fixture->custody);
    assert_int_equal(age_recipient_read(&recipient, RECIPIENT, &err), 0);
    escrowed = round_trip(fixture);
    deployed.root = escrowed.root.id;
    assert_true(EVP_set_default_properties(NULL, "provider=none"));
    sealed = escrow_seal(&none, fixture->ledger.roots, fixture->custody, &recipient, 1, &err);
    opened = open_text(&again, &file, fixture->arena, &err);
    restored = escrow_restore(&there, &lost, &escrowed, &deployed, fixture->custody, &err);
    fixture->ledger.roots->key = (struct sealed){ 0 }; /* the row of a restored state */
    fixture->ledger.roots->changed = false;
    completed =
        escrow_restore(&there, &fixture->ledger, &escrowed, &deployed, fixture->custody, &err);
    assert_true(EVP_set_default_properties(NULL, ""));
    assert_int_equal(sealed, -1);
    assert_int_equal(opened, -1);
    assert_int_equal(restored, -1);
    assert_null(lost.roots);
    assert_int_equal(completed, -1);
    assert_false(fixture->ledger.roots->changed);
}

static void what_the_branch_says_decides(void **state)
{
    struct fixture *fixture = *state;
    const struct trust_request *request = fixture_request(fixture, "retail", "eu-", 1);
    AUTO_ESCROWED escrowed = { .key_der = NULL };
    struct err err;
    bool there;

    fixture_issue(fixture, &request, 1, NOW);
    escrowed = round_trip(fixture);
    const struct {
        struct escrow_deployed deployed;
        int result; /* of the restore; or the state of the row */
    } cases[] = {
        { { "", 0, false }, -1 },
        { { escrowed.root.id, 0, false }, -1 },
        { { escrowed.root.id, 0, true }, KEY_ACTIVE },
        { { escrowed.root.id, 1, true }, KEY_ACTIVE },
        { { "other", 1, true }, KEY_NEXT },
        { { escrowed.root.id, 2, true }, -1 },
        { { escrowed.root.id, 3, true }, -1 },
    };

    for (size_t i = 0; i < LENGTH(cases); i++) {
        struct ledger lost = { .arena = fixture->arena };
        int result =
            escrow_restore(&there, &lost, &escrowed, &cases[i].deployed, fixture->custody, &err);

        assert_int_equal(result, cases[i].result < 0 ? -1 : 0);
        if (result < 0) {
            assert_int_equal(err.kind, ERR_REFUSED);
            assert_null(lost.roots);
        } else {
            assert_int_equal(lost.roots->state, cases[i].result);
        }
    }
}

static void a_row_gets_its_key_back_unless_it_was_destroyed(void **state)
{
    struct fixture *fixture = *state;
    const struct trust_request *request = fixture_request(fixture, "retail", "eu-", 1);
    AUTO_ESCROWED escrowed = { .key_der = NULL };
    struct ledger_root *root;
    struct err err;
    bool there;

    fixture_issue(fixture, &request, 1, NOW);
    escrowed = round_trip(fixture);
    root = fixture->ledger.roots;
    root->key = (struct sealed){ 0 };
    root->state = KEY_DESTROYED;
    assert_false(escrow_wanted(root));
    assert_int_equal(
        escrow_restore(&there, &fixture->ledger, &escrowed, &unknown, fixture->custody, &err), -1);
    assert_int_equal(err.kind, ERR_REFUSED);
    assert_int_equal(root->key.len, 0);
    root->state = KEY_ACTIVE;
    assert_int_equal(
        escrow_restore(&there, &fixture->ledger, &escrowed, &unknown, fixture->custody, &err), 0);
    assert_true(root->key.len > 0 && root->changed && escrow_wanted(root));
    assert_null(root->next);
}

/* --- forged files --- */

static void plain_of(struct text *out, const struct ledger_root *root, const struct secret *pem)
{
    text_addf(out,
              "weft escrow of a root, version 1\nvirtual mesh: gloo-mesh/retail\ngeneration: "
              "1\norigin: generated\ncreated: 1\n%s",
              root->cert_pem);
    text_add(out, (const char *)pem->bytes, pem->len);
}

static int open_plain(const char *plain, size_t len, struct fixture *fixture, struct err *err)
{
    AUTO_ESCROWED escrowed = { .key_der = NULL };
    struct age_recipient recipient;
    AUTO_TEXT file = { 0 };

    assert_int_equal(age_recipient_read(&recipient, RECIPIENT, err), 0);
    assert_int_equal(age_encrypt(&file, &recipient, 1, plain, len, err), 0);
    return open_text(&escrowed, &file, fixture->arena, err);
}

static struct secret *key_of(const struct fixture *fixture)
{
    const struct ledger_root *root = fixture->ledger.roots;
    const struct custody_row row = issuer_local_custody_row(root->id, root->spki);
    AUTO(secret_free) struct secret *der = NULL;
    struct secret *pem = NULL;
    struct err err;

    assert_int_equal(custody_unseal(&der, fixture->custody, &row, root->key, &err), 0);
    assert_int_equal(key_pem(&pem, der, &err), 0);
    return pem;
}

static void the_key_of_another_certificate_is_refused(void **state)
{
    struct fixture *fixture = *state;
    const struct trust_request *request = fixture_request(fixture, "retail", "eu-", 1);
    AUTO(EVP_PKEY_free) EVP_PKEY *other = EVP_PKEY_Q_keygen(NULL, NULL, "EC", "P-256");
    AUTO(secret_free) struct secret *der = NULL;
    AUTO(secret_free) struct secret *pem = NULL;
    AUTO_TEXT plain = { 0 };
    struct err err;

    fixture_issue(fixture, &request, 1, NOW);
    assert_int_equal(key_der(&der, other, &err), 0);
    assert_int_equal(key_pem(&pem, der, &err), 0);
    plain_of(&plain, fixture->ledger.roots, pem);
    assert_int_equal(open_plain(plain.bytes, plain.len, fixture, &err), -1);
    assert_int_equal(err.kind, ERR_CRYPTO);
}

/* Each replacement makes another file of it. */
static const struct {
    const char *part, *by;
} damage[] = {
    { "version 1", "version 2" },
    { "virtual mesh: gloo-mesh/retail", "virtual mesh: retail" },
    { "virtual mesh: gloo-mesh/retail\n", "" },
    { "generation: 1", "generation: 0" },
    { "origin: generated", "origin: adopted" },
    { "origin: generated", "origin: made" },
    { "created: 1", "created: x" },
    { "-----BEGIN CERTIFICATE-----", "-----BEGIN CERT-----" },
    { "-----BEGIN PRIVATE KEY-----", "-----BEGIN EC PRIVATE KEY-----" },
    { "created: 1\n", "created: 1\n-----BEGIN EC PRIVATE KEY-----\n" },
};

static void files_of_another_kind_are_refused(void **state)
{
    struct fixture *fixture = *state;
    const struct trust_request *request = fixture_request(fixture, "retail", "eu-", 1);
    AUTO(secret_free) struct secret *pem = NULL;
    AUTO_TEXT good = { 0 };
    struct err err;

    fixture_issue(fixture, &request, 1, NOW);
    pem = key_of(fixture);
    plain_of(&good, fixture->ledger.roots, pem);
    assert_int_equal(open_plain(good.bytes, good.len, fixture, &err), 0);
    for (size_t i = 0; i < LENGTH(damage); i++) {
        const char *at = strstr(good.bytes, damage[i].part);
        AUTO_TEXT bad = { 0 };

        print_message("%s\n", damage[i].by);
        assert_non_null(at);
        text_add(&bad, good.bytes, (size_t)(at - good.bytes));
        text_adds(&bad, damage[i].by);
        text_adds(&bad, at + strlen(damage[i].part));
        assert_int_equal(open_plain(bad.bytes, bad.len, fixture, &err), -1);
        assert_int_equal(err.kind, ERR_INPUT);
    }
    assert_int_equal(open_plain("", 0, fixture, &err), -1);
    assert_int_equal(open_plain("\0", 1, fixture, &err), -1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        FIXTURE_CASE(a_root_comes_back_as_it_was),
        FIXTURE_CASE(an_empty_ledger_goes_on_with_it),
        FIXTURE_CASE(a_library_that_fails_is_an_error),
        FIXTURE_CASE(what_the_branch_says_decides),
        FIXTURE_CASE(a_row_gets_its_key_back_unless_it_was_destroyed),
        FIXTURE_CASE(the_key_of_another_certificate_is_refused),
        FIXTURE_CASE(files_of_another_kind_are_refused),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
