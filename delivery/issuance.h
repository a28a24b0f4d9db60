/* delivery/issuance.h - what weft gives to a cluster that makes its own keys: the public files of a
 * cacerts, as the ConfigMap weft-issuance in the namespace of its agent.  Nothing of it is secret.
 */
#ifndef WEFT_DELIVERY_ISSUANCE_H
#define WEFT_DELIVERY_ISSUANCE_H

#include "delivery/secret_object.h"
#include "pki/cacerts.h"
#include "pki/csr_request.h"

struct issuance {
    const char *cluster;
    const char *namespace; /* of the Secret cacerts */
    int64_t serial;        /* grows with each change of the files */
    const char *spki;      /* of the key that they are for, hex */
    const char *refused;   /* of a key that the agent offered and that never gets a certificate,
                              hex; "" when read, or NULL: there is none */
    struct cacerts files;  /* without a key */
};

/* The ConfigMap as a tree in arena; object names it. */
struct node *issuance_object(const struct issuance *issuance, const struct secret_object *object,
                             struct arena *arena);
/* From such a ConfigMap; its certificates are not looked at. */
MUST_USE int issuance_read(struct issuance *out, const struct node *object, struct arena *arena,
                           struct err *err);
/* Of a manifest; 0: it is none with an issuance. */
int64_t issuance_serial(const char *manifest, struct arena *arena);
/* The key that a manifest says is refused, in arena; "": none, or it is none with an issuance. */
const char *issuance_refused(const char *manifest, struct arena *arena);
/* The agent has put exactly these files in place. */
bool issuance_is_held(const struct issuance *issuance, const struct csr_holds *holds);
/* What an agent reports that has these files in place, in arena. */
struct csr_holds issuance_holds(const struct issuance *issuance, struct arena *arena);

#endif
