/* tests/fuzz/fuzz_vault.c - any bytes as an answer of Vault, with any status: what is taken out of
 * it fits into paths, headers and logs. */
#include "api/vault_path.h"
#include "tests/fuzz/expect.h"
#include "vault/vault_answer.h"
#include <string.h>

static void read_issuers(const struct vault_answer *answer, struct arena *arena)
{
    struct vault_issuer issuer;
    const char **ids;
    char id[65];
    size_t count;
    struct err err = { .text = "" };

    if (vault_answer_issuer(&issuer, answer, arena, &err) == 0) {
        EXPECT(vault_path_is_issuer(issuer.id) && strlen(issuer.certificate) <= 64 * 1024);
        EXPECT(!vault_answer_fingerprint(id, issuer.certificate) || strlen(id) == 64);
    } else {
        EXPECT(*err.text);
    }
    if (vault_answer_issuers(&ids, &count, answer, arena, &err) < 0)
        return;
    EXPECT(count <= VAULT_ISSUERS_MAX);
    for (size_t i = 0; i < count; i++)
        EXPECT(vault_path_is_issuer(ids[i]));
}

static void read_secrets(const struct vault_answer *answer, struct arena *arena)
{
    const char *token, *pem;
    struct err err = { .text = "" };

    if (vault_answer_token(&token, answer, &err) == 0)
        for (const char *p = token; *p; p++)
            EXPECT(*p > ' ' && *p <= '~');
    else
        EXPECT(*err.text);
    if (vault_answer_signed(&pem, answer, arena, &err) == 0)
        EXPECT(strstr(pem, "-----BEGIN CERTIFICATE-----"));
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len);
int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
    static const int statuses[] = { 200, 204, 307, 400, 403, 404, 429, 473, 500, 503 };
    AUTO(arena_free) struct arena *arena = arena_new();
    struct vault_answer answer;
    struct err err = { .text = "" };
    const char *text;

    if (len == 0)
        return 0;
    text = arena_bytes(arena, bytes + 1, len - 1);
    vault_answer_read(&answer, statuses[bytes[0] % LENGTH(statuses)], text, len - 1,
                      bytes[0] & 0x80, arena);
    for (const char *p = answer.said; *p; p++)
        EXPECT((unsigned char)*p >= ' ' && *p != 0x7F);
    EXPECT(vault_answer_failure(&err, &answer, "pki/x") == -1 && *err.text);
    EXPECT(!vault_answer_is_transient(&answer) || vault_answer_is_down(&answer));
    read_issuers(&answer, arena);
    read_secrets(&answer, arena);
    return 0;
}
