/* app/audit/audit_verify.c - what each commit of the output branch proves.
 *
 * Commits are visited from the oldest to the newest, also those before the range, for a serial must
 * be unique in the whole history, and a commit is bound to the one of weft before it wherever the
 * range begins.  Nothing that a commit says of itself is believed: its previous commit is the one
 * that the walk found, its chain is computed again, its files are compared with those of its
 * parent.  A commit of others fails as soon as it changes a file of weft, whatever later commits do
 * about it.  What an older weft did not write yet is unchecked; but a commit without a trailer that
 * the one before it has fails, for removing a line must not be a way out. */
#include "app/audit/audit_verify.h"
#include "app/audit/audit_certificates.h"
#include "app/audit/audit_serials.h"
#include "app/commit_signer.h"
#include "app/output_file.h"
#include "base/text.h"
#include "sync/fetch.h"
#include "sync/tree_diff.h"
#include <stdarg.h>
#include <string.h>

struct walk {
    struct audit_report *report;
    const struct audit_request *request;
    const char *folder;
    struct clone *clone;
    struct audit_serials *serials;
    struct audit_entry previous; /* the commit of weft before; commit NULL: none */
    struct audit_certificates certificates;
    /* the commit that is being looked at */
    const struct history_commit *commit;
    struct audit_entry entry;
    struct snapshot *before, *after;
    struct arena *arena;
};

static void say(struct walk *walk, enum audit_check check, enum audit_verdict verdict,
                const char *path, const char *format, ...) PRINTF_LIKE(5, 6);

static void say(struct walk *walk, enum audit_check check, enum audit_verdict verdict,
                const char *path, const char *format, ...)
{
    struct arena *arena = walk->report->arena;
    struct audit_finding finding = { .check = check,
                                     .verdict = verdict,
                                     .commit = walk->commit->id,
                                     .path = arena_text(arena, path),
                                     .offset = -1 };
    va_list args;

    va_start(args, format);
    finding.text = arena_vprintf(arena, format, args);
    va_end(args);
    audit_report_add(walk->report, finding);
}

/* --- signature --- */

static int check_signature(struct walk *walk, struct err *err)
{
    const bool listed = walk->request->signers != NULL;
    struct commit_signer found;

    if (commit_signer_find(&found, walk->after, walk->request->signers, walk->arena, err) < 0) {
        say(walk, AUDIT_SIGNATURE, AUDIT_FAILED, NULL, "%s", err->text);
        return 0;
    }
    if (!found.is_signed)
        say(walk, AUDIT_SIGNATURE, listed ? AUDIT_FAILED : AUDIT_UNCHECKED, NULL,
            listed ? "is not signed" : "is not signed, and no list of signers was given");
    else if (!found.is_whole)
        say(walk, AUDIT_SIGNATURE, AUDIT_FAILED, NULL, "signature: %s", found.why);
    else if (!listed)
        say(walk, AUDIT_SIGNATURE, AUDIT_UNCHECKED, NULL,
            "is signed by %s, and no list of signers was given", found.fingerprint);
    else if (!*found.signer)
        say(walk, AUDIT_SIGNATURE, AUDIT_FAILED, NULL, "its key %s may not sign: %s",
            found.fingerprint, found.why);
    return 0;
}

/* --- trailers --- */

static int check_trailers(struct walk *walk, struct err *err)
{
    const struct audit_entry *entry = &walk->entry;
    const struct {
        const char *value, *token;
        bool always;
    } wanted[] = {
        { entry->source, TRAILER_SOURCE, true },
        { entry->source_commit, TRAILER_SOURCE_COMMIT, true },
        { entry->version, TRAILER_VERSION, true },
        { entry->digest, TRAILER_DIGEST, true },
        { entry->state, TRAILER_STATE, false },
        { entry->instance, TRAILER_INSTANCE, false },
        { entry->counter ? "." : "", TRAILER_COUNTER, false },
    };

    (void)err;
    if (entry->malformed) {
        say(walk, AUDIT_TRAILERS, AUDIT_FAILED, NULL, "%s", entry->malformed);
        return 0;
    }
    if (walk->commit->parents > 1)
        say(walk, AUDIT_TRAILERS, AUDIT_FAILED, NULL, "is a merge, and weft makes none");
    for (size_t i = 0; i < LENGTH(wanted); i++)
        if (!*wanted[i].value && (wanted[i].always || *entry->chain))
            say(walk, AUDIT_TRAILERS, AUDIT_FAILED, NULL, "%s is missing", wanted[i].token);
    return 0;
}

/* --- chain --- */

/* What is below the oldest commit that is here is not known. */
static bool lies_at_cut(const struct walk *walk)
{
    return !walk->previous.commit && walk->request->history->cut;
}

