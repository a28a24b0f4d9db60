/* rotation/observation.c - judges what clusters show, and weighs it.  Pure: asks no server, reads
 * no clock.
 *
 * A source proves a level only where what it sees differs between the wanted material and all other
 * that may still be alive.  From step 1 to step 2 the roots stay and the signer changes, so there
 * roots prove nothing; in every other step the roots change.  Wrong roots or a wrong signer
 * disprove in each step.  Weighing begins at the strongest level that any source can prove or
 * disprove: a weaker source never makes up for what a stronger one does not show. */
#include "rotation/observation.h"
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

const struct observation_source observation_sources[] = {
    [SOURCE_APPLIED] = { "applied", "APPLIED", EVIDENCE_SYNCED, .on_new_roots = true,
                         .on_same_roots = true, .check = "commit applied", .git = true },
    [SOURCE_ROOTS] = { "roots", "ROOTS", EVIDENCE_LOADED, .on_new_roots = true,
                       .check = "roots in use" },
    [SOURCE_SIGNER] = { "signer", "SIGNER", EVIDENCE_LOADED, .on_same_roots = true },
};

/* --- GitOps tools --- */

bool observation_covers(const struct observation *observation, const struct applied *applied)
{
    return strcmp(applied->cluster, observation->cluster) == 0
           && (!*applied->folder || strcmp(applied->folder, "trust") == 0);
}

static struct observed_value waits(const struct applied *applied, enum seen seen,
                                   struct arena *arena)
{
    return (struct observed_value){ seen,
                                    arena_printf(arena, "%s: %s", applied->object, applied->why) };
}

static struct observed_value judge_applied(const struct applied *applied, bool holds,
                                           struct arena *arena)
{
    if (!applied->settled)
        return waits(applied, SEEN_OTHER, arena);
    if (!holds)
        return (struct observed_value){
            SEEN_OTHER, arena_printf(arena, "%s is at %.12s, which does not hold it yet",
                                     applied->object, applied->revision)
        };
    return (struct observed_value){ SEEN_WANTED, arena_printf(arena, "%s at %.12s", applied->object,
                                                              applied->revision) };
}

/* The weakest of those that apply the folder counts: two tools on one folder is an accident, and
 * weft cannot know which one wins. */
void observation_set_applied(struct observation *out, const struct applied *const *objects,
                             const bool *holds, size_t count, struct arena *arena)
{
    struct observed_value *shown = &out->shown[SOURCE_APPLIED];
    const struct applied *unknown = NULL;

    *shown = (struct observed_value){
        SEEN_UNKNOWN,
        arena_printf(arena,
                     "no Argo CD Application or Flux Kustomization applies clusters/%s/trust",
                     out->cluster)
    };
    for (size_t i = 0; i < count && shown->seen != SEEN_OTHER; i++) {
        assert(observation_covers(out, objects[i]));
        if (objects[i]->unknown)
            unknown = objects[i];
        else
            *shown = judge_applied(objects[i], holds[i], arena);
    }
    if (unknown && shown->seen != SEEN_OTHER)
        *shown = waits(unknown, SEEN_UNKNOWN, arena);
}

/* --- clusters --- */

static bool has(const char *const *texts, size_t count, const char *text)
{
    for (size_t i = 0; i < count; i++)
        if (strcmp(texts[i], text) == 0)
            return true;
    return false;
}

static bool has_all(const char *const *texts, size_t count, const char *const *wanted,
                    size_t wanted_count)
{
    for (size_t i = 0; i < wanted_count; i++)
        if (!has(texts, count, wanted[i]))
            return false;
    return true;
}

bool observation_roots_equal(const struct root_bundle *bundles, size_t count,
                             const char *const *roots, size_t root_count)
{
    for (size_t i = 0; i < count; i++) {
        const char *const *found = (const char *const *)bundles[i].roots;

        if (!has_all(found, bundles[i].count, roots, root_count)
            || !has_all(roots, root_count, found, bundles[i].count))
            return false;
    }
    return count > 0 && root_count > 0;
}

/* A cluster that never got anything from us and trusts a root that is not ours.  It is ready when
 * every namespace trusts ours beside that one root, and no third. */
