/* app/audit/audit_verify.h - checks the commits of an output branch, one after the other. */
#ifndef WEFT_APP_AUDIT_AUDIT_VERIFY_H
#define WEFT_APP_AUDIT_AUDIT_VERIFY_H

#include "app/audit/audit_render.h"
#include "pki/allowed_signers.h"

struct audit_request {
    const struct history *history; /* from the tip to the beginning */
    size_t newest, oldest;         /* indices of the first and last commit that are judged */
    struct audit_sources *sources;
    const struct allowed_signers *signers; /* NULL: no list was given */
};

/* Every check but AUDIT_BRANCH.  out->arena is set; -1: the clone cannot be read. */
MUST_USE int audit_verify(struct audit_report *out, const struct audit_request *request,
                          struct err *err);

#endif
