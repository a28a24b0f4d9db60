/* app/pass/signing.h - signatures on the commits that weft makes. */
#ifndef WEFT_APP_PASS_SIGNING_H
#define WEFT_APP_PASS_SIGNING_H

#include "app/config.h"
#include "pki/ssh_key.h"

/* The key of output.signing.sshKey; *out NULL: commits are not signed. */
MUST_USE int signing_open(struct ssh_key **out, const struct config *config, struct err *err);
/* For publish_request.sign. */
MUST_USE int signing_sign(struct text *out, const struct ssh_key *key, const char *bytes,
                          size_t len, struct err *err);

#endif
