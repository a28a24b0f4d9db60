/* app/pass/facts.h - what a pass found, by its data alone. */
#ifndef WEFT_APP_PASS_FACTS_H
#define WEFT_APP_PASS_FACTS_H

#include "app/pass/pass.h"

/* The output branch as this pass found it, below output.path. */
struct tree_reader pass_tip(const struct pass *pass);
/* Some specs were refused, or something of them is INVALID or FAILED. */
bool pass_refused(const struct pass *pass);
/* Nothing can be said of a virtual mesh ("namespace/name") by its absence from the plan: it was
 * refused, or not all specs could be read. */
bool pass_unsure(const struct pass *pass, const char *virtual_mesh);
/* Where the cacerts of a mesh, or the receipt for it, stands on the output branch; in the arena. */
const char *pass_trust_path(const struct pass *pass, const struct mesh_identity *mesh,
                            struct arena *arena);

#endif
