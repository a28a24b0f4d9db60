/* app/pass/observation.c - judges what clusters show.  Pure: asks nobody, knows no clock. */
#include "app/pass/observation.h"
#include "base/plural.h"
#include "base/text.h"
#include <assert.h>
#include <string.h>

static const char *const seen_texts[] = {
    [SEEN_NOTHING] = "not watched",
    [SEEN_UNKNOWN] = "unknown",
    [SEEN_OTHER] = "waiting",
    [SEEN_WANTED] = "yes",
};
static_assert(LENGTH(seen_texts) == SEEN_WANTED + 1, "everything that is seen has a name");
const struct enum_table seen_names = ENUM_TABLE(seen_texts);

static bool asked(const struct observed_value *observation)
{
    return observation->seen != SEEN_NOTHING;
}

static bool is_silent(const struct observed_value *observation)
{
    return observation->seen == SEEN_UNKNOWN;
}

static bool against(const struct observed_value *observation)
{
    return observation->seen == SEEN_OTHER || is_silent(observation);
}

int64_t observation_leaf_ttl(const struct observation *sight)
{
    const struct istiod_facts *istiod = &sight->istiod;

    if (!istiod->found)
        return 0;
    return istiod->max_leaf_ttl > istiod->leaf_ttl ? istiod->max_leaf_ttl : istiod->leaf_ttl;
}

struct evidence observation_weigh(const struct observation *sight)
{
    bool proof = (asked(&sight->roots) && sight->wanted.bundle_changed)
                 || (asked(&sight->signer) && !sight->wanted.bundle_changed);
    bool doubt = against(&sight->roots) || against(&sight->signer);
    struct evidence out = { .mesh = sight->mesh,
                            .foreign_root = sight->foreign_root,
                            .foreign_pem = sight->foreign_pem,
                            .foreign_ready = sight->foreign_ready,
                            .foreign_unknown = sight->watched && sight->at == 0,
                            .single_root = sight->istiod.found && !sight->istiod.multi_root,
                            .leaf_ttl = observation_leaf_ttl(sight),
                            .since = sight->at };

    if (proof || doubt)
        out.best = EVIDENCE_LOADED;
    else if (asked(&sight->applied))
        out.best = EVIDENCE_SYNCED;
    if (doubt)
        out.unknown = sight->roots.seen != SEEN_OTHER && sight->signer.seen != SEEN_OTHER;
    else if (proof)
        out.level = EVIDENCE_LOADED;
    else if (sight->applied.seen == SEEN_WANTED)
        out.level = EVIDENCE_SYNCED;
    else
        out.unknown = is_silent(&sight->applied);
    return out;
}

static bool covers_trust(const struct applied *applied, const struct observation *sight)
{
    return strcmp(applied->cluster, sight->cluster) == 0
           && (!*applied->folder || strcmp(applied->folder, "trust") == 0);
}

static struct observed_value waits(const struct applied *applied, enum seen seen,
                                   struct arena *arena)
{
    return (struct observed_value){ seen,
                                    arena_printf(arena, "%s: %s", applied->object, applied->why) };
}

/* The weakest of those that apply the folder counts: two tools on one folder is an accident, and
 * then nobody knows which one wins. */
void observation_applied(struct observation *sight, const struct applied_list *list,
                         bool (*holds)(void *context, const char *revision,
                                       const struct observation *sight),
                         void *context, struct arena *arena)
{
    struct observed_value *out = &sight->applied;
    const struct applied *unknown = NULL;

    *out = (struct observed_value){
        SEEN_UNKNOWN,
        arena_printf(arena,
                     "no Argo CD Application or Flux Kustomization applies clusters/%s/trust",
                     sight->cluster)
    };
    for (size_t i = 0; i < list->count; i++) {
        const struct applied *applied = &list->items[i];

        if (!covers_trust(applied, sight))
            continue;
        if (applied->unknown) {
            unknown = applied;
            continue;
        }
        if (!applied->settled) {
            *out = waits(applied, SEEN_OTHER, arena);
            return;
        }
        if (!holds(context, applied->revision, sight)) {
            *out = (struct observed_value){
                SEEN_OTHER, arena_printf(arena, "%s is at %.12s, which does not hold it yet",
                                         applied->object, applied->revision)
            };
            return;
        }
        *out = (struct observed_value){
            SEEN_WANTED, arena_printf(arena, "%s at %.12s", applied->object, applied->revision)
        };
    }
    if (unknown)
        *out = waits(unknown, SEEN_UNKNOWN, arena);
}

static bool has(const char **texts, size_t count, const char *text)
{
    for (size_t i = 0; i < count; i++)
        if (strcmp(texts[i], text) == 0)
            return true;
    return false;
}

/* A cluster that never got anything from us and trusts a root that is not ours.  It is ready when
 * every namespace trusts ours beside that one root, and no third. */
static void find_foreign(struct observation *sight, const struct cluster_facts *facts)
{
    sight->foreign_ready = *sight->deployed && facts->bundle_count > 0;
    for (size_t i = 0; i < facts->bundle_count; i++) {
        const struct root_bundle *bundle = &facts->bundles[i];

        for (size_t k = 0; k < bundle->count; k++) {
            if (has(sight->ours, sight->our_count, bundle->roots[k]))
                continue;
            if (sight->foreign_root && strcmp(sight->foreign_root, bundle->roots[k]) != 0)
                sight->foreign_ready = false;
            sight->foreign_root = bundle->roots[k];
            sight->foreign_pem = bundle->pems[k];
        }
        if (!has(bundle->roots, bundle->count, sight->deployed))
            sight->foreign_ready = false;
    }
}

/* The first namespace whose roots are others. */
static const struct root_bundle *stray_bundle(const struct observation *sight,
                                              const struct cluster_facts *facts)
{
    for (size_t i = 0; i < facts->bundle_count; i++) {
        struct cluster_facts one = *facts;

        one.bundles = &facts->bundles[i];
        one.bundle_count = 1;
        if (!cluster_has_roots(&one, sight->wanted.roots, sight->wanted.root_count))
            return one.bundles;
    }
    return NULL;
}

static struct observed_value judge_roots(const struct observation *sight,
                                         const struct cluster_facts *facts, struct arena *arena)
{
    const struct root_bundle *stray = stray_bundle(sight, facts);

    if (!facts->bundle_count)
        return (struct observed_value){ SEEN_UNKNOWN,
                                        "no namespace has a ConfigMap istio-ca-root-cert" };
    if (!stray)
        return (struct observed_value){ SEEN_WANTED,
                                        plural_count(facts->bundles[0].count, "root", arena) };
    return (struct observed_value){
        SEEN_OTHER,
        arena_printf(arena,
                     "istio-ca-root-cert of namespace %s%s holds %s%s, not what was "
                     "delivered: istiod has not loaded it yet",
                     stray->namespace,
                     stray->namespaces > 1
                         ? arena_printf(arena, " and of %zu more", stray->namespaces - 1)
                         : "",
                     plural_count(stray->count, "root", arena),
                     stray->count ? arena_printf(arena, " (%.8s...)", stray->roots[0]) : "")
    };
}

void observation_cluster(struct observation *sight, const struct cluster_facts *facts,
                         bool delivered, struct arena *arena)
{
    if (!facts->known) {
        sight->roots = (struct observed_value){ SEEN_UNKNOWN, facts->why };
        sight->refused = facts->refused;
        return;
    }
    sight->istiod = facts->istiod;
    sight->at = facts->at;
    if (!delivered)
        find_foreign(sight, facts);
    else if (sight->wanted.root_count)
        sight->roots = judge_roots(sight, facts, arena);
}
