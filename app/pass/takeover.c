/* app/pass/takeover.c - the state against the output branch: an old one that would slip by without
 * MACs, and deliveries that the branch still has whole.  Decides nothing about roots:
 * pki/stale_state.c does. */
#include "app/pass/takeover.h"
#include "base/plural.h"
#include "delivery/repair.h"
#include "pki/branch_record.h"
#include "pki/ledger_check.h"
#include <string.h>

/* The highest counter of saves that a record on the branch names; 0: none does. */
static int read_counter(uint64_t *out, const struct session *session, const struct inputs *inputs,
                        struct err *err)
{
    const struct tree_reader tip = inputs_tip(inputs, session);
    struct branch_records records;

    if (branch_records_read(&records, &tip, session->arena, err) < 0)
        return -1;
    *out = branch_records_counter(&records);
    return 0;
}

static int refuse_older(const struct session *session, uint64_t counter, struct err *err)
{
    return err_set(
        err, ERR_REFUSED, 0,
        "the state file %s is of an older weft, and its rows have no MACs, but the output "
        "branch was written from a state that has them (saved %s): it was "
        "exchanged, or an old backup was restored. The file was not changed. Restore "
        "the newest backup; if there is none, and you trust this one, take it over with "
        "\"weft state accept\"",
        session->config->state_path, plural_count((size_t)counter, "time", session->arena));
}

int takeover(const struct session *session, const struct inputs *inputs, struct err *err)
{
    uint64_t counter;

    if (!store_is_unaccepted(session->store))
        return 0;
    if (read_counter(&counter, session, inputs, err) < 0)
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
    uint64_t counter, own = store_counter(session->store);

    if (read_counter(&counter, session, inputs, err) < 0)
        return -1;
    if (counter <= own)
        return 0;
    progress_warn(
        session->progress,
        "the state %s is older than the output branch, or another one: it was saved %s, the one "
        "that wrote the branch %s; what was noted or issued since "
        "is lost, such as holds and approvals. Unless a backup was restored, find out who "
        "replaced the file",
        session->config->state_path, plural_count((size_t)own, "time", session->arena),
        plural_count((size_t)counter, "time", session->arena));
    if (!session->dry)
        store_raise(session->store, counter);
    return 0;
}

int takeover_restore_deliveries(size_t *healed, const struct session *session,
                                const struct inputs *inputs, struct err *err)
{
    const struct tree_reader tip = inputs_tip(inputs, session);
    struct repaired *list;

    if (repair_deliveries(&list, healed, &session->ledger, &tip, session->arena, err) < 0)
        return -1;
    for (size_t i = 0; i < *healed; i++)
        progress_warn(session->progress,
                      "the state %s was damaged: table deliveries, row path %s: its content is not "
                      "what was stored; it is %s",
                      session->config->state_path, list[i].path,
                      list[i].found ? "taken from the output branch" : "made again");
    return 0;
}
