/* translate/protocol.h - the protocol of a Service port as a ServiceEntry names it. */
#ifndef WEFT_TRANSLATE_PROTOCOL_H
#define WEFT_TRANSLATE_PROTOCOL_H

#include "api/destination.h"
#include "translate/istio_version.h"

/* Istio's rule of port names and appProtocol; thrift becomes TCP where the dialect has no such
 * protocol. */
const char *protocol_of_port(const struct service_port *port, const struct dialect *dialect);
/* What a ServiceEntry calls the port: its name, else its Kubernetes protocol, by name_port. */
const char *protocol_port_name(const struct service_port *port, struct arena *arena);
/* Whether a sidecar reads requests of a TCP port as HTTP, by what is declared or by itself. */
bool protocol_may_be_http(const struct service_port *port);
/* A ServiceEntry can carry it: TCP.  UDP and SCTP cannot cross a gateway. */
bool protocol_is_tcp(const struct service_port *port);

#endif
