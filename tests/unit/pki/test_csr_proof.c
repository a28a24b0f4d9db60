/* tests/unit/pki/test_csr_proof.c - a request is from the cluster that it was found in, or it is
 * refused by name. */
#include "pki/csr_proof.h"
#include "tests/lib/token_signer.h"
#include "tests/lib/trust_fixture.h"
#include <string.h>

#define TEXT "{\"version\":1}"

struct world {
    struct arena *arena;
    EVP_PKEY *key, *other;
    struct jwks keys;
    const char *audience;
};

static int setup(void **state)
{
    struct arena *arena = arena_new();
    struct world *w = ARENA_NEW(arena, struct world, 1);
    const char *set;
    struct err err;

    w->arena = arena;
    w->key = EVP_EC_gen("P-256");
    w->other = EVP_EC_gen("P-256");
    set = token_signer_set(w->key, "k1", arena);
    assert_int_equal(jwks_read(&w->keys, "keys", set, strlen(set), arena, &err), 0);
    w->audience = csr_request_audience(TEXT, strlen(TEXT), arena);
    *state = w;
    return 0;
}

static int teardown(void **state)
{
    struct world *w = *state;

    jwks_close(&w->keys);
    EVP_PKEY_free(w->key);
    EVP_PKEY_free(w->other);
    arena_free(w->arena);
    return 0;
}

static int fault_of(struct world *w, const char *cluster, const char *token)
{
    const struct csr_origin origin = { "east", "weft-agent", &w->keys, NOW };
    const struct csr_request request = { .cluster = cluster };
    struct err err = { .code = CSR_NONE };
    int result = csr_proof_check(&request, TEXT, strlen(TEXT), token, &origin, w->arena, &err);

    assert_int_equal(result, err.code == CSR_NONE ? 0 : -1);
    return err.code;
}

static const char *token_of(struct world *w, EVP_PKEY *key, const char *namespace,
                            const char *audience, int64_t issued)
{
    return token_signer_token(key, "k1", namespace, audience, issued, w->arena);
}

static void the_agents_own_token_is_taken(void **state)
{
    struct world *w = *state;
    const char *const claims = arena_printf(
        w->arena,
        "{\"aud\":\"%s\",\"iat\":%lld,\"sub\":\"system:serviceaccount:weft-agent:weft-agent\"}",
        w->audience, (long long)NOW);

    assert_int_equal(fault_of(w, "east", token_of(w, w->key, "weft-agent", w->audience, NOW)),
                     CSR_NONE);
    assert_int_equal(
        fault_of(w, "east", token_of(w, w->key, "weft-agent", w->audience, NOW - CSR_MAX_AGE)),
        CSR_NONE);
    assert_int_equal(
        fault_of(w, "east", token_of(w, w->key, "weft-agent", w->audience, NOW + CSR_SKEW)),
        CSR_NONE);
    /* RFC 7519, 4.1.3: one audience may come without its list */
    assert_int_equal(
        fault_of(w, "east",
                 token_signer_sign(w->key, "{\"alg\":\"ES256\",\"kid\":\"k1\"}", claims, w->arena)),
        CSR_NONE);
}

static void any_other_origin_is_refused_by_name(void **state)
{
    struct world *w = *state;
    const char *good = token_of(w, w->key, "weft-agent", w->audience, NOW);
    const struct {
        const char *cluster, *token;
        enum csr_fault fault;
    } rows[] = {
        { "west", good, CSR_OTHER_CLUSTER },
        { "east", token_of(w, w->other, "weft-agent", w->audience, NOW), CSR_TOKEN_SIGNATURE },
        { "east", token_signer_token(w->other, "k2", "weft-agent", w->audience, NOW, w->arena),
          CSR_TOKEN_KEY },
        { "east", token_of(w, w->key, "default", w->audience, NOW), CSR_TOKEN_SUBJECT },
        { "east", token_of(w, w->key, "weft-agent", csr_request_audience("{}", 2, w->arena), NOW),
          CSR_TOKEN_CONTENT },
        { "east", token_of(w, w->key, "weft-agent", "https://kubernetes", NOW), CSR_TOKEN_CONTENT },
        { "east",
          token_of(w, w->key, "weft-agent", arena_printf(w->arena, "%s\",\"x", w->audience), NOW),
          CSR_TOKEN_CONTENT },
        { "east", token_of(w, w->key, "weft-agent", w->audience, NOW - CSR_MAX_AGE - 1),
          CSR_TOKEN_OLD },
        { "east", token_of(w, w->key, "weft-agent", w->audience, NOW + CSR_SKEW + 1),
          CSR_TOKEN_EARLY },
    };

    for (size_t i = 0; i < LENGTH(rows); i++) {
        int fault = fault_of(w, rows[i].cluster, rows[i].token);

        if (fault != (int)rows[i].fault)
            fail_msg("row %zu: %s", i, enums_name(&csr_faults, fault));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(the_agents_own_token_is_taken, setup, teardown),
        cmocka_unit_test_setup_teardown(any_other_origin_is_refused_by_name, setup, teardown),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
