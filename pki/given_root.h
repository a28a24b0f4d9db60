/* pki/given_root.h - a CA that a Secret or a folder provides instead of a generated one: its
 * files, and whether they can be used. */
#ifndef WEFT_PKI_GIVEN_ROOT_H
#define WEFT_PKI_GIVEN_ROOT_H

#include "api/ref.h"
#include "pki/secret.h"

enum { ROOT_FILES_MAX = 16, ROOT_FILE_MAX = 256 * 1024 };

/* Data of a Secret, or PEM files of a folder.  Contents may be private, so all are in guarded
 * memory; root_files_close releases them. */
struct root_files {
    struct {
        char name[64];
        struct secret *content;
    } list[ROOT_FILES_MAX];
    size_t count;
};
void root_files_close(struct root_files *files);
static inline void auto_root_files_close(struct root_files *files) { root_files_close(files); }
#define AUTO_ROOT_FILES __attribute__((cleanup(auto_root_files_close))) struct root_files
/* Takes content over.  False: the name is too long or there are too many (content was released). */
bool root_files_add(struct root_files *files, const char *name, struct secret *content);
/* content as base64, as in the data of a Secret's JSON: decoded straight to guarded memory.  NULL:
 * not base64. */
struct secret *given_root_secret_of_base64(const char *text, size_t len);

/* Where given CAs come from: one function for each kind of place (a Secret by the API server, a
 * folder; later Vault). */
struct root_reader {
    /* Fills out; -1 and err when the Secret cannot be read.  An err of code 404 or ENOENT says that
     * it does not exist. */
    int (*read)(void *context, struct root_files *out, struct object_ref secret, struct err *err);
    void *context;
};

/* A given CA that can be used. */
struct given_root {
    const char *cert_pem;  /* of the CA that signs, encoded again: frozen bytes */
    const char *chain_pem; /* from its issuer up to the self-signed root, in that order; "" when it
                              is that root */
    const char *id, *spki; /* hex */
    int64_t not_before, not_after;
    struct secret *key_der;
};
/* Accepts three layouts: root-cert.pem + key.pem (the CA is the root itself); ca-cert.pem +
 * ca-key.pem + root-cert.pem + cert-chain.pem (it may be an intermediate); tls.crt + tls.key +
 * ca.crt.  Verifies: everything parses, the key fits, CA, strict chain to a self-signed root, room
 * for an intermediate below, no extended key usage that istiod would refuse, RSA of 2048 bits at
 * least or EC P-256 or P-384, no root listed in root-cert.pem or ca.crt that is not above the CA
 * (the bundle would drop it). The err begins with "Provided CA (<name>.<namespace>.) is invalid: ".
 */
MUST_USE int given_root_read(struct given_root *out, const struct root_files *files,
                             struct object_ref secret, int64_t now, struct arena *arena,
                             struct err *err);
void given_root_close(struct given_root *given);

#endif
