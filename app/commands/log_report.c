/* app/commands/log_report.c - prints events of the output branch; decides nothing.
 *
 * Subjects, authors and requests are written by people and shown in a terminal, so the table
 * passes them through visible_text; the JSON form has them as they are, since its encoder escapes
 * control characters. A trailer that a commit lacks has no key there, so that "not written by that
 * version" and "empty" stay apart. */
#include "app/commands/log_report.h"
#include "api/own_document.h"
#include "base/clock.h"
#include "base/visible.h"
#include "base/write_json.h"
#include "ci/table.h"

enum { COMMIT_SHOWN = 12 };

/* What others committed is named as such. */
static const char *subject_cell(const struct audit_event *event, struct arena *arena)
{
    const struct history_commit *commit = event->entry.commit;
    const char *subject = visible_text(commit->subject, arena);

    return commit->ours ? subject
                        : arena_printf(arena, "(not weft: %s) %s",
                                       visible_text(commit->author, arena), subject);
}

static const char *files_cell(const struct audit_event *event, struct arena *arena)
{
    return arena_printf(arena, "+%zu ~%zu -%zu", event->added, event->changed, event->removed);
}

static const char *operator_cell(const struct audit_event *event, struct arena *arena)
{
    const char *out = "";

    for (size_t i = 0; i < event->entry.request_count; i++)
        out = arena_printf(arena, "%s%s%s", out, i ? "; " : "",
                           visible_text(event->entry.requests[i].text, arena));
    return out;
}

void log_report_table(struct text *out, const struct log_report *report, struct arena *arena)
{
    static const char *const header[] = { "TIME", "COMMIT", "FILES", "WHAT", "OPERATOR" };
    struct table table = table_new(arena, LENGTH(header), header);

    if (!report->count) {
        text_addf(out, "no commit of branch %s matches\n", visible_text(report->branch, arena));
        return;
    }
    for (size_t i = 0; i < report->count; i++) {
        const struct audit_event *event = &report->events[i];

        table_cell(&table, clock_text(event->entry.commit->time, arena));
        table_cellf(&table, "%.*s", COMMIT_SHOWN, event->entry.commit->id);
        table_cell(&table, files_cell(event, arena));
        table_cell(&table, subject_cell(event, arena));
        table_cell(&table, operator_cell(event, arena));
    }
    table_print(out, &table);
}

/* --- JSON --- */

/* A trailer that a commit does not have is left out: an older weft did not write all of them. */
static void set_given(struct node *node, const char *key, const char *text, struct arena *arena)
{
    if (*text)
        node_set_text(arena, node, key, text);
}

static void add_entry(struct node *node, const struct audit_entry *entry, struct arena *arena)
{
    struct node *list;

    set_given(node, "source", entry->source, arena);
    set_given(node, "sourceCommit", entry->source_commit, arena);
    set_given(node, "sourceSigner", entry->signer, arena);
    set_given(node, "inventoryCommit", entry->inventory, arena);
    set_given(node, "version", entry->version, arena);
    set_given(node, "planDigest", entry->digest, arena);
    set_given(node, "state", entry->state, arena);
    set_given(node, "instance", entry->instance, arena);
    if (entry->counter)
        node_set_int(arena, node, "counter", (int64_t)entry->counter);
    set_given(node, "certificateLog", entry->certificates, arena);
    set_given(node, "previousCommit", entry->previous, arena);
    list = node_set(node, "rotations", node_list(arena));
    for (size_t i = 0; i < entry->rotation_count; i++) {
        struct node *one = node_add(list, node_map(arena));

        node_set_text(arena, one, "virtualMesh", entry->rotations[i].virtual_mesh);
        node_set_text(arena, one, "id", entry->rotations[i].id);
        node_set_int(arena, one, "step", entry->rotations[i].step);
        node_set_text(arena, one, "state", entry->rotations[i].state);
        node_set_text(arena, one, "message", entry->rotations[i].message);
    }
    list = node_set(node, "requests", node_list(arena));
    for (size_t i = 0; i < entry->request_count; i++) {
        struct node *one = node_add(list, node_map(arena));

        node_set_text(arena, one, "virtualMesh", entry->requests[i].virtual_mesh);
        node_set_text(arena, one, "request", entry->requests[i].text);
    }
}

static struct node *certificate_node(const struct audit_certificate *one, struct arena *arena)
{
    struct node *node = node_map(arena);

    node_set_text(arena, node, "virtualMesh", one->virtual_mesh);
    set_given(node, "cluster", one->cluster, arena);
    node_set_text(arena, node, "name", one->name);
    node_set_text(arena, node, "serial", one->serial);
    node_set_text(arena, node, "fingerprint", one->fingerprint);
    node_set_text(arena, node, "root", one->root);
    node_set_text(arena, node, "notBefore", one->not_before);
    node_set_text(arena, node, "notAfter", one->not_after);
    return node;
}

static struct node *event_node(const struct audit_event *event, struct arena *arena)
{
    const struct history_commit *commit = event->entry.commit;
    struct node *node = node_map(arena), *part;

    node_set_text(arena, node, "commit", commit->id);
    node_set_text(arena, node, "time", clock_text(commit->time, arena));
    node_set_text(arena, node, "author", commit->author);
    node_set_text(arena, node, "subject", commit->subject);
    node_set_bool(arena, node, "weft", commit->ours);
    part = node_set(node, "files", node_map(arena));
    node_set_int(arena, part, "added", (int64_t)event->added);
    node_set_int(arena, part, "changed", (int64_t)event->changed);
    node_set_int(arena, part, "removed", (int64_t)event->removed);
    part = node_set(node, "clusters", node_list(arena));
    for (size_t i = 0; i < event->cluster_count; i++)
        node_add(part, node_string(arena, event->clusters[i]));
    part = node_set(node, "records", node_list(arena));
    for (size_t i = 0; i < event->record_count; i++)
        node_add(part, node_string(arena, event->records[i]));
    part = node_set(node, "issued", node_list(arena));
    for (size_t i = 0; i < event->issued_count; i++)
        node_add(part, certificate_node(&event->issued[i], arena));
    if (commit->ours)
        add_entry(node, &event->entry, arena);
    return node;
}

void log_report_json(struct text *out, const struct log_report *report, struct arena *arena)
{
    struct node *root = own_document("Log", arena), *list;

    node_set_text(arena, root, "branch", report->branch);
    list = node_set(root, "commits", node_list(arena));
    for (size_t i = 0; i < report->count; i++)
        node_add(list, event_node(&report->events[i], arena));
    write_json(out, root, true);
}
