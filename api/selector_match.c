/* api/selector_match.c - what a selector matches (VirtualMesh API).  Pure.
 *
 * Conditions of one matcher are ANDed, members of one selector and entries of a list are ORed.  An
 * empty condition is none, an empty list of selectors is every Service, and a selector without
 * members is no Service: `{}` in a list must never select more than what is written beside it. */
#include "api/selector_match.h"
#include "api/destination.h"
#include "api/selector.h"
#include "base/decode_value.h"

#include <string.h>

/* Both sides are sorted by key, as at_pairs gives them: one walk. */
bool selector_match_labels(const struct pair *wanted, size_t wanted_count,
                           const struct pair *labels, size_t label_count)
{
    size_t at = 0;

    for (size_t i = 0; i < wanted_count; i++) {
        while (at < label_count && strcmp(labels[at].key, wanted[i].key) < 0)
            at++;
        if (at == label_count || strcmp(labels[at].key, wanted[i].key) != 0
            || strcmp(labels[at].value, wanted[i].value) != 0)
            return false;
    }
    return true;
}

bool selector_match_pods(const struct pair *selector, size_t selector_count,
                         const struct pair *labels, size_t label_count)
{
    return selector_count && selector_match_labels(selector, selector_count, labels, label_count);
}

bool selector_match_text(const char *const *list, size_t count, const char *text)
{
    return count == 0 || text_listed(list, count, text);
}

static bool matcher_matches(const struct service_matcher *matcher,
                            const struct kube_service *service)
{
    return selector_match_text(matcher->namespaces, matcher->namespace_count,
                               service->ref.namespace)
           && selector_match_text(matcher->clusters, matcher->cluster_count, service->ref.cluster)
           && selector_match_labels(matcher->labels, matcher->label_count, service->labels,
                                    service->label_count);
}

bool selector_match_destination(const struct destination_selector *selector,
                                const struct kube_service *service)
{
    if (selector->matcher && matcher_matches(selector->matcher, service))
        return true;
    for (size_t i = 0; i < selector->service_count; i++)
        if (cluster_ref_equal(selector->services[i], service->ref))
            return true;
    return false;
}

bool selector_match_any(const struct destination_selector *selectors, size_t count,
                        const struct kube_service *service)
{
    for (size_t i = 0; i < count; i++)
        if (selector_match_destination(&selectors[i], service))
            return true;
    return count == 0;
}
