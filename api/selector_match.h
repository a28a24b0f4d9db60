/* api/selector_match.h - what a selector matches (VirtualMesh API).  Pure. */
#ifndef WEFT_API_SELECTOR_MATCH_H
#define WEFT_API_SELECTOR_MATCH_H

#include "api/selector.h"

struct kube_service;

/* One entry. */
bool selector_match_destination(const struct destination_selector *selector,
                                const struct kube_service *service);
/* A list; an empty one matches every Service. */
bool selector_match_any(const struct destination_selector *selectors, size_t count,
                        const struct kube_service *service);
/* Whether a condition of a matcher, such as its namespaces, holds; an empty list is none. */
bool selector_match_text(const char *const *list, size_t count, const char *text);
bool selector_match_labels(const struct pair *wanted, size_t wanted_count,
                           const struct pair *labels, size_t label_count);
/* Whether the selector of a Service selects pods with these labels; an empty one selects none. */
bool selector_match_pods(const struct pair *selector, size_t selector_count,
                         const struct pair *labels, size_t label_count);

#endif
