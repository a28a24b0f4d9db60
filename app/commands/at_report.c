/* app/commands/at_report.c - prints the fleet of one commit; decides nothing.
 *
 * The facts are those of the records and trailers of one commit, never those of the state:
 * retention removes rows from the state, and the branch keeps each commit. All times are compared
 * with the time that was asked for. A record that cannot be read is named, and the others are
 * shown. */
#include "app/commands/at_report.h"
#include "api/own_document.h"
#include "base/clock.h"
#include "base/visible.h"
#include "base/write_json.h"
#include "ci/table.h"

/* Whether a certificate could be used at that time: "valid", "expired", "not yet valid". At the
 * time that was asked for, not now: a certificate that has expired since was valid then. */
static const char *validity(const struct audit_certificate *one, int64_t at)
{
    int64_t from, to;

    if (!clock_parse(one->not_before, &from) || !clock_parse(one->not_after, &to))
        return "unknown";
    return at < from ? "not yet valid" : at > to ? "expired" : "valid";
}

static void print_virtual_meshes(struct text *out, const struct at_report *report,
                                 struct arena *arena)
{
    static const char *const header[] = { "VIRTUAL MESH", "STATE", "ROTATION", "STEP",
                                          "DEPLOYED ROOT" };
    struct table table = table_new(arena, LENGTH(header), header);

    for (size_t i = 0; i < report->trust.count; i++) {
        const struct audit_virtual_mesh *mesh = &report->trust.virtual_meshes[i];

        table_cell(&table, mesh->name);
        table_cell(&table, mesh->state);
        table_cell(&table, mesh->rotation);
        table_cellf(&table, "%d/3", mesh->step);
        table_cellf(&table, "%.8s", mesh->deployed);
    }
    table_print(out, &table);
}

static void print_certificates(struct text *out, const struct at_report *report,
                               struct arena *arena)
{
    static const char *const header[] = { "VIRTUAL MESH", "CLUSTER", "CERTIFICATE", "SERIAL",
                                          "ROOT",         "FROM",    "UNTIL",       "STATE" };
    struct table table = table_new(arena, LENGTH(header), header);

    for (size_t i = 0; i < report->trust.count; i++)
        for (size_t k = 0; k < report->trust.virtual_meshes[i].count; k++) {
            const struct audit_certificate *one = &report->trust.virtual_meshes[i].certificates[k];

            table_cell(&table, one->virtual_mesh);
            table_cell(&table, one->cluster);
            table_cell(&table, visible_text(one->name, arena));
            table_cell(&table, one->serial);
            table_cellf(&table, "%.8s", one->root);
            table_cell(&table, one->not_before);
            table_cell(&table, one->not_after);
            table_cellf(&table, "%s%s%s", one->state, *one->state ? ", " : "",
                        validity(one, report->at));
        }
    table_print(out, &table);
}

void at_report_table(struct text *out, const struct at_report *report, struct arena *arena)
{
    const struct history_commit *commit = report->entry.commit;

    text_addf(out, "%s: commit %.12s of %s\n%s\n", clock_text(report->at, arena), commit->id,
              clock_text(commit->time, arena), visible_text(commit->subject, arena));
    if (*report->entry.source_commit)
        text_addf(out, "specs %.12s, weft %s\n", report->entry.source_commit,
                  visible_text(report->entry.version, arena));
    text_adds(out, "clusters:");
    for (size_t i = 0; i < report->cluster_count; i++)
        text_addf(out, "%s %s", i ? "," : "", visible_text(report->clusters[i], arena));
    text_adds(out, report->cluster_count ? "\n" : " none\n");
    if (report->trust.damaged)
        text_addf(out, "! %s cannot be read\n", visible_text(report->trust.damaged, arena));
    if (!report->trust.count)
        return;
    text_addc(out, '\n');
    print_virtual_meshes(out, report, arena);
    text_addc(out, '\n');
    print_certificates(out, report, arena);
}

/* --- JSON --- */

static struct node *certificate_node(const struct audit_certificate *one, int64_t at,
                                     struct arena *arena)
{
    struct node *node = node_map(arena);

    if (!audit_certificate_is_root(one)) {
        node_set_text(arena, node, "cluster", one->cluster);
        node_set_text(arena, node, "mesh", one->mesh);
    }
    node_set_text(arena, node, "name", one->name);
    node_set_text(arena, node, "serial", one->serial);
    node_set_text(arena, node, "fingerprint", one->fingerprint);
    if (audit_certificate_is_root(one))
        node_set_text(arena, node, "state", one->state);
    else
        node_set_text(arena, node, "root", one->root);
    node_set_text(arena, node, "notBefore", one->not_before);
    node_set_text(arena, node, "notAfter", one->not_after);
    node_set_text(arena, node, "validity", validity(one, at));
    return node;
}

static struct node *virtual_mesh_node(const struct audit_virtual_mesh *mesh, int64_t at,
                                      struct arena *arena)
{
    struct node *node = node_map(arena), *roots, *intermediates;

    node_set_text(arena, node, "name", mesh->name);
    node_set_text(arena, node, "state", mesh->state);
    node_set_text(arena, node, "rotation", mesh->rotation);
    node_set_int(arena, node, "step", mesh->step);
    node_set_text(arena, node, "deployedRoot", mesh->deployed);
    roots = node_set(node, "roots", node_list(arena));
    intermediates = node_set(node, "intermediates", node_list(arena));
    for (size_t i = 0; i < mesh->count; i++)
        node_add(audit_certificate_is_root(&mesh->certificates[i]) ? roots : intermediates,
                 certificate_node(&mesh->certificates[i], at, arena));
    return node;
}

void at_report_json(struct text *out, const struct at_report *report, struct arena *arena)
{
    const struct history_commit *commit = report->entry.commit;
    struct node *root = own_document("Fleet", arena), *list;

    node_set_text(arena, root, "at", clock_text(report->at, arena));
    node_set_text(arena, root, "commit", commit->id);
    node_set_text(arena, root, "time", clock_text(commit->time, arena));
    node_set_text(arena, root, "subject", commit->subject);
    node_set_bool(arena, root, "weft", commit->ours);
    node_set_text(arena, root, "sourceCommit", report->entry.source_commit);
    node_set_text(arena, root, "inventoryCommit", report->entry.inventory);
    node_set_text(arena, root, "version", report->entry.version);
    list = node_set(root, "clusters", node_list(arena));
    for (size_t i = 0; i < report->cluster_count; i++)
        node_add(list, node_string(arena, report->clusters[i]));
    list = node_set(root, "virtualMeshes", node_list(arena));
    for (size_t i = 0; i < report->trust.count; i++)
        node_add(list, virtual_mesh_node(&report->trust.virtual_meshes[i], report->at, arena));
    write_json(out, root, true);
}