static void check_previous(struct walk *walk)
{
    const struct history_commit *previous = walk->previous.commit;

    if (lies_at_cut(walk))
        say(walk, AUDIT_CHAIN, AUDIT_UNCHECKED, NULL,
            "the commits before it are not in this clone");
    else if (!text_equal(walk->entry.previous, previous ? previous->id : "none"))
        say(walk, AUDIT_CHAIN, AUDIT_FAILED, NULL,
            "names %.12s as the previous commit of weft, and that is %.12s: commits were dropped, "
            "moved, copied or edited",
            walk->entry.previous, previous ? previous->id : "none");
}

static int check_chain(struct walk *walk, struct err *err)
{
    const struct audit_entry *entry = &walk->entry, *previous = &walk->previous;
    const char *before = previous->commit ? previous->chain : "", *chain;

    if (!*entry->chain && !*entry->previous) {
        if (*before)
            say(walk, AUDIT_CHAIN, AUDIT_FAILED, NULL,
                "is not bound although the commit of weft before it is: its trailers were removed, "
                "or an older version made it");
        else
            say(walk, AUDIT_CHAIN, AUDIT_UNCHECKED, NULL,
                "is not bound: a version without " TRAILER_CHAIN " made it");
        return 0;
    }
    check_previous(walk);
    if (lies_at_cut(walk))
        return 0;
    if (history_chain(&chain, walk->clone, walk->commit->id, before, walk->arena, err) < 0)
        return -1;
    if (!text_equal(chain, entry->chain))
        say(walk, AUDIT_CHAIN, AUDIT_FAILED, NULL,
            TRAILER_CHAIN
            " is not that of this commit and the previous one: message, author, time or "
            "files were edited");
    return 0;
}

/* --- counter --- */

static int check_counter(struct walk *walk, struct err *err)
{
    const uint64_t counter = walk->entry.counter;
    const uint64_t previous = walk->previous.commit ? walk->previous.counter : 0;

    (void)err;
    if (!counter || lies_at_cut(walk)) {
        if (previous)
            say(walk, AUDIT_COUNTER, AUDIT_FAILED, NULL,
                "has no " TRAILER_COUNTER ", and the commit of weft before it has one");
        else
            say(walk, AUDIT_COUNTER, AUDIT_UNCHECKED, NULL,
                lies_at_cut(walk) ? "the commits before it are not in this clone"
                                  : "a version without " TRAILER_COUNTER " made it");
    } else if (counter <= previous) {
        say(walk, AUDIT_COUNTER, AUDIT_FAILED, NULL,
            "has counter %llu, and the commit of weft before it %llu: a copy of an older commit, "
            "or "
            "moved",
            (unsigned long long)counter, (unsigned long long)previous);
    } else if (counter > previous + 1 && (previous || !walk->previous.commit)) {
        say(walk, AUDIT_COUNTER, AUDIT_FAILED, NULL,
            "has counter %llu after %llu: %llu of weft's commits are missing before it",
            (unsigned long long)counter, (unsigned long long)previous,
            (unsigned long long)(counter - previous - 1));
    }
    return 0;
}

/* --- files --- */

static int owned_in(bool *out, struct walk *walk, struct snapshot *side, const char *path,
                    struct err *err)
{
    struct tree_reader reader = snapshot_reader(side, walk->folder, walk->arena);
    char *bytes;
    size_t len;

    if (reader.read(reader.context, path, &bytes, &len, walk->arena, err) < 0)
        return -1;
    *out = bytes && output_file_is_ours(path, bytes, len);
    return 0;
}

/* *was, *is: whether a file of weft is there before and after. */
static int owned(bool *was, bool *is, struct walk *walk, const struct tree_diff_file *file,
                 const char *path, struct err *err)
{
    *was = *is = false;
    if (file->kind != CHANGE_ADDED && owned_in(was, walk, walk->before, path, err) < 0)
        return -1;
    return file->kind == CHANGE_REMOVED ? 0 : owned_in(is, walk, walk->after, path, err);
}

static int check_file(struct walk *walk, const struct tree_diff_file *file, struct err *err)
{
    const char *path = output_file_below(file->path, walk->folder);
    bool was = false, is = false;

    if (path && owned(&was, &is, walk, file, path, err) < 0)
        return -1;
    if (!walk->commit->ours) {
        if (was || is)
            say(walk, AUDIT_FILES, AUDIT_FAILED, path, "%s by %s, not by weft",
                file->kind == CHANGE_ADDED     ? "a file of weft was added"
                : file->kind == CHANGE_REMOVED ? "a file of weft was removed"
                                               : "a file of weft was changed",
                walk->commit->author);
        return 0;
    }
    if (!path || (file->kind != CHANGE_ADDED && !was) || (file->kind != CHANGE_REMOVED && !is)
        || (file->kind != CHANGE_REMOVED && !file->plain))
        say(walk, AUDIT_FILES, AUDIT_FAILED, path ? path : file->path,
            "a commit of weft changes this file, which is not one of weft's");
    return 0;
}

