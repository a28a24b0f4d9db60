/* app/commands/status.c - weft status: what the last pass left in the state; asks no server.
 *
 * It opens the state without the key and asks no server, so it can be run by an account that may
 * read the volume and nothing else, as often as one likes. Times are relative to now; what a pass
 * stored are times, not durations. A state that an older weft wrote has no findings: then the
 * errors and warnings in its statuses are shown.
 *
 * The rotation's line is computed from the stored record by the same gate as in a pass, with the
 * facts of the last pass. */
#include "app/commands/status.h"
#include "api/own_document.h"
#include "app/commands/command.h"
#include "app/commands/status_view.h"
#include "app/pass/findings.h"
#include "app/pass/proposal.h"
#include "base/clock.h"
#include "base/parse.h"
#include "base/parse_json.h"
#include "base/suggest.h"
#include "base/visible.h"
#include "base/write.h"
#include "base/write_json.h"
#include "base/write_yaml.h"
#include "ci/table.h"
#include "report/report_json.h"
#include "rotation/ca.h"
#include "state/store.h"
#include <string.h>
#include <unistd.h>

enum { WATCH_SECONDS = 2, REFRESH_SECONDS = 60 };

static const char *rotation_text(const struct status_view *view, const char *virtual_mesh)
{
    const struct ledger_rotation *row = ledger_find_rotation(view->ledger, virtual_mesh);
    struct rotation rotation;
    bool running = status_view_rotation(&rotation, view, row);

    if (!row)
        return "-";
    return row->step ? arena_printf(view->arena, "%s (step %d%s)",
                                    enums_name(&rotation_states, (int)row->state), row->step,
                                    running && !text_empty(rotation.pause) ? ", held" : "")
                     : enums_name(&rotation_states, (int)row->state);
}

/* One line for each rotation that is under way. */
static void print_rotation(struct text *out, const struct status_view *view,
                           const char *virtual_mesh)
{
    struct rotation rotation;

    if (!status_view_rotation(&rotation, view, ledger_find_rotation(view->ledger, virtual_mesh)))
        return;
    if (!text_empty(rotation.pause))
        text_addf(out, "- %s: rotation %s is held: %s\n", virtual_mesh, rotation.id,
                  visible_text(rotation.pause, view->arena));
    else
        text_addf(out, "- %s: rotation %s waits in step %d: %s\n", virtual_mesh, rotation.id,
                  (int)rotation.at.phase, status_view_waits_for(view, &rotation));
}

static void mesh_row(struct table *table, const struct status_view *view,
                     const struct ledger_status *status)
{
    const struct ledger_root *root = status_view_root(view, status->virtual_mesh);
    size_t count;
    const struct ledger_intermediate *first =
        status_view_intermediate(view, status->virtual_mesh, &count);

    table_cell(table, status->virtual_mesh);
    table_cell(table, enums_name(&approval_states, (int)status->state));
    table_cell(table, rotation_text(view, status->virtual_mesh));
    table_cell(table, root ? status_view_left(view, root->not_after) : "-");
    table_cell(table, first ? arena_printf(view->arena, "%zu, first in %s", count,
                                           status_view_left(view, first->not_after))
                            : "-");
    /* Written by a clock that was ahead: there is no such time yet. */
    table_cell(table, status->updated > view->options->now
                          ? "-"
                          : clock_duration_text(view->options->now - status->updated, view->arena));
}

static void print_list(struct text *out, const char *bullet, const struct node *of, const char *key,
                       const char *whose, struct arena *arena)
{
    const struct node *list = node_find(of, key);

    for (const struct node *item = list ? list->first : NULL; item; item = item->next)
        text_addf(out, "%s %s: %s\n", bullet, visible_text(whose, arena),
                  visible_text(node_text(item) ? node_text(item) : "", arena));
}

/* A state of an older weft knows no findings; errors with "!", warnings with "-". */
static void print_messages(struct text *out, const struct status_view *view,
                           const struct ledger_status *status)
{
    const struct node *json, *meshes;
    struct err err;

    if (parse_json(&json, status->json, strlen(status->json), view->arena, &err) < 0)
        return;
    print_list(out, "!", json, "errors", status->virtual_mesh, view->arena);
    print_list(out, "-", json, "warnings", status->virtual_mesh, view->arena);
    meshes = node_find(json, "meshes");
    for (const struct node *mesh = meshes ? meshes->first : NULL; mesh; mesh = mesh->next)
        print_list(
            out, "!", mesh, "errors",
            arena_printf(view->arena, "%s, Mesh %s", status->virtual_mesh,
                         object_ref_text(object_ref_of_key(mesh->key, view->arena), view->arena)),
            view->arena);
}

