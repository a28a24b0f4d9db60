/* delivery/sops.h - an encrypted Kubernetes Secret in the format of SOPS (getsops/sops 3.x) with
 * age recipients, as `sops -d` and Flux's kustomize-controller read it. */
#ifndef WEFT_DELIVERY_SOPS_H
#define WEFT_DELIVERY_SOPS_H

#include "base/enums.h"
#include "base/node.h"
#include "delivery/age.h"

/* Which values SOPS' message authentication code covers. */
enum sops_mac {
    SOPS_MAC_FULL, /* all: a label that another tool adds makes `sops -d` refuse the file */
    SOPS_MAC_ENCRYPTED_ONLY /* the encrypted ones (sops 3.9 or newer) */
};
extern const struct enum_table sops_macs; /* "full", "encrypted-only" */

/* One member of the Secret's data, in plain bytes. */
struct sops_value {
    const char *name;
    const void *bytes;
    size_t len;
};

struct sops_file {
    struct node *manifest; /* a Secret without data: a map of texts and of maps of texts */
    const struct sops_value *values;
    size_t value_count;
    const struct age_recipient *recipients; /* in the order of the file; one at least */
    size_t recipient_count;
    enum sops_mac mac;
    int64_t now; /* becomes lastmodified */
};

/* Completes the manifest: its member data with each value as the base64 text that Kubernetes wants,
 * encrypted, and the member sops.  A data key is drawn here and exists nowhere else afterwards.
 * Texts are in the arena. */
MUST_USE int sops_encrypt(const struct sops_file *file, struct arena *arena, struct err *err);

#endif
