/* app/audit/certificate_log.c - reads, continues and hashes a certificate log.  Pure.
 *
 * The bytes of a line are a leaf of the tree, so its form is frozen: another order of keys, or one
 * key more, would make each known certificate a new entry. The log only grows. Entries of a commit
 * are sorted, since the order of records in a tree follows names: two passes that issue the same
 * certificates must have the same root. Lines that were damaged keep their place, which leaves
 * every later index as it was; "weft verify" finds the difference by the hash in the trailers. */
#include "app/audit/certificate_log.h"
#include "base/base64.h"
#include "base/map.h"
#include "base/merkle.h"
#include "base/text.h"
#include "base/write_json.h"
#include <stdlib.h>
#include <string.h>

const char certificate_log_first[] = "{\"certificate\":\"sha256:";

static void add(struct certificate_log *log, const char *entry)
{
    *ARENA_PUSH(log->arena, log->entries, log->count) = entry;
    map_put(log->known, entry, log);
}

void certificate_log_read(struct certificate_log *out, const char *bytes, size_t len,
                          struct arena *arena)
{
    *out = (struct certificate_log){ .known = map_new(arena), .arena = arena };
    while (bytes && len) {
        const char *end = memchr(bytes, '\n', len);
        const size_t line = end ? (size_t)(end - bytes) : len;

        add(out, arena_bytes(arena, bytes, line));
        bytes += line + (end != NULL);
        len -= line + (end != NULL);
    }
}

int certificate_log_load(struct certificate_log *out, const struct tree_reader *branch,
                         struct arena *arena, struct err *err)
{
    char *bytes;
    size_t len;

    if (branch->read(branch->context, CERTIFICATE_LOG_PATH, &bytes, &len, arena, err) < 0)
        return err_wrap(err, "read the certificate log");
    certificate_log_read(out, bytes, len, arena);
    return 0;
}

void certificate_log_copy(struct certificate_log *out, const struct certificate_log *log,
                          struct arena *arena)
{
    *out = (struct certificate_log){ .known = map_new(arena), .arena = arena };
    for (size_t i = 0; i < log->count; i++)
        add(out, log->entries[i]);
}

/* All keys are always there, so that an entry has one form. */
const char *certificate_log_entry(const struct audit_certificate *certificate, struct arena *arena)
{
    const struct {
        const char *key, *value;
    } rest[] = {
        { "serial", certificate->serial },
        { "issuer", certificate->root },
        { "virtualMesh", certificate->virtual_mesh },
        { "mesh", certificate->mesh },
        { "cluster", certificate->cluster },
    };
    struct node *node = node_map(arena);
    AUTO_TEXT out = { 0 };

    node_set_text(arena, node, "certificate",
                  arena_printf(arena, "sha256:%s", certificate->fingerprint));
    for (size_t i = 0; i < LENGTH(rest); i++)
        node_set_text(arena, node, rest[i].key, rest[i].value);
    write_json(&out, node, false);
    return arena_bytes(arena, out.bytes, out.len);
}

bool certificate_log_has(const struct certificate_log *log, const char *entry)
{
    return map_find(log->known, entry) != NULL;
}

size_t certificate_log_common(const struct certificate_log *a, const struct certificate_log *b)
{
    size_t count = 0;

    while (count < a->count && count < b->count && text_equal(a->entries[count], b->entries[count]))
        count++;
    return count;
}

/* Times are RFC 3339 in UTC, so their bytes are in their order. */
static int by_issue(const void *a, const void *b)
{
    const struct audit_certificate *x = a, *y = b;
    const char *const pairs[][2] = {
        { x->virtual_mesh, y->virtual_mesh },
        { x->mesh, y->mesh },
        { x->cluster, y->cluster },
        { x->fingerprint, y->fingerprint },
    };
    int order = strcmp(x->not_before, y->not_before);

    if (!order)
        order = audit_certificate_is_root(y) - audit_certificate_is_root(x);
    for (size_t i = 0; !order && i < LENGTH(pairs); i++)
        order = strcmp(pairs[i][0], pairs[i][1]);
    return order;
}

void certificate_log_append(struct certificate_log *log, struct audit_certificate *certificates,
                            size_t count)
{
    if (count)
        qsort(certificates, count, sizeof *certificates, by_issue);
    for (size_t i = 0; i < count; i++) {
        const char *entry = certificate_log_entry(&certificates[i], log->arena);

        if (!certificate_log_has(log, entry))
            add(log, entry);
    }
}

void certificate_log_write(struct text *out, const struct certificate_log *log)
{
    for (size_t i = 0; i < log->count; i++) {
        text_adds(out, log->entries[i]);
        text_addc(out, '\n');
    }
}

struct sha256 *certificate_log_leaves(const struct certificate_log *log)
{
    struct sha256 *leaves = ARENA_NEW(log->arena, struct sha256, log->count + 1);

    for (size_t i = 0; i < log->count; i++)
        leaves[i] = merkle_leaf(log->entries[i], strlen(log->entries[i]));
    return leaves;
}

const char *certificate_log_summary(const struct certificate_log *log, struct arena *arena)
{
    const struct sha256 root = merkle_root(certificate_log_leaves(log), log->count);
    char hex[2 * sizeof root.bytes + 1];

    hex_encode(hex, root.bytes, sizeof root.bytes);
    return arena_printf(arena, "%zu sha256:%s", log->count, hex);
}
