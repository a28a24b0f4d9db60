/* tests/lib/discovery_sample.c - facts and scans of discovery, out of YAML written in tests. */
#include "tests/lib/discovery_sample.h"

#include "base/parse_yaml.h"
#include "discovery/found_gateway.h"
#include "discovery/found_workload.h"
#include "tests/lib/discovery_decode.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
/* cmocka wants the three above first */
#include <cmocka.h>

const struct node *discovery_sample_node(struct arena *arena, const char *yaml)
{
    struct diags diags = { .arena = arena };
    const struct node *node;

    if (parse_yaml(&node, "sample", arena_text(arena, yaml), strlen(yaml), arena, &diags) < 0)
        fail_msg("%s: %s", yaml, diags.first->text);
    return node;
}

struct facts *discovery_sample_facts(struct arena *arena, const struct discovery_sample_list *lists,
                                     size_t count)
{
    struct facts *facts = facts_new("k", arena);

    for (size_t i = 0; i < count; i++) {
        const struct node *items = discovery_sample_node(arena, lists[i].items);

        for (const struct node *item = items->first; item; item = item->next)
            facts_add(facts, lists[i].list, item);
    }
    for (int list = 0; list < FACT_LIST_COUNT; list++)
        facts_close(facts, (enum fact_list)list, FACT_COMPLETE, "");
    facts_end(facts);
    return facts;
}

struct discovery_settings discovery_sample_decode(const struct node *node, struct diags *diags)
{
    struct decoder *decoder = ARENA_NEW(diags->arena, struct decoder, 1);
    const struct at root = at_root(node, decoder);

    *decoder = (struct decoder){ diags, diags->arena, intern_new(diags->arena) };
    return discovery_decode(at_key(&root, "discovery"), at_key(&root, "cluster"));
}

struct discovery_settings discovery_sample_settings(struct arena *arena, const char *yaml)
{
    struct diags diags = { .arena = arena };
    const struct node *node = yaml ? discovery_sample_node(arena, yaml) : NULL;
    const struct discovery_settings settings = discovery_sample_decode(node, &diags);

    if (diags.first)
        fail_msg("%s: %s", diags.first->path, diags.first->text);
    return settings;
}

struct scan *discovery_sample_scan(struct arena *arena, struct facts *facts)
{
    struct scan *scan = ARENA_NEW(arena, struct scan, 1);
    struct discovery_settings *settings = ARENA_NEW(arena, struct discovery_settings, 1);
    struct inventory *former = ARENA_NEW(arena, struct inventory, 1);
    struct findings *findings = ARENA_NEW(arena, struct findings, 1);
    struct err err;

    *settings = discovery_sample_settings(arena, NULL);
    former->cluster = facts->cluster;
    findings->arena = arena;
    *scan = (struct scan){ .facts = facts,
                           .settings = settings,
                           .former = former,
                           .pod_namespace = POD_NAMESPACE_DEFAULT,
                           .findings = findings,
                           .arena = arena };
    if (control_planes_find(&scan->planes, facts, settings, findings, arena, &err) < 0)
        fail_msg("%s", err.text);
    scan->injections = found_workload_injections(scan);
    scan->candidates = found_gateway_candidates(scan);
    return scan;
}

const char *discovery_sample_findings(const struct findings *findings, struct arena *arena)
{
    const char *out = "";

    for (size_t i = 0; i < findings->count; i++)
        out = arena_printf(arena, "%s%s%s", out, i ? " " : "", findings->items[i].id);
    return out;
}