static void print_findings(struct text *out, const struct status_view *view)
{
    static const char *const bullets[] = { [SEVERITY_ERROR] = "!", [SEVERITY_WARNING] = "-" };

    for (size_t severity = 0; severity < LENGTH(bullets); severity++) {
        size_t count;
        const char **lines =
            findings_lines(&count, &view->findings, (enum severity)severity, SIZE_MAX);

        for (size_t i = 0; i < count; i++)
            text_addf(out, "%s %s\n", bullets[severity], lines[i]);
    }
}

static void print_last_pass(struct text *out, const struct status_view *view)
{
    const struct ledger_publication *publication = status_view_publication(view);
    const char *proposal = status_view_proposal(view);
    const struct ledger_run *run = view->ledger->runs;

    if (publication)
        text_addf(out, "\noutput  %s at %.12s%s%.12s\n", publication->branch, publication->commit,
                  *publication->specs_commit ? ", rendered from specs " : "",
                  publication->specs_commit);
    if (proposal)
        text_addf(out, "%sproposal waits in %s\n", publication ? "" : "\n", proposal);
    if (run)
        text_addf(out, "%slast recorded pass  %s, %s%s%s\n", publication ? "" : "\n",
                  clock_text(run->finished, view->arena),
                  enums_name(&run_results, (int)run->result), *run->message ? ": " : "",
                  visible_text(run->message, view->arena));
}

static const char **known_names(size_t *count, const struct status_view *view)
{
    const char **names = NULL;

    *count = 0;
    for (const struct ledger_status *row = view->ledger->statuses; row; row = row->next)
        if (!row->gone)
            *ARENA_PUSH(view->arena, names, *count) = row->virtual_mesh;
    return names;
}

/* "; there are ns/a, ns/b" */
static void add_names(struct text *out, const char *const *names, size_t count)
{
    for (size_t i = 0; i < count; i++)
        text_addf(out, "%s%s", i ? ", " : "; there are ", names[i]);
}

static bool selects_any(const struct status_view *view)
{
    for (const struct ledger_status *row = view->ledger->statuses; row; row = row->next)
        if (!row->gone && options_select(view->options, row->virtual_mesh))
            return true;
    return false;
}

static void print_nothing_there(struct text *out, const struct status_view *view)
{
    size_t count;
    const char **names = known_names(&count, view);

    text_addf(out, "No virtual mesh in namespace %s", view->options->namespace);
    add_names(out, names, count);
    text_adds(out, "\n");
}

static void print_table(struct text *out, const struct status_view *view)
{
    static const char *const header[] = { "VIRTUAL MESH", "STATE",         "ROTATION",
                                          "ROOT ENDS IN", "INTERMEDIATES", "SINCE" };
    struct table table = table_new(view->arena, LENGTH(header), header);
    const bool known = ledger_find_fact(view->ledger, FACT_FINDINGS);

    if (!view->ledger->statuses && !view->ledger->runs) {
        text_adds(out,
                  "No virtual mesh yet: no pass has ended well with this state (state.path).\n");
    } else if (view->options->namespace && !selects_any(view)) {
        print_nothing_there(out, view);
    } else {
        text_addf(out, "%s\n\n", view->attention.text);
        for (const struct ledger_status *status = view->ledger->statuses; status;
             status = status->next)
            if (options_select(view->options, status->virtual_mesh))
                mesh_row(&table, view, status);
        table_print(out, &table);
        for (const struct ledger_status *status = view->ledger->statuses; status;
             status = status->next) {
            if (!options_select(view->options, status->virtual_mesh))
                continue;
            if (!known)
                print_messages(out, view, status);
            print_rotation(out, view, status->virtual_mesh);
        }
        print_findings(out, view);
    }
    print_last_pass(out, view);
}

static bool alive(enum key_state state) { return state == KEY_ACTIVE || state == KEY_NEXT; }

static struct node *roots_node(const struct status_view *view, const char *virtual_mesh)
{
    struct node *list = node_list(view->arena);

