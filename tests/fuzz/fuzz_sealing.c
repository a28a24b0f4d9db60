/* tests/fuzz/fuzz_sealing.c - any bytes as the sealing certificate of a cluster: refused with a
 * reason, or a key whose sealed values have the form that the controller opens. */
#include "base/base64.h"
#include "delivery/sealed_secret.h"
#include "pki/aead.h"
#include "tests/fuzz/expect.h"
#include <string.h>

enum { NOW = 1800000000, RSA_BYTES_MIN = 2048 / 8 };

/* uint16 length of the wrapped key, the wrapped key, the ciphertext with its tag. */
static void check_value(const struct sealing_key *key)
{
    static const char value[] = "a secret of many bytes";
    AUTO_TEXT out = { 0 };
    AUTO_TEXT blob = { 0 };
    struct err err = { .text = "" };
    size_t wrapped;

    if (sealed_secret_value(&out, key, "istio-system/cacerts", value, strlen(value), &err) < 0) {
        EXPECT(err.kind == ERR_CRYPTO && *err.text);
        return;
    }
    EXPECT(base64_decode(&blob, out.bytes, out.len) && blob.len > 2);
    wrapped = (size_t)(unsigned char)blob.bytes[0] << 8 | (unsigned char)blob.bytes[1];
    EXPECT(wrapped >= RSA_BYTES_MIN);
    EXPECT(blob.len == 2 + wrapped + strlen(value) + AEAD_TAG);
    EXPECT(!memmem(blob.bytes, blob.len, value, 8));
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
    AUTO(sealing_key_close) struct sealing_key *key = NULL;
    const struct recipient_file file = {
        .cluster = "cluster-1", .path = "sealing.pem", .bytes = (const char *)bytes, .len = len
    };
    struct err err = { .text = "" };

    if (sealing_key_open(&key, &file, NOW, &err) < 0) {
        EXPECT(!key && *err.text && strstr(err.text, "cluster-1"));
        return 0;
    }
    EXPECT(strlen(sealing_key_fingerprint(key)) == 64 && sealing_key_not_after(key) > NOW);
    check_value(key);
    return 0;
}
