/* delivery/recipient.h - the public key that a delivery is encrypted for: only its owner, in one
 * cluster, can open what is delivered. */
#ifndef WEFT_DELIVERY_RECIPIENT_H
#define WEFT_DELIVERY_RECIPIENT_H

#include "delivery/method.h"
#include "delivery/sops.h"

struct recipient {
    const struct delivery_method *method;
    void *key; /* of the method's format */
};

/* What an operator gave for a cluster; what is in it depends on the format: for a SealedSecret the
 * PEM of the controller's certificate, for SOPS a recipient a line. */
struct recipient_file {
    const char *cluster, *path; /* for messages; the path is the configuration's where the
                                   recipients are in it */
    const char *bytes;
    size_t len;
    enum sops_mac sops_mac;      /* of SOPS alone */
    const char *agent_namespace; /* of CSR mode alone */
};

/* The err names the file and says what is wrong with the key and what to do.  ERR_REFUSED: the
 * method encrypts nothing. */
MUST_USE int recipient_open(struct recipient **out, const struct delivery_method *method,
                            const struct recipient_file *file, int64_t now, struct err *err);
void recipient_close(struct recipient *recipient);
AUTO_DEFINE(struct recipient, recipient_close)

/* Two clusters with equal fingerprints: either can open what is meant for the other. */
const char *recipient_fingerprint(const struct recipient *recipient);
/* The method and what was chosen of it beside the recipients, for the digest of a delivery. */
const char *recipient_variant(const struct recipient *recipient);
/* Whether the configuration lists the recipients itself, without a file. */
bool recipient_is_in_config(const struct delivery_method *method);
/* Without a file for the cluster: what is missing and how to get it, for messages. */
const char *recipient_missing(const struct delivery_method *method, const char *cluster,
                              const char *config_file, struct arena *arena);
/* What such a file holds, for people: "sealing certificate". */
const char *recipient_file_name(const struct delivery_method *method);

#endif
