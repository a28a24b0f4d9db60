/* app/plan_digest.h - the digest of all that a rendering depends on, but for time and the tip of
 * the output branch: the trailer Weft-Plan-Digest. */
#ifndef WEFT_APP_PLAN_DIGEST_H
#define WEFT_APP_PLAN_DIGEST_H

#include "app/config.h"

/* In hexadecimal: of this version, the configuration with the files of recipients and signers that
 * it names, and the specs; files that cannot be read count as empty. */
void plan_digest_of(char out[65], const struct config *config, const char *specs_commit,
                    struct arena *arena);
/* An inventory is rendered as well. */
void plan_digest_add_inventory(char digest[65], const char *inventory_commit);

#endif
