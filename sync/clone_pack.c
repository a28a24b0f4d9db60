/* sync/clone_pack.c - puts a pushed pack into the cache, so that the next pass need not fetch it.
 * Losing it would cost a fetch, no more: so a failure here is not one of the push. */
#include "sync/clone_pack.h"

#include "base/text.h"
#include "sync/git2.h"
#include "sync/private.h"

static int index_pack(struct clone *clone, const struct mapped *pack)
{
    AUTO(git_indexer_free) git_indexer *indexer = NULL;
    git_indexer_progress progress = { 0 };
    const char *folder = arena_printf(clone->arena, "%s/git/objects/pack", clone->folder);
    int code = git_indexer_new(&indexer, folder, 0, clone->odb, NULL);

    if (code == 0)
        code = git_indexer_append(indexer, pack->bytes + pack->pack_at, pack->len - pack->pack_at,
                                  &progress);
    if (code == 0)
        code = git_indexer_commit(indexer, &progress);
    return code == 0 ? git_odb_refresh(clone->odb) : code;
}

void clone_pack_add(struct clone *clone, const char *ref, const struct git_id *commit,
                    const struct mapped *pack)
{
    git_oid oid = oid_of(*commit);
    char hex[41];

    if (index_pack(clone, pack) == 0)
        clone_set_ref(clone, ref, &oid);
    git_id_hex(hex, commit);
    clone_remember(clone, ref, hex);
}

void clone_pack_index(struct clone *clone, const struct mapped *pack)
{
    (void)index_pack(clone, pack);
}
