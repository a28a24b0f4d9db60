/* app/commands/trust_escrow.c - weft trust escrow: the roots of the state, each in a file that only
 * the recipients can open.
 *
 * Escrow files let a root be restored when the state is lost. Each is encrypted with age for
 * recipients whose identities are kept elsewhere, and weft cannot open its own files. Roots only:
 * intermediates are issued again from them. recipients.txt is written only after the files of all
 * roots (escrow_folder_seal): files of age do not name their recipients, so after a selection the
 * list would claim something about files that are still for others. */
#include "app/commands/trust_escrow.h"
#include "app/commands/command.h"
#include "app/escrow_folder.h"
#include "base/words.h"
#include "delivery/escrow.h"
#include <stdio.h>
#include <string.h>

static int plan_folder(struct escrow_folder *out, const struct config *config,
                       const struct options *options, struct arena *arena, struct err *err)
{
    *out = escrow_folder_of(config, arena);
    if (options->output)
        out->path = options->output;
    if (options->recipient)
        out->recipients = words_split(options->recipient, ", ", &out->recipient_count, arena);
    if (out->recipient_count)
        return 0;
    return err_set(err, ERR_INPUT, 0,
                   "no recipient: list them in pki.escrow.ageRecipients of %s, or give --recipient "
                   "with what `age-keygen -y` prints",
                   config->file);
}

static int open_state(struct ledger *ledger, struct custody **custody, const struct config *config,
                      struct arena *arena, struct err *err)
{
    AUTO(store_close) struct store *store = NULL;
    struct ledger_key key;

    if (custody_open(custody, config->state_key_file, err) < 0)
        return err_wrap(err, "open the state key (state.keyFile)");
    key = custody_ledger_key(*custody);
    if (store_open(&store, config->state_path, STORE_READ, &key, err) < 0
        || store_load(ledger, store, arena, err) < 0)
        return -1;
    return command_accepted(store, config, err);
}

static int write_all(size_t *written, const struct escrow_folder *folder,
                     const struct ledger *ledger, const struct custody *custody,
                     const struct options *options, struct arena *arena, struct err *err)
{
    for (const struct ledger_root *root = ledger->roots; root; root = root->next) {
        if (!escrow_wanted(root) || !options_select(options, root->virtual_mesh))
            continue;
        if (escrow_folder_write(folder, root, custody, arena, err) < 0)
            return -1;
        if (!options->quiet)
            printf("%s root %.16s: %s\n", root->virtual_mesh, root->id,
                   escrow_folder_file(folder, root->id, arena));
        ++*written;
    }
    if (!*written)
        return err_set(err, ERR_INPUT, 0, "the state holds no root key%s%s",
                       options->target ? " of " : "", options->target ? options->target : "");
    return options->target || options->namespace ? 0 : escrow_folder_seal(folder, arena, err);
}

int trust_escrow(const struct config *config, const struct options *options, struct arena *arena)
{
    AUTO(custody_close) struct custody *custody = NULL;
    struct escrow_folder folder;
    struct ledger ledger = { 0 };
    size_t written = 0;
    struct err err;

    if (!command_state_is_there(config))
        return EXIT_FAILED;
    if (plan_folder(&folder, config, options, arena, &err) < 0
        || open_state(&ledger, &custody, config, arena, &err) < 0
        || write_all(&written, &folder, &ledger, custody, options, arena, &err) < 0)
        return command_failed(&err);
    return fflush(stdout) == 0 ? EXIT_CONVERGED : EXIT_FAILED;
}
