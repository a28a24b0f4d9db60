/* app/commands/trust_restore.c - weft trust restore: a root out of its escrow file into a state
 * that lost it.  The output branch says whether it is the root that clusters trust.
 *
 * What keeps a wrong root out: the branch records which roots clusters trust, by fingerprint, and
 * escrow_restore compares. The row is stored in the same transaction and with the same checks as
 * any other (ledger_check). Nothing is issued here; the next pass does that, and its plan should
 * be read first. */
#include "app/commands/trust_restore.h"
#include "app/commands/branch_look.h"
#include "app/commands/command.h"
#include "base/files.h"
#include "delivery/age_decrypt.h"
#include "delivery/escrow.h"
#include "pki/ledger_check.h"
#include <stdio.h>
#include <string.h>

struct restoring {
    struct config *config;
    const struct options *options;
    struct arena *arena;
    struct custody *custody;
    struct escrowed escrowed;
    bool there; /* the state has the key already */
};

static int open_file(struct restoring *work, struct err *err)
{
    const char *path = work->options->operands[1];
    AUTO_AGE_IDENTITIES identities = { .count = 0 };
    char *bytes;
    size_t len;

    if (age_identities_read(&identities, work->options->identity, err) < 0)
        return -1;
    if (file_read(&bytes, &len, path, AGE_FILE_MAX, work->arena, err) < 0)
        return err_wrap(err, "read the escrow file");
    if (escrow_open(&work->escrowed, &identities, bytes, len, work->arena, err) < 0)
        return err_wrap(err, "escrow file %s", path);
    return 0;
}

/* The record of a virtual mesh that was never rotated names one active root, and no rotation. */
static struct escrow_deployed deployed_by(const struct record *record,
                                          const struct ledger_root *root)
{
    const struct trust_branch position = branch_record_position(record, root->virtual_mesh);
    const struct node *roots = record->trust ? node_find(record->trust, "roots") : NULL;
    struct escrow_deployed out = { position.deployed, position.step, false };

    for (const struct node *one = roots ? roots->first : NULL; one; one = one->next) {
        const char *id = node_get(one, "fingerprint", NULL);

        out.named |= text_equal(id, root->id);
        if (id && text_empty(position.deployed)
            && text_equal(node_get(one, "state", NULL), enums_name(&key_states, KEY_ACTIVE)))
            out.root = id;
    }
    return out;
}

static int look(struct escrow_deployed *out, struct restoring *work, struct err *err)
{
    const struct ledger_root *root = &work->escrowed.root;
    struct branch_records records;

    *out = (struct escrow_deployed){ .root = "" };
    if (branch_look(&records, work->config, work->options, work->arena, err) < 0)
        return err_wrap(err, "ask the output branch which roots clusters trust");
    for (size_t i = 0; i < records.count; i++) {
        const struct record *record = &records.list[i].record;

        if (text_equal(object_ref_text(record->ref, work->arena), root->virtual_mesh))
            *out = deployed_by(record, root);
    }
    return 0;
}

static int restore(struct restoring *work, struct err *err)
{
    AUTO(store_close) struct store *store = NULL;
    struct escrow_deployed deployed;
    struct ledger_key key;
    struct ledger ledger;

    if (custody_open(&work->custody, work->config->state_key_file, err) < 0)
        return err_wrap(err, "open the state key (state.keyFile)");
    key = custody_ledger_key(work->custody);
    if (open_file(work, err) < 0 || look(&deployed, work, err) < 0
        || store_open(&store, work->config->state_path, STORE_WRITE, &key, err) < 0
        || store_load(&ledger, store, work->arena, err) < 0
        || command_accepted(store, work->config, err) < 0
        || escrow_restore(&work->there, &ledger, &work->escrowed, &deployed, work->custody, err) < 0
        || ledger_check(&ledger, work->config->state_path, err) < 0)
        return -1;
    return work->there ? 0 : store_save(store, &ledger, err);
}

int trust_restore(struct config *config, const struct options *options, struct arena *arena)
{
    struct restoring work = { .config = config, .options = options, .arena = arena };
    struct err err;
    int result = restore(&work, &err);

    if (result < 0)
        fprintf(stderr, "weft: %s\n", err.text);
    else
        printf(work.there ? "the state holds the key of root %.16s of %s already\n"
                          : "root %.16s of %s is in the state again; run \"weft plan\" before the "
                            "next pass\n",
               work.escrowed.root.id, work.escrowed.root.virtual_mesh);
    escrow_close(&work.escrowed);
    custody_close(work.custody);
    return result == 0 && fflush(stdout) == 0 ? EXIT_CONVERGED : EXIT_FAILED;
}
