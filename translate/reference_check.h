/* translate/reference_check.h - whether what a VirtualMesh refers to exists
 * (docs/translation.md 2.1, 2.3, Q8, Q9). */
#ifndef WEFT_TRANSLATE_REFERENCE_CHECK_H
#define WEFT_TRANSLATE_REFERENCE_CHECK_H

#include "translate/resolved.h"

/* Adds an error to the status for each reference without a target. */
void reference_check_all(const struct resolved *resolved,
                         const struct resolved_virtual_mesh *virtual_mesh, struct arena *arena);
/* Adds a warning for each Service named in federation selectors that is not in a mesh of this
 * VirtualMesh. */
void reference_check_warn(const struct resolved *resolved,
                          const struct resolved_virtual_mesh *virtual_mesh, struct arena *arena);
/* The first diag of a refused object; NULL: it was not refused. */
const char *reference_check_refused(const struct specs *specs, enum object_kind kind,
                                    struct object_ref ref);
/* Orders objects as their keys do. */
int reference_compare(struct object_ref a, struct object_ref b);

#endif
