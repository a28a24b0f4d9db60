/* app/audit/audit_trust.c - reads records of a commit.  Checks no certificate.
 *
 * A damaged record is named and skipped rather than an error: the history behind it must still be
 * read, and audit_serials makes a finding of it. Texts that are missing are empty, never NULL, and
 * fail the checks of form that follow. */
#include "app/audit/audit_trust.h"
#include "api/record.h"
#include "base/parse.h"
#include "base/text.h"
#include <string.h>

static void add_certificates(struct audit_virtual_mesh *out, const struct node *list, bool roots,
                             struct arena *arena)
{
    for (const struct node *one = list ? list->first : NULL; one; one = one->next) {
        const char *fingerprint = node_get_text(one, "fingerprint");

        *ARENA_PUSH(arena, out->certificates, out->count) = (struct audit_certificate){
            .virtual_mesh = out->name,
            .mesh = roots ? "" : node_get_text(one, "mesh"),
            .cluster = roots ? "" : node_get_text(one, "cluster"),
            .name = node_get_text(one, "name"),
            .serial = node_get_text(one, "serial"),
            .fingerprint = fingerprint,
            .root = roots ? fingerprint : node_get_text(one, "root"),
            .state = roots ? node_get_text(one, "state") : "",
            .not_before = node_get_text(one, "notBefore"),
            .not_after = node_get_text(one, "notAfter"),
        };
    }
}

void audit_trust_add(struct audit_virtual_mesh *out, const struct node *trust, struct arena *arena)
{
    if (!trust)
        return;
    add_certificates(out, node_find(trust, "roots"), true, arena);
    add_certificates(out, node_find(trust, "intermediates"), false, arena);
}

static void take_record(struct audit_virtual_mesh *out, const struct record *record,
                        struct arena *arena)
{
    const struct node *trust = record->trust;
    const struct node *rotation = trust ? node_find(trust, "rotation") : NULL;
    int64_t step = 0;

    *out = (struct audit_virtual_mesh){ .name = object_ref_text(record->ref, arena),
                                        .state = enums_name(&approval_states, (int)record->state),
                                        .rotation = node_get_text(rotation, "id"),
                                        .deployed = node_get_text(rotation, "deployed"),
                                        .counter = record->state_counter };
    if (parse_int(node_get_text(rotation, "step"), 0, 3, &step))
        out->step = (int)step;
    audit_trust_add(out, trust, arena);
}

int audit_trust_read(struct audit_trust *out, struct snapshot *snapshot, const char *folder,
                     struct arena *arena, struct err *err)
{
    struct tree_reader reader;
    const char **names;
    size_t count, len;
    char *bytes;

    *out = (struct audit_trust){ 0 };
    if (!snapshot)
        return 0;
    reader = snapshot_reader(snapshot, folder, arena);
    if (reader.list(reader.context, "weft", &names, &count, arena, err) < 0)
        return -1;
    for (size_t i = 0; i < count; i++) {
        const char *path = arena_printf(arena, "weft/%s", names[i]);
        struct record record;
        struct err damaged;

        if (!text_ends(path, ".json"))
            continue;
        if (reader.read(reader.context, path, &bytes, &len, arena, err) < 0)
            return -1;
        if (bytes && record_read(&record, bytes, len, arena, &damaged) == 0)
            take_record(ARENA_PUSH(arena, out->virtual_meshes, out->count), &record, arena);
        else if (!out->damaged)
            out->damaged = path;
    }
    return 0;
}

const struct audit_virtual_mesh *audit_trust_find(const struct audit_trust *trust,
                                                  const char *virtual_mesh)
{
    for (size_t i = 0; i < trust->count; i++)
        if (text_equal(trust->virtual_meshes[i].name, virtual_mesh))
            return &trust->virtual_meshes[i];
    return NULL;
}

bool audit_trust_has(const struct audit_trust *trust, const char *fingerprint)
{
    for (size_t i = 0; i < trust->count; i++)
        for (size_t k = 0; k < trust->virtual_meshes[i].count; k++)
            if (text_equal(trust->virtual_meshes[i].certificates[k].fingerprint, fingerprint))
                return true;
    return false;
}
