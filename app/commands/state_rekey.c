/* app/commands/state_rekey.c - weft state rekey: another state key for the state.
 *
 * The key file that the configuration names is never written: on Kubernetes it is a mounted Secret.
 * The operator exchanges it after this command; until then a pass refuses the state by the id of
 * its key and changes nothing.  So at each moment one of the two files opens the state. */
#include "app/commands/state_rekey.h"
#include "app/commands/command.h"
#include "app/inbox_take.h"
#include "pki/ledger_check.h"
#include "pki/rekey.h"
#include <stdio.h>
#include <string.h>

struct rekeying {
    const struct config *config;
    const struct options *options;
    struct arena *arena;
    struct custody *from, *to;
    struct ledger_key former, next; /* of them */
    size_t keys;
};

static int prove(const void *context, const struct ledger *ledger, struct err *err)
{
    return rekey_prove(ledger, context, err);
}

/* Requests of operators that wait are signed with the former key: they become rows first. */
static int take_requests(struct store *store, struct ledger *ledger, const struct rekeying *work,
                         struct err *err)
{
    struct progress progress = progress_start(work->options);
    size_t taken;

    return inbox_take(&taken, store, ledger, work->config->state_path, &work->former, &progress,
                      err);
}

static int rekey_store(struct rekeying *work, struct store *store, struct err *err)
{
    const struct store_proof proof = { prove, work->to };
    struct ledger ledger;

    if (store_load(&ledger, store, work->arena, err) < 0
        || command_accepted(store, work->config, err) < 0
        || ledger_check(&ledger, work->config->state_path, err) < 0
        || take_requests(store, &ledger, work, err) < 0
        || rekey_ledger(&work->keys, &ledger, work->from, work->to, err) < 0)
        return -1;
    return store_rekey(store, &ledger, &work->next, &proof, err);
}

/* Whether a former run has done it, and the key file was not exchanged yet. */
static bool is_done(const struct rekeying *work)
{
    AUTO(store_close) struct store *store = NULL;
    struct ledger ledger;
    struct err err;

    return store_open(&store, work->config->state_path, STORE_READ, &work->next, &err) == 0
           && store_load(&ledger, store, work->arena, &err) == 0
           && rekey_prove(&ledger, work->to, &err) == 0;
}

static int open_keys(struct rekeying *work, struct err *err)
{
    if (custody_open(&work->to, work->options->new_key, err) < 0)
        return err_wrap(err, "open the new state key (--new-key)");
    if (custody_open(&work->from, work->config->state_key_file, err) < 0)
        return err_wrap(err, "open the state key (state.keyFile)");
    work->former = custody_ledger_key(work->from);
    work->next = custody_ledger_key(work->to);
    if (strcmp(custody_key_id(work->from), custody_key_id(work->to)) == 0)
        return err_set(err, ERR_REFUSED, 0,
                       "%s and %s hold the same state key; make another one with \"weft keygen\"",
                       work->options->new_key, work->config->state_key_file);
    return 0;
}

/* *done: the state was under the new key already. */
static int rekey(bool *done, struct rekeying *work, struct err *err)
{
    AUTO(store_close) struct store *store = NULL;

    *done = false;
    if (open_keys(work, err) < 0)
        return -1;
    if (store_open(&store, work->config->state_path, STORE_WRITE, &work->former, err) == 0)
        return rekey_store(work, store, err);
    *done = err->kind == ERR_REFUSED && is_done(work);
    return *done ? 0 : -1;
}

int state_rekey(const struct config *config, const struct options *options, struct arena *arena)
{
    struct rekeying work = { .config = config, .options = options, .arena = arena };
    struct err err;
    bool done;
    int result = rekey(&done, &work, &err);

    if (result < 0)
        fprintf(stderr, "weft: %s\n", err.text);
    else if (done)
        printf("%s is under the state key of %s already\n", config->state_path, options->new_key);
    else
        printf("%zu private keys and every row of %s are under state key %s now\n", work.keys,
               config->state_path, custody_key_id(work.to));
    if (result == 0)
        printf("put %s in the place of %s (state.keyFile): until then passes refuse the state\n"
               "keep the former key for as long as you keep backups of the state from before\n",
               options->new_key, config->state_key_file);
    custody_close(work.from);
    custody_close(work.to);
    return result == 0 && fflush(stdout) == 0 ? EXIT_CONVERGED : EXIT_FAILED;
}
