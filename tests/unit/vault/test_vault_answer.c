/* tests/unit/vault/test_vault_answer.c - answers of Vault, of proxies before it, and of servers
 * that are none. */
#include "base/text.h"
#include "vault/vault_answer.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#define PEM "-----BEGIN CERTIFICATE-----\\nAAEC\\n-----END CERTIFICATE-----"

/* clang-format off */
static const struct {
    int status;
    const char *body;
    bool transient, down;
    const char *says;
} failures[] = {
    { 503, "{\"errors\":[\"Vault is sealed\"]}", false, true, "is sealed: unseal it" },
    { 503, "<html>upstream</html>", true, true, "is not available" },
    { 473, "{}", true, true, "performance standby" },
    { 472, "{}", true, true, "recovery standby" },
    { 429, "", true, true, "limits the rate" },
    { 412, "{\"errors\":[]}", true, true, "lags behind" },
    { 301, "", false, true, "redirects" },
    { 302, "", false, true, "redirects" },
    { 307, "", false, true, "redirects" },
    { 308, "", false, true, "redirects" },
    { 502, "", true, true, "through its proxy" },
    { 504, "", true, true, "through its proxy" },
    { 405, "{\"errors\":[]}", false, false, "does not take the request at this path" },
    { 501, "{}", false, true, "not initialized" },
    { 500, "{\"errors\":[\"1 error occurred\"]}", false, true, "fails (pki/x: 500)" },
    { 403, "{\"errors\":[\"permission denied\"]}", false, false, "denies the request" },
    { 404, "{\"errors\":[]}", false, false, "nothing at this path" },
    { 400, "{\"errors\":[\"invalid role name \\\"x\\\"\"]}", false, false, "does not know the role" },
    { 400, "{\"errors\":[\"invalid secret id\"]}", false, false, "does not take the AppRole" },
    { 400, "{\"errors\":[\"unable to parse\"]}", false, false, "refuses the request" },
    { 200, "<html>Sign in</html>", false, false, "something else than Vault's JSON" },
    { 200, "[1]", false, false, "something else than Vault's JSON" },
    { 418, "{}", false, false, "fails (pki/x: 418)" },
};
/* clang-format on */

static struct vault_answer read(int status, const char *body, struct arena *arena)
{
    struct vault_answer answer;

    vault_answer_read(&answer, status, body, strlen(body), false, arena);
    return answer;
}

static void failures_are_told_apart(void **state)
{
    AUTO(arena_free) struct arena *arena = arena_new();

    (void)state;
    for (size_t i = 0; i < LENGTH(failures); i++) {
        const struct vault_answer answer = read(failures[i].status, failures[i].body, arena);
        struct err err;

        assert_int_equal(vault_answer_is_transient(&answer), failures[i].transient);
        assert_int_equal(vault_answer_is_down(&answer), failures[i].down);
        assert_int_equal(vault_answer_failure(&err, &answer, "pki/x"), -1);
        assert_int_equal(err.code, failures[i].status);
        if (!strstr(err.text, failures[i].says))
            fail_msg("%d: %s", failures[i].status, err.text);
    }
}

/* A status in Git says the same in each pass; the log may repeat the server, in visible form. */
static void what_the_server_said_is_for_the_log(void **state)
{
    AUTO(arena_free) struct arena *arena = arena_new();
    struct vault_answer answer =
        read(403, "{\"errors\":[\"denied \\u001b[31m req-17\",\"again\"]}", arena);
    AUTO_TEXT giant = { 0 };
    struct err err;

    (void)state;
    vault_answer_failure(&err, &answer, "pki/x");
    assert_null(strstr(err.text, "req-17"));
    assert_string_equal(answer.said, "denied \\033[31m req-17; again");
    text_adds(&giant, "{\"errors\":[\"");
    for (size_t i = 0; i < 5000; i++)
        text_addc(&giant, 'x');
    text_adds(&giant, "\"]}");
    answer = read(400, giant.bytes, arena);
    assert_in_range(strlen(answer.said), 300, 410);
}

static void tokens_fit_into_a_header(void **state)
{
    AUTO(arena_free) struct arena *arena = arena_new();
    static const char *const bad[] = { "{}",
                                       "{\"auth\":null}",
                                       "{\"auth\":{\"client_token\":\"\"}}",
                                       "{\"auth\":{\"client_token\":\"a b\"}}",
                                       "{\"auth\":{\"client_token\":\"a\\r\\nX: y\"}}",
                                       "{\"auth\":{\"client_token\":\"a\\u007F\"}}",
                                       "{\"auth\":{\"client_token\":[\"a\"]}}" };
    struct vault_answer answer = read(200, "{\"auth\":{\"client_token\":\"!hvs.CAES~\"}}", arena);
    const char *token;
    struct err err;

    (void)state;
    assert_int_equal(vault_answer_token(&token, &answer, &err), 0);
    assert_string_equal(token, "!hvs.CAES~"); /* the first and the last that is printed */
    for (size_t i = 0; i < LENGTH(bad); i++) {
        answer = read(200, bad[i], arena);
        assert_int_equal(vault_answer_token(&token, &answer, &err), -1);
    }
}

