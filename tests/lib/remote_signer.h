/* tests/lib/remote_signer.h - a CA that signs for pki from outside, as Vault does: it takes signing
 * requests, and can misbehave in every way that must be found. */
#ifndef WEFT_TESTS_LIB_REMOTE_SIGNER_H
#define WEFT_TESTS_LIB_REMOTE_SIGNER_H

#include "pki/remote_ca.h"
#include "tests/lib/trust_fixture.h"

enum signer_fault {
    SIGNER_GOOD,
    SIGNER_LEAF,
    SIGNER_OTHER_KEY,
    SIGNER_OTHER_URI,
    SIGNER_MORE_NAMES,
    SIGNER_NO_NAMES,
    SIGNER_OTHER_SUBJECT,
    SIGNER_MORE_SUBJECT,
    SIGNER_PATH_LENGTH,
    SIGNER_SHORTER,
    SIGNER_LONGER,
    SIGNER_EXPIRED,
    SIGNER_OTHER_CA,
    SIGNER_ROOT, /* the root above the CA signs, in its name */
    SIGNER_WEAK, /* SHA-1 */
    SIGNER_USAGE,
    SIGNER_EXTENDED_USAGE,
    SIGNER_CRITICAL, /* a critical extension that is not known */
    SIGNER_TWO,
    SIGNER_HTML,
    SIGNER_EMPTY,
    SIGNER_FAULT_COUNT
};

struct remote_signer {
    struct arena *arena;
    X509 *root, *ca; /* ca is the root when no intermediate was asked for */
    EVP_PKEY *root_key, *ca_key;
    enum signer_fault fault;
    const char *down;    /* not NULL: why it cannot be asked */
    const char *held;    /* id of another CA that it also has, with: */
    X509 *held_ca;       /* its certificate */
    EVP_PKEY *held_key;  /* and key */
    bool truncated;      /* its chain lacks the root */
    size_t finds, signs; /* how often it was asked */
    const char *asked;   /* ca_path of the place that was asked last */
};

struct signer_shape {
    const char *name; /* CN of the root */
    bool intermediate;
    int path_length; /* of the CA */
    int64_t not_after;
};

/* A new root, and a CA below it if the shape says so; P-256. */
void remote_signer_open(struct remote_signer *out, const struct signer_shape *shape,
                        struct arena *arena);
void remote_signer_close(struct remote_signer *signer);
/* Context: struct remote_signer. */
struct remote_ca remote_signer_ca(struct remote_signer *signer);
const char *remote_signer_id(const struct remote_signer *signer);
/* Makes the request one for Vault, at a place of this path. */
void remote_signer_ask(struct trust_request *request, const char *ca_path, struct arena *arena);

#endif
