/* tests/fuzz/fuzz_jws.c - any bytes as a key set, as a token and as a request of an agent.  The
 * first line is the token, the rest the set or the request.  No token verifies here: none of the
 * private keys exists any more. */
#include "base/text.h"
#include "pki/csr_request.h"
#include "pki/jws.h"
#include "pki/openssl.h"
#include "pki/signing_request.h"
#include "tests/fuzz/expect.h"
#include <string.h>

#define OWN                                                                                        \
    "{\"keys\":[{\"kty\":\"EC\",\"kid\":\"k1\",\"crv\":\"P-256\","                                 \
    "\"x\":\"WDf3EWQp7qqYPueKWzbre8j8bUXOvnggStzO0ImJfWg\","                                       \
    "\"y\":\"anAkbfoLoaOfLsoRkGyiOoPxBl4i-ghUrX0sGvlD1nc\"}]}"

static void read_token(const char *token, const struct jwks *keys, struct arena *arena)
{
    const struct node *claims = NULL;
    struct err err = { .text = "" };

    EXPECT(jws_verify(&claims, token, keys, arena, &err) < 0);
    EXPECT(*err.text && err.kind == ERR_REFUSED && err.code > CSR_NONE && err.code <= CSR_SHARED);
}

static void read_request(const char *bytes, size_t len, struct arena *arena)
{
    AUTO(EVP_PKEY_free) EVP_PKEY *key = NULL;
    struct csr_request request;
    struct err err = { .text = "" };

    if (csr_request_read(&request, bytes, len, arena, &err) < 0) {
        EXPECT(*err.text && err.code > CSR_NONE);
        return;
    }
    EXPECT(*request.cluster && *request.csr && request.holds.serial >= 0);
    if (signing_request_read(&key, request.csr, &err) < 0)
        EXPECT(err.code > CSR_NONE && !key);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len);
int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
    const uint8_t *end = len ? memchr(bytes, '\n', len) : NULL;
    AUTO(arena_free) struct arena *arena = arena_new();
    struct err err = { .text = "" };
    const char *token, *rest;
    size_t rest_len;
    AUTO_JWKS own = { .count = 0 };
    AUTO_JWKS given = { .count = 0 };

    if (!end)
        return 0;
    token = arena_bytes(arena, bytes, (size_t)(end - bytes));
    rest_len = len - (size_t)(end - bytes) - 1;
    rest = arena_bytes(arena, end + 1, rest_len);
    EXPECT(jwks_read(&own, "own", OWN, strlen(OWN), arena, &err) == 0);
    read_token(token, &own, arena);
    if (jwks_read(&given, "given", rest, rest_len, arena, &err) == 0)
        EXPECT(given.count > 0 && given.count <= JWKS_KEYS_MAX && given.keys[0].key);
    else
        EXPECT(*err.text && given.count == 0);
    read_request(rest, rest_len, arena);
    return 0;
}
