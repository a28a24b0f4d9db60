/* app/pass/trust.h - the trust of a pass: what is due, what is issued, what is remembered. */
#ifndef WEFT_APP_PASS_TRUST_H
#define WEFT_APP_PASS_TRUST_H

#include "app/pass/pass.h"
#include "pki/trust.h"

/* Issue, prove, encrypt, remember. */
MUST_USE int pass_trust(struct pass *pass, struct err *err);
/* After a lost race: the statuses of a plan that was made anew, and whether its roots are known on
 * the new tip. */
MUST_USE int pass_trust_again(struct pass *pass, const struct tree_reader *tip, struct err *err);
/* Public facts of a VirtualMesh's trust for its record; NULL: none. */
const struct node *pass_trust_record(const struct pass *pass,
                                     const struct planned_virtual_mesh *mesh);
/* How pki is asked, from the configuration. */
struct issue_options pass_issue_options(struct pass *pass);
/* Whether something of the trust may be due only because time went by. */
bool pass_wants_time(const struct pass *pass);

#endif
