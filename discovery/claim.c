/* discovery/claim.c - what the specs describe, by kind and thing.  Pure.  Must not look at what was
 * found.
 *
 * The specs win over what was found, for a thing and not for a name: the key is the cluster's
 * object, so a written Destination replaces the found one whatever either is called. Of two
 * written objects of one thing the first counts, but an exclusion always does: to leave out what
 * people want left out is the careful side. An object that was refused claims its thing as well,
 * since what it would have said is unknown. */
#include "discovery/claim.h"

#include "api/annotation.h"
#include "api/meta.h"

const char *claim_thing(enum object_kind kind, struct cluster_ref ref, struct arena *arena)
{
    return arena_printf(arena, "%s %s/%s/%s", object_kind_name(kind), ref.cluster, ref.namespace,
                        ref.name);
}

static const char *name_key(enum object_kind kind, struct object_ref ref, struct arena *arena)
{
    return arena_printf(arena, "%s %s", object_kind_name(kind), object_ref_key(ref, arena));
}

static bool is_set(const struct meta *meta, const char *annotation)
{
    return text_equal(meta_annotation(meta, annotation), "true");
}

static enum claim_kind kind_of(const struct meta *meta)
{
    if (is_set(meta, ANNOTATION_EXCLUDE))
        return CLAIM_EXCLUDE;
    return is_set(meta, ANNOTATION_MERGE) ? CLAIM_MERGE : CLAIM_REPLACE;
}

static void add(struct claims *claims, enum object_kind kind, struct cluster_ref thing,
                const struct meta *meta, const void *object)
{
    const char *key = claim_thing(kind, thing, claims->arena);
    const struct object_ref ref = { meta->name, meta->namespace };
    struct claim *claim;

    map_put(claims->names, name_key(kind, ref, claims->arena), claims->names);
    if (map_find(claims->things, key) && kind_of(meta) != CLAIM_EXCLUDE)
        return;
    claim = ARENA_NEW(claims->arena, struct claim, 1);
    *claim = (struct claim){ kind_of(meta), object, ref };
    map_put(claims->things, key, claim);
}

static void add_refused(struct claims *claims, const struct refused *refused)
{
    const struct cluster_ref cluster = { "", "", refused->ref.name };
    const char *key = claim_thing(
        refused->kind, refused->kind == KIND_KUBERNETES_CLUSTER ? cluster : refused->about,
        claims->arena);
    struct claim *claim = ARENA_NEW(claims->arena, struct claim, 1);

    map_put(claims->names, name_key(refused->kind, refused->ref, claims->arena), claims->names);
    *claim = (struct claim){ CLAIM_REFUSED, NULL, refused->ref };
    if (!map_find(claims->things, key))
        map_put(claims->things, key, claim);
}

struct claims claims_of_specs(const struct specs *specs, struct arena *arena)
{
    struct claims claims = { map_new(arena), map_new(arena), arena };

    for (size_t i = 0; i < specs->cluster_count; i++)
        add(&claims, KIND_KUBERNETES_CLUSTER, claim_of_cluster(&specs->clusters[i]),
            &specs->clusters[i].meta, &specs->clusters[i]);
    for (size_t i = 0; i < specs->mesh_count; i++)
        add(&claims, KIND_MESH, claim_of_mesh(&specs->meshes[i]), &specs->meshes[i].meta,
            &specs->meshes[i]);
    for (size_t i = 0; i < specs->destination_count; i++)
        add(&claims, KIND_DESTINATION,
            specs->destinations[i].service ? specs->destinations[i].service->ref
                                           : (struct cluster_ref){ "", "", "" },
            &specs->destinations[i].meta, &specs->destinations[i]);
    for (size_t i = 0; i < specs->workload_count; i++)
        add(&claims, KIND_WORKLOAD, specs->workloads[i].controller, &specs->workloads[i].meta,
            &specs->workloads[i]);
    for (const struct refused *refused = specs->refused; refused; refused = refused->next)
        add_refused(&claims, refused);
    return claims;
}

const struct claim *claims_find(const struct claims *claims, enum object_kind kind,
                                struct cluster_ref thing)
{
    AUTO(arena_free) struct arena *scratch = arena_new();

    return map_find(claims->things, claim_thing(kind, thing, scratch));
}

bool claims_exclude(const struct claims *claims, enum object_kind kind, struct cluster_ref thing)
{
    const struct claim *claim = claims_find(claims, kind, thing);

    return claim && claim->kind == CLAIM_EXCLUDE;
}

bool claims_name(const struct claims *claims, enum object_kind kind, struct object_ref ref)
{
    AUTO(arena_free) struct arena *scratch = arena_new();

    return map_find(claims->names, name_key(kind, ref, scratch)) != NULL;
}
