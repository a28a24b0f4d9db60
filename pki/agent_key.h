/* pki/agent_key.h - a key that an agent makes for an intermediate of its own cluster. */
#ifndef WEFT_PKI_AGENT_KEY_H
#define WEFT_PKI_AGENT_KEY_H

#include "base/arena.h"
#include "pki/cacerts.h"
#include "pki/secret.h"
#include <openssl/types.h>

struct agent_key {
    struct secret *pem; /* PKCS#8; NULL: there is no key */
    EVP_PKEY *key;
    char spki[65]; /* "": there is no key */
};

/* EC P-256. */
MUST_USE int agent_key_make(struct agent_key *out, struct err *err);
/* what names the text in the err.  len 0: no key. */
MUST_USE int agent_key_read(struct agent_key *out, const char *what, const void *pem, size_t len,
                            struct err *err);
void agent_key_close(struct agent_key *key);
static inline void auto_agent_key_close(struct agent_key *key) { agent_key_close(key); }
#define AUTO_AGENT_KEY __attribute__((cleanup(auto_agent_key_close))) struct agent_key

/* A signing request that names the cluster and asks for nothing; PEM in the arena. */
MUST_USE int agent_key_request(const char **out, const struct agent_key *key, const char *cluster,
                               struct arena *arena, struct err *err);
/* cacerts_check with this key. */
MUST_USE int agent_key_check(const struct agent_key *key, const struct cacerts *files, int64_t now,
                             struct arena *arena, struct err *err);

#endif
