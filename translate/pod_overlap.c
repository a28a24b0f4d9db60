/* translate/pod_overlap.c - which Services have pods in common.  Decides nothing.
 *
 * The pods of a Service are known as sets of labels: its selector, and the labels of its endpoints
 * (without any, of its Workloads).  Two Services of one namespace overlap when the selector of one
 * is contained in a set of the other.  Both directions are looked up by single labels, in two lists
 * that are sorted by hash: each Service under the rarest label of its selector, and each Service
 * under every label of its sets.  So a look-up costs about as much as there are Services with that
 * label, and the lists grow with the specs alone: pairs of Services, of which there may be
 * quadratically many, are never stored.  Equal hashes of different labels cost time and change no
 * answer, because each candidate is compared. */
#include "translate/pod_overlap.h"
#include "api/selector_match.h"
#include "base/text.h"

#include "translate/endpoint.h"
#include <stdlib.h>
#include <string.h>

/* A Service; one without a selector only has sets. */
struct member {
    const struct destination *destination;
    uint64_t place; /* hash of its cluster and namespace */
    const struct labels *sets;
    size_t set_count;
};

struct slot {
    uint64_t hash; /* of cluster, namespace, and label */
    size_t member;
};
struct slots {
    struct slot *items; /* sorted, each once */
    size_t count;
};

struct pod_overlap {
    const struct destination *first; /* of the specs, as members are */
    struct member *members;
    size_t count;
    struct slots selectors; /* by one label of the selector */
    struct slots labels;    /* by each label of the sets */
};

/* FNV-1a; the zero byte at the end is part of it, so that texts do not run together. */
static uint64_t hash_text(uint64_t hash, const char *text)
{
    do {
        hash = (hash ^ (unsigned char)*text) * UINT64_C(1099511628211);
    } while (*text++);
    return hash;
}

static uint64_t hash_place(const struct kube_service *service)
{
    const uint64_t hash = hash_text(UINT64_C(14695981039346656037), service->ref.cluster);

    return hash_text(hash, service->ref.namespace);
}

static uint64_t hash_label(const struct member *member, const struct pair *label)
{
    return hash_text(hash_text(member->place, label->key), label->value);
}

static int compare_slots(const void *a, const void *b)
{
    const struct slot *left = a, *right = b;

    if (left->hash != right->hash)
        return left->hash < right->hash ? -1 : 1;
    return (left->member > right->member) - (left->member < right->member);
}

static void sort_slots(struct slots *slots)
{
    size_t kept = 0;

    if (slots->count)
        qsort(slots->items, slots->count, sizeof *slots->items, compare_slots);
    for (size_t i = 0; i < slots->count; i++)
        if (!kept || compare_slots(&slots->items[kept - 1], &slots->items[i]))
            slots->items[kept++] = slots->items[i];
    slots->count = kept;
}

/* The slots of one hash. */
static const struct slot *find_slots(const struct slots *slots, uint64_t hash, size_t *count)
{
    size_t low = 0, high = slots->count, end;

    while (low < high) {
        const size_t middle = low + (high - low) / 2;

        if (slots->items[middle].hash < hash)
            low = middle + 1;
        else
            high = middle;
    }
    for (end = low; end < slots->count && slots->items[end].hash == hash;)
        end++;
    *count = end - low;
    return slots->items + low;
}

static struct member make_member(const struct resolved *resolved,
                                 const struct destination *destination, struct arena *arena)
{
    const struct kube_service *service = destination->service;
    struct member member = { .destination = destination, .place = hash_place(service) };
    size_t count;
    const struct labels *known =
        endpoint_label_sets(service, resolved->templates, false, &count, arena);
    struct labels *sets = ARENA_NEW(arena, struct labels, count + 1);

    memcpy(sets, known, count * sizeof *known);
    sets[count] = (struct labels){ service->selector, service->selector_count };
    member.sets = sets;
    member.set_count = count + 1;
    return member;
}