static void find_foreign(struct observation *out, const struct observed_cluster *cluster)
{
    out->foreign_ready = *out->deployed && cluster->bundle_count > 0;
    for (size_t i = 0; i < cluster->bundle_count; i++) {
        const struct root_bundle *bundle = &cluster->bundles[i];

        for (size_t k = 0; k < bundle->count; k++) {
            if (has((const char *const *)out->ours, out->our_count, bundle->roots[k]))
                continue;
            if (out->foreign_root && strcmp(out->foreign_root, bundle->roots[k]) != 0)
                out->foreign_ready = false;
            out->foreign_root = bundle->roots[k];
            out->foreign_pem = bundle->pems[k];
        }
        if (!has((const char *const *)bundle->roots, bundle->count, out->deployed))
            out->foreign_ready = false;
    }
}

/* The first namespace whose roots are others. */
static const struct root_bundle *stray_bundle(const struct observation *observation,
                                              const struct observed_cluster *cluster)
{
    const struct trust_wanted *wanted = &observation->wanted;

    for (size_t i = 0; i < cluster->bundle_count; i++)
        if (!observation_roots_equal(&cluster->bundles[i], 1, wanted->roots, wanted->root_count))
            return &cluster->bundles[i];
    return NULL;
}

static struct observed_value judge_roots(const struct observation *observation,
                                         const struct observed_cluster *cluster,
                                         struct arena *arena)
{
    const struct root_bundle *stray = stray_bundle(observation, cluster);

    if (!cluster->bundle_count)
        return (struct observed_value){ SEEN_UNKNOWN,
                                        "no namespace has a ConfigMap istio-ca-root-cert" };
    if (!stray)
        return (struct observed_value){ SEEN_WANTED,
                                        plural_count(cluster->bundles[0].count, "root", arena) };
    return (struct observed_value){
        SEEN_OTHER,
        arena_printf(
            arena, "%s%s%s%s holds %s%s, not what was delivered: istiod has not loaded it yet",
            stray->source ? stray->source : "istio-ca-root-cert",
            *stray->namespace ? " of namespace " : "", stray->namespace,
            stray->namespaces > 1 ? arena_printf(arena, " and of %zu more", stray->namespaces - 1)
                                  : "",
            plural_count(stray->count, "root", arena),
            stray->count ? arena_printf(arena, " (%.8s...)", stray->roots[0]) : "")
    };
}

void observation_set_cluster(struct observation *out, const struct observed_cluster *cluster,
                             struct arena *arena)
{
    if (!cluster->known) {
        out->shown[SOURCE_ROOTS] = (struct observed_value){ SEEN_UNKNOWN, cluster->why };
        out->refused = cluster->refused;
        return;
    }
    out->istiod = cluster->istiod;
    out->at = cluster->at;
    if (!cluster->delivered)
        find_foreign(out, cluster);
    else if (out->wanted.root_count)
        out->shown[SOURCE_ROOTS] = judge_roots(out, cluster, arena);
}

/* --- istiods --- */

static struct observed_value judge_signer(const struct observation *observation,
                                          const struct observed_signer *signer, struct arena *arena)
{
    const char *id = observation->wanted.intermediate;

    if (!signer->known)
        return (struct observed_value){ SEEN_UNKNOWN, signer->why };
    if (!signer->wanted)
        return (struct observed_value){
            SEEN_OTHER, arena_printf(arena, "istiod at %s does not sign with intermediate %.8s yet",
                                     signer->address, id)
        };
    return (struct observed_value){
        SEEN_WANTED,
        arena_printf(arena, "as it should, with intermediate %.8s or its forerunner", id)
    };
}

void observation_set_signer(struct observation *out, const struct observed_signer *signer,
                            struct arena *arena)
{
    out->shown[SOURCE_SIGNER] = judge_signer(out, signer, arena);
}

/* --- weighing --- */

static bool is_against(enum seen seen) { return seen == SEEN_OTHER || seen == SEEN_UNKNOWN; }

/* The sources of one level together. */
struct tally {
    bool decides; /* one of them proves or disproves the level */
    bool against; /* one of them shows something else, or is unknown */
    bool other;   /* one of them shows something else */
};

static struct tally tally_of(const struct observation *observation, enum evidence_level level)
{
    struct tally out = { 0 };

    for (int i = 0; i < SOURCE_COUNT; i++) {
        const struct observation_source *source = &observation_sources[i];
        const enum seen seen = observation->shown[i].seen;

        if (source->proves != level || seen == SEEN_NOTHING)
            continue;
        if (is_against(seen)
            || (observation->wanted.bundle_changed ? source->on_new_roots : source->on_same_roots))
            out.decides = true;
        out.against |= is_against(seen);
        out.other |= seen == SEEN_OTHER;
    }
    return out;
}

