/* app/commands/rotation_plan.c - the timeline of a rotation and the price of an emergency, by the
 * facts of a dry pass. */
#include "app/commands/rotation_plan.h"
#include "api/own_document.h"
#include "app/pass/pass.h"
#include "app/pass/preflight.h"
#include "app/pass/trust.h"
#include "base/clock.h"
#include "base/suggest.h"
#include "base/visible.h"
#include "base/write.h"
#include "base/write_json.h"
#include "ci/table.h"
#include "pki/rotation_preview.h"
#include "rotation/ca.h"
#include <string.h>

struct ahead {
    const struct outcome *outcome;
    struct session *session;
    struct trust_outlook outlook;
};

static const struct trust_request *find_request(const struct plan *plan, const char *name)
{
    for (size_t i = 0; i < plan->virtual_mesh_count; i++)
        if (plan->virtual_meshes[i].trust && strcmp(plan->virtual_meshes[i].trust->name, name) == 0)
            return plan->virtual_meshes[i].trust;
    return NULL;
}

/* Unknown, or known and without trust. */
static int why_no_request(const struct plan *plan, const char *name, struct arena *arena,
                          struct err *err)
{
    const char **names = ARENA_NEW(arena, const char *, plan->virtual_mesh_count + 1), *near;

    for (size_t i = 0; i < plan->virtual_mesh_count; i++) {
        names[i] = object_ref_text(plan->virtual_meshes[i].status.ref, arena);
        if (strcmp(names[i], name) == 0)
            return err_set(err, ERR_INPUT, 0,
                           "virtual mesh %s has no shared trust, or weft cannot serve it: \"weft "
                           "status\" gives the reason",
                           name);
    }
    if ((near = suggest_nearest(name, names, plan->virtual_mesh_count)))
        return err_set(err, ERR_INPUT, 0, "the specs have no virtual mesh %s; did you mean %s?",
                       name, near);
    return err_set(
        err, ERR_INPUT, 0,
        "the specs have no virtual mesh %s; \"weft status\" lists those of the last pass", name);
}

/* By the facts that the next pass would decide by: a dry pass has gathered them. */
static int look_ahead(struct ahead *out, struct err *err)
{
    struct session *session = out->session;
    const struct plan *plan = &out->outcome->plan;
    const char *name = session->options->target;
    const struct trust_request *request;
    struct issue_options options;

    options = pass_issue_options(session, &out->outcome->inputs, &out->outcome->observed);
    if (!(request = find_request(plan, name)))
        return why_no_request(plan, name, session->arena, err);
    return rotation_preview_make(&out->outlook, &session->ledger, request, &options, session->arena,
                                 err);
}

static const char *until_text(const struct ahead *ahead, const struct rotation_milestone *milestone)
{
    if (milestone->latest)
        return clock_text(milestone->latest, ahead->session->arena);
    return milestone->person ? "an operator decides" : "-";
}

/* Only what is not as it should be: the rest is in the JSON. */
static void print_preflight_table(struct text *out, const struct ahead *ahead)
{
    static const char *const header[] = { "CLUSTER", "BEFORE IT STARTS", "IS", "BECAUSE" };
    struct table table = table_new(ahead->session->arena, LENGTH(header), header);
    size_t count, bad = 0;
    const struct preflight *list = pass_preflight(&count, ahead->session, &ahead->outcome->observed,
                                                  ahead->session->options->target);

    for (size_t i = 0; i < count; i++) {
        if (list[i].verdict != PREFLIGHT_BAD)
            continue;
        table_cell(&table, list[i].cluster);
        table_cell(&table, list[i].what);
        table_cell(&table, enums_name(&preflight_verdicts, (int)list[i].verdict));
        table_cell(&table, list[i].text);
        bad++;
    }
    if (bad) {
        table_print(out, &table);
        text_addc(out, '\n');
    }
}

static void set_preflight(struct node *root, const struct ahead *ahead)
{
    struct arena *arena = ahead->session->arena;
    struct node *items = node_set(root, "preflight", node_list(arena));
    size_t count;
    const struct preflight *list = pass_preflight(&count, ahead->session, &ahead->outcome->observed,
                                                  ahead->session->options->target);

    for (size_t i = 0; i < count; i++) {
        struct node *item = node_add(items, node_map(arena));

        if (*list[i].cluster)
            node_set_text(arena, item, "cluster", list[i].cluster);
        node_set_text(arena, item, "what", list[i].what);
        node_set_text(arena, item, "verdict",
                      enums_name(&preflight_verdicts, (int)list[i].verdict));
        node_set_text(arena, item, "text", list[i].text);
    }
}

