/* pki/cacerts_owner.h - which virtual mesh fills the Secret cacerts of an istiod namespace.  Pure.
 */
#ifndef WEFT_PKI_CACERTS_OWNER_H
#define WEFT_PKI_CACERTS_OWNER_H

#include "pki/trust.h"

/* Two istiods in one namespace of a cluster read the same Secret, so only one VirtualMesh can fill
 * it: the one that did before, else the first. */
struct cacerts_owners;
struct cacerts_owners *cacerts_owner_make(const struct ledger *ledger,
                                          const struct trust_request *const *requests, size_t count,
                                          struct arena *arena);
/* NULL: request fills it; else the name of the virtual mesh that does. */
const char *cacerts_owner_other(const struct cacerts_owners *claims,
                                const struct trust_request *request,
                                const struct mesh_identity *mesh);

/* The mesh of the request that holds the intermediate of this one: itself, or the first with the
 * same cluster and istiod namespace. */
const struct mesh_identity *cacerts_owner_primary(const struct trust_request *request,
                                                  const struct mesh_identity *mesh);

#endif
