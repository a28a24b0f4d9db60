/* sync/packindex.h - indexes of packs, before libgit2 sees them.  Private to sync/. */
#ifndef WEFT_SYNC_PACKINDEX_H
#define WEFT_SYNC_PACKINDEX_H

#include <stdbool.h>

/* Each *.idx in the folder ends in the SHA-1 of what is before (gitformat-pack, "pack-*.idx
 * files"). False as well when one cannot be read. */
bool packindex_all_sound(const char *folder);

#endif
