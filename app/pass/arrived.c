/* app/pass/arrived.c - finds a commit of this state that the ledger does not know, and notes it.
 *
 * A pass saves what it is about to push, pushes, and saves that it did.  Killed between the last
 * two, the ledger holds an intent that is out there already.  The commit is known as ours by the id
 * of the state, as newer by its counter, and as this intent by its files: what was delivered is
 * encrypted with fresh randomness, so equal bytes can only have come from this ledger.  A ledger
 * that was restored from a backup differs there, unless nothing was delivered since, and then there
 * is nothing to tell it apart by.
 *
 * Times are those of the commit, but never after now, so that a wait begins when its step went out;
 * rotation_published does not let one begin before the pass that decided it. */
#include "app/pass/arrived.h"
#include "api/record.h"
#include "app/pass/branch.h"
#include "base/text.h"
#include "pki/desired.h"
#include "pki/publication.h"
#include "pki/rotation_request.h"
#include "pki/trust.h"
#include "sync/publish.h"
#include "sync/snapshot.h"
#include <string.h>

struct arrival {
    struct session *session;
    struct snapshot *commit;
    struct tree_reader files; /* of that commit */
};

/* 1: the commit has just these bytes, 0: others, or none (*there says which). */
static int holds(bool *there, const struct arrival *arrival, const struct ledger_delivery *row,
                 struct err *err)
{
    char *bytes;
    size_t len;

    if (arrival->files.read(arrival->files.context, row->path, &bytes, &len,
                            arrival->session->arena, err)
        < 0)
        return -1;
    *there = bytes != NULL;
    return text_equal(bytes, row->content);
}

/* Files of clusters that left may be gone, but none may differ. */
static int is_intent(bool *out, const struct arrival *arrival, struct err *err)
{
    *out = true;
    for (const struct ledger_delivery *row = arrival->session->ledger.deliveries; row && *out;
         row = row->next) {
        bool there;
        int same = row->gone ? 1 : holds(&there, arrival, row, err);

        if (same < 0)
            return -1;
        *out = same || !there;
    }
    return 0;
}

static bool is_out(void *context, const char *virtual_mesh, const char *mesh)
{
    const struct arrival *arrival = context;
    struct session *session = arrival->session;
    struct err err;
    bool there;

    if (session->config->output.branches == BRANCHES_CLUSTER)
        return false; /* this pass has yet to look at the branches of clusters, and notes it then */
    for (const struct ledger_delivery *row = session->ledger.deliveries; row; row = row->next)
        if (!row->gone && text_equal(row->virtual_mesh, virtual_mesh) && text_equal(row->mesh, mesh)
            && holds(&there, arrival, row, &err) == 1)
            return desired_material_fits(&session->ledger, virtual_mesh, mesh, row->mark,
                                         session->arena);
    return false;
}

static int64_t commit_time(const struct arrival *arrival)
{
    int64_t at = snapshot_time(arrival->commit), now = arrival->session->options->now;

    return at < now ? at : now;
}

/* The commit names each request of operators that the ledger holds. */
static bool all_told(const struct arrival *arrival)
{
    struct session *session = arrival->session;

    for (const struct ledger_rotation *row = session->ledger.rotations; row; row = row->next) {
        const char *words = rotation_request_summary(&session->ledger, row->virtual_mesh);

        if (*words
            && !snapshot_says(arrival->commit, TRAILER_OPERATOR,
                              arena_printf(session->arena, "%s: %s", row->virtual_mesh, words)))
            return false;
    }
    return true;
}

static void note_publication(const struct arrival *arrival, struct ledger_publication *last,
                             uint64_t counter)
{
    static const char digest[] = "sha256:";
    struct session *session = arrival->session;
    const char *source = snapshot_trailer(arrival->commit, TRAILER_SOURCE_COMMIT, session->arena);
    const char *inputs = snapshot_trailer(arrival->commit, TRAILER_DIGEST, session->arena);

    if (!last) {
        last = ledger_add_publication(&session->ledger);
        last->repository = session->config->output.url;
        last->branch = session->config->output.branch;
    }
    last->commit = arena_text(session->arena, snapshot_commit(arrival->commit));
    last->specs_commit = source ? source : "";
    last->inputs = inputs && text_starts(inputs, digest) ? inputs + sizeof digest - 1 : "";
    last->counter = counter;
    last->published = commit_time(arrival);
    last->changed = true;
}

static int note(const struct arrival *arrival, struct ledger_publication *last, uint64_t counter,
                struct err *err)
{
    struct session *session = arrival->session;
    const struct trust_delivered delivered = { is_out, (void *)UNCONST(arrival) };

    note_publication(arrival, last, counter);
    if (publication_done(&session->ledger, commit_time(arrival), &delivered, err) < 0
        || (all_told(arrival) && rotation_request_announced(&session->ledger, err) < 0))
        return err_wrap(err, "note what a pass that was killed has pushed");
    progress_note(session->progress,
                  "commit %.12s is of a pass that ended before it could note its push",
                  snapshot_commit(arrival->commit));
    return 0;
}

int arrived_note(struct session *session, const struct inputs *inputs, struct err *err)
{
    struct ledger_publication *last = branch_publication(session, inputs);
    AUTO(snapshot_close) struct snapshot *commit = NULL;
    struct arrival arrival = { .session = session };
    const char *text;
    int64_t counter;
    bool intent;

    if (!*inputs->output_tip || !*branch_state(session)
        || (last && text_equal(last->commit, inputs->output_tip)))
        return 0;
    if (snapshot_find_ours(&commit, inputs->output_clone, inputs->output_tip, TRAILER_STATE,
                           branch_state(session), err)
        < 0)
        return -1;
    text = commit ? snapshot_trailer(commit, TRAILER_COUNTER, session->arena) : NULL;
    if (!text || !parse_int(text, 0, (int64_t)(2 * RECORD_COUNTER_MAX), &counter)
        || (last && (uint64_t)counter <= last->counter))
        return 0;
    arrival.commit = commit;
    arrival.files = snapshot_reader(commit, session->config->output.path, session->arena);
    if (is_intent(&intent, &arrival, err) < 0)
        return -1;
    return intent ? note(&arrival, last, (uint64_t)counter, err) : 0;
}
