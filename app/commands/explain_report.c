/* app/commands/explain_report.c - prints calls and their links.  Judges nothing.
 *
 * The order of enum call_state is from open to closed, and is_open relies on it: a call that is
 * limited counts as open, one that the specs cannot decide does not, so a pipeline that asks "may
 * A call B" is answered with no rather than with a guess. The keys of the JSON form are an
 * interface and only gain members. Links are printed as translate/call.h orders them, and the list
 * ends after the first that makes the others pointless. */
#include "app/commands/explain_report.h"
#include "api/own_document.h"
#include "base/write.h"
#include "base/write_json.h"
#include "ci/table.h"

bool explain_report_is_open(const struct explain_report *report)
{
    for (size_t i = 0; i < report->call_count; i++)
        if (report->calls[i].verdict > CALL_LIMITED)
            return false;
    return true;
}

static const char *object_text(const struct call_link *link, struct arena *arena)
{
    if (!link->object_kind)
        return NULL;
    return arena_printf(arena, "%s %s", link->object_kind, object_ref_text(link->object, arena));
}

static const char *place_text(struct place place, struct arena *arena)
{
    return place.file ? arena_printf(arena, "%s:%u", place.file, place.line) : NULL;
}

static void print_call(struct text *out, const struct call *call, struct arena *arena)
{
    static const char *const header[] = { "LINK", "HOLDS", "DECIDED BY", "AT", "WHY" };
    struct table table = table_new(arena, LENGTH(header), header);

    text_addf(out, "%s to %s: %s%s%s\n\n", caller_text(&call->caller, arena),
              cluster_ref_text(call->destination->service->ref, arena),
              enums_name(&call_states, (int)call->verdict), call->host ? ", as " : "",
              call->host ? call->host : "");
    for (size_t i = 0; i < call->link_count; i++) {
        const struct call_link *link = &call->links[i];

        table_cell(&table, enums_name(&call_link_kinds, (int)link->kind));
        table_cell(&table, enums_name(&call_states, (int)link->state));
        table_cell(&table, object_text(link, arena));
        table_cell(&table, place_text(link->place, arena));
        table_cell(&table, link->text);
    }
    table_print(out, &table);
}

void explain_report_table(struct text *out, const struct explain_report *report,
                          struct arena *arena)
{
    for (size_t i = 0; i < report->call_count; i++) {
        if (i)
            text_addc(out, '\n');
        print_call(out, &report->calls[i], arena);
    }
}

static struct node *link_node(const struct call_link *link, struct arena *arena)
{
    struct node *node = node_map(arena);

    node_set_text(arena, node, "link", enums_name(&call_link_kinds, (int)link->kind));
    node_set_text(arena, node, "holds", enums_name(&call_states, (int)link->state));
    if (link->object_kind) {
        node_set_text(arena, node, "kind", link->object_kind);
        node_set_text(arena, node, "namespace", link->object.namespace);
        node_set_text(arena, node, "name", link->object.name);
    }
    if (link->place.file) {
        node_set_text(arena, node, "file", link->place.file);
        node_set_int(arena, node, "line", link->place.line);
        node_set_int(arena, node, "column", link->place.column);
    }
    node_set_text(arena, node, "message", link->text);
    return node;
}

static struct node *call_node(const struct call *call, struct arena *arena)
{
    const struct cluster_ref ref = call->destination->service->ref;
    struct node *node = node_map(arena), *caller, *service, *links;

    caller = node_set(node, "caller", node_map(arena));
    node_set_text(arena, caller, "cluster", call->caller.mesh->cluster);
    node_set_text(arena, caller, "namespace", call->caller.namespace);
    node_set_text(arena, caller, "serviceAccount", call->caller.account);
    node_set_text(arena, caller, "trustDomain", caller_domain(&call->caller));
    service = node_set(node, "service", node_map(arena));
    node_set_text(arena, service, "cluster", ref.cluster);
    node_set_text(arena, service, "namespace", ref.namespace);
    node_set_text(arena, service, "name", ref.name);
    node_set_text(arena, node, "host", call->host);
    node_set_text(arena, node, "verdict", enums_name(&call_states, (int)call->verdict));
    links = node_set(node, "links", node_list(arena));
    for (size_t i = 0; i < call->link_count; i++)
        node_add(links, link_node(&call->links[i], arena));
    return node;
}

void explain_report_json(struct text *out, const struct explain_report *report, struct arena *arena)
{
    struct node *root = own_document("Explanation", arena), *calls;

    calls = node_set(root, "calls", node_list(arena));
    for (size_t i = 0; i < report->call_count; i++)
        node_add(calls, call_node(&report->calls[i], arena));
    write_json(out, root, true);
}
