/* tests/unit/pki/test_jwt.c - a token that weft signs, taken apart and verified by libcrypto. */
#include "base/base64.h"
#include "base/parse_json.h"
#include "pki/jwt.h"
#include "pki/openssl.h"
#include "tests/lib/check.h"
#include <openssl/pem.h>

static struct ssh_key *new_key(EVP_PKEY *made)
{
    AUTO(BIO_free_all) BIO *memory = BIO_new(BIO_s_mem());
    struct ssh_key *key = NULL;
    struct err err;
    char *bytes;
    long len;

    assert_non_null(made);
    assert_int_equal(PEM_write_bio_PrivateKey_traditional(memory, made, NULL, NULL, 0, NULL, NULL),
                     1);
    len = BIO_get_mem_data(memory, &bytes);
    assert_int_equal(ssh_key_open(&key, "key", bytes, (size_t)len, &err), 0);
    EVP_PKEY_free(made);
    return key;
}

static const struct jwt_claims claims = { "Iv23\"x", 1700000000, 1700000600 };

static void a_token_is_whole_and_signed(void **state)
{
    AUTO(arena_free) struct arena *arena = arena_new();
    AUTO(ssh_key_close) struct ssh_key *key = new_key(EVP_RSA_gen(2048));
    AUTO(EVP_MD_CTX_free) EVP_MD_CTX *work = EVP_MD_CTX_new();
    AUTO_TEXT token = { 0 }, head = { 0 }, body = { 0 }, signature = { 0 };
    const struct node *root;
    const char *dot, *last;
    struct err err;

    (void)state;
    assert_int_equal(jwt_sign(&token, key, &claims, &err), 0);
    assert_true(token.secret);
    dot = strchr(token.bytes, '.');
    last = strrchr(token.bytes, '.');
    assert_true(dot && last && dot != last);
    assert_true(base64_url_decode(&head, token.bytes, (size_t)(dot - token.bytes)));
    assert_string_equal(head.bytes, "{\"alg\":\"RS256\",\"typ\":\"JWT\"}");
    assert_true(base64_url_decode(&body, dot + 1, (size_t)(last - dot) - 1));
    assert_int_equal(parse_json(&root, body.bytes, body.len, arena, &err), 0);
    assert_string_equal(node_get(root, "iss", NULL), claims.issuer);
    assert_string_equal(node_get(root, "iat", NULL), "1700000000");
    assert_string_equal(node_get(root, "exp", NULL), "1700000600");
    assert_true(base64_url_decode(&signature, last + 1, strlen(last + 1)));
    assert_int_equal(EVP_DigestVerifyInit(work, NULL, EVP_sha256(), NULL, key->key), 1);
    assert_int_equal(EVP_DigestVerify(work, (const unsigned char *)signature.bytes, signature.len,
                                      (const unsigned char *)token.bytes,
                                      (size_t)(last - token.bytes)),
                     1);
}

static void another_kind_of_key_signs_none(void **state)
{
    AUTO(ssh_key_close) struct ssh_key *key = new_key(EVP_EC_gen("P-256"));
    AUTO_TEXT token = { 0 };
    struct err err;

    (void)state;
    assert_int_equal(jwt_sign(&token, key, &claims, &err), -1);
    assert_int_equal(err.kind, ERR_INPUT);
}

int main(void)
{
    const struct CMUnitTest tests[] = { cmocka_unit_test(a_token_is_whole_and_signed),
                                        cmocka_unit_test(another_kind_of_key_signs_none) };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