enum { FILES_TOLD = 5 };

static int check_files(struct walk *walk, struct err *err)
{
    const size_t from = walk->report->count;
    struct tree_diff diff;

    if (tree_diff(&diff, walk->before, walk->after, walk->arena, err) < 0)
        return -1;
    for (size_t i = 0; i < diff.count && walk->report->count - from < FILES_TOLD; i++)
        if (check_file(walk, &diff.files[i], err) < 0)
            return -1;
    return 0;
}

/* --- trust and manifests --- */

static int check_serials(struct walk *walk, struct audit_report *report, struct err *err)
{
    struct audit_serials_commit of = { .report = report,
                                       .id = walk->commit->id,
                                       .folder = walk->folder,
                                       .before = walk->before,
                                       .after = walk->after };

    return audit_serials_check(walk->serials, &of, walk->arena, err);
}

static int check_trust(struct walk *walk, struct err *err)
{
    return check_serials(walk, walk->report, err);
}

static int check_certificates(struct walk *walk, struct err *err)
{
    const struct audit_certificates_commit of = {
        .report = walk->report,
        .entry = &walk->entry,
        .previous = &walk->previous,
        .clone = walk->clone,
        .cut = lies_at_cut(walk),
        .folder = walk->folder,
        .after = walk->after,
    };

    return audit_certificates_check(&walk->certificates, &of, walk->arena, err);
}

static int check_render(struct walk *walk, struct err *err)
{
    return audit_render(walk->report, walk->request->sources, &walk->entry, walk->before,
                        walk->after, err);
}

/* --- all --- */

static const struct {
    enum audit_check check;
    bool of_others; /* also for commits that weft did not make */
    int (*run)(struct walk *walk,
               struct err *err); /* AUDIT_CERTIFICATES_NONE: there is nothing to check */
} checks[] = {
    { AUDIT_SIGNATURE, false, check_signature },
    { AUDIT_TRAILERS, false, check_trailers },
    { AUDIT_CHAIN, false, check_chain },
    { AUDIT_COUNTER, false, check_counter },
    { AUDIT_FILES, true, check_files },
    { AUDIT_TRUST, false, check_trust },
    { AUDIT_CERTIFICATES, false, check_certificates },
    { AUDIT_RENDER, false, check_render },
};

static int judge(struct walk *walk, struct err *err)
{
    walk->report->commits++;
    walk->report->ours += walk->commit->ours;
    for (size_t i = 0; i < LENGTH(checks); i++) {
        const size_t from = walk->report->count;
        int result;

        if (!walk->commit->ours && !checks[i].of_others)
            continue;
        if ((result = checks[i].run(walk, err)) < 0)
            return err_wrap(err, "look at commit %.12s", walk->commit->id);
        if (result != AUDIT_CERTIFICATES_NONE)
            audit_report_count(walk->report, checks[i].check, from);
    }
    return 0;
}

/* Serials count, whether the commit is judged or not. */
static int pass_by(struct walk *walk, struct err *err)
{
    struct audit_report unused = { .arena = walk->arena };

    return walk->commit->ours ? check_serials(walk, &unused, err) : 0;
}

static int visit(struct walk *walk, size_t index, struct err *err)
{
    AUTO(snapshot_close) struct snapshot *before = NULL;
    AUTO(snapshot_close) struct snapshot *after = NULL;
    AUTO(arena_free) struct arena *arena = arena_new();
    const struct audit_request *request = walk->request;
    int result;

    walk->commit = &request->history->commits[index];
    walk->arena = arena;
    audit_entry_read(&walk->entry, walk->commit, walk->report->arena);
    if (snapshot_open(&after, walk->clone, walk->commit->id, err) < 0
        || (clone_has(walk->clone, walk->commit->parent)
            && snapshot_open(&before, walk->clone, walk->commit->parent, err) < 0))
        return -1;
    walk->before = before;
    walk->after = after;
    result = index >= request->newest && index <= request->oldest ? judge(walk, err)
                                                                  : pass_by(walk, err);
    if (walk->commit->ours)
        walk->previous = walk->entry;
    return result;
}

int audit_verify(struct audit_report *out, const struct audit_request *request, struct err *err)
{
    struct walk walk = { .report = out,
                         .request = request,
                         .folder = request->sources->config->output.path,
                         .clone = request->sources->output,
                         .serials = audit_serials_new(out->arena) };

    for (size_t i = request->history->count; i > request->newest; i--)
        if (visit(&walk, i - 1, err) < 0)
            return -1;
    return 0;
}
