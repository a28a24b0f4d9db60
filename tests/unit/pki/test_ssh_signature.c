/* tests/unit/pki/test_ssh_signature.c - signatures that ssh-keygen -Y made, our own, and spoiled
 * ones. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/base64.h"
#include "pki/ssh_signature.h"
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <string.h>

#define MESSAGE "the message\n"

/* Of `ssh-keygen -Y sign -n git`: public keys and signatures of MESSAGE. */
/* clang-format off */
static const struct {
    enum ssh_key_type type;
    const char *key, *signature;
} vectors[] = {
    { SSH_ED25519,
      "AAAAC3NzaC1lZDI1NTE5AAAAIFwR1LPFbcjS3meMcs44tmtcwmNddKn3uR/haPi5zS4o",
      "-----BEGIN SSH SIGNATURE-----\n"
      "U1NIU0lHAAAAAQAAADMAAAALc3NoLWVkMjU1MTkAAAAgXBHUs8VtyNLeZ4xyzji2a1zCY1\n"
      "10qfe5H+Fo+LnNLigAAAADZ2l0AAAAAAAAAAZzaGE1MTIAAABTAAAAC3NzaC1lZDI1NTE5\n"
      "AAAAQKv/JZKsStQgpWxQUt+dE95VkGSUEpWQSBDApinCMHk9V6B5hUa/HwUBv5Fx50+2PI\n"
      "ued+PnCDbfzWyvPZjh+gc=\n"
      "-----END SSH SIGNATURE-----\n" },
    { SSH_ECDSA_P256,
      "AAAAE2VjZHNhLXNoYTItbmlzdHAyNTYAAAAIbmlzdHAyNTYAAABBBFa0i21sKetHRD+/jA"
      "zd7NhdyJTp9ySkyXkGzkcYArtTOhaVnsJVPySO26eXe4klgO2AGY/le70NzXQ2NhOR+w0=",
      "-----BEGIN SSH SIGNATURE-----\n"
      "U1NIU0lHAAAAAQAAAGgAAAATZWNkc2Etc2hhMi1uaXN0cDI1NgAAAAhuaXN0cDI1NgAAAE\n"
      "EEVrSLbWwp60dEP7+MDN3s2F3IlOn3JKTJeQbORxgCu1M6FpWewlU/JI7bp5d7iSWA7YAZ\n"
      "j+V7vQ3NdDY2E5H7DQAAAANnaXQAAAAAAAAABnNoYTUxMgAAAGMAAAATZWNkc2Etc2hhMi\n"
      "1uaXN0cDI1NgAAAEgAAAAgE3f8+cPy45MxZwQICKmPYFOgpU0/Pknjq/ZMVf8+Xw4AAAAg\n"
      "A0jYPhzQnt/i3ZbM5w3QDe3syuEJ8IBwmtKEWLISt+s=\n"
      "-----END SSH SIGNATURE-----\n" },
    { SSH_ECDSA_P521,
      "AAAAE2VjZHNhLXNoYTItbmlzdHA1MjEAAAAIbmlzdHA1MjEAAACFBAB1dnKl8qiXw5vjIx"
      "X6TyoaxhHe4kMNiTpC6nDH7C2ocdm3nKVDiLSevBtr7oxLbyNWotvDJtJCU+VeR7lSqePD"
      "AQBU7Gm9D8r1PpbDxZcZTuhNNIMpN54ibaJSIenNfakBHXu6O7s1xAAKp4622aOITQ1JEr"
      "e6MthPAn6F0feDxdF87Q==",
      "-----BEGIN SSH SIGNATURE-----\n"
      "U1NIU0lHAAAAAQAAAKwAAAATZWNkc2Etc2hhMi1uaXN0cDUyMQAAAAhuaXN0cDUyMQAAAI\n"
      "UEAHV2cqXyqJfDm+MjFfpPKhrGEd7iQw2JOkLqcMfsLahx2becpUOItJ68G2vujEtvI1ai\n"
      "28Mm0kJT5V5HuVKp48MBAFTsab0PyvU+lsPFlxlO6E00gyk3niJtolIh6c19qQEde7o7uz\n"
      "XEAAqnjrbZo4hNDUkSt7oy2E8CfoXR94PF0XztAAAAA2dpdAAAAAAAAAAGc2hhNTEyAAAA\n"
      "pgAAABNlY2RzYS1zaGEyLW5pc3RwNTIxAAAAiwAAAEIBNJv7rf1JwB8ADpU+Bosj23soOC\n"
      "koAExQjB5Z2Wb7Dj9TOhx2BTdi+3eea+mUFFtNEak7DKcmNFZabEgtUJGj0cQAAABBUX/+\n"
      "71CAxe2CUARe6WttFrJ7MvxoAuWmqCE9mdhc4seKxkSt5sj/TVaM4/xnOvdL8BdWqoV3BX\n"
      "2WnbyAlIDFP9U=\n"
      "-----END SSH SIGNATURE-----\n" },
    { SSH_RSA,
      "AAAAB3NzaC1yc2EAAAADAQABAAABAQDGqQgiAs4PQFe9mLMV9PAkjtNZZh16hYOb/Gz0M/"
      "kL1k9W30OthmnVpdhW40A+VhZJ7rvaKz4m6MYuj/pzNCEqWvF2LcI02aszEL0FSUYevFH4"
      "vi/u8kZSrUS3wPS78JnJtJI0q6cZ/RbwedKgeeL98CPhXWwb9qocA06lChqjYYAQ7mJcdu"
      "Vm4ErkzX8cM77KhVSvtC1KTh44coNkpv7qhXB9w33nPOTUq3xNHjp8jaVpzKy4Rvrgx+P+"
      "PPEMXPok4c1uscuRNWM4v44M8vOtos0kHRnvlRUiIjfxfA9UjHE43ZxNgP7NYdCLjGTUVk"
      "1zFi/Glf+wx24QFBxpT76n",
      "-----BEGIN SSH SIGNATURE-----\n"
      "U1NIU0lHAAAAAQAAARcAAAAHc3NoLXJzYQAAAAMBAAEAAAEBAMapCCICzg9AV72YsxX08C\n"
      "SO01lmHXqFg5v8bPQz+QvWT1bfQ62GadWl2FbjQD5WFknuu9orPiboxi6P+nM0ISpa8XYt\n"
      "wjTZqzMQvQVJRh68Ufi+L+7yRlKtRLfA9Lvwmcm0kjSrpxn9FvB50qB54v3wI+FdbBv2qh\n"
      "wDTqUKGqNhgBDuYlx25WbgSuTNfxwzvsqFVK+0LUpOHjhyg2Sm/uqFcH3Dfec85NSrfE0e\n"
      "OnyNpWnMrLhG+uDH4/488Qxc+iThzW6xy5E1Yzi/jgzy862izSQdGe+VFSIiN/F8D1SMcT\n"
      "jdnE2A/s1h0IuMZNRWTXMWL8aV/7DHbhAUHGlPvqcAAAADZ2l0AAAAAAAAAAZzaGE1MTIA\n"
      "AAEUAAAADHJzYS1zaGEyLTUxMgAAAQBwS/lleGVD3rmdNhe74pkqBVPgq5cMQGgcTMESlX\n"
      "UXmFXY3frQYnQ3JdPtvhblFUcjrrAnlnVA95kRIsaj4oMjnEN6TrVU13orjWCP7y927Zgz\n"
      "aKyOF1IuYbX6EGbfNZ74dEJYuLVXYiqPKYaCnnlWVNTmbmdeNoo42Mp68bPSi1O4ObagB6\n"
      "HbKPoQi6xahxZIcOvS7RFnYqJSD9tI13K6Z0mxFrAp3C6oyZARMT3k4tpaU/NZ8WgxEngZ\n"
      "uT5+B0vGhp4wyfFw0+fnjzJ3vAcUeBkhHV1q8nHREZfVQZ4P79tbDCSqOMc68J8BH2DzpO\n"
      "+4KTXkfz2A5J3JoKaw8z6d\n"
      "-----END SSH SIGNATURE-----\n" },
};
/* clang-format on */

