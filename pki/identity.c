/* pki/identity.c - names of workloads and of istiod.  Pure.
 *
 * Names that istiod's certificate must hold for proxies to connect to it, and the identity of a
 * workload for the self-test. A revision has a Service of its own, so its name is one more. */
#include "pki/identity.h"

#include "base/text.h"
#include <string.h>

const char *identity_trust_domain(const char *spiffe_id, struct arena *arena)
{
    static const char scheme[] = "spiffe://";
    const char *from;

    if (!spiffe_id || !text_starts(spiffe_id, scheme))
        return "cluster.local";
    from = spiffe_id + sizeof scheme - 1;
    return arena_bytes(arena, from, strcspn(from, "/"));
}

struct identity identity_of(const char *spiffe_id, const char *namespace, const char *revision,
                            struct arena *arena)
{
    static const char *const services[] = { "istiod", "istiod-remote", "istio-pilot" };
    struct identity out = { .workload = arena_printf(arena, "spiffe://%s/ns/default/sa/default",
                                                     identity_trust_domain(spiffe_id, arena)) };

    for (size_t i = 0; i < LENGTH(services); i++)
        out.istiod[out.istiod_count++] = arena_printf(arena, "%s.%s.svc", services[i], namespace);
    if (!text_empty(revision) && !text_equal(revision, "default"))
        out.istiod[out.istiod_count++] =
            arena_printf(arena, "istiod-%s.%s.svc", revision, namespace);
    return out;
}
