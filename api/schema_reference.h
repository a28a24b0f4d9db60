/* api/schema_reference.h - docs/reference.md: every field of every kind. */
#ifndef WEFT_API_SCHEMA_REFERENCE_H
#define WEFT_API_SCHEMA_REFERENCE_H

#include "base/text.h"

void schema_reference_write(struct text *out);

#endif
