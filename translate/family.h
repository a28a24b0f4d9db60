/* translate/family.h - IPv4 and IPv6: which addresses of gateways the pods of a client can reach.
 */
#ifndef WEFT_TRANSLATE_FAMILY_H
#define WEFT_TRANSLATE_FAMILY_H

#include "translate/resolved.h"

/* The family of an address; 0: it is a host name or a wildcard. */
unsigned family_of(const char *address);
/* Fills pod_families of all meshes. */
void family_find_pods(struct resolved *resolved, struct arena *arena);
/* Fills dual_stack of the meshes of a VirtualMesh whose gateways are known, and warns for clients
 * whose pods are not. */
void family_check_gateways(struct resolved_virtual_mesh *virtual_mesh, struct arena *arena);
/* Warns for each mesh whose pods have one family about the first cluster that it imports from and
 * that has addresses of the other family alone (W60). */
void family_warn_clients(const struct resolved *resolved, struct arena *arena);

#endif
