/* api/cert_options.c - CommonCertOptions: their rules and their defaults.  VirtualMesh API
 */
#include "api/cert_options.h"
#include "base/decode_value.h"

#include "api/encode.h"
#include "api/field.h"

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

static uint32_t decode_key_bits(struct at at)
{
    uint32_t bits = field_uint32(&at);

    if (bits == 0 || bits == 2048 || bits == 3072 || bits == 4096 || bits == 8192)
        return bits;
    if (bits == 256 || bits == 384 || bits == 512)
        at_error(&at,
                 "must be 2048, 3072, 4096 or 8192: in spite of its name the field counts bits; "
                 "write %u for a key of %u bytes",
                 bits * 8, bits);
    else
        at_error(&at,
                 "must be 2048, 3072, 4096 or 8192 (bits, in spite of the field's name); got %u",
                 bits);
    return 0;
}

static const char *decode_org_name(struct at at)
{
    const char *name = at_text(&at, "");
    size_t characters = 0;

    for (const char *p = name; *p; p++) {
        if ((unsigned char)*p < 0x20 || *p == 0x7F) {
            at_error(
                &at,
                "must not hold control characters: it becomes the O of a certificate's subject");
            return "";
        }
        characters += ((unsigned char)*p & 0xC0) != 0x80;
    }
    if (characters <= ORG_NAME_MAX)
        return name;
    at_error(&at,
             "must be at most %d characters, the most that an X.509 subject's O takes; got %zu",
             ORG_NAME_MAX, characters);
    return "";
}

static double decode_grace_ratio(struct at at)
{
    double ratio = at_float(&at, 0, 1, GRACE_RATIO_DEFAULT);

    if (ratio > 0 && ratio < 1)
        return ratio;
    at_error(&at,
             "must be greater than 0 and less than 1: it is the share of the lifetime that is left "
             "when a certificate is renewed, 0.10 when not given");
    return GRACE_RATIO_DEFAULT;
}

struct cert_options cert_options_decode(struct at at, const char *org_name)
{
    static const char *const keys[] = { "ttlDays", "rsaKeySizeBytes", "orgName",
                                        "secretRotationGracePeriodRatio", NULL };
    struct at ttl = at_key(&at, "ttlDays");
    struct cert_options options = { 0 };

    if (!at_only(&at, keys))
        return cert_options_fill(options, org_name);
    options.ttl_days = (uint32_t)at_int(&ttl, 0, TTL_DAYS_MAX, 0);
    options.rsa_key_bits = decode_key_bits(at_key(&at, "rsaKeySizeBytes"));
    options.org_name = decode_org_name(at_key(&at, "orgName"));
    options.grace_ratio = decode_grace_ratio(at_key(&at, "secretRotationGracePeriodRatio"));
    return cert_options_fill(options, org_name);
}

struct node *cert_options_encode(const struct cert_options *options, struct arena *arena)
{
    struct node *node = node_map(arena);

    encode_int(arena, node, "ttlDays", options->ttl_days);
    encode_int(arena, node, "rsaKeySizeBytes", options->rsa_key_bits);
    encode_text(arena, node, "orgName", options->org_name);
    encode_float(arena, node, "secretRotationGracePeriodRatio", options->grace_ratio);
    return node;
}
