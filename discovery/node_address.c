/* discovery/node_address.c - the nodes at which a Service of type NodePort is reached.  Pure.
 * Any node passes a node port on, so a few of them are enough, and they should change seldom: each
 * change is a commit in every cluster that imports from here.  Former addresses stay while their
 * nodes can be used; what is missing is filled up zone by zone, in each with the node of the lowest
 * hash.  So adding nodes changes nothing, and losing one changes one address. */
#include "discovery/node_address.h"

#include "api/value.h"
#include "base/digest.h"
#include "base/parse_json.h"
#include <stdlib.h>

struct candidate {
    const struct fact_node *node;
    const char *address;
    struct sha256 hash; /* of the node's name */
    bool chosen;
};

/* "k=v,k=v" as Istio documents the annotation, or a JSON map of texts as its code reads it.  False:
 * it can be read as neither. */
static bool selects(const char *selector, const struct fact_node *node)
{
    AUTO(arena_free) struct arena *scratch = arena_new();
    const struct node *map;
    struct err err;
    const char *at = selector + strspn(selector, " ");

    if (*at == '{') {
        if (parse_json(&map, at, strlen(at), scratch, &err) < 0)
            return false;
        for (const struct node *member = map->first; member; member = member->next)
            if (!text_equal(read_pair(node->labels, node->label_count, member->key),
                            node_text(member)))
                return false;
        return true;
    }
    while (*at) {
        const size_t len = strcspn(at, ","), key = strcspn(at, "=,");

        if (key >= len
            || !text_equal(
                read_pair(node->labels, node->label_count, arena_bytes(scratch, at, key)),
                arena_bytes(scratch, at + key + 1, len - key - 1)))
            return false;
        at += len + (at[len] == ',');
    }
    return true;
}

/* With externalTrafficPolicy: Local a node answers only when it has a ready pod itself. */
static bool has_endpoint(const struct facts *facts, const struct fact_service *service,
                         const char *node)
{
    for (size_t i = 0; i < facts->slice_count; i++) {
        const struct fact_slice *slice = &facts->slices[i];

        if (!text_equal(slice->namespace, service->namespace)
            || !text_equal(slice->service, service->name))
            continue;
        for (size_t k = 0; k < slice->address_count; k++)
            if (text_equal(slice->addresses[k].node, node))
                return true;
    }
    return false;
}

static bool uses_internal(const struct scan *scan)
{
    if (scan->settings->node_addresses_given)
        return scan->settings->node_addresses == NODE_INTERNAL_IP;
    for (size_t i = 0; i < scan->facts->node_count; i++)
        if (!scan->facts->nodes[i].kind)
            return false;
    return scan->facts->node_count > 0;
}

static const char *address_of(const struct fact_node *node, bool internal)
{
    const char *const *addresses = internal ? node->internal : node->external;
    const size_t count = internal ? node->internal_count : node->external_count;
    const char *best = NULL;

    for (size_t i = 0; i < count; i++)
        if (value_is_ip_address(addresses[i]) && value_is_reachable(addresses[i])
            && (!best || strcmp(addresses[i], best) < 0))
            best = addresses[i];
    return best;
}

static bool is_candidate(const struct scan *scan, const struct fact_service *service,
                         const struct fact_node *node)
{
    return node->usable && (!*service->node_selector || selects(service->node_selector, node))
           && (!service->local || has_endpoint(scan->facts, service, node->name));
}

static int by_hash(const void *a, const void *b)
{
    const struct candidate *left = a, *right = b;
    int order = memcmp(left->hash.bytes, right->hash.bytes, sizeof left->hash.bytes);

    return order ? order : strcmp(left->node->name, right->node->name);
}

static struct candidate *find_candidates(const struct scan *scan,
                                         const struct fact_service *service, size_t *count)
{
    const bool internal = uses_internal(scan);
    struct candidate *all = ARENA_NEW(scan->arena, struct candidate, scan->facts->node_count);

    *count = 0;
    for (size_t i = 0; i < scan->facts->node_count; i++) {
        const struct fact_node *node = &scan->facts->nodes[i];
        const char *address = address_of(node, internal);

        if (address && is_candidate(scan, service, node))
            all[(*count)++] = (struct candidate){
                .node = node, .address = address, .hash = sha256_of(node->name, strlen(node->name))
            };
    }
    if (*count)
        qsort(all, *count, sizeof *all, by_hash);
    return all;
}

static size_t chosen_in_zone(const struct candidate *all, size_t count, const char *zone)
{
    size_t chosen = 0;

    for (size_t i = 0; i < count; i++)
        chosen += all[i].chosen && text_equal(all[i].node->zone, zone);
    return chosen;
}

/* The first by hash in a zone that has the fewest so far. */
static struct candidate *next_candidate(struct candidate *all, size_t count)
{
    struct candidate *best = NULL;
    size_t fewest = SIZE_MAX;

    for (size_t i = 0; i < count; i++) {
        const size_t chosen = chosen_in_zone(all, count, all[i].node->zone);

        if (!all[i].chosen && chosen < fewest) {
            fewest = chosen;
            best = &all[i];
        }
    }
    return best;
}

const char *const *node_address_choose(const struct scan *scan, const struct fact_service *service,
                                       const char *const *former, size_t former_count,
                                       size_t *count)
{
    size_t candidates, chosen = 0;
    struct candidate *all = find_candidates(scan, service, &candidates), *next;
    const char **addresses = ARENA_NEW(scan->arena, const char *, NODE_ADDRESS_MAX);

    for (size_t i = 0; i < candidates && chosen < NODE_ADDRESS_MAX; i++)
        for (size_t k = 0; k < former_count; k++)
            if (text_equal(all[i].address, former[k]) && !all[i].chosen) {
                all[i].chosen = true;
                chosen++;
            }
    while (chosen < NODE_ADDRESS_MAX && (next = next_candidate(all, candidates))) {
        next->chosen = true;
        chosen++;
    }
    *count = 0;
    for (size_t i = 0; i < candidates; i++)
        if (all[i].chosen)
            addresses[(*count)++] = all[i].address;
    if (*count)
        qsort(addresses, *count, sizeof *addresses, text_compare);
    return addresses;
}
