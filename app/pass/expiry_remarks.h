/* app/pass/expiry_remarks.h - certificates that near their end while nothing renews them. */
#ifndef WEFT_APP_PASS_EXPIRY_REMARKS_H
#define WEFT_APP_PASS_EXPIRY_REMARKS_H

#include "api/finding.h"
#include "app/pass/session.h"
#include "translate/translate.h"

/* A virtual mesh that cannot be used keeps what it has, so nothing of it is renewed: its status and
 * the log say in time when its certificates end. */
void expiry_remarks_add(struct findings *remarks, const struct session *session,
                        const struct plan *plan);

#endif
