/* api/policy.h - AccessPolicy and Settings.  VirtualMesh API */
#ifndef WEFT_API_POLICY_H
#define WEFT_API_POLICY_H

#include "api/selector.h"

struct access_policy {
    struct meta meta;
    const struct identity_selector *sources; /* none: any source */
    size_t source_count;
    const struct destination_selector *destinations; /* none: every Destination */
    size_t destination_count;
    const char *const *paths;
    size_t path_count;
    const char *const *methods;
    size_t method_count;
    const uint32_t *ports;
    size_t port_count;
    char digest[65]; /* SHA-256 (hex) over the decoded spec in normal form */
};

enum tls_mode { TLS_UNSET, TLS_DISABLE, TLS_SIMPLE, TLS_ISTIO_MUTUAL }; /* absent is unset (Q18) */
extern const struct enum_table tls_modes;

struct settings {
    bool present; /* false: there is no Settings object; all defaults */
    struct meta meta;
    enum tls_mode tls_mode; /* spec.mtls.istio.tlsMode */
};

struct schema;
extern const struct schema access_policy_schema;

struct access_policy access_policy_decode(struct at at); /* at the object */
/* It has {*} or {**}, which Istio reads since 1.22. */
bool access_policy_path_is_template(const char *path);

#endif
