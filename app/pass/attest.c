/* app/pass/attest.c - makes and pushes attestations of commits on the output branch.
 *
 * A statement is signed only about a commit that this installation made.  A trailer proves nothing
 * of that, since everyone who may push can write one; the signature of the commit by the same key
 * does.  Without a signing key nothing is signed, the state's id in the commit decides, and the
 * statement claims no more than the commit itself.
 *
 * The ledger remembers up to which tip all commits are attested.  So a pass that is killed between
 * the branch and the notes leaves commits that the next pass finds, and a pass is idle only once
 * nothing is left.  Notes are no part of what clusters apply: a server that refuses them does not
 * fail the pass. */
#include "app/pass/attest.h"
#include "app/audit/attestation.h"
#include "app/commit_signer.h"
#include "app/pass/branch.h"
#include "base/fault.h"
#include "base/plural.h"
#include "pki/ssh_signature.h"
#include "sync/history.h"
#include "sync/notes.h"
#include "sync/snapshot.h"
#include <string.h>

struct attesting {
    struct session *session;
    struct clone *clone;
    struct note *notes;
    size_t count;
    int64_t newest; /* time of the newest commit among them */
};

bool attest_is_due(const struct session *session, const struct inputs *inputs)
{
    const struct ledger_fact *fact = ledger_find_fact(&session->ledger, FACT_ATTESTED);

    return session->config->output.attestations != ATTESTATIONS_NONE
           && !text_equal(fact ? fact->value : "", inputs->output_tip);
}

/* 1: this installation made the commit; 0: another writer did, or an older key. */
static int is_mine(const struct attesting *at, const struct audit_entry *entry,
                   struct snapshot *commit, struct err *err)
{
    const struct session *session = at->session;
    struct commit_signer signer;
    char fingerprint[52];

    if (!text_equal(entry->state, branch_state(session)) || !*entry->attestation)
        return 0;
    if (!session->signing_key)
        return 1;
    if (commit_signer_find(&signer, commit, NULL, session->arena, err) < 0)
        return -1;
    ssh_key_fingerprint(fingerprint, session->signing_key->blob.bytes,
                        session->signing_key->blob.len);
    return signer.is_whole && strcmp(signer.fingerprint, fingerprint) == 0;
}

/* The bytes of a note: the statement, in an envelope where there is a key. */
static int write_note(struct text *out, const struct attesting *at, const struct text *statement,
                      struct err *err)
{
    const struct ssh_key *key = at->session->signing_key;
    AUTO_TEXT bytes = { 0 }, signature = { 0 };
    char fingerprint[52];

    if (!key) {
        text_add(out, statement->bytes, statement->len);
        return 0;
    }
    attestation_signed(&bytes, statement->bytes, statement->len);
    if (ssh_signature_make(&signature, key, ATTESTATION_NAMESPACE, bytes.bytes, bytes.len, err) < 0)
        return err_wrap(err, "sign the attestation");
    ssh_key_fingerprint(fingerprint, key->blob.bytes, key->blob.len);
    attestation_envelope(out, statement->bytes, statement->len, fingerprint, signature.bytes,
                         at->session->arena);
    return 0;
}

static int add_note(struct attesting *at, const struct history_commit *commit, struct err *err)
{
    AUTO(snapshot_close) struct snapshot *snapshot = NULL;
    struct session *session = at->session;
    AUTO_TEXT statement = { 0 }, bytes = { 0 };
    struct audit_entry entry;
    struct note *note;
    char tree[41];
    int mine;

    audit_entry_read(&entry, commit, session->arena);
    if (!commit->ours || entry.malformed)
        return 0;
    if (snapshot_open(&snapshot, at->clone, commit->id, err) < 0
        || (mine = is_mine(at, &entry, snapshot, err)) < 0)
        return -1;
    if (!mine)
        return 0;
    snapshot_tree(tree, snapshot);
    attestation_statement(&statement, &entry, tree, session->config->output.branch, session->arena);
    if (write_note(&bytes, at, &statement, err) < 0)
        return -1;
    note = ARENA_PUSH(session->arena, at->notes, at->count);
    memcpy(note->commit, commit->id, sizeof note->commit);
    note->bytes = arena_bytes(session->arena, bytes.bytes, bytes.len);
    note->len = bytes.len;
    if (commit->time > at->newest)
        at->newest = commit->time;
    return 0;
}

static int find_commits(struct attesting *at, const char *tip, struct err *err)
{
    const struct ledger_fact *fact = ledger_find_fact(&at->session->ledger, FACT_ATTESTED);
    struct history history;

    if (history_read(&history, at->clone, tip, fact && *fact->value ? fact->value : NULL,
                     at->session->arena, err)
        < 0)
        return -1;
    for (size_t i = 0; i < history.count; i++)
        if (add_note(at, &history.commits[i], err) < 0)
            return -1;
    return 0;
}

static int publish_notes(const struct attesting *at, struct err *err)
{
    const struct config_output *output = &at->session->config->output;
    const struct notes_request request = {
        .ref = ATTESTATION_REF,
        .notes = at->notes,
        .count = at->count,
        .author_name = output->author_name,
        .author_email = output->author_email,
        .now = at->newest,
        .subject = arena_printf(at->session->arena, "Attestations of %s",
                                plural_count(at->count, "commit", at->session->arena)),
    };

    FAULT("pass.attest");
    return at->count ? notes_publish(at->clone, &request, at->session->arena, err) : 0;
}

void attest_commits(struct session *session, const struct inputs *inputs, const char *tip)
{
    struct attesting at = { .session = session, .clone = inputs->output_clone };
    struct err err = { 0 };

    if (session->config->output.attestations == ATTESTATIONS_NONE || session->dry || !*tip)
        return;
    if (find_commits(&at, tip, &err) < 0 || publish_notes(&at, &err) < 0) {
        progress_warn(session->progress,
                      "attestations were not published; the next pass tries again: %s", err.text);
        return;
    }
    ledger_set_fact(&session->ledger, FACT_ATTESTED, tip);
    if (at.count)
        progress_note(session->progress, "attestations of %s in " ATTESTATION_REF,
                      plural_count(at.count, "commit", session->arena));
}
