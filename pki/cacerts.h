/* pki/cacerts.h - the Secret that istiod reads its CA from: the four files of the plug-in layout
 * (docs/rotation.md). */
#ifndef WEFT_PKI_CACERTS_H
#define WEFT_PKI_CACERTS_H

#include "pki/custody.h"
#include "state/ledger.h"

struct cacerts {
    const char *ca_cert; /* the intermediate */
    const char
        *cert_chain; /* the intermediate, then each issuer up to the root: sent with every leaf */
    const char *root_cert; /* bundle: what is trusted */
    struct secret *ca_key; /* PKCS#8 PEM; NULL: not opened */
};

/* Names of the data keys, in the order in which manifests list them. */
enum { CACERTS_FILES = 4 };
struct cacerts_file {
    const char *name;
    const void *bytes;
    size_t len;
    bool secret;
};

/* The public files for one intermediate as they are to be delivered now, in the arena.  ca_key
 * stays NULL. */
MUST_USE int cacerts_open(struct cacerts *out, const struct ledger *ledger,
                          const struct ledger_intermediate *intermediate, struct arena *arena,
                          struct err *err);
/* ca_key, in guarded memory until cacerts_close. */
MUST_USE int cacerts_open_key(struct cacerts *cacerts,
                              const struct ledger_intermediate *intermediate,
                              const struct custody *custody, struct err *err);
void cacerts_close(struct cacerts *cacerts);
void cacerts_files(struct cacerts_file out[CACERTS_FILES], const struct cacerts *cacerts);

#endif
