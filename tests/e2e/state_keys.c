/* tests/e2e/state_keys.c - the private keys of a state, for the search of leaks: a line "NAME PART
 * HEX" for each secret number, and for the PKCS#8 of each key.
 *
 *     state_keys STATE KEYFILE */
#include "base/base64.h"
#include "pki/ca.h"
#include "pki/custody.h"
#include "pki/issuer_local.h"
#include "pki/key.h"
#include "pki/openssl.h"
#include "state/store.h"

#include <openssl/core_names.h>
#include <stdio.h>
#include <stdlib.h>

static void fail(const struct err *err)
{
    fprintf(stderr, "state_keys: %s\n", err->text);
    exit(1);
}

static void print(const char *id, const char *part, const unsigned char *bytes, size_t len)
{
    char *hex = OPENSSL_malloc(2 * len + 1);

    hex_encode(hex, bytes, len);
    printf("%.16s %s %s\n", id, part, hex);
    OPENSSL_free(hex);
}

static void print_number(const char *id, const EVP_PKEY *key, const char *part)
{
    BIGNUM *number = NULL;
    unsigned char bytes[1024];

    if (!EVP_PKEY_get_bn_param(key, part, &number))
        return; /* another kind of key */
    print(id, "number", bytes, (size_t)BN_bn2bin(number, bytes));
    BN_clear_free(number);
}

static void print_key(const char *id, struct custody_row row, struct sealed sealed,
                      const struct custody *custody)
{
    static const char *const numbers[] = { OSSL_PKEY_PARAM_PRIV_KEY, OSSL_PKEY_PARAM_RSA_D,
                                           OSSL_PKEY_PARAM_RSA_FACTOR1,
                                           OSSL_PKEY_PARAM_RSA_FACTOR2 };
    AUTO(secret_free) struct secret *der = NULL;
    AUTO(EVP_PKEY_free) EVP_PKEY *key = NULL;
    struct err err;

    if (!sealed.len)
        return;
    if (custody_unseal(&der, custody, &row, sealed, &err) < 0 || key_of_der(&key, der, &err) < 0)
        fail(&err);
    print(id, "der", der->bytes, der->len);
    for (size_t i = 0; i < LENGTH(numbers); i++)
        print_number(id, key, numbers[i]);
}

static void print_all(const struct ledger *ledger, const struct custody *custody)
{
    for (const struct ledger_root *row = ledger->roots; row; row = row->next)
        print_key(row->id, issuer_local_custody_row(row->id, row->spki), row->key, custody);
    for (const struct ledger_intermediate *row = ledger->intermediates; row; row = row->next)
        print_key(row->id, ca_intermediate_custody_row(row->id, row->spki), row->key, custody);
}

int main(int argc, char **argv)
{
    AUTO(arena_free) struct arena *arena = arena_new();
    AUTO(custody_close) struct custody *custody = NULL;
    AUTO(store_close) struct store *store = NULL;
    struct ledger_key key;
    struct ledger ledger;
    struct err err;

    if (argc != 3)
        return 2;
    if (custody_open(&custody, argv[2], &err) < 0)
        fail(&err);
    key = custody_ledger_key(custody);
    if (store_open(&store, argv[1], STORE_READ, &key, &err) < 0
        || store_load(&ledger, store, arena, &err) < 0)
        fail(&err);
    print_all(&ledger, custody);
    return 0;
}
