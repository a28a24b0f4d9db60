/* api/cert_options.c - CommonCertOptions: their rules and their defaults.  VirtualMesh API
 *
 * A field that is 0 or empty has its default, as in protobuf, from which the API comes. Defaults
 * are filled in before the canonical form is made: writing a default into a spec is no change of
 * it, and begins no rotation.
 *
 * The bounds are those of the formats behind: RFC 5280 for times and names, the key library for
 * sizes. The field for the size keeps its misleading name, so that specs written for Gloo Mesh
 * decode as they are. */
#include "api/cert_options.h"
#include "base/decode_value.h"

#include "api/field.h"
#include "api/schema.h"
#include <stdlib.h>

enum {
    TTL_DAYS_DEFAULT = 365,
    TTL_DAYS_MAX = 365000, /* X.509 has no year after 9999 (RFC 5280, 4.1.2.5) */
    RSA_BITS_DEFAULT = 4096,
    ORG_NAME_MAX = 64 /* ub-organization-name (RFC 5280, A.1) */
};
#define GRACE_RATIO_DEFAULT 0.10

struct cert_options cert_options_fill(struct cert_options given, const char *org_name)
{
    if (!given.ttl_days)
        given.ttl_days = TTL_DAYS_DEFAULT;
    if (!given.rsa_key_bits)
        given.rsa_key_bits = RSA_BITS_DEFAULT;
    if (text_empty(given.org_name))
        given.org_name = org_name;
    if (!(given.grace_ratio > 0))
        given.grace_ratio = GRACE_RATIO_DEFAULT;
    return given;
}

/* The sizes that the key library makes; 0 is the default. */
static void check_key_bits(const struct at *at, const void *object)
{
    const uint32_t bits = ((const struct cert_options *)object)->rsa_key_bits;

    if (bits == 2048 || bits == 3072 || bits == 4096 || bits == 8192)
        return;
    if (bits == 256 || bits == 384 || bits == 512)
        at_error(at,
                 "must be 2048, 3072, 4096 or 8192: in spite of its name the field counts bits; "
                 "write %u for a key of %u bytes",
                 bits * 8, bits);
    else
        at_error(at,
                 "must be 2048, 3072, 4096 or 8192 (bits, in spite of the field's name); got %u",
                 bits);
}

static void check_org_name(const struct at *at, const char *name)
{
    size_t characters = 0;

    for (const char *p = name; *p; p++) {
        if ((unsigned char)*p < 0x20 || *p == 0x7F) {
            at_error(
                at,
                "must not hold control characters: it becomes the O of a certificate's subject");
            return;
        }
        characters += ((unsigned char)*p & 0xC0) != 0x80;
    }
    if (characters > ORG_NAME_MAX)
        at_error(at,
                 "must be at most %d characters, the most that an X.509 subject's O takes; got %zu",
                 ORG_NAME_MAX, characters);
}

/* A ratio given as text, such as "0.25" or 25%: the number that is meant; 0: none. */
static double ratio_in_text(const struct at *at)
{
    const char *text = at->node->kind == NODE_STRING ? at->node->text : "";
    char *end;
    double value = strtod(text, &end);

    if (end == text)
        return 0;
    if (text_equal(end, "%"))
        value /= 100;
    else if (*end)
        return 0;
    return value > 0 && value < 1 ? value : 0;
}

static void decode_ratio(const struct at *at, const struct schema_field *field, void *object)
{
    struct cert_options *options = object;
    const double meant = ratio_in_text(at);

    (void)field;
    if (meant > 0) {
        at_error(at, "must be a number, is the text \"%.20s\"; write %g without quotes",
                 at->node->text, meant);
        return;
    }
    options->grace_ratio = at_float(at, 0, 1, GRACE_RATIO_DEFAULT);
    if (!(options->grace_ratio > 0 && options->grace_ratio < 1))
        at_error(
            at,
            "must be greater than 0 and less than 1: it is the share of the lifetime that is left "
            "when a certificate is renewed, 0.10 when not given");
}

/* Roots and intermediates differ in the default of one field. */
#define OPTION_ROWS(org)                                                                           \
    ROW_UINT32(struct cert_options, "ttlDays", ttl_days, .max = TTL_DAYS_MAX,                      \
               .number = TTL_DAYS_DEFAULT, .doc = "Lifetime in days; 0 is the default."),          \
        ROW_UINT32(struct cert_options, "rsaKeySizeBytes", rsa_key_bits,                           \
                   .number = RSA_BITS_DEFAULT, .check = check_key_bits,                            \
                   .doc = "Size of the RSA key in bits, in spite of its name: 2048, 3072, 4096 "   \
                          "or 8192; 0 is the default."),                                           \
        ROW_TEXT(struct cert_options, "orgName", org_name, .text = (org), .max = ORG_NAME_MAX,     \
                 .check_text = check_org_name,                                                     \
                 .doc = "Organization (O) of the certificate's subject, at most 64 characters."),  \
        ROW_FLOAT(struct cert_options, "secretRotationGracePeriodRatio", grace_ratio,              \
                  .ratio = GRACE_RATIO_DEFAULT, .decode = decode_ratio,                            \
                  .doc = "Share of the lifetime that is left when the certificate is renewed; "    \
                         "greater than 0 and less than 1.")

static const struct schema_field root_fields[] = { OPTION_ROWS(CERT_ROOT_ORG) };
const struct schema cert_options_root_schema = { .name = "RootCertOptions",
                                                 .doc = "CommonCertOptions of a root.",
                                                 .size = sizeof(struct cert_options),
                                                 SCHEMA_FIELDS(root_fields) };

static const struct schema_field intermediate_fields[] = { OPTION_ROWS(CERT_INTERMEDIATE_ORG) };
const struct schema cert_options_intermediate_schema = {
    .name = "IntermediateCertOptions",
    .doc = "CommonCertOptions of the intermediates.",
    .size = sizeof(struct cert_options),
    SCHEMA_FIELDS(intermediate_fields)
};
