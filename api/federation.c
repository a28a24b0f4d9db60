/* api/federation.c - the fields of federation: which Destinations a VirtualMesh shares and how.
 * Must not select any. */
#include "api/federation.h"
#include "base/decode_value.h"
#include "base/names.h"

#include "api/schema.h"
#include "api/value.h"
#include <string.h>

#define HOSTNAME_SUFFIX_DEFAULT "global"
#define LABEL_PATTERN "[a-z0-9]([-a-z0-9]*[a-z0-9])?"
#define SUFFIX_PATTERN "^(" LABEL_PATTERN "(\\." LABEL_PATTERN ")*)?$"

/* What Linux takes for TCP_KEEPCNT, TCP_KEEPIDLE and TCP_KEEPINTVL (tcp(7), MAX_TCP_KEEP* of the
 * kernel). */
enum { KEEPALIVE_PROBES_MAX = 127, KEEPALIVE_SECONDS_MAX = 32767 };

static const char *const enforcement_mode_names[] = {
    [ENFORCE_UNSET] = "UNSET",
    [ENFORCE_DISABLE] = "DISABLE",
    [ENFORCE_PERMISSIVE] = "PERMISSIVE",
    [ENFORCE_STRICT] = "STRICT",
};
const struct enum_table enforcement_modes = ENUM_TABLE(enforcement_mode_names);

static const struct schema_field selector_fields[] = {
    ROW_LIST(struct federation_selector, "destinationSelectors", destinations, destination_count,
             destination_selector_schema,
             .fill = "select Destinations, or leave destinationSelectors out for all",
             .absent = "all Destinations", .doc = "What is exposed; entries are ORed."),
    ROW_REFS(struct federation_selector, "meshes", meshes, mesh_count, "Mesh",
             .places = SCHEMA_OPTIONAL(struct federation_selector, mesh_places),
             .fill = "write name and namespace of Meshes, or leave meshes out for all",
             .absent = "all meshes of the VirtualMesh",
             .doc = "To which Meshes; each must be in this VirtualMesh."),
};
static const struct schema selector_schema = {
    .name = "FederationSelector",
    .doc = "Which Destinations are exposed to which Meshes; `{}` is everything to every Mesh.",
    .size = sizeof(struct federation_selector),
    SCHEMA_FIELDS(selector_fields),
    .no_nulls = true,
};

static void check_suffix(const struct at *at, const char *suffix)
{
    const size_t len = strlen(suffix);

    if (len && names_is_dns_subdomain(suffix))
        value_check_host(at, suffix);
    else if (len && (suffix[0] == '.' || suffix[len - 1] == '.'))
        at_error(at, "must not begin or end with a dot; got '%.80s'", suffix);
    else if (len)
        at_error(
            at,
            "must be a DNS name such as global or mesh.example.com: labels of lower-case letters, "
            "digits and '-', joined by dots (RFC 1123); got '%.80s'",
            suffix);
}

/* Socket options count whole seconds: 0.5s would silently become none. */
static int64_t decode_seconds(const struct at *at)
{
    int64_t ms = at_duration(at, 1000, -1);

    if (ms < 0)
        return -1;
    if (ms % 1000) {
        at_error(at, "must be whole seconds, as the socket option behind it is");
        return -1;
    }
    if (ms / 1000 > KEEPALIVE_SECONDS_MAX)
        at_warn(at, "is more than %d s, the most that Linux takes: proxies could not set it",
                KEEPALIVE_SECONDS_MAX);
    return ms / 1000;
}

static void decode_time(const struct at *at, const struct schema_field *field, void *object)
{
    *(int64_t *)(void *)((char *)object + field->offset) = decode_seconds(at);
}

static void check_probes(const struct at *at, const void *object)
{
    if (((const struct tcp_keepalive *)object)->probes > KEEPALIVE_PROBES_MAX)
        at_warn(at, "is more than %d, the most that Linux takes: proxies could not set it",
                KEEPALIVE_PROBES_MAX);
}

