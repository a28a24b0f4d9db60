/* pki/intermediate.c - the signing certificate of one istiod. */
#include "pki/intermediate.h"
#include "pki/profile.h"

#include "pki/openssl.h"
#include "pki/signed_check.h"
#include "pki/verify.h"
#include <string.h>

static const char *intermediate_name(const struct intermediate_wish *wish, struct arena *arena)
{
    const char *rest = arena_printf(arena, "weft intermediate  g%u", wish->generation);

    return arena_printf(arena, "weft intermediate %s g%u",
                        profile_name_fit(wish->cluster, CA_NAME_MAX - strlen(rest), arena),
                        wish->generation);
}

const char *intermediate_options(const char *org, const char *uri, const char *key,
                                 struct arena *arena)
{
    return arena_printf(arena, "%s\n%s\n%s", org, uri, key);
}

/* An intermediate that outlives its signer would look valid and be refused by every verifier. */
int64_t intermediate_not_after(const struct cert_options *options, int64_t signer_not_after,
                               int64_t now)
{
    int64_t wanted = profile_certificate_end(now, options->ttl_days);

    return wanted < signer_not_after ? wanted : signer_not_after;
}

/* libcrypto compares times to the second, so what both times say is copied as seconds. */
static int signer_times(int64_t *not_before, int64_t *not_after, const struct ca_signer *signer,
                        struct arena *arena, struct err *err)
{
    struct certificate_facts facts;

    if (certificate_facts(&facts, signer->certificate, arena, err) < 0)
        return -1;
    *not_before = facts.not_before;
    *not_after = facts.not_after;
    return 0;
}

/* Made, compared with what was asked for, then verified: in this order, because only the
 * comparison can name the field that an issuer changed. */
int intermediate_make(X509 **out, EVP_PKEY *key, const struct issuer_session *issuer,
                      const struct intermediate_wish *wish, struct arena *arena, struct err *err)
{
    AUTO(X509_free) X509 *made = NULL;
    int64_t from, until;
    struct ca_profile profile = {
        .org = wish->options->org_name,
        .common_name = intermediate_name(wish, arena),
        .uri = wish->spiffe_id,
        .path_length = 0,
        .csr = wish->csr,
    };

    if (signer_times(&from, &until, &issuer->signer, arena, err) < 0)
        return -1;
    if (until <= wish->now)
        return err_set(err, ERR_INPUT, 0, "the certificate that would sign it has expired");
    profile.not_before = wish->now - CA_BACKDATE > from ? wish->now - CA_BACKDATE : from;
    profile.not_after = intermediate_not_after(wish->options, until, wish->now);
    if (issuer_sign(&made, issuer, &profile, key, err) < 0
        || signed_check(made, &issuer->signer, &profile, key, arena, err) < 0
        || verify_intermediate(made, &issuer->signer, wish->now, err) < 0)
        return -1;
    *out = TAKE(made);
    return 0;
}
