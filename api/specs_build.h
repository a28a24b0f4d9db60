/* api/specs_build.h - what was read, put in order.  Private to api/. */
#ifndef WEFT_API_SPECS_BUILD_H
#define WEFT_API_SPECS_BUILD_H

#include "api/specs_reader.h"

/* Fills out from all that reader holds; duplicate objects are a diag each and are refused. */
void specs_build(struct specs *out, struct specs_reader *reader);

#endif
