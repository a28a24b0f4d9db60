/* api/virtual_mesh.h - the VirtualMesh.  VirtualMesh API */
#ifndef WEFT_API_VIRTUAL_MESH_H
#define WEFT_API_VIRTUAL_MESH_H

#include "api/certificate.h"
#include "api/selector.h"

struct tcp_keepalive { /* 0, -1: left to the system */
    uint32_t probes;
    int64_t time_s, interval_s; /* seconds; -1 = not given */
};

struct federation_selector {
    const struct destination_selector *destinations; /* none: all */
    size_t destination_count;
    const struct object_ref *meshes; /* none: all of the VirtualMesh */
    const struct place *mesh_places;
    size_t mesh_count;
};

enum enforcement_mode { ENFORCE_UNSET, ENFORCE_DISABLE, ENFORCE_PERMISSIVE, ENFORCE_STRICT };
extern const struct enum_table enforcement_modes;

struct federation {
    bool present;
    const struct ingress_gateway_selector
        *gateways; /* ingressGatewaySelectors, or the older eastWestIngressGatewaySelectors */
    size_t gateway_count;
    const struct federation_selector *selectors;
    size_t selector_count;
    bool permissive;
    bool flat_network;
    const char *hostname_suffix;           /* never NULL; "global" when not given */
    const struct tcp_keepalive *keepalive; /* NULL: not given */
    enum enforcement_mode enforcement;     /* tlsEnforcementSettings.enforcementMode */
    struct place place;
};

enum global_access { ACCESS_MESH_DEFAULT, ACCESS_ENABLED, ACCESS_DISABLED };
extern const struct enum_table global_access_policies;

struct virtual_mesh {
    struct meta meta;
    const struct place *annotation_places; /* of the values of meta.annotations */
    const char **remarks;                  /* warnings about them, printed, for the status */
    size_t remark_count;
    const struct object_ref *meshes;
    const struct place *mesh_places;
    size_t mesh_count;
    struct mtls_config mtls;
    struct federation federation;
    enum global_access access;
    char digest[65]; /* SHA-256 (hex) over the decoded spec in normal form: equal specs, equal
                        digests */
};

struct schema;
extern const struct schema virtual_mesh_schema;

struct virtual_mesh virtual_mesh_decode(struct at at); /* at the object */

#endif
