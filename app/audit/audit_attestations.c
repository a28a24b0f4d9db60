/* app/audit/audit_attestations.c - compares notes with the statements that follow from commits. */
#include "app/audit/audit_attestations.h"
#include "app/audit/attestation.h"
#include "pki/ssh_signature.h"
#include "sync/fetch.h"
#include "sync/notes.h"
#include "sync/snapshot.h"
#include <string.h>

struct attestations {
    struct audit_report *report;
    const struct audit_request *request;
    struct clone *clone;
    bool fetched; /* the notes */
    char tip[41]; /* of them; "": there are none */
    struct arena *arena;
};

static void say(const struct attestations *at, const char *commit, enum audit_verdict verdict,
                const char *text)
{
    audit_report_add(at->report,
                     (struct audit_finding){ .check = AUDIT_ATTESTATIONS,
                                             .verdict = verdict,
                                             .commit = arena_text(at->report->arena, commit),
                                             .offset = -1,
                                             .text = arena_text(at->report->arena, text) });
}

static void check_signature(const struct attestations *at, const struct history_commit *commit,
                            const struct attestation *found)
{
    const struct allowed_signers *signers = at->request->signers;
    AUTO_TEXT bytes = { 0 };
    struct ssh_signature signature;
    const char *why;
    struct err err;

    if (!found->signature) {
        say(at, commit->id, signers ? AUDIT_FAILED : AUDIT_UNCHECKED,
            signers ? "is not signed" : "is not signed, and no list of signers was given");
        return;
    }
    attestation_signed(&bytes, found->payload, found->len);
    if (ssh_signature_check(&signature, found->signature, ATTESTATION_NAMESPACE, bytes.bytes,
                            bytes.len, at->arena, &err)
        < 0)
        say(at, commit->id, AUDIT_FAILED, arena_printf(at->arena, "signature: %s", err.text));
    else if (!signers)
        say(at, commit->id, AUDIT_UNCHECKED,
            arena_printf(at->arena, "is signed by %s, and no list of signers was given",
                         signature.fingerprint));
    else if (!allowed_signers_find(signers, signature.key, ATTESTATION_NAMESPACE, commit->time,
                                   &why, at->arena))
        say(at, commit->id, AUDIT_FAILED,
            arena_printf(at->arena, "its key %s may not sign: %s", signature.fingerprint, why));
}

static int judge(const struct attestations *at, const struct history_commit *commit,
                 const struct audit_entry *entry, struct err *err)
{
    AUTO(snapshot_close) struct snapshot *snapshot = NULL;
    AUTO_TEXT statement = { 0 };
    struct attestation found;
    const char *bytes;
    char tree[41];
    size_t len;

    if (snapshot_open(&snapshot, at->clone, commit->id, err) < 0
        || notes_read(&bytes, &len, at->clone, at->tip, commit->id, at->arena, err) < 0)
        return -1;
    if (!bytes) {
        say(at, commit->id, AUDIT_FAILED,
            "has no note, and its trailer promises one (a pass that was killed adds it in the next "
            "pass: run one, then verify again)");
        return 0;
    }
    snapshot_tree(tree, snapshot);
    attestation_statement(&statement, entry, tree, at->report->branch, at->arena);
    if (!attestation_read(&found, bytes, len, at->arena))
        say(at, commit->id, AUDIT_FAILED, "its note is no attestation");
    else if (found.len != statement.len || memcmp(found.payload, statement.bytes, found.len) != 0)
        say(at, commit->id, AUDIT_FAILED, "its note says something else than the commit");
    else
        check_signature(at, commit, &found);
    return 0;
}

/* Once, and only for a branch that promises some. */
static int fetch_notes(struct attestations *at, struct err *err)
{
    if (at->fetched)
        return 0;
    at->fetched = true;
    return clone_fetch(at->clone, at->tip, ATTESTATION_REF, true, err);
}

int audit_attestations(struct audit_report *out, const struct audit_request *request,
                       struct err *err)
{
    AUTO(arena_free) struct arena *arena = arena_new();
    struct attestations at = {
        .report = out, .request = request, .clone = request->sources->output, .arena = arena
    };

    for (size_t i = request->newest; i <= request->oldest; i++) {
        const struct history_commit *commit = &request->history->commits[i];
        const size_t from = out->count;
        struct audit_entry entry;

        audit_entry_read(&entry, commit, arena);
        if (!commit->ours || !*entry.attestation)
            continue;
        if (fetch_notes(&at, err) < 0)
            return err_wrap(err, "fetch the attestations");
        if (judge(&at, commit, &entry, err) < 0)
            return err_wrap(err, "verify the attestation of %.12s", commit->id);
        audit_report_count(out, AUDIT_ATTESTATIONS, from);
    }
    return 0;
}
