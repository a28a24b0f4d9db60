/* api/canonical.c - the canonical form of specs.
 *
 * It is the encoding of what was decoded, by the same table: the order of keys, the defaults and
 * the zero values that are left out are those of the table, whatever the document looked like.  A
 * record on the output branch and the live object are compared by the digest of these bytes, so a
 * change of the order of rows, or of how a value is written, is a change of the stored form. */
#include "api/canonical.h"
#include "api/schema_encode.h"

struct node *canonical_virtual_mesh_spec(const struct virtual_mesh *mesh, struct arena *arena)
{
    return schema_encode(mesh, &virtual_mesh_schema, arena);
}

struct node *canonical_access_policy_spec(const struct access_policy *policy, struct arena *arena)
{
    return schema_encode(policy, &access_policy_schema, arena);
}
