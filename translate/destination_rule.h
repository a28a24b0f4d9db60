/* translate/destination_rule.h - DestinationRules of Services
 * (docs/translation.md 5.1, 5.4, 3.7, 3.8).
 */
#ifndef WEFT_TRANSLATE_DESTINATION_RULE_H
#define WEFT_TRANSLATE_DESTINATION_RULE_H

#include "translate/service_entry.h"

/* These give NULL when the rule would be empty: no TLS mode is set, and no keepalive. */

/* For client meshes and the federated host. */
struct node *destination_rule_remote(const struct resolved *resolved, const struct export *export,
                                     struct variant variant, struct arena *arena);
/* For the home mesh and the federated host: a copy of the remote policy. */
struct node *destination_rule_home(const struct resolved *resolved, const struct export *export,
                                   struct arena *arena);
/* For the Service's own name in its own cluster. */
struct node *destination_rule_local(const struct resolved *resolved,
                                    const struct resolved_mesh *mesh,
                                    const struct destination *destination, struct arena *arena);
/* For a host outside of all meshes: keepalive only.  NULL: none is asked for. */
struct node *destination_rule_keepalive(const struct tcp_keepalive *keepalive, struct arena *arena);

#endif