static void add_labels(struct pod_overlap *overlap, size_t at, struct arena *arena)
{
    const struct member *member = &overlap->members[at];

    for (size_t i = 0; i < member->set_count; i++)
        for (size_t k = 0; k < member->sets[i].count; k++)
            *ARENA_PUSH(arena, overlap->labels.items, overlap->labels.count) =
                (struct slot){ hash_label(member, &member->sets[i].pairs[k]), at };
}

/* Under the label that the fewest Services have. */
static void add_selector(struct pod_overlap *overlap, size_t at, struct arena *arena)
{
    const struct member *member = &overlap->members[at];
    const struct kube_service *service = member->destination->service;
    struct slot best = { 0, at };
    size_t fewest = SIZE_MAX;

    for (size_t i = 0; i < service->selector_count; i++) {
        const uint64_t hash = hash_label(member, &service->selector[i]);
        size_t count;

        find_slots(&overlap->labels, hash, &count);
        if (count < fewest) {
            fewest = count;
            best.hash = hash;
        }
    }
    if (service->selector_count)
        *ARENA_PUSH(arena, overlap->selectors.items, overlap->selectors.count) = best;
}

struct pod_overlap *pod_overlap_new(const struct resolved *resolved, struct arena *arena)
{
    const struct specs *specs = resolved->specs;
    struct pod_overlap *overlap = ARENA_NEW(arena, struct pod_overlap, 1);

    overlap->first = specs->destinations;
    overlap->count = specs->destination_count;
    overlap->members = ARENA_NEW(arena, struct member, overlap->count);
    for (size_t i = 0; i < overlap->count; i++) {
        if (!specs->destinations[i].service)
            continue;
        overlap->members[i] = make_member(resolved, &specs->destinations[i], arena);
        add_labels(overlap, i, arena);
    }
    sort_slots(&overlap->labels);
    for (size_t i = 0; i < overlap->count; i++)
        if (overlap->members[i].destination)
            add_selector(overlap, i, arena);
    sort_slots(&overlap->selectors);
    return overlap;
}

static bool selects_set(const struct kube_service *service, const struct member *other)
{
    for (size_t i = 0; i < other->set_count; i++)
        if (selector_match_pods(service->selector, service->selector_count, other->sets[i].pairs,
                                other->sets[i].count))
            return true;
    return false;
}

static bool overlaps(const struct member *a, const struct member *b)
{
    const struct kube_service *left = a->destination->service, *right = b->destination->service;

    return text_equal(left->ref.cluster, right->ref.cluster)
           && text_equal(left->ref.namespace, right->ref.namespace)
           && (selects_set(left, b) || selects_set(right, a));
}

static const struct member *member_of(const struct pod_overlap *overlap,
                                      const struct destination *destination)
{
    return &overlap->members[destination - overlap->first];
}

bool pod_overlap_between(const struct pod_overlap *overlap, const struct destination *a,
                         const struct destination *b)
{
    return overlaps(member_of(overlap, a), member_of(overlap, b));
}

struct visiting {
    const struct pod_overlap *overlap;
    const struct member *member;
    pod_overlap_visit *visit;
    void *context;
};

static void visit_slots(const struct visiting *visiting, const struct slots *slots,
                        const struct pair *label)
{
    size_t count;
    const struct slot *found = find_slots(slots, hash_label(visiting->member, label), &count);

    for (size_t i = 0; i < count; i++) {
        const struct member *other = &visiting->overlap->members[found[i].member];

        if (other != visiting->member && overlaps(visiting->member, other))
            visiting->visit(visiting->context, other->destination);
    }
}

void pod_overlap_each(const struct pod_overlap *overlap, const struct destination *destination,
                      pod_overlap_visit *visit, void *context)
{
    const struct visiting visiting = { overlap, member_of(overlap, destination), visit, context };
    const struct kube_service *service = destination->service;

    for (size_t i = 0; i < visiting.member->set_count; i++)
        for (size_t k = 0; k < visiting.member->sets[i].count; k++)
            visit_slots(&visiting, &overlap->selectors, &visiting.member->sets[i].pairs[k]);
    if (service->selector_count)
        visit_slots(&visiting, &overlap->labels, &service->selector[0]);
}
