/* app/commands/plan_file.c - writes and reads saved plans; compares nothing.
 *
 * A saved plan is what an approval is about. It names its sources by commit and its results by
 * blob id, so "the same plan" is a comparison of ids; the contents of manifests are not in it.
 * Files that depend on certificates which do not exist yet have no blob, since serials and keys
 * are random: for those the list of certificates is compared instead.
 *
 * The digest `inputs` covers what is no commit: the configuration, the recipients of encrypted
 * files, the version of weft. The file is read as input from outside: a plan that was edited, or
 * whose paths are out of order, is refused as a whole. */
#include "app/commands/plan_file.h"
#include "api/own_document.h"
#include "app/pass/pending.h"
#include "base/files.h"
#include "base/parse_json.h"
#include "base/write_json.h"
#include "sync/commit.h"
#include "version.h"

enum { PLAN_FILE_MAX = 256 * 1024 * 1024 };

#define KIND "SavedPlan"

/* --- writing --- */

/* Until the certificates that are due exist and were delivered, neither do the files that carry or
 * name them. */
static bool is_known(const struct change *change, bool waits)
{
    return !pending_file(change) && !(waits && text_starts(change->path, "weft/"));
}

static bool waits_for_delivery(const struct report *report)
{
    for (size_t i = 0; i < report->change_count; i++)
        if (pending_file(&report->changes[i]))
            return true;
    return report->due_count > 0;
}

static struct node *change_node(const struct change *change, bool waits, struct arena *arena)
{
    struct node *node = node_map(arena);
    char *blob;

    node_set_text(arena, node, "change", enums_name(&change_kinds, (int)change->kind));
    node_set_text(arena, node, "path", change->path);
    if (!is_known(change, waits))
        return node;
    blob = ARENA_NEW(arena, char, 41);
    git_id_hex(blob, change->kind == CHANGE_REMOVED ? &change->before : &change->after);
    node_set_text(arena, node, "blob", blob);
    return node;
}

static struct node *due_node(const struct report_due *due, struct arena *arena)
{
    struct node *node = node_map(arena);

    node_set_text(arena, node, "virtualMesh", due->virtual_mesh);
    node_set_text(arena, node, "mesh", due->mesh);
    node_set_text(arena, node, "what", due->what);
    return node;
}

static void add_sources(struct node *root, const struct outcome *outcome, struct arena *arena)
{
    const struct inputs *inputs = &outcome->inputs;
    const struct report *report = &outcome->report;
    struct node *specs = node_set(root, "specs", node_map(arena)), *output;

    node_set_text(arena, specs, "url", report->specs_url);
    node_set_text(arena, specs, "commit", inputs->specs_commit);
    if (*inputs->inventory_commit)
        node_set_text(arena, node_set(root, "inventory", node_map(arena)), "commit",
                      inputs->inventory_commit);
    output = node_set(root, "output", node_map(arena));
    node_set_text(arena, output, "url", report->output_url);
    node_set_text(arena, output, "branch", report->output_branch);
    node_set_text(arena, output, "tip", inputs->output_tip);
    node_set_text(arena, root, "inputs", inputs->digest);
}

static struct node *plan_node(const struct outcome *outcome, struct arena *arena)
{
    const struct report *report = &outcome->report;
    struct node *root = own_document(KIND, arena), *list;
    const bool waits = waits_for_delivery(report);

    node_set_text(arena, root, "version", WEFT_VERSION);
    add_sources(root, outcome, arena);
    list = node_set(root, "certificates", node_list(arena));
    for (size_t i = 0; i < report->due_count; i++)
        node_add(list, due_node(&report->due[i], arena));
    list = node_set(root, "changes", node_list(arena));
    for (size_t i = 0; i < report->change_count; i++)
        node_add(list, change_node(&report->changes[i], waits, arena));
    return root;
}

int plan_file_write(const char *path, const struct outcome *outcome, struct arena *arena,
                    struct err *err)
{
    AUTO_TEXT out = { 0 };

