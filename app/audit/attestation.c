/* app/audit/attestation.c - writes and reads attestations.  Signs and verifies nothing.
 *
 * The statement says in a form that others read what the trailers of a commit say, and nothing
 * else: so it follows from the commit, anyone can compute it again, and a verifier compares bytes
 * instead of interpreting fields.  Of a note only that comparison and the signature count. */
#include "app/audit/attestation.h"
#include "base/base64.h"
#include "base/parse_json.h"
#include "base/write_json.h"
#include <string.h>

#define STATEMENT_TYPE "https://in-toto.io/Statement/v1"
#define PREDICATE_TYPE "https://slsa.dev/provenance/v1"
#define BUILD_TYPE "https://weft.dev/render/v1"
#define BUILDER "https://weft.dev/weft"

static struct node *digest_node(const char *kind, const char *hex, struct arena *arena)
{
    struct node *node = node_map(arena);

    node_set_text(arena, node, kind, hex);
    return node;
}

static void add_resource(struct node *list, const char *key, const char *name, const char *kind,
                         const char *hex, struct arena *arena)
{
    struct node *node = node_map(arena);

    node_set_text(arena, node, key, name);
    node_set(node, "digest", digest_node(kind, hex, arena));
    node_add(list, node);
}

static struct node *subject_of(const struct audit_entry *entry, const char *tree,
                               const char *branch, struct arena *arena)
{
    struct node *list = node_list(arena), *node = node_map(arena), *digest;

    node_set_text(arena, node, "name", branch);
    digest = node_set(node, "digest", digest_node("gitCommit", entry->commit->id, arena));
    node_set_text(arena, digest, "gitTree", tree);
    node_add(list, node);
    return list;
}

static const char *git_uri(const char *url, struct arena *arena)
{
    return arena_printf(arena, "git+%s", url);
}

/* The specs, the inventory, and the commit that the pass retained files of. */
static struct node *dependencies_of(const struct audit_entry *entry, struct arena *arena)
{
    struct node *list = node_list(arena);

    add_resource(list, "uri", git_uri(entry->source, arena), "gitCommit", entry->source_commit,
                 arena);
    if (*entry->inventory)
        add_resource(list, "name", "inventory", "gitCommit", entry->inventory, arena);
    if (*entry->previous && !text_equal(entry->previous, "none"))
        add_resource(list, "name", "previous", "gitCommit", entry->previous, arena);
    return list;
}

static struct node *definition_of(const struct audit_entry *entry, struct arena *arena)
{
    struct node *node = node_map(arena), *external, *internal, *source;

    node_set_text(arena, node, "buildType", BUILD_TYPE);
    external = node_set(node, "externalParameters", node_map(arena));
    source = node_set(external, "source", node_map(arena));
    node_set_text(arena, source, "uri", git_uri(entry->source, arena));
    node_set(source, "digest", digest_node("gitCommit", entry->source_commit, arena));
    if (*entry->signer)
        node_set_text(arena, external, "signer", entry->signer);
    internal = node_set(node, "internalParameters", node_map(arena));
    node_set_text(arena, internal, "planDigest", entry->digest);
    if (*entry->certificates)
        node_set_text(arena, internal, "certificateLog", entry->certificates);
    node_set(node, "resolvedDependencies", dependencies_of(entry, arena));
    return node;
}

static struct node *details_of(const struct audit_entry *entry, struct arena *arena)
{
    struct node *node = node_map(arena), *builder = node_set(node, "builder", node_map(arena));
    struct node *version, *metadata;

    node_set_text(arena, builder, "id", BUILDER);
    version = node_set(builder, "version", node_map(arena));
    node_set_text(arena, version, "weft", entry->version);
    metadata = node_set(node, "metadata", node_map(arena));
    node_set_text(arena, metadata, "invocationId",
                  arena_printf(arena, "%s/%llu", entry->state, (unsigned long long)entry->counter));
    return node;
}

void attestation_statement(struct text *out, const struct audit_entry *entry, const char *tree,
                           const char *branch, struct arena *arena)
{
    struct node *root = node_map(arena), *predicate;

    node_set_text(arena, root, "_type", STATEMENT_TYPE);
    node_set(root, "subject", subject_of(entry, tree, branch, arena));
    node_set_text(arena, root, "predicateType", PREDICATE_TYPE);
    predicate = node_set(root, "predicate", node_map(arena));
    node_set(predicate, "buildDefinition", definition_of(entry, arena));
    node_set(predicate, "runDetails", details_of(entry, arena));
    write_json(out, root, false);
    text_addc(out, '\n');
}

void attestation_signed(struct text *out, const char *payload, size_t len)
{
    text_addf(out, "DSSEv1 %zu %s %zu ", strlen(ATTESTATION_TYPE), ATTESTATION_TYPE, len);
    text_add(out, payload, len);
}

void attestation_envelope(struct text *out, const char *payload, size_t len, const char *keyid,
                          const char *signature, struct arena *arena)
{
    struct node *root = node_map(arena), *list, *one = node_map(arena);
    AUTO_TEXT encoded = { 0 }, sig = { 0 };

    base64_encode(&encoded, payload, len);
    base64_encode(&sig, signature, strlen(signature));
    node_set_text(arena, root, "payloadType", ATTESTATION_TYPE);
    node_set_text(arena, root, "payload", arena_bytes(arena, encoded.bytes, encoded.len));
    list = node_set(root, "signatures", node_list(arena));
    node_set_text(arena, one, "keyid", keyid);
    node_set_text(arena, one, "sig", arena_bytes(arena, sig.bytes, sig.len));
    node_add(list, one);
    write_json(out, root, false);
    text_addc(out, '\n');
}

/* --- reading --- */

static bool take_base64(const char **out, size_t *len, const char *text, struct arena *arena)
{
    AUTO_TEXT bytes = { 0 };

    if (!text || !base64_decode(&bytes, text, strlen(text)) || !bytes.len)
        return false;
    *out = arena_bytes(arena, bytes.bytes, bytes.len);
    *len = bytes.len;
    return true;
}

/* Just one signature: of two, each reader could take another. */
static bool take_envelope(struct attestation *out, const struct node *root, struct arena *arena)
{
    const struct node *list = node_find(root, "signatures");
    const struct node *one = list && list->kind == NODE_LIST ? list->first : NULL;
    size_t len;

    return one && !one->next && text_equal(node_get(root, "payloadType", NULL), ATTESTATION_TYPE)
           && take_base64(&out->payload, &out->len, node_get(root, "payload", NULL), arena)
           && take_base64(&out->signature, &len, node_get(one, "sig", NULL), arena)
           && strlen(out->signature) == len;
}

bool attestation_read(struct attestation *out, const char *bytes, size_t len, struct arena *arena)
{
    const struct node *root;
    struct err err;

    *out = (struct attestation){ .payload = bytes, .len = len };
    if (parse_json(&root, bytes, len, arena, &err) < 0)
        return false;
    return node_get(root, "_type", NULL) || take_envelope(out, root, arena);
}
