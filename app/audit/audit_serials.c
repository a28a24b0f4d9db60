/* app/audit/audit_serials.c - remembers issued certificates, and compares.
 *
 * Both maps grow with all the certificates that the history ever had; everything else is freed
 * after each commit. Serials are keyed by the fingerprint of the root, as a serial need only be
 * unique for its issuer (RFC 5280, 4.1.2.2). The reverse map finds a certificate whose record was
 * edited to show another root or serial. */
#include "app/audit/audit_serials.h"
#include "app/output_file.h"
#include "base/base64.h"
#include "base/clock.h"
#include "base/map.h"
#include "base/parse.h"
#include "base/parse_yaml.h"
#include "base/text.h"
#include <string.h>

enum { FINGERPRINT_HEX = 64, SERIAL_MAX = 40 };

struct audit_serials {
    struct map *by_serial;      /* "issuer serial" to fingerprint */
    struct map *by_fingerprint; /* fingerprint to "issuer serial" */
};

struct checking {
    struct audit_serials *serials;
    const struct audit_serials_commit *commit;
    struct arena *arena;
};

struct audit_serials *audit_serials_new(struct arena *arena)
{
    struct audit_serials *serials = ARENA_NEW(arena, struct audit_serials, 1);

    *serials = (struct audit_serials){ map_new(arena), map_new(arena) };
    return serials;
}

static void fail(struct checking *at, const char *path, const char *text)
{
    struct audit_report *report = at->commit->report;

    audit_report_add(report, (struct audit_finding){ .check = AUDIT_TRUST,
                                                     .verdict = AUDIT_FAILED,
                                                     .commit = at->commit->id,
                                                     .path = arena_text(report->arena, path),
                                                     .offset = -1,
                                                     .text = arena_text(report->arena, text) });
}

static const char *whose(const struct audit_certificate *one, struct arena *arena)
{
    return audit_certificate_is_root(one)
               ? arena_printf(arena, "root %.8s of %s", one->fingerprint, one->virtual_mesh)
               : arena_printf(arena, "the intermediate of cluster %s in %s", one->cluster,
                              one->virtual_mesh);
}

static bool is_hex(const char *text, size_t min, size_t max)
{
    const size_t len = strlen(text);

    return len >= min && len <= max && hex_is_plain(text, len);
}

/* --- one certificate --- */

static void check_form(struct checking *at, const struct audit_certificate *one)
{
    int64_t from, to;

    if (!is_hex(one->fingerprint, FINGERPRINT_HEX, FINGERPRINT_HEX)
        || !is_hex(one->serial, 1, SERIAL_MAX))
        fail(at, NULL,
             arena_printf(at->arena, "serial or fingerprint of %s is malformed",
                          whose(one, at->arena)));
    if (!clock_parse(one->not_before, &from) || !clock_parse(one->not_after, &to) || from >= to)
        fail(at, NULL,
             arena_printf(at->arena, "the validity of %s is malformed", whose(one, at->arena)));
}

/* RFC 5280, 4.1.2.2: unique for each CA.  Two self-signed roots are two CAs. */
static void check_once(struct checking *at, const struct audit_certificate *one)
{
    struct audit_serials *serials = at->serials;
    const char *key = arena_printf(at->arena, "%s %s", one->root, one->serial);
    const char *fingerprint = map_find(serials->by_serial, key);
    const char *previous = map_find(serials->by_fingerprint, one->fingerprint);

    if (fingerprint && !text_equal(fingerprint, one->fingerprint))
        fail(at, NULL,
             arena_printf(at->arena, "serial %s of %s was issued before, as certificate %.16s",
                          one->serial, whose(one, at->arena), fingerprint));
    else if (previous && !text_equal(previous, key))
        fail(at, NULL,
             arena_printf(at->arena, "certificate %.16s of %s had another issuer or serial before",
                          one->fingerprint, whose(one, at->arena)));
    if (!fingerprint)
        map_put_text(serials->by_serial, key, one->fingerprint);
    if (!previous)
        map_put_text(serials->by_fingerprint, one->fingerprint, key);
}

