/* k8s-job/restart/advice.c - what people must restart after an issue when weft does not, and the
 * warning when it does.  Pure: words from facts. */
#include "k8s-job/restart/advice.h"

#include "base/clock.h"
#include "base/compiler.h"
#include "base/text.h"

#include <string.h>

enum { NAMED_MAX = 5 };

const char *const restart_warning =
    "autoRestartPods is on: when certificates change, all pods of the mesh are restarted, the "
    "control plane first. Do not use it in production: services may be unavailable for a short "
    "time. Without it istiod and the proxies take new certificates while they run.";

const char *restart_kind(const char *workload)
{
    static const struct {
        const char *end, *kind;
    } rows[] = {
        { "-deployment", "Deployment" },
        { "-daemonset", "DaemonSet" },
        { "-statefulset", "StatefulSet" },
    };

    for (size_t i = 0; i < LENGTH(rows); i++)
        if (text_ends(workload, rows[i].end))
            return rows[i].kind;
    return NULL;
}

/* "1.27.1-distroless" -> 27; -1: not a version of Istio 1. */
static int64_t minor_of(const char *version)
{
    int64_t minor = 0;

    if (!version || !text_starts(version, "1.") || !is_digit(version[2]))
        return -1;
    for (version += 2; is_digit(*version) && minor < 1000; version++)
        minor = 10 * minor + (*version - '0');
    return minor;
}

enum restart_reason restart_reason(const struct restart_istiod *istiod)
{
    int64_t minor = minor_of(istiod->version);

    if (istiod->vault)
        return RESTART_REASON_NONE;
    if (istiod->first)
        return RESTART_REASON_FIRST;
    if (istiod->swapped)
        return RESTART_REASON_SWAPPED;
    if (!istiod->bundle && !istiod->intermediate)
        return RESTART_REASON_NONE;
    if (minor >= 0 && minor < (istiod->bundle ? 20 : 18))
        return RESTART_REASON_OLD_ISTIOD;
    if (istiod->bundle && !istiod->known)
        return RESTART_REASON_PERHAPS;
    return istiod->bundle && !istiod->multi_root ? RESTART_REASON_SINGLE_ROOT : RESTART_REASON_NONE;
}

static const char *const reason_words[] = {
    [RESTART_REASON_NONE] = NULL,
    [RESTART_REASON_FIRST] = "until now it signed for itself, and it reads its first cacerts only "
                             "when it starts",
    [RESTART_REASON_SWAPPED] = "the roots change at once, which no istiod takes while it runs; "
                               "then restart the gateways and the workloads, for until their "
                               "leaves are new they and those of other roots refuse each other",
    [RESTART_REASON_SINGLE_ROOT] = "it runs without ISTIO_MULTIROOT_MESH=true, so it drops each "
                                   "change of the roots, the new intermediate with it; set that "
                                   "and this is the last time",
    [RESTART_REASON_OLD_ISTIOD] = "this version of Istio does not take it while it runs (roots "
                                  "since 1.20, intermediates since 1.18)",
    [RESTART_REASON_PERHAPS] = "unless it runs with ISTIO_MULTIROOT_MESH=true, which nobody has "
                               "looked at: without it, it drops each change of the roots",
};
_Static_assert(LENGTH(reason_words) == RESTART_REASON_PERHAPS + 1, "every reason has words");

static const char *layout_clusters(const struct restart_need *need, enum restart_reason reason,
                                   struct arena *arena)
{
    const char *out = "";
    size_t found = 0;

    for (size_t i = 0; i < need->count; i++)
        if (restart_reason(&need->istiods[i]) == reason && found++ < NAMED_MAX)
            out =
                arena_printf(arena, "%s%s%s", out, found > 1 ? ", " : "", need->istiods[i].cluster);
    return found > NAMED_MAX ? arena_printf(arena, "%s and %zu more", out, found - NAMED_MAX) : out;
}

static const char *reason_advice(const struct restart_need *need, enum restart_reason reason,
                                 struct arena *arena)
{
    const char *clusters = layout_clusters(need, reason, arena);
    const char *namespace = need->namespace ? need->namespace : "istio-system";

    if (text_empty(clusters))
        return "";
    return arena_printf(arena,
                        "Restart istiod of %s once, when its new cacerts is there (kubectl -n %s "
                        "rollout restart deployment/istiod): %s. ",
                        clusters, namespace, reason_words[reason]);
}

const char *restart_advice(const struct restart_need *need, struct arena *arena)
{
    bool swapped = !text_empty(layout_clusters(need, RESTART_REASON_SWAPPED, arena));
    const char *out = "";

    for (int reason = RESTART_REASON_FIRST; reason <= RESTART_REASON_PERHAPS; reason++)
        out = arena_printf(arena, "%s%s", out,
                           reason_advice(need, (enum restart_reason)reason, arena));
    return arena_printf(arena, "%s%s new leaves, and the roots with them, by themselves within %s.",
                        out,
                        swapped           ? "The other proxies fetch"
                        : text_empty(out) ? "Nothing needs a restart: proxies fetch"
                                          : "Nothing else needs a restart: proxies fetch",
                        clock_duration_text(need->leaf_ttl, arena));
}
