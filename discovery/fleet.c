/* discovery/fleet.c - one cluster after the other, each for itself.  Pure.
 * The only things that clusters share are the names of objects, which those of the last inventory
 * keep, and identities: two names must not lead to one API server, because each of them would then
 * federate the Services of the other.  A name ends with that of the cluster, so objects of two
 * clusters meet only where one name of a cluster ends with a dash and the other ("eu-blue" and
 * "blue"); all others have names of their own, which are dropped after the cluster.
 *
 * A cluster that the configuration no longer names leaves the inventory like any removal: small
 * ones go, others are held until an operator allows them. A typing error in weft.yaml would
 * otherwise withdraw all that a cluster exports. */
#include "discovery/fleet.h"

#include "api/meta.h"
#include "api/object_name.h"
#include "discovery/cluster_identity.h"
#include "discovery/remark.h"
#include <assert.h>
#include <stdlib.h>
#include <string.h>

static bool is_allowed(const struct fleet_request *request, const char *cluster)
{
    for (size_t i = 0; i < request->allowed_count; i++)
        if (text_equal(request->allowed[i], cluster) || text_equal(request->allowed[i], "*"))
            return true;
    return false;
}

static const char *former_uid(const struct fleet_request *request, const char *cluster)
{
    for (size_t i = 0; i < request->former->cluster_count; i++) {
        const struct meta *meta = &request->former->clusters[i].meta;
        const char *uid = meta_annotation(meta, ANNOTATION_CLUSTER_UID);

        if (text_equal(meta->name, cluster))
            return uid ? uid : "";
    }
    return "";
}

/* A member that cannot be read has the identity of its last inventory. */
static bool is_of(const struct fleet_request *request, const struct fleet_member *member,
                  const char *uid)
{
    const char *known = *member->uid ? member->uid : former_uid(request, member->cluster);

    return text_equal(known, uid);
}

/* Another member that is the same cluster; NULL: none is, or this one was there first. */
static const char *refusal_of(const struct fleet_reading *reading,
                              const struct fleet_member *member)
{
    const struct fleet_request *request = reading->request;
    const char *cluster = member->cluster, *uid = member->uid;

    if (!*uid || text_equal(former_uid(request, cluster), uid))
        return NULL;
    for (size_t i = 0; i < request->count; i++) {
        const struct fleet_member *other = &request->members[i];

        if (!text_equal(other->cluster, cluster) && is_of(request, other, uid))
            return arena_printf(reading->arena,
                                "%s and %s are one cluster (Namespace " NAMESPACE_OF_IDENTITY
                                " has uid %s in both); correct a kubeconfig, or remove one of them",
                                cluster, other->cluster, uid);
    }
    return NULL;
}

/* The findings of a cluster are about objects there. */
static void take_findings(struct fleet *out, const struct discovery *one, struct arena *arena)
{
    const char *place = arena_printf(arena, "cluster %s", one->cluster);

    for (size_t i = 0; i < one->findings.count; i++) {
        struct finding finding = one->findings.items[i];

        finding.place = place_of_object(place);
        if (text_equal(finding.kind, "KubernetesCluster"))
            finding.kind = ""; /* the place says it */
        findings_add(&out->findings, finding);
    }
}

void fleet_add(struct fleet_reading *reading, const struct discovery *one)
{
    struct fleet *out = reading->out;

    *ARENA_PUSH(reading->arena, out->clusters, out->count) = *one;
    out->held += one->held > 0;
    take_findings(out, one, reading->arena);
}

static const struct fleet_member *member_of(const struct fleet_request *request,
                                            const char *cluster)
{
    for (size_t i = 0; i < request->count; i++)
        if (text_equal(request->members[i].cluster, cluster))
            return &request->members[i];
    return NULL;
}

/* Of a cluster that is one. */
static const struct fleet_member *known_member(const struct fleet_request *request,
                                               const char *cluster)
{
    const struct fleet_member *member = member_of(request, cluster);

    assert(member);
    return member ? member : request->members;
}

/* The names that objects of a cluster may not take. */
static struct map *names_of(const struct fleet_reading *reading, const struct inventory *former,
                            struct arena *scratch)
{
    struct map *own;

    if (map_find(reading->alike, object_name_sanitise(former->cluster, scratch)))
        return reading->taken;
    own = map_new(scratch);
    discovery_reserve(own, former, scratch);
    return own;
}

void fleet_discover(struct discovery *one, struct fleet_reading *reading, const struct facts *facts,
                    struct arena *scratch)
{
    const struct fleet_request *all = reading->request;
    const struct fleet_member *member = known_member(all, facts->cluster);
    struct inventory *former = ARENA_NEW(scratch, struct inventory, 1);
    struct discovery_request request = { .facts = facts,
                                         .former = former,
                                         .now = all->now,
                                         .pod_namespace = all->pod_namespace,
                                         .claims = all->claims,
                                         .allow_removals = is_allowed(all, facts->cluster) };

