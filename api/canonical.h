/* api/canonical.h - the normal form of specs of VirtualMeshes and AccessPolicies: one way to say
 * each thing, defaults written out, so that specs which mean the same have the same bytes.  Must
 * not leave out anything that could change the output. */
#ifndef WEFT_API_CANONICAL_H
#define WEFT_API_CANONICAL_H

#include "api/policy.h"
#include "api/virtual_mesh.h"

/* The spec in normal form: decoding it gives the same struct, and it is what the digest is made of.
 */
struct node *encode_access_policy_spec(const struct access_policy *policy, struct arena *arena);

/* The spec in normal form: decoding it gives the same struct, and it is what the digest is made of.
 */
struct node *canonical_virtual_mesh_spec(const struct virtual_mesh *mesh, struct arena *arena);

#endif
