/* api/federation.h - spec.federation.  Private to api/. */
#ifndef WEFT_API_FEDERATION_H
#define WEFT_API_FEDERATION_H

#include "api/virtual_mesh.h"

struct schema;
extern const struct schema federation_schema; /* of struct federation */

#endif
