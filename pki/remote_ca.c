/* pki/remote_ca.c - the CA that a spec places in Vault becomes a row of the ledger.  Asks no server
 * itself, and holds no key.
 *
 * The row is that of a given CA whose key is not here: the certificate is its identity, so a Vault
 * whose issuer was exchanged behind our back has another target, and the state machine treats that
 * as it treats any other change of the root. */
#include "pki/remote_ca.h"

#include "base/text.h"
#include "pki/ca_path.h"
#include "pki/given_root_import.h"
#include "pki/openssl.h"
#include "pki/verify.h"
#include <errno.h>
#include <string.h>

bool remote_ca_wanted(const struct shared_trust *shared)
{
    return shared->kind == CA_INTERMEDIATE && shared->vault;
}

static int judge(struct given_root *out, X509 *ca, const STACK_OF(X509) * chain, int64_t now,
                 struct arena *arena, struct err *err)
{
    const STACK_OF(X509) *const places[] = { chain };
    struct ca_path path;

    if (ca_path_check_key(X509_get0_pubkey(ca), err) < 0)
        return -1;
    if (ca_path_find(&path, ca, places, LENGTH(places), err) < 0)
        return err->code == ENOENT
                   ? err_set(err, ERR_INPUT, 0,
                             "its chain does not reach a self-signed root: import the certificates "
                             "above it into the same mount of Vault")
                   : -1;
    if (ca_path_pem(&out->chain_pem, &path, arena, err) < 0)
        return -1;
    return verify_ca(ca, (STACK_OF(X509) *)(uintptr_t)chain, path.list[path.count - 1], now, err);
}

static int read_answer(struct given_root *out, const struct remote_ca_answer *answer, int64_t now,
                       struct arena *arena, struct err *err)
{
    AUTO(X509_free) X509 *ca = NULL;
    AUTO(X509_stack_free) STACK_OF(X509) *chain = NULL;
    struct certificate_facts facts;

    if (certificate_read(&ca, "its certificate", answer->certificate, strlen(answer->certificate),
                         err)
            < 0
        || (!text_empty(answer->chain)
            && certificate_read_all(&chain, "its chain", answer->chain, strlen(answer->chain),
                                    CA_PATH_MAX, err)
                   < 0)
        || judge(out, ca, chain, now, arena, err) < 0
        || certificate_facts(&facts, ca, arena, err) < 0
        || certificate_pem(&out->cert_pem, ca, arena, err) < 0)
        return -1;
    out->id = facts.id;
    out->spki = facts.spki;
    out->not_before = facts.not_before;
    out->not_after = facts.not_after;
    return 0;
}

int remote_ca_import(const char **id, struct ledger *ledger, const struct trust_request *request,
                     const struct issue_options *options, struct err *err)
{
    const struct vault_ca *place = request->shared->vault;
    struct remote_ca_answer answer = { "", "" };
    struct given_root found = { 0 };

    if (!options->remote)
        return err_set(err, ERR_INPUT, 0, "Vault: no server of pki.vault can be asked here");
    if (options->remote->find(options->remote->context, &answer, place, ledger->arena, err) < 0)
        return err_wrap(err, "Vault");
    if (read_answer(&found, &answer, options->now, ledger->arena, err) < 0)
        return err_wrap(err, "Vault: the CA of %s at %s cannot be used", place->ca_path,
                        place->server);
    *id = found.id;
    if (given_root_import_add(ledger, request->name, &found, ORIGIN_VAULT, NULL, options->now, err)
        < 0)
        return err_wrap(err, "Vault");
    return 0;
}

static bool same_place(const struct vault_ca *a, const struct vault_ca *b)
{
    return text_equal(a->server, b->server) && text_equal(a->namespace, b->namespace)
           && text_equal(a->ca_path, b->ca_path);
}

size_t remote_ca_places(const struct vault_ca *out[REMOTE_PLACES_MAX], const struct ledger *ledger,
                        const struct trust_request *request)
{
    const struct ledger_rotation *row = ledger_find_rotation(ledger, request->name);
    const struct vault_ca *deployed = row && row->deployed ? row->deployed->vault : NULL;
    size_t count = 0;

    if (remote_ca_wanted(request->shared))
        out[count++] = request->shared->vault;
    if (deployed && (count == 0 || !same_place(out[0], deployed)))
        out[count++] = deployed;
    return count;
}
