/* discovery/label_set.c - the labels that the inventory keeps.  Pure.
 * A line of the inventory changes only when something was deployed, configured or moved; the
 * version of a chart in a label of each of its Services would change them all at every release, and
 * selects no pods, unless a selector or a subset uses it. */
#include "discovery/label_set.h"

static const char *const passing[] = { "app.kubernetes.io/managed-by", "app.kubernetes.io/version",
                                       "helm.sh/chart" };

static bool is_passing(const char *key) { return text_listed(passing, LENGTH(passing), key); }

static bool is_wanted(const char *key, const struct fact_service *selectors, size_t count,
                      const struct discovery_settings *settings)
{
    if (text_listed(settings->labels, settings->label_count, key))
        return true;
    for (size_t i = 0; i < count; i++)
        if (read_pair(selectors[i].selector, selectors[i].selector_count, key))
            return true;
    return false;
}

/* Selectors of the same namespace only: those are the Services that can select these pods. */
const struct pair *label_set_lasting(const struct pair *labels, size_t count,
                                     const struct fact_service *selectors, size_t selector_count,
                                     const struct discovery_settings *settings, size_t *kept,
                                     struct arena *arena)
{
    struct pair *pairs = ARENA_NEW(arena, struct pair, count + 1); /* room for one more */

    *kept = 0;
    for (size_t i = 0; i < count; i++)
        if (!is_passing(labels[i].key)
            || is_wanted(labels[i].key, selectors, selector_count, settings))
            pairs[(*kept)++] = labels[i];
    return pairs;
}
