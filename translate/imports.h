/* translate/imports.h - the imports of all clusters: rendered once, mounted wherever they are the
 * same. */
#ifndef WEFT_TRANSLATE_IMPORTS_H
#define WEFT_TRANSLATE_IMPORTS_H

#include "translate/rendering.h"

/* Renders what an owner cluster's Services are for all other clusters, and mounts it there. */
MUST_USE int imports_render(struct rendering *rendering, const struct cluster *owner,
                            struct err *err);

#endif