static int check(const char *signature, const char *namespace, const char *message,
                 struct ssh_signature *out, struct arena *arena, struct err *err)
{
    return ssh_signature_check(out, signature, namespace, message, strlen(message), arena, err);
}

static void what_ssh_keygen_signed(void **state)
{
    struct arena *arena = arena_new();
    struct ssh_signature found;
    struct err err;

    (void)state;
    for (size_t i = 0; i < LENGTH(vectors); i++) {
        AUTO_TEXT blob = { 0 };

        print_message("%s\n", ssh_key_type_name(vectors[i].type));
        assert_true(base64_decode(&blob, vectors[i].key, strlen(vectors[i].key)));
        if (check(vectors[i].signature, "git", MESSAGE, &found, arena, &err) < 0)
            fail_msg("%s", err.text);
        assert_int_equal(found.key.len, blob.len);
        assert_memory_equal(found.key.bytes, blob.bytes, blob.len);
        assert_int_equal(check(vectors[i].signature, "git", "the message", &found, arena, &err),
                         -1);
        assert_int_equal(check(vectors[i].signature, "file", MESSAGE, &found, arena, &err), -1);
        assert_int_equal(err.kind, ERR_INPUT);
    }
    assert_int_equal(check(vectors[0].signature, "git", MESSAGE, &found, arena, &err), 0);
    assert_string_equal(found.fingerprint, "SHA256:f7vEnzMdKhzn7HiswMNt3/4mCOh5w7zTagRuyAYkK98");
    arena_free(arena);
}

