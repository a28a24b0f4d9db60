/* discovery/label_set.h - the labels that the inventory keeps. */
#ifndef WEFT_DISCOVERY_LABEL_SET_H
#define WEFT_DISCOVERY_LABEL_SET_H

#include "discovery/discovery_settings.h"
#include "discovery/fact_service.h"

/* Labels of a Service or pod template without those that change with every release of a chart. Of
 * these stay the ones that a selector in selectors uses or settings list.  Sorted by key, in the
 * arena. */
const struct pair *label_set_lasting(const struct pair *labels, size_t count,
                                     const struct fact_service *selectors, size_t selector_count,
                                     const struct discovery_settings *settings, size_t *kept,
                                     struct arena *arena);

#endif
