/* translate/pod_overlap.c - which Services have pods in common.  Decides nothing.
 *
 * The pods of a Service are known as sets of labels: its selector, and the labels of its endpoints
 * (without any, of its Workloads).  Two Services of one namespace overlap when the selector of one
 * is contained in a set of the other.  Both directions are looked up by single labels, in two lists
 * that are sorted by hash: each Service under the rarest label of its selector, and each Service
 * under every label of its sets.  So a look-up costs about as much as there are Services with that
 * label, and the lists grow with the specs alone: pairs of Services, of which there may be
 * quadratically many, are never stored.  Equal hashes of different labels cost time and change no
 * answer, because each candidate is compared; so 32 bits of them are enough.
 *
 * All Services of all clusters are members, so a member holds only what cannot be found at its
 * Destination, which has the same index, and the lists are counted before they are filled. */
#include "translate/pod_overlap.h"
#include "api/selector_match.h"
#include "base/text.h"

#include "translate/endpoint.h"
#include <assert.h>
#include <stdlib.h>

/* The pods of a Service, as far as its selector does not say; of an external service none. */
struct member {
    const struct labels *sets;
    size_t set_count;
};

struct slot {
    uint32_t hash;   /* of cluster, namespace, and label */
    uint32_t member; /* index of its Destination */
};
struct slots {
    struct slot *items; /* sorted, each once */
    size_t count;
};

struct pod_overlap {
    const struct destination *destinations; /* of the specs, as members are */
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

/* place: of its Service. */
static uint32_t hash_label(uint64_t place, const struct pair *label)
{
    const uint64_t hash = hash_text(hash_text(place, label->key), label->value);

    return (uint32_t)(hash ^ hash >> 32);
}

static struct labels selector_of(const struct kube_service *service)
{
    return (struct labels){ service->selector, service->selector_count };
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
static const struct slot *find_slots(const struct slots *slots, uint32_t hash, size_t *count)
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

static size_t count_labels(const struct member *member, const struct kube_service *service)
{
    size_t count = service->selector_count;

    for (size_t i = 0; i < member->set_count; i++)
        count += member->sets[i].count;
    return count;
}

static void add_set(struct slots *slots, uint64_t place, struct labels set, size_t member)
{
    for (size_t i = 0; i < set.count; i++)
        slots->items[slots->count++] =
            (struct slot){ hash_label(place, &set.pairs[i]), (uint32_t)member };
}

static void add_labels(struct slots *slots, const struct pod_overlap *overlap, size_t at)
{
    const struct kube_service *service = overlap->destinations[at].service;
    const struct member *member = &overlap->members[at];
    const uint64_t place = hash_place(service);

    add_set(slots, place, selector_of(service), at);
    for (size_t i = 0; i < member->set_count; i++)
        add_set(slots, place, member->sets[i], at);
}

/* Under the label that the fewest Services have. */
static void add_selector(struct slots *slots, const struct pod_overlap *overlap, size_t at)
{
    const struct kube_service *service = overlap->destinations[at].service;
    const uint64_t place = hash_place(service);
    struct slot best = { 0, (uint32_t)at };
    size_t fewest = SIZE_MAX;

    for (size_t i = 0; i < service->selector_count; i++) {
        const uint32_t hash = hash_label(place, &service->selector[i]);
        size_t count;

        find_slots(&overlap->labels, hash, &count);
        if (count < fewest) {
            fewest = count;
            best.hash = hash;
        }
    }
    if (service->selector_count)
        slots->items[slots->count++] = best;
}

static void make_members(struct pod_overlap *overlap, const struct templates *templates,
                         struct arena *arena)
{
    overlap->members = ARENA_NEW(arena, struct member, overlap->count);
    for (size_t i = 0; i < overlap->count; i++) {
        struct member *member = &overlap->members[i];

        if (overlap->destinations[i].service)
            member->sets = endpoint_label_sets(overlap->destinations[i].service, templates, false,
                                               &member->set_count, arena);
    }
}

static void make_slots(struct pod_overlap *overlap, struct arena *arena)
{
    size_t labels = 0, selectors = 0;

    for (size_t i = 0; i < overlap->count; i++) {
        const struct kube_service *service = overlap->destinations[i].service;

        labels += service ? count_labels(&overlap->members[i], service) : 0;
        selectors += service && service->selector_count;
    }
    overlap->labels.items = ARENA_NEW(arena, struct slot, labels);
    for (size_t i = 0; i < overlap->count; i++)
        if (overlap->destinations[i].service)
            add_labels(&overlap->labels, overlap, i);
    sort_slots(&overlap->labels);
    overlap->selectors.items = ARENA_NEW(arena, struct slot, selectors);
    for (size_t i = 0; i < overlap->count; i++)
        if (overlap->destinations[i].service)
            add_selector(&overlap->selectors, overlap, i);
    sort_slots(&overlap->selectors);
}

struct pod_overlap *pod_overlap_new(const struct resolved *resolved, struct arena *arena)
{
    const struct specs *specs = resolved->specs;
    struct pod_overlap *overlap = ARENA_NEW(arena, struct pod_overlap, 1);

