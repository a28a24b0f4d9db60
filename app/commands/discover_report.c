/* app/commands/discover_report.c - what weft discover found, for people and programs.
 *
 * A cluster that could not be read is a row like the others, so that the number of rows is the
 * number of clusters that were asked. "kept" has no meaning without an inventory to keep: the
 * outcome is then shown as what caused it, unreachable or incomplete. */
#include "app/commands/discover_report.h"

#include "api/discovered_encode.h"
#include "api/finding.h"
#include "api/own_document.h"
#include "base/visible.h"
#include "base/write_json.h"
#include "base/write_yaml.h"
#include "ci/table.h"

static bool is_gateway(const struct destination *destination)
{
    return meta_annotation(&destination->meta, ANNOTATION_GATEWAY) != NULL;
}

/* The first one, and how many more there are. */
static const char *gateway_text(const struct inventory *inventory, struct arena *arena)
{
    const char *text = "";
    size_t count = 0;

    for (size_t i = 0; i < inventory->destination_count; i++) {
        const struct cluster_ref ref = inventory->destinations[i].service->ref;

        if (is_gateway(&inventory->destinations[i]) && !count++)
            text = arena_printf(arena, "%s/%s", ref.namespace, ref.name);
    }
    return count > 1 ? arena_printf(arena, "%s +%zu", text, count - 1) : text;
}

static const char *istio_text(const struct inventory *inventory, struct arena *arena)
{
    const char *out = "";

    for (size_t i = 0; i < inventory->mesh_count; i++) {
        const struct mesh *mesh = &inventory->meshes[i];
        const char *revisions = meta_annotation(&mesh->meta, ANNOTATION_REVISIONS);

        out = arena_printf(arena, "%s%s%s (%s)", out, *out ? ", " : "",
                           *mesh->version ? mesh->version : "unknown", revisions ? revisions : "");
    }
    return out;
}

static const char *trust_domains(const struct inventory *inventory, struct arena *arena)
{
    const char *out = "";

    for (size_t i = 0; i < inventory->mesh_count; i++)
        out =
            arena_printf(arena, "%s%s%s", out, *out ? ", " : "", inventory->meshes[i].trust_domain);
    return out;
}

/* There is no last inventory here that could have been kept. */
static const char *read_text_of(const struct discover_report *report, size_t i)
{
    if (report->clusters[i].outcome != DISCOVERY_KEPT)
        return enums_name(&discovery_outcomes, (int)report->clusters[i].outcome);
    return report->unreachable && report->unreachable[i] ? "unreachable" : "incomplete";
}

void discover_report_table(struct text *out, const struct discover_report *report)
{
    static const char *const header[] = { "CLUSTER", "READ",     "ISTIO", "TRUST DOMAIN",
                                          "GATEWAY", "SERVICES", "NOTE" };
    struct table table = table_new(report->arena, LENGTH(header), header);

    for (size_t i = 0; i < report->count; i++) {
        const struct discovery *one = &report->clusters[i];

        table_cell(&table, visible_text(one->cluster, report->arena));
        table_cell(&table, read_text_of(report, i));
        table_cell(&table, visible_text(istio_text(&one->inventory, report->arena), report->arena));
        table_cell(&table,
                   visible_text(trust_domains(&one->inventory, report->arena), report->arena));
        table_cell(&table,
                   visible_text(gateway_text(&one->inventory, report->arena), report->arena));
        if (one->outcome == DISCOVERY_READ)
            table_cellf(&table, "%zu of %zu", one->found.destinations, one->found.services);
        else
            table_cell(&table, "");
        table_cell(&table, visible_text(one->why, report->arena));
    }
    table_print(out, &table);
}

static struct node *mesh_node(const struct mesh *mesh, struct arena *arena)
{
    struct node *node = node_map(arena);

    node_set_text(arena, node, "name", mesh->meta.name);
    node_set_text(arena, node, "namespace", mesh->namespace);
    node_set_text(arena, node, "version", mesh->version);
    node_set_text(arena, node, "revisions", meta_annotation(&mesh->meta, ANNOTATION_REVISIONS));
    node_set_text(arena, node, "trustDomain", mesh->trust_domain);
    return node;
}

static struct node *gateway_node(const struct destination *gateway, struct arena *arena)
{
    struct node *node = node_map(arena), *addresses;

    node_set_text(arena, node, "namespace", gateway->service->ref.namespace);
    node_set_text(arena, node, "name", gateway->service->ref.name);
    node_set_text(arena, node, "mesh", gateway->mesh.name);
    node_set_text(arena, node, "mark", meta_annotation(&gateway->meta, ANNOTATION_GATEWAY));
    addresses = node_set(node, "addresses", node_list(arena));
    for (size_t i = 0; i < gateway->service->address_count; i++)
        node_add(addresses, node_string(arena, gateway->service->addresses[i]));
    return node;
}

static struct node *left_out_node(const struct left_out *left_out, struct arena *arena)
{
    struct node *node = node_map(arena);

