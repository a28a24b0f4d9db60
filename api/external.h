/* api/external.h - Destination.spec.externalService.  Private to api/. */
#ifndef WEFT_API_EXTERNAL_H
#define WEFT_API_EXTERNAL_H

#include "api/destination.h"

struct schema;
extern const struct schema external_service_schema; /* of struct external_service */

#endif