static void check_issuer(struct checking *at, const struct audit_virtual_mesh *mesh,
                         const struct audit_certificate *one)
{
    for (size_t i = 0; i < mesh->count; i++)
        if (audit_certificate_is_root(&mesh->certificates[i])
            && text_equal(mesh->certificates[i].fingerprint, one->root)) {
            if (!text_equal(mesh->certificates[i].state, "active"))
                fail(at, NULL,
                     arena_printf(at->arena, "%s is signed by root %.8s, which is %s",
                                  whose(one, at->arena), one->root, mesh->certificates[i].state));
            return;
        }
    fail(at, NULL,
         arena_printf(at->arena, "%s is signed by root %.8s, which is not in the bundle",
                      whose(one, at->arena), one->root));
}

/* --- records and receipts --- */

static void check_virtual_mesh(struct checking *at, const struct audit_virtual_mesh *mesh,
                               const struct audit_virtual_mesh *previous)
{
    if (previous && mesh->counter < previous->counter)
        fail(at, NULL,
             arena_printf(at->arena, "stateCounter of %s falls from %llu to %llu", mesh->name,
                          (unsigned long long)previous->counter,
                          (unsigned long long)mesh->counter));
    for (size_t i = 0; i < mesh->count; i++) {
        const struct audit_certificate *one = &mesh->certificates[i];

        check_form(at, one);
        check_once(at, one);
        if (!audit_certificate_is_root(one))
            check_issuer(at, mesh, one);
    }
}

/* Records are read before receipts, so a receipt may name what the same commit issued. */
static int check_receipt(struct checking *at, struct tree_reader *reader, const char *path,
                         struct err *err)
{
    struct diags diags = { .arena = at->arena };
    const char *fingerprint, *serial, *known;
    const struct node *root;
    char *bytes;
    size_t len;

    if (reader->read(reader->context, path, &bytes, &len, at->arena, err) < 0)
        return -1;
    if (bytes && !output_file_is_ours(path, bytes, len))
        return 0;
    if (!bytes || parse_yaml(&root, path, bytes, len, at->arena, &diags) < 0) {
        fail(at, path, "the receipt cannot be read");
        return 0;
    }
    fingerprint = node_get(root, "intermediate", "fingerprint", NULL);
    serial = node_get(root, "intermediate", "serial", NULL);
    known = fingerprint ? map_find(at->serials->by_fingerprint, fingerprint) : NULL;
    if (!known || !serial || !text_ends(known, arena_printf(at->arena, " %s", serial)))
        fail(at, path, "the receipt names a certificate that no record up to here has");
    return 0;
}

static int check_receipts(struct checking *at, struct err *err)
{
    struct tree_reader reader = snapshot_reader(at->commit->after, at->commit->folder, at->arena);
    const char **clusters, **names;
    size_t count, name_count;

    if (reader.list(reader.context, "receipts", &clusters, &count, at->arena, err) < 0)
        return -1;
    for (size_t i = 0; i < count; i++) {
        const char *folder =
            arena_printf(at->arena, "receipts/%.*s", (int)strcspn(clusters[i], "/"), clusters[i]);

        if (reader.list(reader.context, folder, &names, &name_count, at->arena, err) < 0)
            return -1;
        for (size_t k = 0; k < name_count; k++)
            if (text_ends(names[k], ".yaml")
                && check_receipt(at, &reader, arena_printf(at->arena, "%s/%s", folder, names[k]),
                                 err)
                       < 0)
                return -1;
    }
    return 0;
}

int audit_serials_check(struct audit_serials *serials, const struct audit_serials_commit *commit,
                        struct arena *arena, struct err *err)
{
    struct checking at = { serials, commit, arena };
    struct audit_trust old, new;

    if (audit_trust_read(&old, commit->before, commit->folder, arena, err) < 0
        || audit_trust_read(&new, commit->after, commit->folder, arena, err) < 0)
        return -1;
    if (new.damaged)
        fail(&at, new.damaged, "the record cannot be read");
    for (size_t i = 0; i < new.count; i++)
        check_virtual_mesh(&at, &new.virtual_meshes[i],
                           audit_trust_find(&old, new.virtual_meshes[i].name));
    return check_receipts(&at, err);
}
