/* app/pass/signing.h - signatures of the pass: on the commits that weft makes, and on the commit of
 * the specs. */
#ifndef WEFT_APP_PASS_SIGNING_H
#define WEFT_APP_PASS_SIGNING_H

#include "app/config.h"
#include "pki/ssh_key.h"
#include "sync/snapshot.h"

/* The key of output.signing.sshKey; *out NULL: commits are not signed. */
MUST_USE int signing_open(struct ssh_key **out, const struct config *config, struct err *err);
/* For publish_request.sign. */
MUST_USE int signing_sign(struct text *out, const struct ssh_key *key, const char *bytes,
                          size_t len, struct err *err);

/* Who signed the commit of the specs, one of specs.verify.allowedSigners; "" when nothing has to be
 * verified.  ERR_REFUSED: nothing may be rendered from this commit; the err says why and how to
 * correct it. */
MUST_USE int signing_check_specs(const char **signer, const struct config *config,
                                 struct snapshot *specs, struct arena *arena, struct err *err);

#endif
