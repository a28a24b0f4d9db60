/* discovery/label_selector.h - metav1.LabelSelector, as webhooks and Istio's discoverySelectors use
 * it. */
#ifndef WEFT_DISCOVERY_LABEL_SELECTOR_H
#define WEFT_DISCOVERY_LABEL_SELECTOR_H

#include "discovery/read.h"

enum label_operator { LABEL_IN, LABEL_NOT_IN, LABEL_EXISTS, LABEL_DOES_NOT_EXIST };

struct label_requirement {
    const char *key;
    enum label_operator op;
    const char *const *values;
    size_t value_count;
};

struct label_selector {
    const struct pair *labels; /* matchLabels */
    size_t label_count;
    const struct label_requirement *requirements; /* matchExpressions */
    size_t requirement_count;
    bool broken; /* it has a part that cannot be read, so it matches nothing */
};

/* node NULL: an empty selector, which matches everything. */
struct label_selector label_selector_read(const struct reader *reader, const struct node *node);
bool label_selector_matches(const struct label_selector *selector, const struct pair *labels,
                            size_t count);

#endif