    node_set_text(arena, node, "namespace", left_out->namespace);
    node_set_text(arena, node, "service", left_out->service);
    node_set_text(arena, node, "reason", enums_name(&left_out_reasons, (int)left_out->reason));
    node_set_text(arena, node, "message", left_out_text(left_out->reason));
    return node;
}

static struct node *cluster_node(const struct discover_report *report, size_t at)
{
    const struct discovery *one = &report->clusters[at];
    struct arena *arena = report->arena;
    const struct inventory *inventory = &one->inventory;
    struct node *node = node_map(arena), *list;

    node_set_text(arena, node, "cluster", one->cluster);
    node_set_text(arena, node, "read", read_text_of(report, at));
    if (*one->why)
        node_set_text(arena, node, "why", one->why);
    list = node_set(node, "meshes", node_list(arena));
    for (size_t i = 0; i < inventory->mesh_count; i++)
        node_add(list, mesh_node(&inventory->meshes[i], arena));
    list = node_set(node, "gateways", node_list(arena));
    for (size_t i = 0; i < inventory->destination_count; i++)
        if (is_gateway(&inventory->destinations[i]))
            node_add(list, gateway_node(&inventory->destinations[i], arena));
    node_set_int(arena, node, "services", (int64_t)one->found.services);
    node_set_int(arena, node, "destinations", (int64_t)one->found.destinations);
    node_set_int(arena, node, "workloads", (int64_t)one->found.workloads);
    node_set_int(arena, node, "held", (int64_t)one->held);
    list = node_set(node, "leftOut", node_list(arena));
    for (size_t i = 0; i < one->left_out.count; i++)
        node_add(list, left_out_node(&one->left_out.items[i], arena));
    node_set(node, "findings", findings_node(&one->findings, arena));
    return node;
}

static struct node *report_node(const struct discover_report *report)
{
    struct node *node = own_document("Discovery", report->arena);
    struct node *list = node_set(node, "clusters", node_list(report->arena));

    for (size_t i = 0; i < report->count; i++)
        node_add(list, cluster_node(report, i));
    return node;
}

void discover_report_json(struct text *out, const struct discover_report *report)
{
    write_json(out, report_node(report), true);
}

void discover_report_yaml(struct text *out, const struct discover_report *report)
{
    write_yaml(out, report_node(report));
}

static bool is_named(const struct found_service *found, const char *service)
{
    const size_t len = strlen(found->fact->namespace);

    return !strncmp(service, found->fact->namespace, len) && service[len] == '/'
           && text_equal(service + len + 1, found->fact->name);
}

static void explain_found(struct text *out, const struct discovery *one,
                          const struct found_service *found, struct arena *arena)
{
    const struct destination *destination =
        inventory_destination(&one->inventory, found->fact->namespace, found->fact->name);

    if (found->reason != LEFT_OUT_NOT) {
        text_addf(out, "%s: left out (%s): %s\n", one->cluster,
                  enums_name(&left_out_reasons, (int)found->reason), left_out_text(found->reason));
        if (destination)
            text_addf(out, "%s: its last Destination stays for a while\n", one->cluster);
        return;
    }
    text_addf(out, "%s: taken: %s\n", one->cluster,
              found->mesh_pods ? "its selector matches workloads of the mesh"
                               : "by annotation discovery.mesh.gloo.solo.io/enabled");
    if (destination)
        write_yaml(out, discovered_encode_destination(destination, arena));
}

bool discover_report_explain(struct text *out, const struct discover_report *report,
                             const char *service)
{
    bool any = false;

    for (size_t i = 0; i < report->count; i++) {
        const struct discovery *one = &report->clusters[i];

        for (size_t k = 0; k < one->service_count; k++)
            if (is_named(&one->services[k], service)) {
                any = true;
                explain_found(out, one, &one->services[k], report->arena);
            }
        for (size_t k = 0; k < one->findings.count && any; k++)
            if (text_equal(object_ref_text(one->findings.items[k].ref, report->arena), service)) {
                finding_print(out, &one->findings.items[k]);
                text_addc(out, '\n');
            }
        if (one->outcome != DISCOVERY_READ)
            text_addf(out, "%s: not known: %s\n", one->cluster,
                      visible_text(one->why, report->arena));
    }
    if (!any)
        text_addf(out, "no cluster that was read has a Service %s\n",
                  visible_text(service, report->arena));
    return any;
}

/* 1 when no cluster was read, 3 when some were, or when removals are held back: a script that
 * continues with half an inventory has to decide that itself. */
int discover_report_status(const struct discover_report *report)
{
    bool lacking = false;
    size_t read = 0;

    for (size_t i = 0; i < report->count; i++) {
        read += report->clusters[i].outcome == DISCOVERY_READ;
        lacking |= report->clusters[i].outcome != DISCOVERY_READ || report->clusters[i].held;
    }
    if (!read)
        return EXIT_FAILED;
    return lacking ? EXIT_REFUSED : EXIT_CONVERGED;
}
