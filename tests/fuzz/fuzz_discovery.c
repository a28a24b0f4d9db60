/* tests/fuzz/fuzz_discovery.c - any bytes as what a cluster shows of itself: lists of API servers
 * in one JSON map, or the text of a MeshConfig.  No crash; whatever becomes an inventory decodes
 * without an error, and is the same in a second run with itself as the former one. */
#include "api/discovered_encode.h"
#include "base/parse_json.h"
#include "base/write_yaml.h"
#include "discovery/discovery.h"
#include "discovery/mesh_config.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len);

static struct facts *read_facts(const struct node *root, struct arena *arena)
{
    struct facts *facts = facts_new("cluster-1", arena);

    for (int list = 0; list < FACT_LIST_COUNT; list++) {
        const struct node *items = node_find(root, enums_name(&fact_lists, list));

        if (items && items->kind == NODE_LIST)
            for (const struct node *item = items->first; item; item = item->next)
                facts_add(facts, (enum fact_list)list, item);
        facts_close(facts, (enum fact_list)list, FACT_COMPLETE, "");
    }
    facts_end(facts);
    return facts;
}

static void add_object(struct text *out, const struct node *object)
{
    text_adds(out, "---\n");
    write_yaml(out, object);
}

static const char *write_all(const struct inventory *inventory, struct arena *arena)
{
    AUTO_TEXT out = { 0 };

    if (inventory->known)
        add_object(&out, discovered_encode_cluster(&inventory->self, arena));
    for (size_t i = 0; i < inventory->mesh_count; i++)
        add_object(&out, discovered_encode_mesh(&inventory->meshes[i], arena));
    for (size_t i = 0; i < inventory->destination_count; i++)
        add_object(&out, discovered_encode_destination(&inventory->destinations[i], arena));
    for (size_t i = 0; i < inventory->workload_count; i++)
        add_object(&out, discovered_encode_workload(&inventory->workloads[i], arena));
    return arena_text(arena, out.bytes ? out.bytes : "");
}

static struct inventory read_all(const char *text, struct arena *arena)
{
    struct diags diags = { .arena = arena };
    struct specs_reader *reader = specs_begin(arena, &diags, NULL);
    struct specs *specs = ARENA_NEW(arena, struct specs, 1);

    if (*text)
        specs_add(reader, "inventory.yaml", text, strlen(text));
    specs_end(specs, reader);
    if (diags.errors) {
        AUTO_TEXT why = { 0 };

        diag_print(&why, diags.first);
        fprintf(stderr, "not so: %s\n", why.bytes);
        abort();
    }
    return inventory_of_specs(specs, "cluster-1", arena);
}

static const char *run(const struct facts *facts, const struct inventory *former,
                       struct arena *arena)
{
    struct discovery_settings settings = discovery_settings_default(arena);
    struct discovery_request request = { .facts = facts,
                                         .settings = &settings,
                                         .former = former,
                                         .now = 1000,
                                         .pod_namespace = POD_NAMESPACE_DEFAULT,
                                         .taken = map_new(arena) };
    struct discovery out;

    settings.pod_addresses = facts->slice_count > 0;
    discovery_run(&out, &request, arena);
    return write_all(&out.inventory, arena);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
    AUTO(arena_free) struct arena *arena = arena_new();
    const char *text = arena_bytes(arena, bytes, len);
    struct inventory former = { .cluster = "cluster-1" };
    struct reader reader = { arena, intern_new(arena) };
    struct mesh_config config;
    const struct node *root;
    const struct facts *facts;
    const char *first;
    struct err err;

    if (parse_json(&root, text, len, arena, &err) < 0 || root->kind != NODE_MAP) {
        (void)mesh_config_read(&config, &reader, text);
        return 0;
    }
    facts = read_facts(root, arena);
    first = run(facts, &former, arena);
    former = read_all(first, arena);
    if (strcmp(run(facts, &former, arena), first) != 0)
        abort();
    return 0;
}
