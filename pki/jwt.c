/* pki/jwt.c - header, claims and signature, each in base64url, with dots between them. */
#include "pki/jwt.h"
#include "base/base64.h"
#include "base/write_json.h"
#include "pki/openssl.h"

static const char header[] = "{\"alg\":\"RS256\",\"typ\":\"JWT\"}";

static void add_claims(struct text *out, const struct jwt_claims *claims)
{
    AUTO(arena_free) struct arena *arena = arena_new();
    struct node *root = node_map(arena);
    AUTO_TEXT json = { 0 };

    node_set_int(arena, root, "iat", claims->issued);
    node_set_int(arena, root, "exp", claims->expires);
    node_set_text(arena, root, "iss", claims->issuer);
    write_json(&json, root, false);
    base64_url_encode(out, json.bytes, json.len);
}

static int add_signature(struct text *out, const struct ssh_key *key, struct err *err)
{
    AUTO(EVP_MD_CTX_free) EVP_MD_CTX *work = EVP_MD_CTX_new();
    const unsigned char *message = (const unsigned char *)out->bytes;
    AUTO_TEXT signature = { .secret = true };
    size_t len = 0;

    if (!work || EVP_DigestSignInit(work, NULL, EVP_sha256(), NULL, key->key) <= 0
        || EVP_DigestSign(work, NULL, &len, message, out->len) <= 0)
        return err_crypto(err, "sign a token");
    text_reserve(&signature, len);
    if (EVP_DigestSign(work, (unsigned char *)signature.bytes, &len, message, out->len) <= 0)
        return err_crypto(err, "sign a token");
    text_addc(out, '.');
    base64_url_encode(out, signature.bytes, len);
    return 0;
}

int jwt_sign(struct text *out, const struct ssh_key *key, const struct jwt_claims *claims,
             struct err *err)
{
    out->secret = true;
    if (key->type != SSH_RSA)
        return err_set(err, ERR_INPUT, 0, "it is no RSA key");
    base64_url_encode(out, header, sizeof header - 1);
    text_addc(out, '.');
    add_claims(out, claims);
    return add_signature(out, key, err);
}
