/* tests/unit/delivery/test_sops.c - Secrets in the format of SOPS, opened by the reader of
 * tests/lib after a walk through YAML. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/parse_yaml.h"
#include "base/write_yaml.h"
#include "delivery/sops.h"
#include "tests/lib/failing_crypto.h"
#include "tests/lib/sops_reader.h"
#include <string.h>

enum { NOW = 1780000000 };

struct world {
    struct arena *arena;
    struct age_identity identities[2];
    struct age_recipient recipients[2];
};

static void world_open(struct world *w)
{
    struct err err;

    w->arena = arena_new();
    for (size_t i = 0; i < 2; i++) {
        w->identities[i] = age_identity_new();
        assert_int_equal(age_recipient_read(&w->recipients[i], w->identities[i].recipient, &err),
                         0);
    }
}

static void world_close(struct world *w)
{
    for (size_t i = 0; i < 2; i++)
        age_identity_free(&w->identities[i]);
    arena_free(w->arena);
}

static const struct sops_value values[] = {
    { "ca-key.pem", "-----BEGIN PRIVATE KEY-----\nMC4=\n-----END PRIVATE KEY-----\n", 59 },
    { "empty", "", 0 },
    { "root-cert.pem", "y", 1 },
};

static int encrypt(struct node **out, struct world *w, size_t recipients, enum sops_mac mac,
                   struct err *err)
{
    struct node *manifest = node_map(w->arena), *metadata;
    const struct sops_file file = { manifest, values, LENGTH(values), w->recipients, recipients,
                                    mac,      NOW };

    *out = manifest;
    node_set_text(w->arena, manifest, "apiVersion", "v1");
    node_set_text(w->arena, manifest, "kind", "Secret");
    metadata = node_set(manifest, "metadata", node_map(w->arena));
    node_set_text(w->arena, metadata, "name", "cacerts");
    node_set_text(w->arena, metadata, "yes", "1e3");
    return sops_encrypt(&file, w->arena, err);
}

/* Encrypted for the first recipients, written and parsed again. */
static const struct node *encrypted(struct world *w, size_t recipients, enum sops_mac mac)
{
    struct diags diags = { .arena = w->arena };
    struct node *manifest = NULL;
    const struct node *out = NULL;
    AUTO_TEXT yaml = { 0 };
    struct err err;

    if (encrypt(&manifest, w, recipients, mac, &err) < 0)
        fail_msg("%s", err.text);
    write_yaml(&yaml, manifest);
    assert_null(strstr(yaml.bytes, "PRIVATE KEY"));
    assert_null(strstr(yaml.bytes, "LS0tLS1CRUdJTiBQ")); /* base64 of its first line */
    assert_int_equal(parse_yaml(&out, "x", arena_bytes(w->arena, yaml.bytes, yaml.len), yaml.len,
                                w->arena, &diags),
                     0);
    return out;
}

static void each_recipient_opens_each_value(void **state)
{
    struct world w;
    const struct node *manifest;

    (void)state;
    world_open(&w);
    manifest = encrypted(&w, 2, SOPS_MAC_FULL);
    for (size_t i = 0; i < 2; i++) {
        assert_string_equal(sops_open_value(manifest, &w.identities[i], "ca-key.pem", w.arena),
                            "LS0tLS1CRUdJTiBQUklWQVRFIEtFWS0tLS0tCk1DND0KLS0tLS1FTkQgUFJJVkFURSBLRV"
                            "ktLS0tLQo=");
        assert_string_equal(sops_open_value(manifest, &w.identities[i], "root-cert.pem", w.arena),
                            "eQ==");
    }
    assert_string_equal(node_get(manifest, "data", "empty", NULL), "");
    assert_string_equal(node_get(manifest, "metadata", "name", NULL), "cacerts");
    assert_string_equal(node_get(manifest, "sops", "lastmodified", NULL), "2026-05-28T20:26:40Z");
    assert_string_equal(node_find(node_find(manifest, "sops"), "age")->first->first->text,
                        w.recipients[0].text);
    manifest = encrypted(&w, 1, SOPS_MAC_FULL);
    assert_null(sops_open_value(manifest, &w.identities[1], "ca-key.pem", w.arena));
    world_close(&w);
}

/* A writer of the branch cannot make a value appear under another name. */
static void a_value_cannot_be_moved(void **state)
{
    struct world w;
    const struct node *manifest;
    struct node *data;

    (void)state;
    world_open(&w);
    manifest = encrypted(&w, 1, SOPS_MAC_FULL);
    data = node_copy(w.arena, manifest);
    for (struct node *member = data->first; member; member = member->next)
        if (strcmp(member->key, "data") == 0)
            member->last->text = member->first->text;
    assert_null(sops_open_value(data, &w.identities[0], "root-cert.pem", w.arena));
    assert_non_null(sops_open_value(data, &w.identities[0], "ca-key.pem", w.arena));
    world_close(&w);
}

/* The public member that another tool adds. */
static const struct node *labelled(struct world *w, const struct node *manifest)
{
    struct node *copy = node_copy(w->arena, manifest);

    node_set_text(w->arena, copy->first->next->next, "label", "x");
    return copy;
}

static void the_code_covers_what_was_chosen(void **state)
{
    struct world w;
    const struct node *full, *partial;

    (void)state;
    world_open(&w);
    full = encrypted(&w, 1, SOPS_MAC_FULL);
    partial = encrypted(&w, 1, SOPS_MAC_ENCRYPTED_ONLY);
    assert_true(sops_mac_is_right(full, &w.identities[0], w.arena));
    assert_true(sops_mac_is_right(partial, &w.identities[0], w.arena));
    assert_false(sops_mac_is_right(labelled(&w, full), &w.identities[0], w.arena));
    assert_true(sops_mac_is_right(labelled(&w, partial), &w.identities[0], w.arena));
    world_close(&w);
}

static enum attempt encrypt_starved(void *context)
{
    struct world *w = context;
    struct node *manifest = NULL;
    const char *key, *root;
    struct err err;
    int result = encrypt(&manifest, w, 1, SOPS_MAC_FULL, &err);

    failing_crypto_over();
    if (result < 0)
        return ATTEMPT_FAILED;
    if (!sops_mac_is_right(manifest, &w->identities[0], w->arena))
        return ATTEMPT_HALF;
    key = sops_open_value(manifest, &w->identities[0], "ca-key.pem", w->arena);
    root = sops_open_value(manifest, &w->identities[0], "root-cert.pem", w->arena);
    return key && strlen(key) == 80 && root && strcmp(root, "eQ==") == 0 ? ATTEMPT_WHOLE
                                                                         : ATTEMPT_HALF;
}

/* A value that could not be encrypted must not be delivered as it is, or as zeros. */
static void want_of_memory_leaves_nothing_half(void **state)
{
    struct world w;

    (void)state;
    world_open(&w);
    assert_true(failing_crypto_sweep(encrypt_starved, &w) > 50);
    world_close(&w);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_recipient_opens_each_value),
        cmocka_unit_test(a_value_cannot_be_moved),
        cmocka_unit_test(the_code_covers_what_was_chosen),
        cmocka_unit_test(want_of_memory_leaves_nothing_half),
    };

    if (!failing_crypto_install())
        return 1;

    return cmocka_run_group_tests(tests, NULL, NULL);
}