    request.settings = member->settings;
    request.seen = member->seen;
    request.seen_count = member->seen_count;
    request.read_at = member->read_at;
    request.replaced = member->replaced;
    request.refusal = refusal_of(reading, member);
    *former = inventory_of_index(reading->former, facts->cluster, scratch);
    request.taken = names_of(reading, former, scratch);
    discovery_run(one, &request, scratch);
    one->ms = facts->ms;
}

/* --- clusters that are read no more --- */

static bool is_claimed(const struct removal_claims *claims, const struct inventory *inventory)
{
    for (size_t i = 0; i < inventory->mesh_count; i++)
        for (size_t k = 0; k < claims->mesh_count; k++)
            if (text_equal(claims->meshes[k], inventory->meshes[i].meta.name))
                return true;
    return false;
}

static bool has_gateway(const struct inventory *inventory)
{
    for (size_t i = 0; i < inventory->destination_count; i++)
        if (meta_annotation(&inventory->destinations[i].meta, ANNOTATION_GATEWAY))
            return true;
    return false;
}

/* Its folder goes, which is a removal as any other. */
bool fleet_leave(struct discovery *one, struct fleet_reading *reading, const char *cluster,
                 struct arena *scratch)
{
    const struct fleet_request *request = reading->request;
    const struct object_ref ref = { arena_text(reading->arena, cluster), "" };
    struct inventory former;

    if (member_of(request, cluster))
        return false;
    former = inventory_of_index(reading->former, cluster, scratch);
    *one = (struct discovery){ .cluster = ref.name,
                               .outcome = DISCOVERY_REFUSED,
                               .why = "it is not read any more by this configuration",
                               .inventory = former,
                               .found = { .destinations = former.destination_count,
                                          .workloads = former.workload_count },
                               .findings = { .arena = reading->arena } };
    if (is_allowed(request, cluster)
        || (former.destination_count <= REMOVALS_FREE && !has_gateway(&former)
            && !is_claimed(&request->claims, &former))) {
        remark_add(&one->findings, REMARK_LEFT, "KubernetesCluster", ref, cluster);
        take_findings(reading->out, one, reading->arena);
        return false;
    }
    one->held = former.destination_count + former.mesh_count;
    remark_add(&one->findings, REMARK_HELD, "KubernetesCluster", ref,
               "the configuration does not read it any more, and all that was found there would be "
               "removed",
               cluster, cluster);
    return true;
}

static int by_cluster(const void *a, const void *b)
{
    return strcmp(((const struct discovery *)a)->cluster, ((const struct discovery *)b)->cluster);
}

/* --- names that two clusters could share --- */

struct cluster_names {
    const char **ends;
    size_t count;
    struct map *known; /* of ends, to the cluster */
};

static void note_cluster(struct fleet_reading *reading, struct cluster_names *names,
                         const char *cluster, struct arena *scratch)
{
    const char *end = object_name_sanitise(cluster, scratch);
    const char *before = map_put(names->known, end, UNCONST(cluster));

    if (!before)
        *ARENA_PUSH(scratch, names->ends, names->count) = end;
    else if (!text_equal(before, cluster)) /* "a.b" and "a-b" */
        (void)map_put(reading->alike, end, reading);
}

static void find_alike(struct fleet_reading *reading, struct arena *scratch)
{
    const struct fleet_request *request = reading->request;
    struct cluster_names names = { .known = map_new(scratch) };

    for (size_t i = 0; i < request->count; i++)
        note_cluster(reading, &names, request->members[i].cluster, scratch);
    for (size_t i = 0; i < request->former->cluster_count; i++)
        note_cluster(reading, &names, request->former->clusters[i].meta.name, scratch);
    for (size_t i = 0; i < names.count; i++)
        for (const char *p = names.ends[i]; (p = strchr(p, '-')); p++)
            if (map_find(names.known, p + 1)) {
                (void)map_put(reading->alike, names.ends[i], reading);
                (void)map_put(reading->alike, p + 1, reading);
            }
}

static void reserve_shared(const struct fleet_reading *reading)
{
    AUTO(arena_free) struct arena *scratch = arena_new();
    const struct specs *former = reading->request->former;

    for (size_t i = 0; i < former->cluster_count; i++) {
        const char *cluster = former->clusters[i].meta.name;
        struct inventory inventory;

        arena_reset(scratch);
        if (!map_find(reading->alike, object_name_sanitise(cluster, scratch)))
            continue;
        inventory = inventory_of_index(reading->former, cluster, scratch);
        discovery_reserve(reading->taken, &inventory, scratch);
    }
}

void fleet_begin(struct fleet_reading *reading, struct fleet *out,
                 const struct fleet_request *request, struct arena *arena, struct arena *scratch)
{
    *reading = (struct fleet_reading){ out,
                                       request,
                                       map_new(scratch),
                                       map_new(scratch),
                                       inventory_index_new(request->former, scratch),
                                       arena };
    *out = (struct fleet){ .findings = { .arena = arena } };
    find_alike(reading, scratch);
    reserve_shared(reading);
}

void fleet_end(struct fleet_reading *reading)
{
    struct fleet *out = reading->out;

    if (out->count)
        qsort(out->clusters, out->count, sizeof *out->clusters, by_cluster);
}
