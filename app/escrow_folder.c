/* app/escrow_folder.c - keeps the files of the roots in escrow.
 *
 * Files of age do not say whom they are for, so recipients.txt does.  It is written last: a run
 * that ends before that leaves the former list there, and the next one writes all files again.
 * Nothing but weft's own files of roots that the ledger knows is ever removed. */
#include "app/escrow_folder.h"

#include "base/files.h"
#include "base/text.h"
#include "delivery/escrow.h"
#include <errno.h>
#include <unistd.h>

enum { LIST_MAX = 1 << 16 };

struct escrow_folder escrow_folder_of(const struct config *config, struct arena *arena)
{
    return (struct escrow_folder){ arena_printf(arena, "%s.escrow", config->state_path),
                                   config->escrow.age_recipients,
                                   config->escrow.age_recipient_count };
}

const char *escrow_folder_file(const struct escrow_folder *folder, const char *root,
                               struct arena *arena)
{
    return arena_printf(arena, "%s/%s.age", folder->path, root);
}

static const char *list_path(const struct escrow_folder *folder, struct arena *arena)
{
    return arena_printf(arena, "%s/recipients.txt", folder->path);
}

static void list_text(struct text *out, const struct escrow_folder *folder)
{
    for (size_t i = 0; i < folder->recipient_count; i++)
        text_addf(out, "%s\n", folder->recipients[i]);
}

bool escrow_folder_is_for(const struct escrow_folder *folder, struct arena *arena)
{
    AUTO_TEXT wanted = { 0 };
    char *is;
    size_t len;
    struct err err;

    list_text(&wanted, folder);
    return file_read(&is, &len, list_path(folder, arena), LIST_MAX, arena, &err) == 0
           && text_equal(is, wanted.bytes);
}

static int read_recipients(struct age_recipient *out, const struct escrow_folder *folder,
                           struct err *err)
{
    for (size_t i = 0; i < folder->recipient_count; i++)
        if (age_recipient_read(&out[i], folder->recipients[i], err) < 0)
            return err_wrap(err, "age recipient %zu", i + 1);
    return 0;
}

int escrow_folder_write(const struct escrow_folder *folder, const struct ledger_root *root,
                        const struct custody *custody, struct arena *arena, struct err *err)
{
    struct age_recipient *recipients =
        ARENA_NEW(arena, struct age_recipient, folder->recipient_count);
    AUTO_TEXT file = { 0 };

    if (read_recipients(recipients, folder, err) < 0
        || escrow_seal(&file, root, custody, recipients, folder->recipient_count, err) < 0
        || file_make_folders(folder->path, 0700, err) < 0)
        return -1;
    return file_write(escrow_folder_file(folder, root->id, arena), file.bytes, file.len, 0600, err);
}

int escrow_folder_seal(const struct escrow_folder *folder, struct arena *arena, struct err *err)
{
    AUTO_TEXT list = { 0 };

    list_text(&list, folder);
    if (file_make_folders(folder->path, 0700, err) < 0)
        return -1;
    return file_write(list_path(folder, arena), list.bytes, list.len, 0600, err);
}

/* 1: removed, 0: there was none. */
static int drop(const struct escrow_folder *folder, const struct ledger_root *root,
                struct arena *arena, struct err *err)
{
    const char *path = escrow_folder_file(folder, root->id, arena);

    if (unlink(path) == 0)
        return file_sync_folder(path, err) < 0 ? -1 : 1;
    return errno == ENOENT ? 0 : err_errno(err, "remove %s", path);
}

int escrow_folder_keep(size_t *written, size_t *removed, const struct escrow_folder *folder,
                       const struct ledger *ledger, const struct custody *custody,
                       struct arena *arena, struct err *err)
{
    const bool all = !escrow_folder_is_for(folder, arena);

    *written = *removed = 0;
    for (const struct ledger_root *root = ledger->roots; root; root = root->next) {
        int gone = 0;

        if (escrow_wanted(root)) {
            if (!all && access(escrow_folder_file(folder, root->id, arena), F_OK) == 0)
                continue;
            if (escrow_folder_write(folder, root, custody, arena, err) < 0)
                return -1;
            ++*written;
        } else if (root->state == KEY_DESTROYED && (gone = drop(folder, root, arena, err)) < 0) {
            return -1;
        }
        *removed += gone > 0;
    }
    return all && *written ? escrow_folder_seal(folder, arena, err) : 0;
}