static void print_timeline_table(struct text *out, const struct ahead *ahead,
                                 const struct rotation_milestone *list, size_t count)
{
    static const char *const header[] = { "STEP", "EARLIEST", "AT WORST", "WHAT", "WAITS FOR" };
    struct table table = table_new(ahead->session->arena, LENGTH(header), header);

    for (size_t i = 0; i < count; i++) {
        table_cellf(&table, "%d", list[i].step);
        table_cell(&table, clock_text(list[i].earliest, ahead->session->arena));
        table_cell(&table, until_text(ahead, &list[i]));
        table_cell(&table, list[i].what);
        table_cell(&table, list[i].waits);
    }
    print_preflight_table(out, ahead);
    text_addf(out, "%s: %s\n%s\n", ahead->session->options->target,
              enums_name(&rotation_states, (int)rotation_shown(&ahead->outlook.record)),
              visible_text(ahead->outlook.summary, ahead->session->arena));
    for (size_t i = 0; i < ahead->outlook.note_count; i++)
        text_addf(out, "%s\n", visible_text(ahead->outlook.notes[i].text, ahead->session->arena));
    text_adds(out, ahead->outlook.coming ? "\n"
                                         : "\nNo rotation is due.  If one started with the next "
                                           "pass, this would be its timeline:\n\n");
    table_print(out, &table);
}

/* findings has what notes has, with the ids of docs/rotation.md. */
static void set_notes(struct node *root, const struct ahead *ahead)
{
    struct arena *arena = ahead->session->arena;
    struct node *notes = node_set(root, "notes", node_list(arena));
    struct node *findings = node_set(root, "findings", node_list(arena));

    for (size_t i = 0; i < ahead->outlook.note_count; i++) {
        const struct rotation_note *note = &ahead->outlook.notes[i];
        struct node *item = node_add(findings, node_map(arena));

        (void)node_add(notes, node_string(arena, note->text));
        node_set_text(arena, item, "id", note->id);
        node_set_text(arena, item, "severity", note->error ? "error" : "warning");
        if (*note->mesh)
            node_set_text(arena, item, "mesh", note->mesh);
        node_set_text(arena, item, "text", note->text);
    }
}

static void print_timeline_json(struct text *out, const struct ahead *ahead,
                                const struct rotation_milestone *list, size_t count)
{
    struct arena *arena = ahead->session->arena;
    struct node *root = own_document("RotationPlan", arena), *steps;

    node_set_text(arena, root, "virtualMesh", ahead->session->options->target);
    node_set_text(arena, root, "state",
                  enums_name(&rotation_states, (int)rotation_shown(&ahead->outlook.record)));
    if (!text_empty(ahead->outlook.record.id))
        node_set_text(arena, root, "rotation", ahead->outlook.record.id);
    node_set_bool(arena, root, "coming", ahead->outlook.coming);
    node_set_text(arena, root, "now", visible_text(ahead->outlook.summary, ahead->session->arena));
    set_notes(root, ahead);
    steps = node_set(root, "steps", node_list(arena));
    for (size_t i = 0; i < count; i++) {
        struct node *item = node_add(steps, node_map(arena));

        node_set_int(arena, item, "step", list[i].step);
        node_set_text(arena, item, "what", list[i].what);
        node_set_text(arena, item, "waitsFor", list[i].waits);
        node_set_text(arena, item, "earliest", clock_text(list[i].earliest, arena));
        if (list[i].latest)
            node_set_text(arena, item, "latest", clock_text(list[i].latest, arena));
        node_set_bool(arena, item, "person", list[i].person);
    }
    set_preflight(root, ahead);
    write_json(out, root, true);
}

static int show_timeline(const struct ahead *ahead)
{
    const struct rotation_milestone *list = ahead->outlook.milestones;
    const size_t count = ahead->outlook.milestone_count;
    AUTO_TEXT out = { 0 };

    if (ahead->session->options->format == FORMAT_JSON)
        print_timeline_json(&out, ahead, list, count);
    else
        print_timeline_table(&out, ahead, list, count);
    return command_print(&out);
}

/* Emergency replacement of a compromised root: lists the outage first, then keeps the request. The
 * dry pass has read the state; it is closed before the request is written, because a reader keeps
 * the writer out. */
static int start_compromised(struct rotation_job *job, const struct ahead *ahead)
{
    struct rotation_request request = { .kind = REQUEST_START_COMPROMISED,
                                        .rotation = "",
                                        .force = job->options->accept_downtime,
                                        .reason = job->options->reason ? job->options->reason : "",
                                        .at = job->options->now };
    const struct rotation_breakage *list = ahead->outlook.breakages;
    const size_t count = ahead->outlook.breakage_count;

    for (size_t i = 0; i < count; i++)
        printf("%s: up to %s: %s\n", list[i].who, clock_duration_text(list[i].seconds, job->arena),
               visible_text(list[i].why, job->arena));
    if (count && !job->options->accept_downtime) {
        fputs("weft: traffic will fail as listed above; add --accept-downtime to continue\n",
              stderr);
        return EXIT_FAILED;
    }
    return rotation_job_note(job, &request);
}

int rotation_plan_show(struct rotation_job *job, bool start)
{
    struct err err;

    AUTO_SCRATCH scratch = scratch_open(job->config, job->arena);
    AUTO_SESSION session = { .config = job->config,
                             .options = job->options,
                             .progress = &job->progress,
                             .arena = job->arena,
                             .dry = true };
    AUTO_OUTCOME outcome = { 0 };
    struct ahead ahead = { .outcome = &outcome, .session = &session };

    if (pass_look(&outcome, &session, &err) < 0)
        return EXIT_FAILED; /* it said why */
    if (look_ahead(&ahead, &err) < 0)
        return rotation_job_fail(job, &err);
    if (!start)
        return show_timeline(&ahead);
    store_close(TAKE(session.store));
    return start_compromised(job, &ahead);
}
