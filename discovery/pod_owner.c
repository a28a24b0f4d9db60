/* discovery/pod_owner.c - which workload a pod belongs to.  Pure.
 * Controllers name pods after themselves: kube-controller-manager appends the hash of the template
 * (at most 10 characters) and 5 random characters, all from an alphabet without dashes.  The whole
 * rest is matched, so Deployment "reviews" never claims the pods of "reviews-v2".  Two candidates
 * of different kinds are possible in theory; then no owner is named. */
#include "discovery/pod_owner.h"

#include "api/selector_match.h"

enum { HASH_MAX = 10, RANDOM_LEN = 5 };
#define SAFE "bcdfghjklmnpqrstvwxz2456789" /* k8s.io/apimachinery/pkg/util/rand */

static bool is_random(const char *text)
{
    return strspn(text, SAFE) == RANDOM_LEN && !text[RANDOM_LEN];
}

static bool is_hash_and_random(const char *text)
{
    const size_t len = strspn(text, SAFE "013aeiouy"); /* hashes were decimal once */

    return len > 0 && len <= HASH_MAX && text[len] == '-' && is_random(text + len + 1);
}

static bool is_ordinal(const char *text)
{
    const size_t len = strspn(text, "0123456789");

    return len > 0 && !text[len];
}

static bool names(const struct fact_workload *workload, const char *pod)
{
    const size_t len = strlen(workload->name);

    if (strncmp(pod, workload->name, len) != 0 || pod[len] != '-')
        return false;
    switch (workload->kind) {
    case WORKLOAD_DEPLOYMENT:
        return is_hash_and_random(pod + len + 1);
    case WORKLOAD_DAEMON_SET:
        return is_random(pod + len + 1);
    case WORKLOAD_STATEFUL_SET:
        return is_ordinal(pod + len + 1);
    }
    return false;
}

const struct fact_workload *pod_owner_find(const struct scan *scan,
                                           const struct fact_service *service, const char *pod)
{
    const struct fact_workload *found = NULL;
    size_t count;
    const struct fact_workload *all = facts_workloads_in(scan->facts, service->namespace, &count);

    for (size_t i = 0; i < count; i++) {
        if (!names(&all[i], pod)
            || !selector_match_pods(service->selector, service->selector_count, all[i].labels,
                                    all[i].label_count))
            continue;
        if (found)
            return NULL;
        found = &all[i];
    }
    return found;
}
