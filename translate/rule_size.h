/* translate/rule_size.h - how much of the rules an API server takes in one AuthorizationPolicy
 * (docs/translation.md 5.3). */
#ifndef WEFT_TRANSLATE_RULE_SIZE_H
#define WEFT_TRANSLATE_RULE_SIZE_H

#include "base/node.h"

/* Most items of spec.rules and of the from of a rule, in the CRD of Istio; most bytes of an object,
 * with room for the rest of it below the 1.5 MiB of a request to etcd. */
enum { RULE_SIZE_ITEMS_MAX = 512, RULE_SIZE_BYTES_MAX = 1024 * 1024 };

/* About the bytes that it takes as YAML. */
size_t rule_size_of(const struct node *node);

/* What an object holds so far. */
struct rule_size {
    size_t rules, bytes;
};

/* The first of the rules that still fit, all of them or a shorter list; adds them to size.
 * bytes_max: of one object, the same in each call. */
const struct node *rule_size_fit(struct rule_size *size, const struct node *rules, size_t bytes_max,
                                 struct arena *arena);

#endif
