/* translate/name.h - names of objects and hosts: the rules of the reference implementation, which
 * clients rely on. */
#ifndef WEFT_TRANSLATE_NAME_H
#define WEFT_TRANSLATE_NAME_H

#include "api/ref.h"

/* "<name>-<namespace>" of a gateway's Destination, for its Gateway object. */
const char *name_gateway(struct object_ref destination, struct arena *arena);
/* "allow-ingress-gateway-<name>-<namespace>" of a gateway's Destination; a hash instead when that
 * is 63 bytes or more. */
const char *name_allow_gateway(struct object_ref destination, struct arena *arena);
/* "<service>-<namespace>-<cluster>"; marked: with "-" and 8 hex digits of SHA-256 of the key behind
 * it, because the plain form is taken by another service or too long (over 253 bytes). */
const char *name_remote_rule(struct cluster_ref service, bool marked, struct arena *arena);

/* The name is the domain or lies under it.  Both in small letters. */
bool name_is_under(const char *name, const char *domain);

/* The name of a port in a ServiceEntry: the CRD of Istio takes fewer than 63 bytes as key of
 * endpoints[].ports, Kubernetes up to 63.  A longer one is cut, and "-" and 8 hex digits of its
 * SHA-256 follow. */
const char *name_port(const char *port, struct arena *arena);

/* "<service>.<namespace>.svc.<domain>" */
const char *name_local(struct cluster_ref service, const char *domain, struct arena *arena);
/* "<service>.<namespace>.svc.<cluster>.<suffix>" */
const char *name_federated(struct cluster_ref service, const char *suffix, struct arena *arena);

#endif