static const struct schema_field keepalive_fields[] = {
    ROW_UINT32(struct tcp_keepalive, "probes", probes, .check = check_probes,
               .absent = "the system's",
               .doc = "Unanswered probes after which a connection is dead; at most 127."),
    ROW_SECONDS(struct tcp_keepalive, "time", time_s, .decode = decode_time,
                .absent = "the system's", .example = "60s",
                .doc = "Idle time before the first probe, in whole seconds."),
    ROW_SECONDS(struct tcp_keepalive, "interval", interval_s, .decode = decode_time,
                .absent = "the system's", .example = "20s",
                .doc = "Time between two probes, in whole seconds."),
};
static const struct schema keepalive_schema = { .name = "TCPKeepalive",
                                                .doc = "TCP keepalive of connections.",
                                                .size = sizeof(struct tcp_keepalive),
                                                SCHEMA_FIELDS(keepalive_fields) };

static const struct schema_field enforcement_fields[] = {
    ROW_ENUM(struct federation, "enforcementMode", enforcement, enforcement_modes,
             .doc = "Server-side TLS mode of the meshes; `UNSET` leaves what each mesh has."),
};
static const struct schema enforcement_schema = {
    .name = "TLSEnforcementSettings",
    .doc = "Server-side TLS of all connections in the VirtualMesh.",
    .size = sizeof(struct federation),
    SCHEMA_FIELDS(enforcement_fields)
};

/* permissive yields to selectors, so it is left out beside them. */
static void encode_permissive(struct arena *arena, struct node *map,
                              const struct schema_field *field, const void *object)
{
    const struct federation *federation = object;

    if (federation->permissive && !federation->selector_count)
        node_set(map, field->key, node_map(arena));
}

static void check_federation(const struct at *at, void *object)
{
    const struct federation *federation = object;
    const struct at permissive = at_key(at, "permissive");

    if (federation->permissive && federation->selector_count)
        at_warn(&permissive, "is ignored because selectors are given; remove it");
}

static const struct schema_field federation_fields[] = {
    ROW_LIST(struct federation, "ingressGatewaySelectors", gateways, gateway_count,
             ingress_gateway_selector_schema, .older = "eastWestIngressGatewaySelectors",
             .absent = "the default gateway of each mesh",
             .doc = "Services that act as gateways for connections between clusters."),
    ROW_LIST(struct federation, "selectors", selectors, selector_count, selector_schema,
             .absent = "nothing is federated",
             .doc = "Which Destinations are exposed to which Meshes; `[{}]` is everything to every "
                    "Mesh."),
    ROW_EMPTY(struct federation, "permissive", permissive, .encode = encode_permissive,
              .deprecated = true,
              .doc = "Expose every Destination to every Mesh; ignored beside `selectors`, of which "
                     "`[{}]` says the same."),
    ROW_BOOL(struct federation, "flatNetwork", flat_network,
             .doc = "Clients connect to the pods of other clusters directly, not through a "
                    "gateway."),
    ROW_TEXT(struct federation, "hostnameSuffix", hostname_suffix, .text = HOSTNAME_SUFFIX_DEFAULT,
             .max = 253, .pattern = SUFFIX_PATTERN, .check_text = check_suffix,
             .doc = "Last labels of federated host names; another than the default needs DNS "
                    "capture in the proxies of every client mesh."),
    ROW_POINTER(struct federation, "tcpKeepalive", keepalive, keepalive_schema,
                .absent = "the system's", .doc = "TCP keepalive of requests that cross clusters."),
    ROW_FLAT("tlsEnforcementSettings", enforcement_schema,
             .doc = "Server-side TLS of all connections in the VirtualMesh."),
};
const struct schema federation_schema = {
    .name = "Federation",
    .doc = "Which Destinations are exposed to other meshes; `{}` federates nothing.",
    .size = sizeof(struct federation),
    SCHEMA_FIELDS(federation_fields),
    .place = SCHEMA_OPTIONAL(struct federation, place),
    .check = check_federation,
};
