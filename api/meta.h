/* api/meta.h - metadata, as far as weft reads it; what an API server adds to it is let through. */
#ifndef WEFT_API_META_H
#define WEFT_API_META_H

#include "api/ref.h"

struct meta meta_decode(struct at at);                                  /* at the object */
const char *meta_annotation(const struct meta *meta, const char *name); /* NULL: absent */

#endif
