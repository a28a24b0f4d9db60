/* app/pass/session.c - opens and closes what a pass works with.
 *
 * A dry pass opens the state for reading and has no custody: it must be safe on a laptop, with a
 * copy of the state and no key. The rows' MACs cannot be checked without the key, so ledger_check
 * compares each certificate with its row instead; that finds damage, but no forgery by a person
 * who can write the database. A dry pass saves and pushes nothing, so what was forged ends with
 * its output.
 *
 * What needs the network is closed before the network: the Lease is given back through the
 * management cluster's connection, and Vault's tokens through Vault's. A pass that is killed does
 * neither: the Lease expires, and so do the tokens. */
#include "app/pass/session.h"
#include "app/pass/agents.h"
#include "app/pass/lock.h"
#include "app/pass/signing.h"
#include "base/blobs.h"
#include "base/clock.h"
#include "delivery/path.h"
#include "delivery/receipt.h"
#include "pki/ledger_check.h"

/* What a server said goes to the log only: a status does not repeat it, for it may read differently
 * in each pass. */
static void show_answer(void *context, const char *text) { progress_warn(context, "%s", text); }

void session_begin(struct session *session)
{
    session->servers.config = session->config;
    session->servers.tell = show_answer;
    session->servers.tell_context = session->progress;
    session->vaults = (struct vault_pool){ .config = session->config,
                                           .servers = &session->servers,
                                           .arena = session->arena,
                                           .began_ms = clock_monotonic_ms(),
                                           .tell = show_answer,
                                           .tell_context = session->progress };
    session->remote = vault_pool_remote(&session->vaults);
    if (session->dry)
        session->memory = blob_memory_new(session->arena);
}

int session_open_state(struct session *session, struct err *err)
{
    const struct config *config = session->config;

    if (!session->dry && custody_open(&session->custody, config->state_key_file, err) < 0)
        return err_wrap(err, "open the state key (state.keyFile)");
    if (session->custody)
        session->row_key = custody_ledger_key(session->custody);
    if (!session->dry && signing_open(&session->signing_key, config, err) < 0)
        return err_wrap(err, "open the signing key (output.signing.sshKey)");
    if (store_open(&session->store, config->state_path, session->dry ? STORE_READ : STORE_WRITE,
                   session->custody ? &session->row_key : NULL, err)
            < 0
        || store_load(&session->ledger, session->store, session->arena, err) < 0)
        return -1;
    if (session->dry)
        return ledger_check(&session->ledger, config->state_path, err);
    return 0;
}

void session_close(struct session *session)
{
    pass_lock_release(session);
    agents_close(TAKE(session->agents));
    vault_pool_close(&session->vaults);
    servers_close(&session->servers);
    if (session->store)
        store_close(TAKE(session->store));
    if (session->custody)
        custody_close(TAKE(session->custody));
    ssh_key_close(TAKE(session->signing_key));
}

const char *session_trust_path(const struct session *session, const struct mesh_identity *mesh,
                               struct arena *arena)
{
    return config_delivery(session->config, mesh->cluster)->path(mesh, arena);
}
