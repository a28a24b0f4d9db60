/* discovery/remark.h - what discovery says to people of a cluster: the catalogue of its findings.
 */
#ifndef WEFT_DISCOVERY_REMARK_H
#define WEFT_DISCOVERY_REMARK_H

#include "api/finding.h"

/* Ids "I1", "I2", ... in this order; docs/discovery.md lists them.  A new one goes to the end. */
enum remark {
    REMARK_KEPT,            /* the read cannot be used */
    REMARK_NO_ISTIOD,       /* a webhook leads to a namespace without istiod */
    REMARK_LOOKALIKE,       /* an istiod where no webhook leads */
    REMARK_NO_MESH_CONFIG,  /* its ConfigMap is not there */
    REMARK_SHARED_CONFIG,   /* a second ConfigMap is merged */
    REMARK_CLUSTER_ID,      /* istiod calls the cluster otherwise */
    REMARK_SEVERAL_MESHES,  /* two meshes inject a workload, or back a Service */
    REMARK_MIXED_DATAPLANE, /* pods with and without a sidecar behind one Service */
    REMARK_PARTLY_IN_MESH,  /* some pods of a Service are in no mesh */
    REMARK_HEADLESS,
    REMARK_NAME_TAKEN, /* two objects would have one name */
    REMARK_NO_GATEWAY,
    REMARK_GATEWAY_NOT_TRUSTED,
    REMARK_GATEWAY_NO_ADDRESS,
    REMARK_GATEWAY_NO_PORT,
    REMARK_GATEWAY_HBONE,
    REMARK_ADDRESS_REFUSED,
    REMARK_ADDRESS_MIXED,
    REMARK_TARGET_PORT,     /* a named target port with several numbers, or none */
    REMARK_ADDRESS_KEPT,    /* damped */
    REMARK_OBJECT_KEPT,     /* damped */
    REMARK_HELD,            /* removals that the limit holds */
    REMARK_LIST_UNREAD,     /* an optional list could not be read */
    REMARK_ACCOUNT_DIFFERS, /* istiod's service account is not the one in the inventory */
    REMARK_INVALID,         /* the API does not take it */
    REMARK_SPECS_PORT,      /* the specs describe a port otherwise than the cluster */
    REMARK_SPECS_SELECTOR,
    REMARK_SPECS_ACCOUNT,
    REMARK_SPECS_TRUST_DOMAIN,
    REMARK_NAME_OF_SPECS, /* an object of the specs about something else has this name */
    REMARK_SPECS_UNSURE,  /* what the specs exclude is not known */
    REMARK_LEFT,          /* the cluster is not in the configuration any more */
    REMARK_STALE,         /* the inventory of a cluster that cannot be read is old */
    REMARK_COUNT
};

const char *remark_id(enum remark remark);
/* kind and ref: the object of the inventory or of the cluster that it is about. */
void remark_add(struct findings *out, enum remark remark, const char *kind, struct object_ref ref,
                ...);
/* Where the last one added is to be corrected. */
void remark_place(struct findings *out, struct place place, const char *field);

#endif
