/* api/vault_path.h - where in Vault the CA of a caPath is.  VirtualMesh API, VaultCA */
#ifndef WEFT_API_VAULT_PATH_H
#define WEFT_API_VAULT_PATH_H

#include "base/arena.h"
#include <stdbool.h>

struct vault_path {
    const char *mount;  /* of the secrets engine: "pki", "team/pki" */
    const char *issuer; /* "default", or the name or id of an issuer */
    const char *sign;   /* the path itself, without "v1/" before it */
};

/* "<mount>/root/sign-intermediate" or "<mount>/issuer/<ref>/sign-intermediate", with or without
 * "/v1/" before it.  False: another path, such as that of a role, which signs leaf certificates
 * only. */
bool vault_path_read(struct vault_path *out, const char *ca_path, struct arena *arena);
/* A name or id of an issuer, as Vault takes them in paths. */
bool vault_path_is_issuer(const char *ref);

#endif
