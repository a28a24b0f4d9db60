/* pki/csr_fault.h - why weft signs no request of a cluster: one name for each reason.  Functions
 * that judge requests and their tokens put the value into err.code, with ERR_REFUSED. */
#ifndef WEFT_PKI_CSR_FAULT_H
#define WEFT_PKI_CSR_FAULT_H

#include "base/enums.h"
#include "base/err.h"

enum csr_fault {
    CSR_NONE,
    CSR_UNREADABLE,      /* not JSON, too large, a field is missing or of another type */
    CSR_VERSION,         /* of a newer agent */
    CSR_OTHER_CLUSTER,   /* it says that it is from another cluster than where it was found */
    CSR_NAMES,           /* the signing request asks for names or extensions */
    CSR_SELF_SIGNATURE,  /* the signing request is not signed with its own key */
    CSR_WEAK_KEY,        /* a kind or a size of key that weft certifies for no CA */
    CSR_TOKEN_FORM,      /* not a signed token (RFC 7515, compact) */
    CSR_TOKEN_ALGORITHM, /* "none", HMAC, or one that does not go with the key */
    CSR_TOKEN_KEY,       /* signed with a key that is not among those of the cluster */
    CSR_TOKEN_SIGNATURE,
    CSR_TOKEN_SUBJECT, /* of another service account, or another issuer */
    CSR_TOKEN_CONTENT, /* for another request, or for something else altogether */
    CSR_TOKEN_OLD,
    CSR_TOKEN_EARLY, /* issued in the future */
    CSR_USED_BEFORE, /* the key was certified once, for whatever cluster */
    CSR_SHARED,      /* two clusters show the same key */
};
extern const struct enum_table csr_faults;

/* Fills err and returns -1. */
int csr_fault_set(struct err *err, enum csr_fault fault, const char *fmt, ...) PRINTF_LIKE(3, 4);

#endif
