/* pki/csr_request.h - what the agent in a cluster asks for and tells (delivery mode csr): one JSON
 * text of which nothing is secret, and beside it the token that proves who wrote it. */
#ifndef WEFT_PKI_CSR_REQUEST_H
#define WEFT_PKI_CSR_REQUEST_H

#include "base/node.h"
#include "pki/csr_fault.h"

/* Objects in the agent's namespace, and its service account. */
#define CSR_REQUEST_NAME "weft-request"   /* ConfigMap, written by the agent */
#define CSR_REQUEST_FILE "request.json"   /* data key: the text below */
#define CSR_TOKEN_FILE "token"            /* data key */
#define CSR_ISSUANCE_NAME "weft-issuance" /* ConfigMap, from the output branch */
#define CSR_KEYS_NAME "weft-agent-keys"   /* Secret */
#define CSR_ACCOUNT "weft-agent"
#define CSR_AUDIENCE_PREFIX "weft.dev/request/sha256:" /* before the digest of the text, hex */

enum { CSR_REQUEST_VERSION = 1, CSR_REQUEST_MAX = 64 * 1024 };

/* What the agent found in the cluster, or has put there: SHA-256 of each file, hex. */
struct csr_holds {
    int64_t serial;   /* of the issuance that it is from; 0: the cluster holds none of weft's */
    const char *spki; /* of the key, hex */
    const char *ca_cert, *cert_chain, *root_cert;
};

struct csr_request {
    const char *cluster;   /* by the agent's own configuration */
    const char *namespace; /* of the Secret cacerts */
    const char *agent;     /* its version, for people */
    int64_t made;          /* seconds */
    const char *csr;       /* for the spare key; PEM */
    const char *spki;      /* of that key, hex, for people and for comparing; "": not given */
    struct csr_holds holds;
    int64_t cannot_serial; /* of an issuance that the agent did not take; 0: none */
    const char *cannot;    /* why; "" */
};

/* The text, in the arena: same request, same bytes. */
const char *csr_request_text(const struct csr_request *request, struct arena *arena);
/* -1 with CSR_UNREADABLE or CSR_VERSION.  Fields of newer agents of the same version are ignored.
 * Judges nothing else: neither key nor token. */
MUST_USE int csr_request_read(struct csr_request *out, const char *bytes, size_t len,
                              struct arena *arena, struct err *err);
/* The audience that a token for this text has. */
const char *csr_request_audience(const char *bytes, size_t len, struct arena *arena);

#endif
