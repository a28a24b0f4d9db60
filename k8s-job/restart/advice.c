/* k8s-job/restart/advice.c - what an operator must restart after an issue when weft does not
 * restart it.  Pure.
 *
 * istiod reloads cacerts while it runs, within limits of its version: intermediates since 1.18, a
 * bundle since 1.20 and only with ISTIO_MULTIROOT_MESH=true, and never the very first cacerts,
 * because it signs with its own CA until it restarts.  The reasons are tried in the order of the
 * harm that a missing restart does, so each istiod has one reason and appears in one sentence. */
#include "k8s-job/restart/advice.h"

#include "base/clock.h"
#include "base/compiler.h"
#include "base/text.h"
#include "k8s-job/messages.h"

#include <string.h>

enum { NAMED_MAX = 5 };

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
        return RESTART_REASON_NOT_OBSERVED;
    return istiod->bundle && !istiod->multi_root ? RESTART_REASON_SINGLE_ROOT : RESTART_REASON_NONE;
}

static const char *const reason_texts[] = {
    [RESTART_REASON_NONE] = NULL,
    [RESTART_REASON_FIRST] = RESTART_TEXT_FIRST,
    [RESTART_REASON_SWAPPED] = RESTART_TEXT_SWAPPED,
    [RESTART_REASON_SINGLE_ROOT] = RESTART_TEXT_SINGLE_ROOT,
    [RESTART_REASON_OLD_ISTIOD] = RESTART_TEXT_OLD_ISTIOD,
    [RESTART_REASON_NOT_OBSERVED] = RESTART_TEXT_NOT_OBSERVED,
};
_Static_assert(LENGTH(reason_texts) == RESTART_REASON_NOT_OBSERVED + 1, "every reason has a text");

static const char *clusters_with_reason(const struct restart_need *need, enum restart_reason reason,
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

static const char *reason_text(const struct restart_need *need, enum restart_reason reason,
                               struct arena *arena)
{
    const char *clusters = clusters_with_reason(need, reason, arena);

    return text_empty(clusters) ? ""
                                : arena_printf(arena, K6_ISTIOD, clusters, reason_texts[reason]);
}

static bool has_reason(const struct restart_need *need, enum restart_reason reason)
{
    size_t i = 0;

    while (i < need->count && restart_reason(&need->istiods[i]) != reason)
        i++;
    return i < need->count;
}

static const char *remedy_text(const struct restart_need *need, struct arena *arena)
{
    const bool swapped = has_reason(need, RESTART_REASON_SWAPPED);
    const bool single = has_reason(need, RESTART_REASON_SINGLE_ROOT);

    return arena_printf(arena, K6_COMMAND, need->namespace ? need->namespace : "istio-system",
                        single ? RESTART_TEXT_MULTI_ROOT : "",
                        swapped ? RESTART_TEXT_WORKLOADS : "",
                        swapped ? RESTART_TEXT_PROXIES_OTHER : RESTART_TEXT_PROXIES,
                        clock_duration_text(need->leaf_ttl, arena));
}

struct restart_advice restart_advice(const struct restart_need *need, struct arena *arena)
{
    const char *out = "";

    for (int reason = RESTART_REASON_FIRST; reason <= RESTART_REASON_NOT_OBSERVED; reason++) {
        const char *text = reason_text(need, (enum restart_reason)reason, arena);

        out = arena_printf(arena, "%s%s%s", out, *out && *text ? "; " : "", text);
    }
    if (text_empty(out))
        return (struct restart_advice){ RESTART_TEXT_NOTHING, "" };
    return (struct restart_advice){ out, remedy_text(need, arena) };
}
