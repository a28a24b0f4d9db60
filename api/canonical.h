/* api/canonical.h - the canonical form of the specs of VirtualMeshes and AccessPolicies: one way to
 * say each thing, defaults written out, so that specs that mean the same have the same bytes.  It
 * must not leave out anything that could change the output. */
#ifndef WEFT_API_CANONICAL_H
#define WEFT_API_CANONICAL_H

#include "api/policy.h"
#include "api/virtual_mesh.h"

/* The spec in canonical form: decoding it gives the same struct, and the digest is made of its
 * bytes. */
struct node *canonical_access_policy_spec(const struct access_policy *policy, struct arena *arena);
struct node *canonical_virtual_mesh_spec(const struct virtual_mesh *mesh, struct arena *arena);

#endif
