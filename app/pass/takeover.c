/* app/pass/takeover.c - the state against the output branch: an old one that would slip by without
 * MACs, and deliveries that the branch still has whole.  Decides nothing about roots:
 * app/pass/stale_state.c does. */
#include "app/pass/takeover.h"
#include "api/record.h"
#include "base/digest.h"
#include "pki/ledger_check.h"
#include <string.h>

int takeover_counter(uint64_t *out, const struct tree_reader *tip, struct arena *arena,
                     struct err *err)
{
    const char **names;
    size_t count;

    *out = 0;
    if (tip->list(tip->context, "weft", &names, &count, arena, err) < 0)
        return -1;
    for (size_t i = 0; i < count; i++) {
        struct record record;
        struct err damaged;
        char *bytes;
        size_t len;

        if (tip->read(tip->context, arena_printf(arena, "weft/%s", names[i]), &bytes, &len, arena,
                      err)
            < 0)
            return -1;
        if (bytes && record_read(&record, bytes, len, arena, &damaged) == 0
            && record.state_counter > *out)
            *out = record.state_counter;
    }
    return 0;
}

static int refuse_older(const struct session *session, uint64_t counter, struct err *err)
{
    return err_set(
        err, ERR_REFUSED, 0,
        "the state file %s is of an older weft, and its rows have no MACs, but the output "
        "branch was written from a state that has them (saved %llu times): it was "
        "exchanged, or an old backup was restored.  The file was not changed.  Restore "
        "the newest backup; if there is none, and you trust this one, take it over with "
        "\"weft state accept\"",
        session->config->state_path, (unsigned long long)counter);
}

int takeover(const struct session *session, const struct inputs *inputs, struct err *err)
{
    const struct tree_reader tip = inputs_tip(inputs, session);
    uint64_t counter;

    if (!store_is_unaccepted(session->store))
        return 0;
    if (takeover_counter(&counter, &tip, session->arena, err) < 0)
        return -1;
    if (counter)
        return refuse_older(session, counter, err);
    if (session->dry)
        return 0;
    if (ledger_check(&session->ledger, session->config->state_path, err) < 0
        || store_accept(session->store, err) < 0)
        return -1;
    progress_warn(
        session->progress,
        "the state %s was made by an older weft: it is taken over, and each of its rows has a "
        "MAC from now on",
        session->config->state_path);
    return 0;
}

int takeover_report_older(const struct session *session, const struct inputs *inputs,
                          struct err *err)
{
    const struct tree_reader tip = inputs_tip(inputs, session);
    uint64_t counter, own = store_counter(session->store);

    if (takeover_counter(&counter, &tip, session->arena, err) < 0)
        return -1;
    if (counter <= own)
        return 0;
    progress_warn(
        session->progress,
        "the state %s is older than the output branch, or another one: it was saved %llu "
        "times, the one that wrote the branch %llu times; what was noted or issued since "
        "is lost, such as holds and approvals.  Unless a backup was restored, find out who "
        "exchanged the file",
        session->config->state_path, (unsigned long long)own, (unsigned long long)counter);
    if (!session->dry)
        store_raise(session->store, counter);
    return 0;
}

/* Whether the tip has the text that was stored. */
static int from_tip(const struct session *session, const struct tree_reader *tip,
                    struct ledger_delivery *row, struct err *err)
{
    char *bytes, digest[65];
    size_t len;

    if (tip->read(tip->context, row->path, &bytes, &len, session->arena, err) < 0)
        return -1;
    if (!bytes)
        return 0;
    sha256_hex(digest, bytes, len);
    if (!text_equal(digest, row->content_digest) || strlen(bytes) != len)
        return 0;
    row->content = bytes;
    row->damaged = false;
    return 0;
}

int takeover_restore_deliveries(size_t *healed, const struct session *session,
                                const struct inputs *inputs, struct err *err)
{
    const struct tree_reader tip = inputs_tip(inputs, session);

    *healed = 0;
    for (struct ledger_delivery *row = session->ledger.deliveries; row; row = row->next) {
        if (!row->damaged)
            continue;
        if (from_tip(session, &tip, row, err) < 0)
            return -1;
        row->changed = true;
        row->gone = row->damaged;
        ++*healed;
        progress_warn(session->progress,
                      "the state %s was damaged: table deliveries, row path %s: its content is not "
                      "what was stored; it is %s",
                      session->config->state_path, row->path,
                      row->gone ? "made again" : "taken from the output branch");
    }
    return 0;
}