/* Each bit of the signature's bytes: no other signature of this message, by this key, is taken. */
static void one_changed_bit_is_refused(void **state)
{
    static const char begin[] = "-----BEGIN SSH SIGNATURE-----\n",
                      end[] = "-----END SSH SIGNATURE-----\n";
    struct arena *arena = arena_new();
    const char *armored = vectors[0].signature;
    AUTO_TEXT body = { 0 };
    AUTO_TEXT blob = { 0 };
    struct ssh_signature found;
    struct err err;

    (void)state;
    for (const char *at = armored + strlen(begin); at < strstr(armored, end); at++)
        if (*at != '\n')
            text_addc(&body, *at);
    assert_true(base64_decode(&blob, body.bytes, body.len));
    for (size_t bit = 0; bit < 8 * blob.len; bit++) {
        AUTO_TEXT changed = { 0 };

        blob.bytes[bit / 8] = (char)(blob.bytes[bit / 8] ^ 1 << bit % 8);
        text_adds(&changed, begin);
        base64_encode(&changed, blob.bytes, blob.len);
        text_addf(&changed, "\n%s", end);
        blob.bytes[bit / 8] = (char)(blob.bytes[bit / 8] ^ 1 << bit % 8);
        if (check(changed.bytes, "git", MESSAGE, &found, arena, &err) == 0)
            fail_msg("bit %zu", bit);
    }
    arena_free(arena);
}

/* What makes no signature at all. */
static void malformed_ones_are_refused(void **state)
{
    static const char *const texts[] = {
        "",
        "-----BEGIN PGP SIGNATURE-----\n\niQ==\n-----END PGP SIGNATURE-----\n",
        "-----BEGIN SSH SIGNATURE-----\n-----END SSH SIGNATURE-----\n",
        "-----BEGIN SSH SIGNATURE-----\n!!!!\n-----END SSH SIGNATURE-----\n",
        "-----BEGIN SSH SIGNATURE-----\nU1NIU0lH\n-----END SSH SIGNATURE-----\n",
        "-----BEGIN SSH SIGNATURE-----\nU1NIU0lHAAAAAv////8=\n-----END SSH SIGNATURE-----\n",
        "-----BEGIN SSH SIGNATURE-----\nU1NIU0lHAAAAAQ==\n",
    };
    struct arena *arena = arena_new();
    struct ssh_signature found;

    (void)state;
    for (size_t i = 0; i < LENGTH(texts); i++) {
        struct err err = { 0 };

        assert_int_equal(check(texts[i], "git", MESSAGE, &found, arena, &err), -1);
        assert_int_equal(err.kind, ERR_INPUT);
    }
    arena_free(arena);
}

static struct ssh_key *key_of(const char *algorithm, const char *detail)
{
    EVP_PKEY *key = text_equal(algorithm, "EC") ? EVP_PKEY_Q_keygen(NULL, NULL, "EC", detail)
                    : text_equal(algorithm, "RSA")
                        ? EVP_PKEY_Q_keygen(NULL, NULL, "RSA", (size_t)2048)
                        : EVP_PKEY_Q_keygen(NULL, NULL, algorithm);
    BIO *bio = BIO_new(BIO_s_mem());
    struct ssh_key *out = NULL;
    struct err err;
    char *pem;
    long len;

    assert_true(key && PEM_write_bio_PKCS8PrivateKey(bio, key, NULL, NULL, 0, NULL, NULL));
    len = BIO_get_mem_data(bio, &pem);
    if (ssh_key_open(&out, "key", pem, (size_t)len, &err) < 0)
        fail_msg("%s", err.text);
    BIO_free(bio);
    EVP_PKEY_free(key);
    return out;
}

static void our_own(void **state)
{
    static const struct {
        const char *algorithm, *detail;
        enum ssh_key_type type;
    } keys[] = {
        { "ED25519", NULL, SSH_ED25519 },  { "EC", "P-256", SSH_ECDSA_P256 },
        { "EC", "P-384", SSH_ECDSA_P384 }, { "EC", "P-521", SSH_ECDSA_P521 },
        { "RSA", NULL, SSH_RSA },
    };
    struct arena *arena = arena_new();

    (void)state;
    for (size_t i = 0; i < LENGTH(keys); i++) {
        AUTO(ssh_key_close) struct ssh_key *key = key_of(keys[i].algorithm, keys[i].detail);

        assert_int_equal(key->type, keys[i].type);
        for (int round = 0; round < 20; round++) { /* numbers of ECDSA vary in length */
            AUTO_TEXT signature = { 0 };
            struct ssh_signature found;
            struct err err;

            assert_int_equal(
                ssh_signature_make(&signature, key, "git", MESSAGE, strlen(MESSAGE), &err), 0);
            if (check(signature.bytes, "git", MESSAGE, &found, arena, &err) < 0)
                fail_msg("%s: %s", ssh_key_type_name(key->type), err.text);
            assert_memory_equal(found.key.bytes, key->blob.bytes, key->blob.len);
        }
    }
    arena_free(arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_ssh_keygen_signed),
        cmocka_unit_test(one_changed_bit_is_refused),
        cmocka_unit_test(malformed_ones_are_refused),
        cmocka_unit_test(our_own),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
