/* pki/trust_request.h - what translation asks of pki, as plain data: which meshes need an
 * intermediate under which trust. */
#ifndef WEFT_PKI_TRUST_REQUEST_H
#define WEFT_PKI_TRUST_REQUEST_H

#include "api/virtual_mesh.h"

struct mesh_identity {
    const char *key;       /* of the Mesh object: "name.namespace." */
    const char *name;      /* of the Mesh object */
    const char *cluster;   /* where its cacerts goes */
    const char *namespace; /* of istiod */
    const char *spiffe_id; /* "spiffe://<trust domain>/ns/<ns>/sa/<istiod account>" */
    const char *revision;  /* of istiod, by its pods' label istio.io/rev; "" or NULL: not known */
};

/* One for each VirtualMesh with shared trust that is ACCEPTED as an object. */
struct trust_request {
    const struct virtual_mesh *virtual_mesh;
    const char *name; /* "namespace/name" of the VirtualMesh */
    const struct shared_trust *shared;
    struct mesh_identity *meshes; /* sorted by key */
    size_t mesh_count;
};

#endif
