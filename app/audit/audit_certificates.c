/* app/audit/audit_certificates.c - compares the certificate log of a commit with the former one and
 * with the records.
 *
 * The bytes of both logs are here, so consistency is a comparison of bytes: stronger than a proof
 * by hashes, and it names the first entry that differs.  The root is computed from the entries,
 * never taken from a trailer. */
#include "app/audit/audit_certificates.h"
#include "app/audit/certificate_log.h"
#include "base/text.h"
#include <string.h>

enum { TOLD = 5 };

struct comparing {
    const struct audit_certificates_commit *commit;
    struct certificate_log old, new;
    size_t told;
    struct arena *arena;
};

static void say(struct comparing *at, enum audit_verdict verdict, const char *path,
                const char *text)
{
    struct audit_report *report = at->commit->report;

    if (at->told++ < TOLD)
        audit_report_add(report, (struct audit_finding){ .check = AUDIT_CERTIFICATES,
                                                         .verdict = verdict,
                                                         .commit = at->commit->entry->commit->id,
                                                         .path = path,
                                                         .offset = -1,
                                                         .text = arena_text(report->arena, text) });
}

static void fail(struct comparing *at, const char *text)
{
    say(at, AUDIT_FAILED, CERTIFICATE_LOG_PATH, text);
}

static int read_log(struct certificate_log *out, struct comparing *at, struct snapshot *snapshot,
                    struct err *err)
{
    const struct tree_reader reader = snapshot_reader(snapshot, at->commit->folder, at->arena);

    return certificate_log_load(out, &reader, at->arena, err);
}

static int read_old(struct comparing *at, struct err *err)
{
    AUTO(snapshot_close) struct snapshot *before = NULL;
    const struct history_commit *previous = at->commit->previous->commit;

    certificate_log_read(&at->old, NULL, 0, at->arena);
    if (!previous)
        return 0;
    if (snapshot_open(&before, at->commit->clone, previous->id, err) < 0)
        return -1;
    return read_log(&at->old, at, before, err);
}

/* --- the log before, and this one --- */

static void check_summary(struct comparing *at, const char *summary)
{
    const char *said = at->commit->entry->certificates;

    if (!text_equal(said, summary))
        say(at, AUDIT_FAILED, CERTIFICATE_LOG_PATH,
            arena_printf(at->arena, TRAILER_CERTIFICATES " is %s, and the entries give %s", said,
                         summary));
}

/* --- this one, and the records --- */

/* The certificates of all records of the commit. */
static int read_recorded(struct audit_virtual_mesh *out, struct comparing *at, struct err *err)
{
    struct audit_trust trust;

    *out = (struct audit_virtual_mesh){ 0 };
    if (audit_trust_read(&trust, at->commit->after, at->commit->folder, at->arena, err) < 0)
        return -1;
    for (size_t i = 0; i < trust.count; i++)
        for (size_t k = 0; k < trust.virtual_meshes[i].count; k++)
            *ARENA_PUSH(at->arena, out->certificates, out->count) =
                trust.virtual_meshes[i].certificates[k];
    return 0;
}

static void check_included(struct comparing *at, const struct audit_virtual_mesh *recorded)
{
    for (size_t i = 0; i < recorded->count; i++) {
        const struct audit_certificate *one = &recorded->certificates[i];

        if (!certificate_log_has(&at->new, certificate_log_entry(one, at->arena)))
            fail(at, arena_printf(at->arena, "certificate %.16s of %s%s%s is not in the log",
                                  one->fingerprint, one->virtual_mesh,
                                  *one->cluster ? ", cluster " : ", a root", one->cluster));
    }
}

/* What the log has to be: the one before, and the certificates of the records that it lacks. */
static void check_extends(struct comparing *at, struct audit_virtual_mesh *recorded)
{
    struct certificate_log wanted;
    size_t same;

    certificate_log_copy(&wanted, &at->old, at->arena);
    certificate_log_append(&wanted, recorded->certificates, recorded->count);
    same = certificate_log_common(&wanted, &at->new);
    if (same < at->old.count)
        fail(at,
             arena_printf(at->arena,
                          "does not continue the log of weft's commit before, which has %zu "
                          "entries: entry %zu is %s",
                          at->old.count, same, same == at->new.count ? "missing" : "another one"));
    else if (same < at->new.count)
        fail(at, arena_printf(at->arena, "entry %zu %s", same,
                              same == wanted.count
                                  ? "is in the log already, or of a certificate that no record has"
                                  : "is not the one that the records give"));
}

static int check_records(struct comparing *at, struct err *err)
{
    struct audit_virtual_mesh recorded;

    if (read_recorded(&recorded, at, err) < 0)
        return -1;
    check_included(at, &recorded);
    if (at->commit->cut)
        say(at, AUDIT_UNCHECKED, "", "the commits before it are not in this clone");
    else
        check_extends(at, &recorded);
    return 0;
}

/* --- all --- */

/* Computed again only where the entries are not those of the last check. */
static const char *summary_of(struct audit_certificates *last, struct comparing *at)
{
    const struct history_commit *previous = at->commit->previous->commit;

    if (!previous || !text_equal(last->commit, previous->id) || at->old.count != at->new.count
        || certificate_log_common(&at->old, &at->new) != at->new.count)
        last->summary = certificate_log_summary(&at->new, at->commit->report->arena);
    last->commit = at->commit->entry->commit->id;
    return last->summary;
}

static int check_begun(struct audit_certificates *last, struct comparing *at, struct err *err)
{
    check_summary(at, summary_of(last, at));
    return check_records(at, err);
}

int audit_certificates_check(struct audit_certificates *last,
                             const struct audit_certificates_commit *commit, struct arena *arena,
                             struct err *err)
{
    struct comparing at = { .commit = commit, .arena = arena };

    if (read_old(&at, err) < 0 || read_log(&at.new, &at, commit->after, err) < 0)
        return -1;
    if (*commit->entry->certificates)
        return check_begun(last, &at, err);
    if (!at.old.count && !at.new.count
        && (!commit->previous->commit || !*commit->previous->certificates))
        return AUDIT_CERTIFICATES_NONE;
    fail(&at,
         "has no " TRAILER_CERTIFICATES " although the log has begun: the trailer was removed, or "
         "an older version made the commit");
    return 0;
}