    overlap->destinations = specs->destinations;
    overlap->count = specs->destination_count;
    assert(overlap->count <= UINT32_MAX);
    make_members(overlap, resolved->templates, arena);
    make_slots(overlap, arena);
    return overlap;
}

static size_t index_of(const struct pod_overlap *overlap, const struct destination *destination)
{
    return (size_t)(destination - overlap->destinations);
}

static bool selects(const struct kube_service *service, struct labels set)
{
    return selector_match_pods(service->selector, service->selector_count, set.pairs, set.count);
}

static bool selects_pods(const struct kube_service *service, const struct pod_overlap *overlap,
                         const struct destination *other)
{
    const struct member *member = &overlap->members[index_of(overlap, other)];

    for (size_t i = 0; i < member->set_count; i++)
        if (selects(service, member->sets[i]))
            return true;
    return selects(service, selector_of(other->service));
}

bool pod_overlap_between(const struct pod_overlap *overlap, const struct destination *a,
                         const struct destination *b)
{
    return text_equal(a->service->ref.cluster, b->service->ref.cluster)
           && text_equal(a->service->ref.namespace, b->service->ref.namespace)
           && (selects_pods(a->service, overlap, b) || selects_pods(b->service, overlap, a));
}

struct visiting {
    const struct pod_overlap *overlap;
    const struct destination *destination;
    pod_overlap_visit *visit;
    void *context;
};

static void visit_slots(const struct visiting *visiting, const struct slots *slots,
                        const struct pair *label)
{
    const struct pod_overlap *overlap = visiting->overlap;
    const uint64_t place = hash_place(visiting->destination->service);
    size_t count;
    const struct slot *found = find_slots(slots, hash_label(place, label), &count);

    for (size_t i = 0; i < count; i++) {
        const struct destination *other = &overlap->destinations[found[i].member];

        if (other != visiting->destination
            && pod_overlap_between(overlap, visiting->destination, other))
            visiting->visit(visiting->context, other);
    }
}

static void visit_selected(const struct visiting *visiting, struct labels set)
{
    for (size_t i = 0; i < set.count; i++)
        visit_slots(visiting, &visiting->overlap->selectors, &set.pairs[i]);
}

void pod_overlap_each(const struct pod_overlap *overlap, const struct destination *destination,
                      pod_overlap_visit *visit, void *context)
{
    const struct visiting visiting = { overlap, destination, visit, context };
    const struct member *member = &overlap->members[index_of(overlap, destination)];
    const struct kube_service *service = destination->service;

    for (size_t i = 0; i < member->set_count; i++)
        visit_selected(&visiting, member->sets[i]);
    visit_selected(&visiting, selector_of(service));
    if (service->selector_count)
        visit_slots(&visiting, &overlap->labels, &service->selector[0]);
}
