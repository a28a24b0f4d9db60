/* rotation/preflight.c - the list of things to look at before a rotation, each with a verdict.
 * Pure. */
#include "rotation/preflight.h"
#include "base/clock.h"
#include "base/words.h"
#include "rotation/istio_fault.h"
#include <assert.h>
#include <string.h>

static const char *const verdict_names[] = {
    [PREFLIGHT_OK] = "ok",
    [PREFLIGHT_UNKNOWN] = "unknown",
    [PREFLIGHT_BAD] = "bad",
};
static_assert(LENGTH(verdict_names) == PREFLIGHT_BAD + 1, "every verdict has a name");
const struct enum_table preflight_verdicts = ENUM_TABLE(verdict_names);

struct listing {
    struct arena *arena;
    const char *cluster; /* that the next lines are about */
    struct preflight *list;
    size_t count;
};

static void add(struct listing *to, const char *what, enum preflight_verdict verdict,
                const char *text)
{
    *ARENA_PUSH(to->arena, to->list, to->count) =
        (struct preflight){ to->cluster, what, verdict, text };
}

static void add_flag(struct listing *to, const char *what, bool ok, const char *good,
                     const char *bad)
{
    add(to, what, ok ? PREFLIGHT_OK : PREFLIGHT_BAD, ok ? good : bad);
}

static void add_leaves(struct listing *to, const struct observation *observation, int64_t said)
{
    int64_t seen = observation_leaf_ttl(observation);

    if (seen > said)
        add(to, "leaf life", PREFLIGHT_BAD,
            arena_printf(to->arena,
                         "istiod issues workload certificates of up to %s "
                         "(MAX_WORKLOAD_CERT_TTL, DEFAULT_WORKLOAD_CERT_TTL), evidence.leafTTL "
                         "says %s: gates wait the longer time",
                         clock_duration_text(seen, to->arena),
                         clock_duration_text(said, to->arena)));
    else
        add(to, "leaf life", PREFLIGHT_OK,
            arena_printf(to->arena, "at most %s", clock_duration_text(said, to->arena)));
}

/* version: of one istiod, or "1.24.1, 1.26.0" of several.  Whether there is ztunnel is not known
 * here: "weft cluster check" lists its faults. */
static void add_faults(struct listing *to, const char *versions)
{
    size_t count;
    const struct istio_fault *faults = istio_faults(&count);
    const char *version;

    while ((version = words_next(&versions, " ,", to->arena)))
        for (size_t i = 0; i < count; i++)
            if (!faults[i].handled && !faults[i].ambient && istio_fault_in(&faults[i], version))
                add(to, "istio fault", PREFLIGHT_BAD,
                    arena_printf(to->arena, "%s in %s: %s", faults[i].issue, version,
                                 faults[i].text));
}

static void add_istiod(struct listing *to, const struct observation *observation, int64_t leaf_ttl)
{
    const struct istiod_facts *istiod = &observation->istiod;

    if (!istiod->found) {
        add(to, "istiod", PREFLIGHT_UNKNOWN,
            observation->watched ? "no Deployment with the label app=istiod was found"
                                 : "not watched: add its API server to clusters in weft.yaml");
        return;
    }
    add_flag(to, "istiod", istiod->rolled_out,
             *istiod->version ? istiod->version : "version not known",
             "a rollout of istiod is under way, or stuck");
    add_faults(to, istiod->version);
    add_flag(to, "several roots", istiod->multi_root, "ISTIO_MULTIROOT_MESH=true",
             "ISTIO_MULTIROOT_MESH is not true: istiod takes a changed bundle only when it is "
             "restarted");
    add(to, "roots by push", PREFLIGHT_OK,
        istiod->xds_agent ? "PROXY_CONFIG_XDS_AGENT=true"
                          : "no: proxies load new roots with their next certificate");
    add_leaves(to, observation, leaf_ttl);
}

static void add_shown(struct listing *to, const char *what, const struct observed_value *shown)
{
    static const enum preflight_verdict verdicts[] = {
        [SEEN_NOTHING] = PREFLIGHT_UNKNOWN,
        [SEEN_UNKNOWN] = PREFLIGHT_UNKNOWN,
        [SEEN_OTHER] = PREFLIGHT_BAD,
        [SEEN_WANTED] = PREFLIGHT_OK,
    };

    static_assert(LENGTH(verdicts) == SEEN_WANTED + 1, "everything that is seen has a verdict");
    add(to, what, verdicts[shown->seen], shown->seen == SEEN_NOTHING ? "not watched" : shown->text);
}

/* The strongest sources first: what they show matters more. */
static void add_sources(struct listing *to, const struct preflight_cluster *cluster)
{
    for (int level = EVIDENCE_TURNED; level > EVIDENCE_NONE; level--)
        for (int i = 0; i < SOURCE_COUNT; i++) {
            const struct observation_source *source = &observation_sources[i];

            if ((int)source->proves == level && source->check
                && (cluster->recipient || !source->git))
                add_shown(to, source->check, &cluster->observation->shown[i]);
        }
}

static void add_cluster(struct listing *to, const struct preflight_cluster *cluster,
                        int64_t leaf_ttl)
{
    to->cluster = cluster->observation->cluster;
    add_istiod(to, cluster->observation, leaf_ttl);
    add_sources(to, cluster);
    if (cluster->recipient)
        add_flag(to, cluster->recipient, !cluster->recipient_error, "valid",
                 cluster->recipient_error);
}

/* Without the old key nothing can be renewed under the old root, and there is no way back. */
static void add_key(struct listing *to, enum preflight_key key)
{
    if (key != PREFLIGHT_KEY_NO_ROOT)
        add_flag(to, "key of the old root", key == PREFLIGHT_KEY_HELD, "available",
                 "is gone: there is no way back once step 2 is committed");
}

struct preflight *preflight_list(size_t *count, const struct preflight_input *input,
                                 struct arena *arena)
{
    struct listing listing = { .arena = arena, .cluster = "" };

    add_key(&listing, input->key);
    for (size_t i = 0; i < input->count; i++)
        add_cluster(&listing, &input->clusters[i], input->leaf_ttl);
    *count = listing.count;
    return listing.list;
}
