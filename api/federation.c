/* api/federation.c - decodes which Destinations a VirtualMesh shares and how.  Must not select any.
 */
#include "api/federation.h"
#include "base/decode_value.h"
#include "base/names.h"

#include "api/field.h"
#include "api/value.h"
#include <string.h>

#define HOSTNAME_SUFFIX_DEFAULT "global"

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

static const struct ingress_gateway_selector *decode_gateways(const struct at *at, size_t *count)
{
    struct at list = at_key(at, "ingressGatewaySelectors");
    struct at older = at_key(at, "eastWestIngressGatewaySelectors");
    struct ingress_gateway_selector *gateways;

    if (at_present(&list) && at_present(&older))
        at_error(&older, "is the older name of ingressGatewaySelectors, which is given, too; move "
                         "its entries there");
    else if (at_present(&older))
        list = older;
    *count = at_count(&list, FIELD_LIST_MAX);
    gateways = ARENA_NEW(at->with->arena, struct ingress_gateway_selector, *count);
    for (size_t i = 0; i < *count; i++)
        gateways[i] = ingress_gateway_selector_decode(field_item(&list, i));
    return gateways;
}

static struct federation_selector decode_selector(struct at at)
{
    static const char *const keys[] = { "destinationSelectors", "meshes", NULL };
    struct federation_selector selector = { 0 };

    if (!at_only(&at, keys))
        return selector;
    selector.destinations = destination_selector_decode_all(at_key(&at, "destinationSelectors"),
                                                            &selector.destination_count);
    selector.meshes =
        field_refs(at_key(&at, "meshes"), "Mesh", &selector.mesh_places, &selector.mesh_count);
    return selector;
}

static const struct federation_selector *decode_selectors(struct at at, size_t *count)
{
    struct federation_selector *selectors;

    *count = at_count(&at, FIELD_LIST_MAX);
    selectors = ARENA_NEW(at.with->arena, struct federation_selector, *count);
    for (size_t i = 0; i < *count; i++)
        selectors[i] = decode_selector(field_item(&at, i));
    return selectors;
}

static const char *decode_suffix(struct at at)
{
    const char *suffix = at_text(&at, "");
    size_t len = strlen(suffix);

    if (len && names_is_dns_subdomain(suffix)) {
        value_check_host(&at, suffix);
        return suffix;
    }
    if (len && (suffix[0] == '.' || suffix[len - 1] == '.'))
        at_error(&at, "must not begin or end with a dot; got '%.80s'", suffix);
    else if (len)
        at_error(
            &at,
            "must be a DNS name such as global or mesh.example.com: labels of lower-case letters, "
            "digits and '-', joined by dots (RFC 1123); got '%.80s'",
            suffix);
    return HOSTNAME_SUFFIX_DEFAULT;
}

/* Socket options count whole seconds: 0.5s would silently become none. */
static int64_t decode_seconds(struct at at)
{
    int64_t ms = at_duration(&at, 1000, -1);

    if (ms < 0)
        return -1;
    if (ms % 1000) {
        at_error(&at, "must be whole seconds, as the socket option behind it is");
        return -1;
    }
    if (ms / 1000 > KEEPALIVE_SECONDS_MAX)
        at_warn(&at, "is more than %d s, the most that Linux takes: proxies could not set it",
                KEEPALIVE_SECONDS_MAX);
    return ms / 1000;
}

static const struct tcp_keepalive *decode_keepalive(struct at at)
{
    static const char *const keys[] = { "probes", "time", "interval", NULL };
    struct at probes = at_key(&at, "probes");
    struct tcp_keepalive *keepalive;

    if (!at_present(&at) || !at_only(&at, keys))
        return NULL;
    keepalive = ARENA_NEW(at.with->arena, struct tcp_keepalive, 1);
    keepalive->probes = field_uint32(&probes);
    if (keepalive->probes > KEEPALIVE_PROBES_MAX)
        at_warn(&probes, "is more than %d, the most that Linux takes: proxies could not set it",
                KEEPALIVE_PROBES_MAX);
    keepalive->time_s = decode_seconds(at_key(&at, "time"));
    keepalive->interval_s = decode_seconds(at_key(&at, "interval"));
    return keepalive;
}

static enum enforcement_mode decode_enforcement(struct at at)
{
    static const char *const keys[] = { "enforcementMode", NULL };
    struct at mode = at_key(&at, "enforcementMode");

    at_only(&at, keys);
    return (enum enforcement_mode)at_enum(&mode, &enforcement_modes, ENFORCE_UNSET);
}

struct federation federation_decode(struct at at)
{
    static const char *const keys[] = { "ingressGatewaySelectors",
                                        "eastWestIngressGatewaySelectors",
                                        "selectors",
                                        "permissive",
                                        "flatNetwork",
                                        "hostnameSuffix",
                                        "tcpKeepalive",
                                        "tlsEnforcementSettings",
                                        NULL };
    struct at permissive = at_key(&at, "permissive"), flat = at_key(&at, "flatNetwork");
    struct federation federation = { .hostname_suffix = HOSTNAME_SUFFIX_DEFAULT,
                                     .place = field_place(&at) };

    if (!at_present(&at) || !at_only(&at, keys))
        return federation;
    federation.present = true;
    federation.gateways = decode_gateways(&at, &federation.gateway_count);
    federation.selectors = decode_selectors(at_key(&at, "selectors"), &federation.selector_count);
    federation.permissive = field_empty(&permissive);
    if (federation.permissive && federation.selector_count)
        at_warn(&permissive, "is ignored because selectors are given; remove it");
    federation.flat_network = at_bool(&flat, false);
    federation.hostname_suffix = decode_suffix(at_key(&at, "hostnameSuffix"));
    federation.keepalive = decode_keepalive(at_key(&at, "tcpKeepalive"));
    federation.enforcement = decode_enforcement(at_key(&at, "tlsEnforcementSettings"));
    return federation;
}
