/* app/specs_signer.h - who signed a commit of the specs, for all that read one by the
 * configuration. */
#ifndef WEFT_APP_SPECS_SIGNER_H
#define WEFT_APP_SPECS_SIGNER_H

#include "app/config.h"
#include "sync/snapshot.h"

/* One of specs.verify.allowedSigners; "" when nothing has to be verified.  ERR_REFUSED: nothing may
 * be rendered from this commit; the err says why and how to correct it. */
MUST_USE int specs_signer_check(const char **signer, const struct config *config,
                                struct snapshot *specs, struct arena *arena, struct err *err);

#endif
