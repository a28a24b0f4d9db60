/* api/record.c - writes and reads the record of a VirtualMesh on the output branch.  Must not look
 * at any other file, and must not believe one that is not exactly a record. */
#include "api/record.h"
#include "base/decode_value.h"
#include "base/write_json.h"

#include "api/encode.h"
#include "api/field.h"
#include "base/intern.h"
#include "base/parse.h"
#include "base/parse_json.h"
#include "base/write.h"
#include <string.h>

#define API_VERSION "weft.dev/v1alpha1"
#define KIND "VirtualMeshRecord"

/* Our own writing, one entry for each host: as many as there are. */
enum { LIST_MAX = 100000000 };

const char record_head[] = "{\n  \"apiVersion\": \"" API_VERSION "\",\n  \"kind\": \"" KIND "\"";

const char *record_path(struct object_ref ref, struct arena *arena)
{
    return arena_printf(arena, "weft/%s.%s.json", ref.namespace, ref.name);
}

void record_write(struct text *out, const struct record *record, struct arena *arena)
{
    struct node *node = node_map(arena);

    node_set_text(arena, node, "apiVersion", API_VERSION);
    node_set_text(arena, node, "kind", KIND);
    node_set(node, "virtualMesh", encode_object_ref(record->ref, arena));
    encode_text(arena, node, "specDigest", record->spec_digest);
    node_set_text(arena, node, "state", enums_name(&approval_states, (int)record->state));
    encode_texts(arena, node, "meshes", record->meshes, record->mesh_count);
    encode_pairs(arena, node, "addresses", record->addresses, record->address_count);
    encode_int(arena, node, "acceptedDestinations", (int64_t)record->accepted_destinations);
    if (record->status)
        node_set(node, "status", status_encode_virtual_mesh(record->status, false, arena));
    encode_int(arena, node, "stateCounter", (int64_t)record->state_counter);
    if (record->trust)
        node_set(node, "trust", node_copy(arena, record->trust));
    write_json(out, node, true);
}

static const char *decode_digest(struct at at)
{
    const char *digest = at_text(&at, ""), *p = digest;

    while (is_digit(*p) || (*p >= 'a' && *p <= 'f'))
        p++;
    if (*digest && (*p || p - digest != 64))
        at_error(&at, "must be a SHA-256 digest in hexadecimal");
    return digest;
}

/* A member that later readers look into themselves. */
static const struct node *decode_map(struct at at)
{
    if (at_present(&at) && at.node->kind != NODE_MAP)
        at_error(&at, "must be a map");
    return at.node;
}

static struct record decode_record(struct at at)
{
    static const char *const keys[] = {
        "apiVersion", "kind",   "virtualMesh",  "specDigest",
        "state",      "meshes", "addresses",    "acceptedDestinations",
        "status",     "trust",  "stateCounter", NULL
    };
    struct at meshes = at_key(&at, "meshes"), addresses = at_key(&at, "addresses");
    struct at counter = at_key(&at, "stateCounter");
    struct at accepted = at_key(&at, "acceptedDestinations"), state = at_key(&at, "state");
    struct record record = { 0 };

    if (!at_only(&at, keys))
        return record;
    record.ref = field_ref(at_key(&at, "virtualMesh"), "VirtualMesh");
    record.spec_digest = decode_digest(at_key(&at, "specDigest"));
    if (!at_present(&state))
        at_error(&state, "is required");
    record.state = (enum approval_state)at_enum(&state, &approval_states, APPROVAL_PENDING);
    record.meshes = at_texts(&meshes, LIST_MAX, &record.mesh_count);
    record.addresses = at_pairs(&addresses, LIST_MAX, &record.address_count);
    record.accepted_destinations = (size_t)at_int(&accepted, 0, INT64_MAX, 0);
    record.state_counter = (uint64_t)at_int(&counter, 0, INT64_MAX, 0);
    decode_map(at_key(&at, "status"));
    record.trust = decode_map(at_key(&at, "trust"));
    return record;
}

/* Only the version and kind that record_write writes: whatever a newer weft meant must not be half
 * understood. */
static int check_type(const struct node *node, struct err *err)
{
    const char *version = node_get(node, "apiVersion", NULL), *kind = node_get(node, "kind", NULL);

    if (text_equal(version, API_VERSION) && text_equal(kind, KIND))
        return 0;
    if (text_equal(kind, KIND))
        return err_set(err, ERR_INPUT, 0,
                       "record has apiVersion '%.80s', and this weft knows %s only; use the weft "
                       "that wrote it",
                       version ? version : "", API_VERSION);
    return err_set(err, ERR_INPUT, 0, "file is not a record of weft (kind is '%.80s', not %s)",
                   kind ? kind : "", KIND);
}

int record_read(struct record *out, const char *bytes, size_t len, struct arena *arena,
                struct err *err)
{
    struct diags diags = { .arena = arena };
    struct decoder decoder = { .diags = &diags, .arena = arena, .strings = intern_new(arena) };
    const struct node *node;

    if (parse_json(&node, bytes, len, arena, err) < 0)
        return err_wrap(err, "read record");
    if (check_type(node, err) < 0)
        return -1;
    *out = decode_record(at_root(node, &decoder));
    if (diags.errors) {
        AUTO_TEXT first = { 0 };

        diag_print(&first, diags.first);
        return err_set(err, ERR_INPUT, 0, "record cannot be used: %s", first.bytes);
    }
    return 0;
}
