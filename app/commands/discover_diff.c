/* app/commands/discover_diff.c - prints a comparison; compares nothing itself.
 *
 * A cluster that was not read is a line of its own and never a list of removals: what is not known
 * must not look as if it were gone. The exit status of a difference is that of plan
 * (EXIT_CHANGES). */
#include "app/commands/discover_diff.h"
#include "api/own_document.h"
#include "base/enums.h"
#include "base/node.h"
#include "base/plural.h"
#include "base/visible.h"

/* As in a diff from the written objects, or the former inventory, to the clusters. */
static const char signs[] = {
    [COMPARISON_EQUAL] = '=',   [COMPARISON_DIFFERENT] = '~', [COMPARISON_FOUND] = '+',
    [COMPARISON_WRITTEN] = '-', [COMPARISON_EXCLUDED] = 'x',  [COMPARISON_REFUSED] = '!',
};

static const char *thing_text(const struct comparison_item *item, struct arena *arena)
{
    const char *what = item->kind == KIND_DESTINATION ? "Service" : "workload";

    if (item->kind == KIND_KUBERNETES_CLUSTER)
        return "the cluster itself";
    if (item->kind == KIND_MESH)
        return arena_printf(arena, "istiod in %s", item->thing.namespace);
    return arena_printf(arena, "%s %s/%s", what, item->thing.namespace, item->thing.name);
}

static const char *value_text(const char *json) { return *json ? json : "nothing"; }

static void add_fields(struct text *out, const struct discover_diff *diff,
                       const struct comparison_item *item)
{
    struct arena *arena = diff->report->arena;

    for (size_t i = 0; i < item->field_count; i++)
        text_addf(out, "    %s: %s %s, %s %s\n", visible_text(item->fields[i].path, arena),
                  diff->specs ? "written" : "was",
                  visible_text(value_text(item->fields[i].written), arena),
                  diff->specs ? "found" : "is",
                  visible_text(value_text(item->fields[i].found), arena));
}

static void add_item(struct text *out, const struct discover_diff *diff,
                     const struct comparison_item *item)
{
    struct arena *arena = diff->report->arena;
    const struct object_ref ref = *item->written.name ? item->written : item->found;

    text_addf(out, "%c cluster %s: %s %s, %s", signs[item->outcome],
              visible_text(item->thing.cluster, arena), object_kind_name(item->kind),
              visible_text(object_ref_text(ref, arena), arena),
              visible_text(thing_text(item, arena), arena));
    if (diff->specs && item->place.file)
        text_addf(out, " (%s:%u:%u)", visible_text(item->place.file, arena), item->place.line,
                  item->place.column);
    text_addc(out, '\n');
    add_fields(out, diff, item);
}

static void add_unread(struct text *out, const struct discover_report *report)
{
    for (size_t i = 0; i < report->count; i++)
        if (report->clusters[i].outcome != DISCOVERY_READ)
            text_addf(out, "? cluster %s: not known: %s\n",
                      visible_text(report->clusters[i].cluster, report->arena),
                      visible_text(report->clusters[i].why, report->arena));
}

/* "3 equal, 1 different" */
static void add_totals(struct text *out, const struct comparison *comparison)
{
    const char *before = "";

    for (int i = 0; i < COMPARISON_COUNT; i++) {
        if (!comparison->totals[i] && i != COMPARISON_EQUAL)
            continue;
        text_addf(out, "%s%zu %s", before, comparison->totals[i],
                  enums_name(&comparison_outcomes, i));
        before = ", ";
    }
}

void discover_diff_text(struct text *out, const struct discover_diff *diff)
{
    const struct comparison *comparison = diff->comparison;

    for (size_t i = 0; i < comparison->count; i++)
        if (diff->specs || comparison->items[i].outcome != COMPARISON_EQUAL)
            add_item(out, diff, &comparison->items[i]);
    add_unread(out, diff->report);
    text_addf(out, "compared with %s: ", visible_text(diff->with, diff->report->arena));
    add_totals(out, comparison);
    if (diff->specs && comparison->totals[COMPARISON_EQUAL])
        text_adds(out, "; what is equal (=) may be deleted from the specs");
    text_addc(out, '\n');
}

/* --- for programs --- */

static void set_ref(struct node *map, const char *key, struct object_ref ref, struct arena *arena)
{
    struct node *node;

    if (text_empty(ref.name))
        return;
    node = node_set(map, key, node_map(arena));
    node_set_text(arena, node, "name", ref.name);
    node_set_text(arena, node, "namespace", ref.namespace);
}

static struct node *field_node(const struct comparison_field *field, struct arena *arena)
{
    struct node *node = node_map(arena);

    node_set_text(arena, node, "path", field->path);
    node_set_text(arena, node, "written", field->written);
    node_set_text(arena, node, "found", field->found);
    return node;
}

static struct node *item_node(const struct discover_diff *diff, const struct comparison_item *item)
{
    struct arena *arena = diff->report->arena;
    struct node *node = node_map(arena), *fields;

    node_set_text(arena, node, "cluster", item->thing.cluster);
    node_set_text(arena, node, "kind", object_kind_name(item->kind));
    if (!text_empty(item->thing.namespace))
        node_set_text(arena, node, "namespace", item->thing.namespace);
    if (!text_empty(item->thing.name))
        node_set_text(arena, node, "name", item->thing.name);
    node_set_text(arena, node, "outcome", enums_name(&comparison_outcomes, (int)item->outcome));
    set_ref(node, "written", item->written, arena);
    set_ref(node, "found", item->found, arena);
    if (diff->specs && item->place.file) {
        node_set_text(arena, node, "file", item->place.file);
        node_set_int(arena, node, "line", item->place.line);
        node_set_int(arena, node, "column", item->place.column);
    }
    fields = node_set(node, "fields", node_list(arena));
    for (size_t i = 0; i < item->field_count; i++)
        node_add(fields, field_node(&item->fields[i], arena));
    return node;
}

static void add_unread_nodes(struct node *list, const struct discover_report *report)
{
    for (size_t i = 0; i < report->count; i++) {
        struct node *node;

        if (report->clusters[i].outcome == DISCOVERY_READ)
            continue;
        node = node_add(list, node_map(report->arena));
        node_set_text(report->arena, node, "cluster", report->clusters[i].cluster);
        node_set_text(report->arena, node, "why", report->clusters[i].why);
    }
}

struct node *discover_diff_node(const struct discover_diff *diff)
{
    const struct comparison *comparison = diff->comparison;
    struct arena *arena = diff->report->arena;
    struct node *root = own_document("DiscoveryDiff", arena), *list;

    node_set_text(arena, root, "with", diff->with);
    list = node_set(root, "totals", node_map(arena));
    for (int i = 0; i < COMPARISON_COUNT; i++)
        node_set_int(arena, list, enums_name(&comparison_outcomes, i),
                     (int64_t)comparison->totals[i]);
    list = node_set(root, "objects", node_list(arena));
    for (size_t i = 0; i < comparison->count; i++)
        node_add(list, item_node(diff, &comparison->items[i]));
    add_unread_nodes(node_set(root, "notKnown", node_list(arena)), diff->report);
    return root;
}

int discover_diff_status(const struct discover_diff *diff)
{
    const int status = discover_report_status(diff->report);

    return status != EXIT_FAILED && comparison_differs(diff->comparison) ? EXIT_CHANGES : status;
}