static void weigh_level(struct evidence *out, const struct observation *observation)
{
    for (int level = EVIDENCE_TURNED; level > EVIDENCE_NONE; level--) {
        const struct tally tally = tally_of(observation, (enum evidence_level)level);

        if (!tally.decides)
            continue;
        out->best = (enum evidence_level)level;
        if (!tally.against)
            out->level = out->best;
        out->unknown = tally.against && !tally.other;
        return;
    }
}

struct evidence observation_weigh(const struct observation *observation)
{
    struct evidence out = { .mesh = observation->mesh,
                            .foreign_root = observation->foreign_root,
                            .foreign_pem = observation->foreign_pem,
                            .foreign_ready = observation->foreign_ready,
                            .foreign_unknown = observation->watched && observation->at == 0,
                            .single_root =
                                observation->istiod.found && !observation->istiod.multi_root,
                            .leaf_ttl = observation_leaf_ttl(observation),
                            .since = observation->at };

    weigh_level(&out, observation);
    return out;
}

bool observation_proves(const struct observation *observation, enum evidence_level level)
{
    return observation_weigh(observation).level >= level;
}

const struct observed_value *observation_doubt(const struct observation *observation)
{
    for (int level = EVIDENCE_TURNED; level > EVIDENCE_NONE; level--)
        for (int i = 0; i < SOURCE_COUNT; i++)
            if ((int)observation_sources[i].proves == level
                && is_against(observation->shown[i].seen))
                return &observation->shown[i];
    return NULL;
}

/* What weft writes itself is known to be there by its receipt, and by nothing else: no wait begins
 * for a cluster that was never written, and an acknowledgement of it counts only after that
 * (docs/rotation.md).  Neither outweighs what the cluster itself shows. */
void observation_add_claims(struct evidence *evidence, const struct evidence_claims *claims)
{
    const bool receipts = claims->receipt_proves > EVIDENCE_NONE;

    if (claims->other_material)
        evidence->level = EVIDENCE_NONE;
    if (receipts && evidence->best <= EVIDENCE_SYNCED) {
        evidence->best = EVIDENCE_SYNCED;
        evidence->level = claims->receipt ? claims->receipt_proves : EVIDENCE_NONE;
    }
    if (evidence->best < EVIDENCE_LOADED && claims->acknowledged && (!receipts || claims->receipt))
        evidence->best = evidence->level = EVIDENCE_LOADED;
    if (evidence->best < EVIDENCE_LOADED && !text_empty(claims->former)
        && text_empty(evidence->foreign_root)) {
        evidence->foreign_root = claims->former;
        evidence->foreign_unknown = false;
    }
}

/* A restart that comes too early loads the former certificates, and weft does not restart that
 * istiod again: so where weft writes itself only the receipt counts, and where a GitOps tool was
 * asked only a tool that applied these very certificates.  Even then the controller that decrypts
 * them needs its time. */
bool observation_delivered(const struct observation *observation,
                           const struct delivery_claims *claims, int64_t now)
{
    const bool same = observation && text_equal(observation->wanted.mark, claims->mark);
    const enum seen applied = observation ? observation->shown[SOURCE_APPLIED].seen : SEEN_NOTHING;

    if (claims->receipts)
        return claims->receipt;
    if (same && observation_proves(observation, EVIDENCE_LOADED))
        return true;
    if (!claims->issued || (applied != SEEN_NOTHING && !(same && applied == SEEN_WANTED)))
        return false;
    return now >= claims->since + claims->allowance;
}

/* --- leaves --- */

int64_t observation_leaf_ttl(const struct observation *observation)
{
    const struct istiod_facts *istiod = &observation->istiod;

    if (!istiod->found)
        return 0;
    return istiod->max_leaf_ttl > istiod->leaf_ttl ? istiod->max_leaf_ttl : istiod->leaf_ttl;
}

struct evidence_policy observation_policy(const struct evidence_policy *policy,
                                          const struct observation *list, size_t count,
                                          const char **cluster)
{
    struct evidence_policy out = *policy;

    *cluster = NULL;
    for (size_t i = 0; i < count; i++)
        if (observation_leaf_ttl(&list[i]) > out.leaf_ttl) {
            out.leaf_ttl = observation_leaf_ttl(&list[i]);
            *cluster = list[i].cluster;
        }
    return out;
}
