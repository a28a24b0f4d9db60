/* api/settings.c - decodes Settings.  Must not read what only the reference's own programs need. */
#include "api/settings.h"
#include "api/meta.h"
#include "base/decode_value.h"

#include "api/field.h"

static const char *const tls_mode_names[] = {
    [TLS_UNSET] = "UNSET",
    [TLS_DISABLE] = "DISABLE",
    [TLS_SIMPLE] = "SIMPLE",
    [TLS_ISTIO_MUTUAL] = "ISTIO_MUTUAL",
};
const struct enum_table tls_modes = ENUM_TABLE(tls_mode_names);

/* The numbers of the API have no UNSET: DISABLE is 0 there. */
static const char *const numbered_names[] = { "DISABLE", "SIMPLE", "ISTIO_MUTUAL" };
static const struct enum_table numbered_modes = ENUM_TABLE(numbered_names);

static enum tls_mode decode_tls_mode(struct at at)
{
    int mode;

    if (text_equal(node_text(at.node), tls_mode_names[TLS_UNSET]))
        return TLS_UNSET;
    mode = at_enum(&at, &numbered_modes, -1);
    return mode < 0 ? TLS_UNSET : (enum tls_mode)(TLS_DISABLE + mode);
}

struct settings settings_decode(struct at at)
{
    static const char *const keys[] = { "mtls", "networkingExtensionServers", "discovery", "relay",
                                        NULL };
    static const char *const mtls_keys[] = { "istio", NULL };
    static const char *const istio_keys[] = { "tlsMode", NULL };
    struct at spec = at_key(&at, "spec"), mtls = at_key(&spec, "mtls"),
              istio = at_key(&mtls, "istio");
    struct settings settings = { .present = true, .meta = meta_decode(at) };

    field_need_spec(&spec);
    if (at_only(&spec, keys) && at_only(&mtls, mtls_keys) && at_only(&istio, istio_keys))
        settings.tls_mode = decode_tls_mode(at_key(&istio, "tlsMode"));
    return settings;
}
