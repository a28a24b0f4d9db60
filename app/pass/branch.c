/* app/pass/branch.c - reads trailers on the output branch and compares them with the state.
 *
 * Every commit carries the id of the state that it was made with.  The id is random and goes where
 * the state goes: a restored backup and an installation that moved have the same one, and a second
 * installation, or one that starts over after its state was lost, another.  Ids do not show which
 * of two states is right, but their contents do: an installation whose state holds the roots that
 * the records name may continue.  One whose state does not may publish once (its state may have
 * been lost, and pki/stale_state.c retains what it cannot know); when the other one writes again
 * after that, it is in use, and this one stops. */
#include "app/pass/branch.h"
#include "api/annotation.h"
#include "api/record.h"
#include "base/base64.h"
#include "base/digest.h"
#include "base/text.h"
#include "pki/stale_state.h"
#include "sync/snapshot.h"
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <unistd.h>

enum { STATE_ID = 8 };

const char *branch_state(const struct session *session)
{
    const struct ledger_fact *fact = ledger_find_fact(&session->ledger, FACT_STATE);

    return fact ? fact->value : "";
}

int branch_name_state(struct session *session, struct err *err)
{
    unsigned char bytes[STATE_ID];
    char hex[2 * STATE_ID + 1];

    if (*branch_state(session))
        return 0;
    if (getrandom(bytes, sizeof bytes, 0) != sizeof bytes)
        return err_errno(err, "make an id for the state");
    hex_encode(hex, bytes, sizeof bytes);
    ledger_set_fact(&session->ledger, FACT_STATE, hex);
    return store_save(session->store, &session->ledger, err);
}

const char *branch_instance(struct arena *arena)
{
    const char *pod = getenv("POD_NAME"), *namespace = getenv("POD_NAMESPACE");
    char host[256] = "";

    if (!text_empty(pod))
        return arena_printf(arena, "pod %s%s%s", text_empty(namespace) ? "" : namespace,
                            text_empty(namespace) ? "" : "/", pod);
    if (gethostname(host, sizeof host - 1) < 0 || !*host)
        return "unknown host";
    return arena_printf(arena, "host %s", host);
}

struct ledger_publication *branch_publication(const struct session *session,
                                              const struct inputs *inputs)
{
    const struct config_output *output = &session->config->output;
    struct ledger_publication *exact =
        ledger_find_publication(&session->ledger, output->url, output->branch);

    if (!*inputs->output_tip || (exact && text_equal(exact->commit, inputs->output_tip)))
        return exact;
    for (struct ledger_publication *row = session->ledger.publications; row; row = row->next)
        if (text_equal(row->commit, inputs->output_tip))
            return row;
    return exact;
}

static const char *trailer_or(struct snapshot *snapshot, const char *token, struct arena *arena)
{
    const char *value = snapshot_trailer(snapshot, token, arena);

    return value ? value : "";
}

/* The newest commit of weft up from a commit. */
static int read_writer(struct branch_writer *out, const struct session *session,
                       const struct inputs *inputs, const char *from, struct err *err)
{
    AUTO(snapshot_close) struct snapshot *ours = NULL;
    int64_t counter = 0;

    *out = (struct branch_writer){ "", "", "", 0 };
    if (!*from || snapshot_find_ours(&ours, inputs->output_clone, from, NULL, NULL, err) < 0)
        return *from ? -1 : 0;
    if (!ours)
        return 0;
    out->commit = arena_text(session->arena, snapshot_commit(ours));
    out->state = trailer_or(ours, TRAILER_STATE, session->arena);
    out->instance = trailer_or(ours, TRAILER_INSTANCE, session->arena);
    if (parse_int(trailer_or(ours, TRAILER_COUNTER, session->arena), 0, INT64_MAX - 1, &counter))
        out->counter =
            (uint64_t)counter < RECORD_COUNTER_MAX ? (uint64_t)counter : RECORD_COUNTER_MAX;
    return 0;
}

int branch_counter(uint64_t *counter, const struct session *session, const struct inputs *inputs,
                   const char *tip, struct err *err)
{
    const struct ledger_publication *last = branch_publication(session, inputs);
    struct branch_writer writer;

    if (read_writer(&writer, session, inputs, tip, err) < 0)
        return err_wrap(err, "read the history of %s", session->config->output.branch);
    *counter = (last && last->counter > writer.counter ? last->counter : writer.counter) + 1;
    return 0;
}

static int load_log(struct certificate_log *out, struct snapshot *commit,
                    const struct session *session, struct err *err)
{
    const struct tree_reader reader =
        snapshot_reader(commit, session->config->output.path, session->arena);

    return certificate_log_load(out, &reader, session->arena, err);
}

