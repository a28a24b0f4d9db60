/* app/escrow_folder.h - the folder with the roots in escrow: a file <root id>.age for each, and
 * recipients.txt, which lists who can open them (a file for `age -R`). */
#ifndef WEFT_APP_ESCROW_FOLDER_H
#define WEFT_APP_ESCROW_FOLDER_H

#include "app/config.h"
#include "base/arena.h"
#include "base/err.h"
#include "pki/custody.h"
#include "state/ledger.h"

struct escrow_folder {
    const char *path;
    const char *const *recipients; /* "age1..."; one at least to write */
    size_t recipient_count;
};

/* "<state.path>.escrow", for pki.escrow.ageRecipients; the path is in the arena. */
struct escrow_folder escrow_folder_of(const struct config *config, struct arena *arena);
const char *escrow_folder_file(const struct escrow_folder *folder, const char *root,
                               struct arena *arena);
/* Whether recipients.txt lists just these recipients. */
bool escrow_folder_is_for(const struct escrow_folder *folder, struct arena *arena);

/* Writes the file of a root (mode 0600, replaced as a whole). */
MUST_USE int escrow_folder_write(const struct escrow_folder *folder, const struct ledger_root *root,
                                 const struct custody *custody, struct arena *arena,
                                 struct err *err);
/* Writes recipients.txt, after the files of all roots. */
MUST_USE int escrow_folder_seal(const struct escrow_folder *folder, struct arena *arena,
                                struct err *err);
/* Writes the files that are missing, all of them when the recipients changed, and removes those of
 * roots whose key was destroyed.  *written and *removed count them. */
MUST_USE int escrow_folder_keep(size_t *written, size_t *removed,
                                const struct escrow_folder *folder, const struct ledger *ledger,
                                const struct custody *custody, struct arena *arena,
                                struct err *err);

#endif
