/* tests/fuzz/fuzz_age.c - any bytes as an age file, as a file of identities, and as the plaintext
 * of an escrow file.  What opens was authenticated, so a change of its last byte no longer does. */
#include "base/arena.h"
#include "delivery/age.h"
#include "delivery/age_decrypt.h"
#include "delivery/escrow.h"
#include "tests/fuzz/expect.h"
#include <string.h>

#define KEY "AGE-SECRET-KEY-1UT770FJT6E0605YS4VLYVC9AREZ5HJR6K788R4ESJJ83V8QLWKFSFZX063"
#define RECIPIENT "age1730esecg52rvhd68vecl53phnldvu5ljse8nw0dj2cu434ty8pnsu6f8d5"

static void read_identities(const uint8_t *bytes, size_t len)
{
    AUTO(secret_free) struct secret *content = secret_copy(bytes, len);
    AUTO_AGE_IDENTITIES identities = { .count = 0 };
    struct err err = { .text = "" };

    if (age_identities_decode(&identities, content, "file", &err) == 0)
        EXPECT(identities.count > 0 && identities.count <= AGE_IDENTITIES_MAX);
    else
        EXPECT(*err.text && identities.count == 0);
}

static void read_file(const struct age_identities *identities, const uint8_t *bytes, size_t len)
{
    AUTO(secret_free) struct secret *plain = NULL;
    AUTO(secret_free) struct secret *again = NULL;
    AUTO(secret_free) struct secret *changed = secret_copy(bytes, len);
    struct err err = { .text = "" };

    if (age_decrypt(&plain, identities, bytes, len, &err) < 0) {
        EXPECT(*err.text && !plain);
        return;
    }
    EXPECT(plain->len <= AGE_PLAIN_MAX);
    if (changed->bytes[len - 1] == '\n')
        return; /* armor */
    changed->bytes[len - 1] ^= 1;
    EXPECT(age_decrypt(&again, identities, changed->bytes, len, &err) < 0);
}

static void read_escrow(const struct age_identities *identities, const uint8_t *bytes, size_t len)
{
    AUTO(arena_free) struct arena *arena = arena_new();
    AUTO_ESCROWED escrowed = { .key_der = NULL };
    struct age_recipient recipient;
    AUTO_TEXT file = { 0 };
    struct err err = { .text = "" };

    EXPECT(age_recipient_read(&recipient, RECIPIENT, &err) == 0);
    if (age_encrypt(&file, &recipient, 1, bytes, len, &err) < 0)
        return;
    if (escrow_open(&escrowed, identities, file.bytes, file.len, arena, &err) == 0)
        EXPECT(strlen(escrowed.root.id) == 64 && escrowed.key_der && escrowed.root.key.len == 0);
    else
        EXPECT(*err.text);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
    AUTO(secret_free) struct secret *content = secret_copy(KEY, strlen(KEY));
    AUTO_AGE_IDENTITIES identities = { .count = 0 };
    struct err err;

    EXPECT(age_identities_decode(&identities, content, "file", &err) == 0);
    read_identities(bytes, len);
    read_file(&identities, bytes, len);
    read_escrow(&identities, bytes, len);
    return 0;
}
