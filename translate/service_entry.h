/* translate/service_entry.h - ServiceEntries of federated Services (docs/translation.md 5.4, 11.1).
 */
#ifndef WEFT_TRANSLATE_SERVICE_ENTRY_H
#define WEFT_TRANSLATE_SERVICE_ENTRY_H

#include "translate/resolved.h"

/* What manifests for clients depend on; nothing else of a client may show in them. */
struct variant {
    const char *namespace; /* of istiod */
    const struct dialect *dialect;
    unsigned families; /* it gets addresses of these where a gateway has both; FAMILY_BOTH: all */
    bool ipv6;         /* its pods have IPv6 alone, so they need a virtual IP of that family */
};

/* For client meshes: the virtual IP, and endpoints at the gateways (at the pods when the network is
 * flat). */
struct node *service_entry_remote(const struct resolved *resolved, const struct export *export,
                                  struct variant variant, struct arena *arena);
/* For the home mesh: gives its gateways a route to the pods for the name that clients ask for. Not
 * when the network is flat. */
struct node *service_entry_local(const struct resolved *resolved, const struct export *export,
                                 struct arena *arena);
/* Where the home mesh keeps the manifests of the federated host. */
const char *service_entry_export_namespace(const struct export *export);

#endif
