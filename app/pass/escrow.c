/* app/pass/escrow.c - keeps the escrow of the roots: at the beginning of a pass for the roots that
 * are there, and after new ones were saved.  A pass that cannot write it fails before it publishes:
 * the folder is beside the state, which the pass has to write as well. */
#include "app/pass/escrow.h"
#include "app/escrow_folder.h"
#include "base/plural.h"

int escrow_roots(struct session *session, struct err *err)
{
    const struct escrow_folder folder = escrow_folder_of(session->config, session->arena);
    size_t written, removed;

    if (session->dry || !folder.recipient_count)
        return 0;
    if (escrow_folder_keep(&written, &removed, &folder, &session->ledger, session->custody,
                           session->arena, err)
        < 0)
        return err_wrap(err, "keep the roots in escrow (pki.escrow)");
    if (written)
        progress_note(session->progress, "%s in escrow: %s; back up that folder",
                      plural_count(written, "root", session->arena), folder.path);
    if (removed)
        progress_note(session->progress,
                      "%s of destroyed keys removed from %s; remove them from "
                      "its backups, too",
                      plural_count(removed, "file", session->arena), folder.path);
    return 0;
}
