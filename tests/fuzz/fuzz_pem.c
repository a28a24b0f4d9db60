/* tests/fuzz/fuzz_pem.c - any bytes as certificates that people give: a CA with its chain and key,
 * a sealing certificate, a bundle.  What is accepted is written and accepted again. */
#include "delivery/sealed_secret.h"
#include "pki/certificate.h"
#include "pki/given_root.h"
#include "pki/openssl.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len);

/* A finding ends the process, also where assert is switched off. */
#define EXPECT(what) ((what) ? (void)0 : (fprintf(stderr, "not so: %s\n", #what), abort()))

enum { NOW = 1800000000, PARTS = 4 };

static const char *const layouts[][PARTS] = {
    { "root-cert.pem", "key.pem", "other", "more" },
    { "ca-cert.pem", "ca-key.pem", "root-cert.pem", "cert-chain.pem" },
    { "tls.crt", "tls.key", "ca.crt", "more" },
};

static void add(struct root_files *files, const char *name, const char *bytes, size_t len)
{
    struct secret *content = secret_copy(bytes, len);

    EXPECT(root_files_add(files, name, content));
}

/* The input as up to four files, parted by lines of "=". */
static void fill(struct root_files *files, const char *const *names, const char *text)
{
    for (size_t i = 0; i < PARTS && text; i++) {
        const char *end = strstr(text, "=\n=\n");

        add(files, names[i], text, end ? (size_t)(end - text) : strlen(text));
        text = end ? end + strlen("=\n=\n") : NULL;
    }
}

static void check_given(const struct given_root *given, struct arena *arena)
{
    AUTO(X509_free) X509 *certificate = NULL;
    const char *again;
    struct err err;

    EXPECT(given->key_der && strlen(given->id) == 64 && strlen(given->spki) == 64);
    EXPECT(given->not_before <= NOW && given->not_after > NOW);
    EXPECT(certificate_read(&certificate, "it", given->cert_pem, strlen(given->cert_pem), &err)
           == 0);
    EXPECT(certificate_pem(&again, certificate, arena, &err) == 0);
    EXPECT(strcmp(again, given->cert_pem) == 0); /* these bytes never change */
}

static void read_given(const char *text, struct arena *arena)
{
    const struct object_ref ref = { "ca", "ns" };

    for (size_t i = 0; i < LENGTH(layouts); i++) {
        AUTO_ROOT_FILES files = { .count = 0 };
        struct given_root given;
        struct err err = { .text = "" };

        fill(&files, layouts[i], text);
        if (given_root_read(&given, &files, ref, NOW, arena, &err) < 0) {
            EXPECT(*err.text);
            continue;
        }
        check_given(&given, arena);
        given_root_close(&given);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
    AUTO(arena_free) struct arena *arena = arena_new();
    AUTO(sealing_key_close) struct sealing_key *key = NULL;
    STACK_OF(X509) *list = NULL;
    const char *text = arena_bytes(arena, bytes, len);
    struct err err = { .text = "" };

    if (sealing_key_open(
            &key,
            &(struct recipient_file){ .cluster = "c", .path = "file", .bytes = text, .len = len },
            NOW, &err)
        == 0) {
        EXPECT(strlen(sealing_key_fingerprint(key)) == 64 && sealing_key_not_after(key) > NOW);
    } else {
        EXPECT(*err.text);
    }
    if (certificate_read_all(&list, "it", text, len, 16, &err) == 0) {
        EXPECT(sk_X509_num(list) >= 1 && sk_X509_num(list) <= 16);
        sk_X509_pop_free(list, X509_free);
    }
    read_given(text, arena);
    return 0;
}