    for (const struct ledger_root *root = view->ledger->roots; root; root = root->next) {
        struct node *item;

        if (!alive(root->state) || strcmp(root->virtual_mesh, virtual_mesh) != 0)
            continue;
        item = node_add(list, node_map(view->arena));
        node_set_text(view->arena, item, "fingerprint", root->id);
        node_set_text(view->arena, item, "state", enums_name(&key_states, (int)root->state));
        node_set_text(view->arena, item, "source", enums_name(&root_origins, (int)root->origin));
        node_set_text(view->arena, item, "notAfter", clock_text(root->not_after, view->arena));
    }
    return list;
}

static struct node *intermediates_node(const struct status_view *view, const char *virtual_mesh)
{
    struct node *list = node_list(view->arena);

    for (const struct ledger_intermediate *row = view->ledger->intermediates; row;
         row = row->next) {
        struct node *item;

        if (!alive(row->state) || strcmp(row->virtual_mesh, virtual_mesh) != 0)
            continue;
        item = node_add(list, node_map(view->arena));
        node_set_text(view->arena, item, "mesh", row->mesh);
        node_set_text(view->arena, item, "cluster", row->cluster);
        node_set_text(view->arena, item, "state", enums_name(&key_states, (int)row->state));
        node_set_text(view->arena, item, "serial", row->serial);
        node_set_text(view->arena, item, "fingerprint", row->id);
        node_set_text(view->arena, item, "root", row->root);
        node_set_text(view->arena, item, "notAfter", clock_text(row->not_after, view->arena));
    }
    return list;
}

static struct node *rotation_node(const struct status_view *view, const char *virtual_mesh)
{
    const struct ledger_rotation *rotation = ledger_find_rotation(view->ledger, virtual_mesh);
    struct rotation record;
    struct node *node;

    if (!rotation)
        return NULL;
    node = node_map(view->arena);
    node_set_text(view->arena, node, "state", enums_name(&rotation_states, (int)rotation->state));
    node_set_int(view->arena, node, "step", rotation->step);
    if (!text_empty(rotation->id))
        node_set_text(view->arena, node, "id", rotation->id);
    if (!status_view_rotation(&record, view, rotation))
        return node;
    if (!text_empty(record.pause))
        node_set_text(view->arena, node, "held", record.pause);
    else
        node_set_text(view->arena, node, "waitsFor", status_view_waits_for(view, &record));
    return node;
}

static struct node *mesh_node(const struct status_view *view, const struct ledger_status *status)
{
    struct node *node = node_map(view->arena),
                *rotation = rotation_node(view, status->virtual_mesh);
    const struct node *json;
    struct err err;

    node_set_text(view->arena, node, "virtualMesh", status->virtual_mesh);
    node_set_text(view->arena, node, "state", enums_name(&approval_states, (int)status->state));
    node_set_text(view->arena, node, "since", clock_text(status->updated, view->arena));
    if (rotation)
        node_set(node, "rotation", rotation);
    node_set(node, "roots", roots_node(view, status->virtual_mesh));
    node_set(node, "intermediates", intermediates_node(view, status->virtual_mesh));
    if (parse_json(&json, status->json, strlen(status->json), view->arena, &err) == 0)
        node_set(node, "status", node_copy(view->arena, json));
    return node;
}

static struct node *state_node(const struct status_view *view)
{
    const struct ledger_publication *publication = status_view_publication(view);
    const struct report_proposal *proposal =
        proposal_shown(view->ledger, view->config, view->arena);
    const struct ledger_run *run = view->ledger->runs;
    struct node *root = own_document("Status", view->arena), *list, *item;

    node_set_bool(view->arena, root, "actionNeeded", view->attention.needed);
    node_set_text(view->arena, root, "summary", view->attention.text);
    if (publication) {
        item = node_set(root, "output", node_map(view->arena));
        node_set_text(view->arena, item, "branch", publication->branch);
        node_set_text(view->arena, item, "commit", publication->commit);
        node_set_text(view->arena, item, "specsCommit", publication->specs_commit);
    }
    if (proposal)
        node_set(root, "proposal", report_proposal_node(proposal, view->arena));
    if (run) {
        item = node_set(root, "lastRun", node_map(view->arena));
        node_set_text(view->arena, item, "finished", clock_text(run->finished, view->arena));
        node_set_text(view->arena, item, "result", enums_name(&run_results, (int)run->result));
        if (*run->message)
            node_set_text(view->arena, item, "message", run->message);
    }
    list = node_set(root, "virtualMeshes", node_list(view->arena));
    for (const struct ledger_status *status = view->ledger->statuses; status; status = status->next)
        if (options_select(view->options, status->virtual_mesh))
            node_add(list, mesh_node(view, status));
    node_set(root, "findings", findings_node(&view->findings, view->arena));
    return root;
}

