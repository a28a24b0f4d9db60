/* delivery/recipient.h - the public key that a delivery is encrypted for: only its owner, in one
 * cluster, can open what is delivered. */
#ifndef WEFT_DELIVERY_RECIPIENT_H
#define WEFT_DELIVERY_RECIPIENT_H

#include "delivery/method.h"

struct recipient {
    const struct delivery_method *method;
    void *key; /* of the method's format */
};

/* The file that an operator gave for a cluster; what is in it depends on the format: for a
 * SealedSecret the PEM of the controller's certificate. */
struct recipient_file {
    const char *cluster, *path; /* for messages */
    const char *bytes;
    size_t len;
};

/* The err names the file and says what is wrong with the key and what to do.  ERR_REFUSED: the
 * method encrypts nothing. */
MUST_USE int recipient_open(struct recipient **out, const struct delivery_method *method,
                            const struct recipient_file *file, int64_t now, struct err *err);
void recipient_close(struct recipient *recipient);
AUTO_DEFINE(struct recipient, recipient_close)

/* Two clusters with equal fingerprints: either can open what is meant for the other. */
const char *recipient_fingerprint(const struct recipient *recipient);
/* Without a file for the cluster: what is missing and how to get it, for messages. */
const char *recipient_missing(const struct delivery_method *method, const char *cluster,
                              const char *config_file, struct arena *arena);
/* What such a file holds, for people: "sealing certificate". */
const char *recipient_file_name(const struct delivery_method *method);

#endif