    if (outcome->report.inventory_change_count)
        return err_set(err, ERR_REFUSED, 0,
                       "no plan is saved: what clusters consist of changed, and a pass would "
                       "render what it finds then; let a pass commit the inventory first, or name "
                       "one with --inventory");
    write_json(&out, plan_node(outcome, arena), true);
    return file_write(path, out.bytes, out.len, 0644, err) < 0 ? err_wrap(err, "save the plan") : 0;
}

/* --- reading --- */

static const char *text_at(const struct node *map, const char *key)
{
    const struct node *node = node_find(map, key);
    const char *text = node ? node_text(node) : NULL;

    return text ? text : "";
}

/* 40 digits, or none: the content was not known. */
static bool read_blob(struct git_id *out, const char *hex)
{
    return !*hex || commit_parse_id(out, hex);
}

/* In path order, as they were written: approved_check_changes relies on that. */
static bool read_changes(struct approved *out, const struct node *list, struct arena *arena)
{
    struct change *changes = ARENA_NEW(arena, struct change, list->count + 1);

    for (const struct node *node = list->first; node; node = node->next) {
        struct change *change = &changes[out->change_count];
        const int kind = enums_find(&change_kinds, text_at(node, "change"));

        *change = (struct change){ .path = text_at(node, "path") };
        if (kind < 0 || !*change->path
            || !read_blob(kind == CHANGE_REMOVED ? &change->before : &change->after,
                          text_at(node, "blob"))
            || (out->change_count && strcmp(change[-1].path, change->path) >= 0))
            return false;
        change->kind = (enum change_kind)kind;
        out->change_count++;
    }
    out->changes = changes;
    return true;
}

static void read_due(struct approved *out, const struct node *list, struct arena *arena)
{
    struct report_due *due = ARENA_NEW(arena, struct report_due, list->count + 1);

    for (const struct node *node = list->first; node; node = node->next)
        due[out->due_count++] = (struct report_due){ .virtual_mesh = text_at(node, "virtualMesh"),
                                                     .mesh = text_at(node, "mesh"),
                                                     .what = text_at(node, "what"),
                                                     .why = "" };
    out->due = due;
}

static bool read_plan(struct approved *out, const struct node *root, struct arena *arena)
{
    const struct node *specs = node_find(root, "specs"), *output = node_find(root, "output");
    const struct node *inventory = node_find(root, "inventory");
    const struct node *changes = node_find(root, "changes"), *due = node_find(root, "certificates");

    if (strcmp(text_at(root, "apiVersion"), OWN_DOCUMENT_VERSION) != 0
        || strcmp(text_at(root, "kind"), KIND) != 0 || !specs || !output || !changes || !due
        || changes->kind != NODE_LIST || due->kind != NODE_LIST)
        return false;
    out->specs_commit = text_at(specs, "commit");
    out->inventory_commit = inventory ? text_at(inventory, "commit") : "";
    out->output_tip = text_at(output, "tip");
    out->inputs = text_at(root, "inputs");
    read_due(out, due, arena);
    return *out->specs_commit && *out->inputs && read_changes(out, changes, arena);
}

int plan_file_read(struct approved *out, const char *path, struct arena *arena, struct err *err)
{
    const struct node *root = NULL;
    char *bytes;
    size_t len;

    *out = (struct approved){ .file = path };
    if (file_read(&bytes, &len, path, PLAN_FILE_MAX, arena, err) < 0)
        return err_wrap(err, "read the plan (--plan)");
    if (parse_json(&root, bytes, len, arena, err) < 0)
        return err_wrap(err, "read the plan %s", path);
    if (!read_plan(out, root, arena))
        return err_set(err, ERR_INPUT, 0,
                       "%s is no plan of \"weft plan --out\": kind " KIND
                       " of " OWN_DOCUMENT_VERSION
                       ", with specs, output, inputs, certificates and changes",
                       path);
    return 0;
}