static void print(struct text *out, const struct status_view *view)
{
    if (view->options->format == FORMAT_JSON)
        write_json(out, state_node(view), true);
    else if (view->options->format == FORMAT_YAML)
        write_yaml(out, state_node(view));
    else
        print_table(out, view);
}

/* Whether the state has the virtual mesh that was asked for by name; prints an error when it does
 * not. */
static bool is_known(const struct status_view *view)
{
    const char *wanted = view->options->target, *near;
    AUTO_TEXT line = { 0 };
    const char **names;
    size_t count;

    if (!wanted || selects_any(view))
        return true;
    names = known_names(&count, view);
    near = suggest_nearest(wanted, names, count);
    text_addf(&line, "the last pass had no virtual mesh %s", wanted);
    if (near)
        text_addf(&line, "; did you mean %s?", near);
    else
        add_names(&line, names, count);
    fprintf(stderr, "weft: %s\n", visible_text(line.bytes, view->arena));
    return false;
}

/* Leaves out what is about other virtual meshes than those that were asked for. */
static struct findings selected(const struct findings *all, const struct options *options,
                                struct arena *arena)
{
    struct findings out = { .arena = arena };

    for (size_t i = 0; i < all->count; i++) {
        const struct finding *item = &all->items[i];

        if (strcmp(item->kind, "VirtualMesh") != 0
            || options_select(options,
                              arena_printf(arena, "%s/%s", item->ref.namespace, item->ref.name)))
            findings_add(&out, *item);
    }
    return out;
}

/* One look at the state; returns the exit status. One arena for each look: watch runs for days. */
static int look(struct text *out, const struct config *config, const struct options *options)
{
    AUTO(arena_free) struct arena *arena = arena_new();
    AUTO(store_close) struct store *store = NULL;
    struct ledger ledger;

    if (!command_open_state(&store, &ledger, config, arena))
        return EXIT_FAILED;
    struct status_view view = { .config = config,
                                .options = options,
                                .ledger = &ledger,
                                .findings = { .arena = arena },
                                .arena = arena };

    findings_recall(&view.findings, &ledger);
    view.findings = selected(&view.findings, options, arena);
    view.attention = attention_of(&ledger, &view.findings, config, options, arena);
    if (!is_known(&view))
        return EXIT_FAILED;
    print(out, &view);
    return options->exit_code || view.attention.exit == EXIT_FAILED ? (int)view.attention.exit
                                                                    : EXIT_CONVERGED;
}

static int show(const struct text *out, const struct options *options)
{
    return options->format == FORMAT_TABLE ? command_show(out, options) : command_print(out);
}

/* Prints again when something other than the age of things changed, on a terminal over the former
 * output, and there also once a minute.  Ends when it is interrupted, its output cannot be written,
 * or the state is gone. */
static int watch(const struct config *config, const struct options *options)
{
    static const char clear[] = "\033[H\033[2J";
    const bool terminal = isatty(STDOUT_FILENO);
    struct options now = *options;
    AUTO_TEXT last = { 0 };

    for (int64_t shown = 0;; sleep(WATCH_SECONDS)) {
        AUTO_TEXT out = { 0 }, steady = { 0 };
        int status;

        now.now = options->now_text ? options->now : clock_now();
        if ((status = look(&steady, config, options)) == EXIT_FAILED && !steady.len)
            return status;
        if (text_equal(steady.bytes, last.bytes)
            && (!terminal || now.now - shown < REFRESH_SECONDS))
            continue;
        (void)look(&out, config, &now);
        fputs(terminal ? clear : last.len ? "\n" : "", stdout);
        if (show(&out, options) != EXIT_CONVERGED)
            return EXIT_FAILED;
        shown = now.now;
        text_clear(&last);
        text_add(&last, steady.bytes, steady.len);
    }
}

int status_main(const struct options *options)
{
    AUTO(arena_free) struct arena *arena = arena_new();
    AUTO_TEXT out = { 0 };
    struct config config;
    int status, printed;

    if (!command_config(&config, options, arena, &status))
        return status;
    if (options->watch)
        return watch(&config, options);
    status = look(&out, &config, options);
    printed = show(&out, options);
    return printed == EXIT_CONVERGED ? status : printed;
}
