/* app/pass/trust.h - the trust of a pass: what is due, what is issued, what is remembered. */
#ifndef WEFT_APP_PASS_TRUST_H
#define WEFT_APP_PASS_TRUST_H

#include "app/pass/observe.h"
#include "app/pass/trusted.h"
#include "pki/trust.h"

/* Issues, proves, encrypts and records; a dry pass only finds out what is due.  Also of a stage
 * that failed the plan has the statuses as far as it came. */
MUST_USE int pass_trust(struct trusted *out, struct session *session, const struct inputs *inputs,
                        const struct resolved_specs *resolved, const struct observed *observed,
                        struct err *err);
/* After a lost race: a plan that was made on the new tip gets the statuses of the trust, and loses
 * the requests of virtual meshes whose deployed root there the ledger does not know. */
MUST_USE int pass_trust_again(struct plan *out, const struct session *session,
                              const struct inputs *inputs, const struct trusted *trusted,
                              const struct plan *plan, const struct tree_reader *tip,
                              struct err *err);
/* How pki is asked, from the configuration and what was observed. */
struct issue_options pass_issue_options(struct session *session, const struct inputs *inputs,
                                        const struct observed *observed);
/* Whether something of the trust may be due only because time went by. */
bool pass_wants_time(const struct session *session);

#endif
