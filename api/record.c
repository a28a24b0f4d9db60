/* api/record.c - the fields of the record of a VirtualMesh on the output branch.  Must not read any
 * other file, and must refuse one that is not exactly a record.
 *
 * A record is weft's memory on the branch, and deciding from a damaged one could move meshes or
 * roots. So decoding is strict: an unknown field, a wrong type or a missing state makes the record
 * unreadable, and the pass ends with the advice to restore it. Trust and status are kept as trees:
 * their readers (pki, status) have formats and versions of their own. */
#include "api/record.h"
#include "api/own_document.h"
#include "base/decode_value.h"
#include "base/write_json.h"

#include "api/schema_decode.h"
#include "api/schema_encode.h"
#include "base/intern.h"
#include "base/parse.h"
#include "base/parse_json.h"
#include "base/write.h"
#include <string.h>

#define KIND "VirtualMeshRecord"

/* weft's own writing, with one entry for each federated host. */
enum { LIST_MAX = 100000000 };

const char record_head[] =
    "{\n  \"apiVersion\": \"" OWN_DOCUMENT_VERSION "\",\n  \"kind\": \"" KIND "\"";

const char *record_path(struct object_ref ref, struct arena *arena)
{
    return arena_printf(arena, "weft/%s.%s.json", ref.namespace, ref.name);
}

static void check_digest(const struct at *at, const char *digest)
{
    const char *p = digest;

    while (is_digit(*p) || (*p >= 'a' && *p <= 'f'))
        p++;
    if (*digest && (*p || p - digest != 64))
        at_error(at, "must be a SHA-256 digest in hexadecimal");
}

/* A member that later readers look into themselves. */
static void check_map(const struct at *at, const void *object)
{
    (void)object;
    if (at_present(at) && at->node->kind != NODE_MAP)
        at_error(at, "must be a map");
}

static void decode_trust(const struct at *at, const struct schema_field *field, void *object)
{
    (void)field;
    ((struct record *)object)->trust = at->node;
}

static void encode_trust(struct arena *arena, struct node *map, const struct schema_field *field,
                         const void *object)
{
    const struct record *record = object;

    if (record->trust)
        node_set(map, field->key, node_copy(arena, record->trust));
}

static void encode_status(struct arena *arena, struct node *map, const struct schema_field *field,
                          const void *object)
{
    const struct record *record = object;

    if (record->status)
        node_set(map, field->key, status_encode_virtual_mesh(record->status, false, arena));
}

static void encode_version(struct arena *arena, struct node *map, const struct schema_field *field,
                           const void *object)
{
    (void)object;
    node_set_text(arena, map, field->key, OWN_DOCUMENT_VERSION);
}

static void encode_kind(struct arena *arena, struct node *map, const struct schema_field *field,
                        const void *object)
{
    (void)object;
    node_set_text(arena, map, field->key, KIND);
}

static const struct schema_field record_fields[] = {
    ROW_ANY("apiVersion", .encode = encode_version, .doc = "Version of the record's form."),
    ROW_ANY("kind", .encode = encode_kind, .doc = "`VirtualMeshRecord`."),
    ROW_REF(struct record, "virtualMesh", ref, "VirtualMesh", .inside = true,
            .doc = "The VirtualMesh that it is of."),
    ROW_TEXT(struct record, "specDigest", spec_digest, .check_text = check_digest,
             .doc = "Digest of the spec that was rendered last while valid."),
    ROW_ENUM(struct record, "state", state, approval_states, .always = true,
             .need = "the record is not complete", .doc = "State of the last pass."),
    ROW_TEXTS(struct record, "meshes", meshes, mesh_count, .max = LIST_MAX,
              .doc = "Keys of the Meshes that it claimed last while valid."),
    ROW_PAIRS(struct record, "addresses", addresses, address_count, .max = LIST_MAX,
              .doc = "Virtual addresses of federated hosts that are not the first candidate."),
    ROW_INT64(struct record, "acceptedDestinations", accepted_destinations,
              .doc = "How many Destinations are simply accepted."),
    ROW_ANY("status", .check = check_map, .encode = encode_status,
            .doc = "Its status, without Destinations that are simply accepted."),
    ROW_INT64(struct record, "stateCounter", state_counter,
              .doc = "How often the state that it was written from had been saved."),
    ROW_ANY("trust", .decode = decode_trust, .check = check_map, .encode = encode_trust,
            .doc = "Public facts of the trust."),
};
static const struct schema record_schema = { .name = "VirtualMeshRecord",
                                             .doc = "What a later pass knows of a VirtualMesh.",
                                             .size = sizeof(struct record),
                                             SCHEMA_FIELDS(record_fields) };

void record_write(struct text *out, const struct record *record, struct arena *arena)
{
    write_json(out, schema_encode(record, &record_schema, arena), true);
}

/* Only the version and kind that record_write writes: a record of a newer weft must not be half
 * understood. */
static int check_type(const struct node *node, struct err *err)
{
    const char *version = node_get(node, "apiVersion", NULL), *kind = node_get(node, "kind", NULL);

    if (text_equal(version, OWN_DOCUMENT_VERSION) && text_equal(kind, KIND))
        return 0;
    if (text_equal(kind, KIND))
        return err_set(err, ERR_INPUT, 0,
                       "record has apiVersion '%.80s', and this weft knows %s only; use the weft "
                       "that wrote it",
                       version ? version : "", OWN_DOCUMENT_VERSION);
    return err_set(err, ERR_INPUT, 0, "file is not a record of weft (kind is '%.80s', not %s)",
                   kind ? kind : "", KIND);
}

int record_read(struct record *out, const char *bytes, size_t len, struct arena *arena,
                struct err *err)
{
    struct diags diags = { .arena = arena };
    struct decoder decoder = { .diags = &diags, .arena = arena, .strings = intern_new(arena) };
    const struct node *node;
    struct at root;

    if (parse_json(&node, bytes, len, arena, err) < 0)
        return err_wrap(err, "read record");
    if (check_type(node, err) < 0)
        return -1;
    *out = (struct record){ 0 };
    root = at_root(node, &decoder);
    schema_decode(out, &record_schema, &root, "");
    if (diags.errors) {
        AUTO_TEXT first = { 0 };

        diag_print(&first, diags.first);
        return err_set(err, ERR_INPUT, 0, "record cannot be used: %s", first.bytes);
    }
    return 0;
}

/* --- facts and sentences --- */

static bool is_sentence(const char *key)
{
    static const char *const keys[] = { "warnings", "errors", "message", "stateCounter" };

    return key && text_listed(keys, LENGTH(keys), key);
}

/* A copy without sentences, into the arena; a map that holds nothing else is left out as well. */
static struct node *facts_of(const struct node *node, struct arena *arena)
{
    struct node *out;

    if (node->kind != NODE_MAP && node->kind != NODE_LIST)
        return node_copy(arena, node);
    out = node->kind == NODE_MAP ? node_map(arena) : node_list(arena);
    for (const struct node *item = node->first; item; item = item->next) {
        struct node *facts = is_sentence(item->key) ? NULL : facts_of(item, arena);

        if (!facts || (item->key && facts->kind == NODE_MAP && !facts->count))
            continue;
        if (item->key)
            node_set(out, item->key, facts);
        else
            node_add(out, facts);
    }
    return out;
}

bool record_same_facts(const char *a, const char *b, struct arena *arena)
{
    const struct node *first, *second;
    struct err err;

    return parse_json(&first, a, strlen(a), arena, &err) == 0
           && parse_json(&second, b, strlen(b), arena, &err) == 0
           && node_equal(facts_of(first, arena), facts_of(second, arena));
}
