/* translate/virtual_ip.h - a virtual IP for each federated Service (docs/translation.md 3.3, Q10).
 */
#ifndef WEFT_TRANSLATE_VIRTUAL_IP_H
#define WEFT_TRANSLATE_VIRTUAL_IP_H

#include "translate/resolved.h"

/* The address that the reference implementation gives (attempt 0), or the next ones (1, 2, ...), in
 * host byte order. */
uint32_t virtual_ip_candidate(struct cluster_ref service, unsigned attempt);
/* False for the two ends of 240.0.0.0/4 and for 240.240.0.0/16, which Istio hands out itself. */
bool virtual_ip_usable(uint32_t address);
const char *virtual_ip_text(uint32_t address, struct arena *arena);

/* The same address for pods that have IPv6 alone: its four bytes at the end of a network that weft
 * keeps for this, a unique local one of RFC 4193. */
const char *virtual_ip_ipv6(const char *address, struct arena *arena);

/* Fills address of all exports, each address once in all VirtualMeshes together (simpler than once
 * in each client mesh, and a Service may join a further mesh without a change).  Addresses that the
 * record of a VirtualMesh notes stay; else the first candidate; when several Services have the
 * same, the one that is known by it in the previous output, then the one with the smaller key, and
 * the others take their next candidates.  Fills addresses of the plan with those that are not
 * simply the first. */
MUST_USE int virtual_ip_assign(struct resolved *resolved, const struct tree_reader *before,
                               struct arena *arena, struct err *err);

#endif
