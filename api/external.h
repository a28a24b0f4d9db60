/* api/external.h - Destination.spec.externalService.  Private to api/. */
#ifndef WEFT_API_EXTERNAL_H
#define WEFT_API_EXTERNAL_H

#include "api/destination.h"

const struct external_service *decode_external_service(struct at at);

#endif
