/* api/external.h - Destination.spec.externalService.  Private to api/. */
#ifndef WEFT_API_EXTERNAL_H
#define WEFT_API_EXTERNAL_H

#include "api/destination.h"

const struct external_service *external_service_decode(struct at at);

#endif
