/* pki/issuer_remote.c - CAs whose private key a server holds (Vault).  Sends signing requests,
 * never a key. */
#include "pki/issuer.h"

#include "pki/openssl.h"
#include "pki/signing_request.h"
#include <errno.h>
#include <stdlib.h>
#include <string.h>

/* What a session needs between two signatures. */
struct session {
    const struct ledger_root *ca;
    const struct issuer_means *means;
};

/* Whether the server still has the CA shows when it is asked to sign. */
static bool can_sign(const struct ledger_root *ca) { return ca->state != KEY_DESTROYED; }

static int open_key(void **out, const struct ledger_root *ca, const struct ca_signer *signer,
                    const struct issuer_means *means, struct err *err)
{
    struct session *session;

    (void)signer;
    if (!means->remote || means->place_count == 0)
        return err_set(
            err, ERR_INPUT, 0,
            "CA %.8s is in Vault, and neither the spec nor the deployed trust says where", ca->id);
    session = ARENA_NEW(means->arena, struct session, 1);
    *session = (struct session){ ca, means };
    *out = session;
    return 0;
}

/* The first place that has the CA signs; a place that cannot be asked may have it, so its failure
 * is the answer unless another place has it. */
static int ask(struct remote_ca_answer *out, const struct session *session,
               const struct remote_ca_wish *wish, struct err *err)
{
    const struct issuer_means *means = session->means;
    struct err failure = { 0 };

    for (size_t i = 0; i < means->place_count; i++) {
        if (means->remote->sign(means->remote->context, out, means->places[i], wish, means->arena,
                                err)
            == 0)
            return 0;
        if (failure.kind == ERR_NONE || failure.code == ENOENT)
            failure = *err;
    }
    *err = failure;
    return -1;
}

static int sign(X509 **out, void *key, const struct ca_signer *signer,
                const struct ca_profile *profile, EVP_PKEY *subject, struct err *err)
{
    const struct session *session = key;
    const struct issuer_means *means = session->means;
    AUTO(X509_stack_free) STACK_OF(X509) *made = NULL;
    struct remote_ca_answer answer = { "", "" };
    struct remote_ca_wish wish = { .ca = session->ca->id,
                                   .csr = profile->csr,
                                   .org = profile->org,
                                   .common_name = profile->common_name,
                                   .uri = profile->uri,
                                   .path_length = profile->path_length,
                                   .backdate = means->now - profile->not_before,
                                   .not_after = profile->not_after };

    (void)signer;
    if ((!wish.csr && signing_request_pem(&wish.csr, profile, subject, means->arena, err) < 0)
        || ask(&answer, session, &wish, err) < 0
        || certificate_read_all(&made, "the certificate that Vault signed", answer.certificate,
                                strlen(answer.certificate), 1, err)
               < 0)
        return -1;
    *out = sk_X509_pop(made);
    return 0;
}

static void close_key(void *key) { (void)key; /* in the arena, and nothing is open */ }

/* A given CA that moved into Vault may have left a sealed key. */
static void destroy_key(struct ledger_root *ca) { ca->key = (struct sealed){ 0 }; }

const struct issuer issuer_remote = { "Vault", can_sign, open_key, sign, close_key, destroy_key };
