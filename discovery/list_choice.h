/* discovery/list_choice.h - which of the lists that not every cluster needs are worth asking for.
 */
#ifndef WEFT_DISCOVERY_LIST_CHOICE_H
#define WEFT_DISCOVERY_LIST_CHOICE_H

#include "discovery/discovery_settings.h"
#include "discovery/facts.h"

/* Whether something in the Services that were read, or the settings, depends on list: one of
 * EndpointSlices, Nodes, Gateways and ServiceExports.  False for all others.  May be asked before
 * facts_end. */
bool list_choice_needs(const struct facts *facts, const struct discovery_settings *settings,
                       enum fact_list list);

#endif
