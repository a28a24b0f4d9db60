/* oci/oci_manifest.c - the JSON of config and manifest.  Pure.
 *
 * Keys come in one order and without spaces, so the same artifact has the same digest.  The config
 * is an image configuration with the digest of the layer as it is before gzip, because libraries
 * for images check layers against it. */
#include "oci/oci_manifest.h"
#include "base/base64.h"
#include "base/parse_json.h"
#include "base/write_json.h"

#define ANNOTATION "org.opencontainers.image."

void oci_manifest_digest(char out[OCI_DIGEST_SIZE], const void *bytes, size_t len)
{
    static const char algorithm[] = "sha256:";

    memcpy(out, algorithm, sizeof algorithm);
    sha256_hex(out + sizeof algorithm - 1, bytes, len);
}

static const char *hex(const struct sha256 *digest, struct arena *arena)
{
    char out[2 * sizeof digest->bytes + 1];

    hex_encode(out, digest->bytes, sizeof digest->bytes);
    return arena_text(arena, out);
}

void oci_manifest_config(struct text *out, const struct sha256 *plain)
{
    AUTO(arena_free) struct arena *arena = arena_new();
    struct node *root = node_map(arena), *layers;

    node_set_text(arena, root, "architecture", "");
    node_set_text(arena, root, "os", "");
    node_set(root, "config", node_map(arena));
    layers = node_set(root, "rootfs", node_map(arena));
    node_set_text(arena, layers, "type", "layers");
    node_add(node_set(layers, "diff_ids", node_list(arena)),
             node_string(arena, arena_printf(arena, "sha256:%s", hex(plain, arena))));
    write_json(out, root, false);
}

static struct node *descriptor(const char *type, const struct oci_blob *blob, struct arena *arena)
{
    struct node *out = node_map(arena);

    node_set_text(arena, out, "mediaType", type);
    node_set_text(arena, out, "digest", blob->digest);
    node_set_int(arena, out, "size", (int64_t)blob->len);
    return out;
}

void oci_manifest_write(struct text *out, const struct oci_blob *config,
                        const struct oci_blob *layer, const struct oci_origin *origin)
{
    AUTO(arena_free) struct arena *arena = arena_new();
    struct node *root = node_map(arena), *notes;

    node_set_int(arena, root, "schemaVersion", 2);
    node_set_text(arena, root, "mediaType", OCI_MANIFEST_TYPE);
    node_set(root, "config", descriptor(OCI_CONFIG_TYPE, config, arena));
    node_add(node_set(root, "layers", node_list(arena)), descriptor(OCI_LAYER_TYPE, layer, arena));
    notes = node_set(root, "annotations", node_map(arena));
    node_set_text(arena, notes, ANNOTATION "created", origin->created);
    node_set_text(arena, notes, ANNOTATION "revision", origin->revision);
    node_set_text(arena, notes, ANNOTATION "source", origin->source);
    write_json(out, root, false);
}

bool oci_manifest_read(struct oci_manifest *out, const char *bytes, size_t len, struct arena *arena)
{
    const struct node *root = NULL, *config, *layers, *notes;
    struct err err;

    if (parse_json(&root, bytes, len, arena, &err) < 0)
        return false;
    config = node_find(root, "config");
    layers = node_find(root, "layers");
    notes = node_find(root, "annotations");
    if (!config || !layers || layers->kind != NODE_LIST || layers->count != 1
        || !text_equal(node_get(config, "mediaType", NULL), OCI_CONFIG_TYPE)
        || !text_equal(node_get(layers->first, "mediaType", NULL), OCI_LAYER_TYPE))
        return false;
    *out = (struct oci_manifest){ .config = node_get_text(config, "digest"),
                                  .layer = node_get_text(layers->first, "digest"),
                                  .source = notes ? node_get_text(notes, ANNOTATION "source") : "",
                                  .revision =
                                      notes ? node_get_text(notes, ANNOTATION "revision") : "" };
    return true;
}
