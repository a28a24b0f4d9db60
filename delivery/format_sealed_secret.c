/* delivery/format_sealed_secret.c - delivery as a SealedSecret manifest.
 *
 * The four values are sealed one by one, as kubeseal does, so their sizes show and nothing else.
 * The label binds each of them to namespace and name. */
#include "delivery/format.h"
#include "delivery/method.h"

#include "delivery/sealed_secret.h"
#include "delivery/secret_object.h"

static int open_key(void **out, const struct recipient_file *file, int64_t now, struct err *err)
{
    struct sealing_key *key = NULL;

    if (sealing_key_open(&key, file, now, err) < 0)
        return -1;
    *out = key;
    return 0;
}

static void close_key(void *key) { sealing_key_close(key); }

static const char *fingerprint(const void *key) { return sealing_key_fingerprint(key); }

static int add_values(struct node *data, const struct sealing_key *key, const char *label,
                      const struct cacerts *cacerts, struct arena *arena, struct err *err)
{
    struct cacerts_file files[CACERTS_FILES];

    cacerts_files(files, cacerts);
    for (size_t i = 0; i < CACERTS_FILES; i++) {
        AUTO_TEXT value = { 0 };

        if (sealed_secret_value(&value, key, label, files[i].bytes, files[i].len, err) < 0)
            return err_wrap(err, "seal %s", files[i].name);
        node_set_text(arena, data, files[i].name, arena_bytes(arena, value.bytes, value.len));
    }
    return 0;
}

/* The Secret that the controller makes.  It must outlive the SealedSecret: an istiod without
 * cacerts falls back to a CA of its own. */
static void add_template(struct node *spec, const struct secret_object *object, struct arena *arena)
{
    struct node *template = node_set(spec, "template", node_map(arena));
    struct node *annotations = secret_object_name(template, object, arena);

    node_set_text(arena, annotations, "sealedsecrets.bitnami.com/managed", "true");
    node_set_text(arena, annotations, "sealedsecrets.bitnami.com/skip-set-owner-references",
                  "true");
    node_set_text(arena, template, "type", "Opaque");
}

/* Strict scope: the label is the object's place, so a file that is moved cannot be opened there. */
static int render(struct node **out, const void *key, const struct secret_object *object,
                  const struct cacerts *cacerts, struct arena *arena, struct err *err)
{
    struct node *manifest = node_map(arena), *spec;

    node_set_text(arena, manifest, "apiVersion", "bitnami.com/v1alpha1");
    node_set_text(arena, manifest, "kind", "SealedSecret");
    (void)secret_object_metadata(manifest, object, arena);
    spec = node_set(manifest, "spec", node_map(arena));
    if (add_values(node_set(spec, "encryptedData", node_map(arena)), key,
                   arena_printf(arena, "%s/%s", object->namespace, object->name), cacerts, arena,
                   err)
        < 0)
        return -1;
    add_template(spec, object, arena);
    *out = manifest;
    return 0;
}

const struct delivery_format format_sealed_secret = {
    .file_name = "sealing certificate",
    .how_to_get = "fetch it with \"kubeseal --fetch-cert\"",
    .open = open_key,
    .close = close_key,
    .fingerprint = fingerprint,
    .render = render,
};
