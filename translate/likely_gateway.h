/* translate/likely_gateway.h - a Service that the author of the specs probably means as the gateway
 * of a mesh.  For a message: nothing is opened or dialled because of it. */
#ifndef WEFT_TRANSLATE_LIKELY_GATEWAY_H
#define WEFT_TRANSLATE_LIKELY_GATEWAY_H

#include "translate/resolved.h"

/* The Service of the mesh that looks most like an east-west gateway, and its port for other
 * clusters; NULL: none does. */
const struct destination *likely_gateway_find(const struct resolved_mesh *mesh,
                                              const struct service_port **port);

#endif
