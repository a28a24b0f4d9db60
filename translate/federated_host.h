/* translate/federated_host.h - hosts by which other clusters call a Service: whether they are host
 * names, belong to one Service alone, and are passed on by the gateways of its cluster alone
 * (docs/translation.md 3.1). */
#ifndef WEFT_TRANSLATE_FEDERATED_HOST_H
#define WEFT_TRANSLATE_FEDERATED_HOST_H

#include "translate/resolved.h"

/* Adds an error (D7) for a host that is no host name. */
void federated_host_check(struct cluster_ref service, const char *host, struct messages *errors,
                          struct arena *arena);
/* Fills resolved->export_by_host.  Adds an error to, and holds, each export whose host another one
 * has (D12) or gateways of another cluster would pass on (D13). */
void federated_host_check_all(struct resolved *resolved, struct arena *arena);
/* The export that the host belongs to, when the cluster gets documents about it; NULL: none. */
const struct export *federated_host_owner(const struct resolved *resolved, const char *host,
                                          const char *cluster);

#endif