static void issuers_have_an_id_that_fits_into_a_path(void **state)
{
    AUTO(arena_free) struct arena *arena = arena_new();
    struct vault_answer answer =
        read(200,
             "{\"data\":{\"certificate\":\"" PEM "\",\"issuer_id\":\"1a-2b\",\"ca_chain\":[\"" PEM
             "\",7,\"" PEM "\\n\"]}}",
             arena);
    struct vault_issuer issuer;
    struct err err;

    (void)state;
    assert_int_equal(vault_answer_issuer(&issuer, &answer, arena, &err), 0);
    assert_string_equal(issuer.id, "1a-2b");
    assert_null(strstr(issuer.chain, "----------")); /* joined lines */
    answer = read(200, "{\"data\":{\"certificate\":\"" PEM "\",\"issuer_id\":\"../sys\"}}", arena);
    assert_int_equal(vault_answer_issuer(&issuer, &answer, arena, &err), -1);
    answer = read(200, "{\"data\":{\"certificate\":\"" PEM "\"}}", arena); /* before Vault 1.11 */
    assert_int_equal(vault_answer_issuer(&issuer, &answer, arena, &err), -1);
    answer = read(200, "{\"data\":{\"certificate\":\"<html>\",\"issuer_id\":\"a\"}}", arena);
    assert_int_equal(vault_answer_issuer(&issuer, &answer, arena, &err), -1);
}

static void lists_are_bounded(void **state)
{
    AUTO(arena_free) struct arena *arena = arena_new();
    struct vault_answer answer =
        read(200, "{\"data\":{\"keys\":[\"a\",\"../b\",{},\"c\"]}}", arena);
    AUTO_TEXT many = { 0 };
    const char **ids;
    size_t count;
    struct err err;

    (void)state;
    assert_int_equal(vault_answer_issuers(&ids, &count, &answer, arena, &err), 0);
    assert_int_equal(count, 2);
    assert_string_equal(ids[1], "c");
    text_adds(&many, "{\"data\":{\"keys\":[\"a\"");
    for (size_t i = 0; i < 500; i++)
        text_adds(&many, ",\"a\"");
    text_adds(&many, "]}}");
    answer = read(200, many.bytes, arena);
    assert_int_equal(vault_answer_issuers(&ids, &count, &answer, arena, &err), 0);
    assert_int_equal(count, VAULT_ISSUERS_MAX);
    answer = read(200, "{\"data\":{}}", arena);
    assert_int_equal(vault_answer_issuers(&ids, &count, &answer, arena, &err), -1);
}

static void fingerprints_are_those_of_the_der(void **state)
{
    static const char pem[] = "x\n-----BEGIN CERTIFICATE-----\nAAEC\n-----END CERTIFICATE-----\n";
    char id[65];

    (void)state;
    assert_true(vault_answer_fingerprint(id, pem));
    assert_string_equal(id, "ae4b3280e56e2faf83f414a6e3dabe9d5fbe18976544c05fed121accb85b53fc");
    assert_false(vault_answer_fingerprint(id, "-----BEGIN CERTIFICATE-----\nA*\n"));
    assert_false(vault_answer_fingerprint(id, ""));
}

static void a_signed_answer_holds_a_certificate(void **state)
{
    AUTO(arena_free) struct arena *arena = arena_new();
    struct vault_answer answer = read(200, "{\"data\":{\"certificate\":\"" PEM "\"}}", arena);
    const char *pem;
    struct err err;

    (void)state;
    assert_int_equal(vault_answer_signed(&pem, &answer, arena, &err), 0);
    assert_true(text_starts(pem, "-----BEGIN CERTIFICATE-----\nAAEC"));
    answer = read(200, "{\"data\":{\"csr\":\"\"},\"warnings\":[\"x\"]}", arena);
    assert_int_equal(vault_answer_signed(&pem, &answer, arena, &err), -1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(failures_are_told_apart),
        cmocka_unit_test(what_the_server_said_is_for_the_log),
        cmocka_unit_test(tokens_fit_into_a_header),
        cmocka_unit_test(issuers_have_an_id_that_fits_into_a_path),
        cmocka_unit_test(lists_are_bounded),
        cmocka_unit_test(fingerprints_are_those_of_the_der),
        cmocka_unit_test(a_signed_answer_holds_a_certificate),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
