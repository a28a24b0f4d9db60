/* api/settings.c - the fields of Settings.  Must not read what only the programs of Gloo Mesh need.
 *
 * Settings are written for Gloo Mesh's own programs for the most part; weft takes one field and
 * lets the others pass without a warning. An object of that kind with another name is ignored
 * (specs_build.c). */
#include "api/settings.h"
#include "api/meta.h"
#include "base/decode_value.h"

#include "api/field.h"
#include "api/schema_decode.h"

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

static void decode_tls_mode(const struct at *at, const struct schema_field *field, void *object)
{
    struct settings *settings = object;
    int mode;

    (void)field;
    if (text_equal(node_text(at->node), tls_mode_names[TLS_UNSET]))
        return;
    mode = at_enum(at, &numbered_modes, -1);
    settings->tls_mode = mode < 0 ? TLS_UNSET : (enum tls_mode)(TLS_DISABLE + mode);
}

static const struct schema_field istio_fields[] = {
    ROW_ENUM(struct settings, "tlsMode", tls_mode, tls_modes, .decode = decode_tls_mode,
             .doc = "Client-side TLS mode of every DestinationRule."),
};
static const struct schema istio_schema = { .name = "IstioMtlsSettings",
                                            .doc = "Mutual TLS of Istio.",
                                            .size = sizeof(struct settings),
                                            SCHEMA_FIELDS(istio_fields) };

static const struct schema_field mtls_fields[] = {
    ROW_FLAT("istio", istio_schema, .doc = "Mutual TLS of Istio."),
};
static const struct schema mtls_schema = { .name = "MtlsSettings",
                                           .doc = "Mutual TLS.",
                                           .size = sizeof(struct settings),
                                           SCHEMA_FIELDS(mtls_fields) };

static const struct schema_field settings_fields[] = {
    ROW_FLAT("mtls", mtls_schema, .doc = "Mutual TLS."),
    ROW_ANY("networkingExtensionServers", .doc = "Read by Gloo Mesh only."),
    ROW_ANY("discovery", .doc = "Read by Gloo Mesh only."),
    ROW_ANY("relay", .doc = "Read by Gloo Mesh only."),
};
const struct schema settings_schema = {
    .name = "SettingsSpec",
    .doc = "Options of the whole installation; weft reads the object `settings` of its namespace.",
    .size = sizeof(struct settings),
    SCHEMA_FIELDS(settings_fields)
};

struct settings settings_decode(struct at at)
{
    const struct at spec = at_key(&at, "spec");
    struct settings settings = { .present = true, .meta = meta_decode(at) };

    field_need_spec(&spec);
    schema_decode(&settings, &settings_schema, &spec, "spec");
    return settings;
}