/* A squash leaves no commit of weft: what was merged then continues the log of the last one. */
static int continue_merged(struct certificate_log *log, const struct session *session,
                           const struct inputs *inputs, const char *tip, struct err *err)
{
    AUTO(snapshot_close) struct snapshot *now = NULL;
    struct certificate_log merged;

    if (session->config->output.mode == OUTPUT_PUSH || !*tip)
        return 0;
    if (snapshot_open(&now, inputs->output_clone, tip, err) < 0
        || load_log(&merged, now, session, err) < 0)
        return -1;
    if (certificate_log_common(log, &merged) == log->count)
        *log = merged;
    return 0;
}

int branch_certificates(struct certificate_log *out, const struct session *session,
                        const struct inputs *inputs, const char *tip, struct err *err)
{
    AUTO(snapshot_close) struct snapshot *ours = NULL;

    certificate_log_read(out, NULL, 0, session->arena);
    if ((*tip && snapshot_find_ours(&ours, inputs->output_clone, tip, NULL, NULL, err) < 0)
        || (ours && load_log(out, ours, session, err) < 0))
        return -1;
    return continue_merged(out, session, inputs, tip, err);
}

/* Since this state looked last: the other's newest commit was not there yet. */
static int wrote_since(bool *out, const struct session *session, const struct inputs *inputs,
                       const struct branch_writer *writer, struct err *err)
{
    const struct ledger_publication *last = branch_publication(session, inputs);
    struct branch_writer then;

    *out = false;
    if (!last || !*branch_state(session) || !*writer->state
        || text_equal(writer->state, branch_state(session)))
        return 0;
    if (read_writer(&then, session, inputs, last->commit, err) < 0)
        return -1;
    *out = !text_equal(then.commit, writer->commit);
    return 0;
}

static const char *describe(const struct session *session, const struct branch_writer *writer)
{
    return arena_printf(
        session->arena,
        "another weft writes to branch %s of %s: commit %.12s was made with state "
        "%s on %s, and this is state %s (%s) on %s",
        session->config->output.branch, session->config->output.url, writer->commit, writer->state,
        *writer->instance ? writer->instance : "a host that it does not name",
        branch_state(session), session->config->state_path, branch_instance(session->arena));
}

/* A root of the records that this state does not hold, and that no VirtualMesh gives up. */
static int find_unknown_root(const char **out, const struct session *session,
                             const struct plan *plan, const struct tree_reader *files,
                             struct err *err)
{
    const struct virtual_mesh **meshes =
        ARENA_NEW(session->arena, const struct virtual_mesh *, plan->virtual_mesh_count);
    struct branch_records records;
    const struct stale_state_source source = { .ledger = &session->ledger, .records = &records };
    size_t count = 0;

    if (branch_records_read(&records, files, session->arena, err) < 0)
        return -1;
    for (size_t i = 0; i < plan->virtual_mesh_count; i++)
        if (plan->virtual_meshes[i].virtual_mesh)
            meshes[count++] = plan->virtual_meshes[i].virtual_mesh;
    *out = stale_state_unknown_root(&source, meshes, count);
    return 0;
}

int branch_check(struct findings *remarks, const struct session *session,
                 const struct inputs *inputs, const struct plan *plan, const struct branch_tip *tip,
                 struct err *err)
{
    struct branch_writer writer;
    const char *root = NULL;
    bool since;

    if (read_writer(&writer, session, inputs, tip->commit, err) < 0
        || wrote_since(&since, session, inputs, &writer, err) < 0)
        return err_wrap(err, "read the history of %s", session->config->output.branch);
    if (!since)
        return 0;
    if (find_unknown_root(&root, session, plan, tip->files, err) < 0)
        return -1;
    if (root)
        return err_set(err, ERR_REFUSED, 0,
                       "%s, which does not hold root %.16s that the clusters trust: nothing was "
                       "changed.  Give this installation an output branch of its own, or stop it; "
                       "if this installation is the one to keep, restore its state from the newest "
                       "backup, or annotate the VirtualMesh with %s: %s",
                       describe(session, &writer), root, ANNOTATION_LOST_ROOT, root);
    findings_add(remarks,
                 (struct finding){ .severity = SEVERITY_WARNING,
                                   .id = "",
                                   .kind = "",
                                   .target_kind = "",
                                   .field = "",
                                   .text = arena_printf(session->arena,
                                                        "%s; stop one of the two, or give it a "
                                                        "branch of its own",
                                                        describe(session, &writer)),
                                   .remedy = "" });
    return 0;
}
