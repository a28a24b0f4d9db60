/* app/commands/status_view.h - what weft status shows of the state, before it is a table or JSON.
 */
#ifndef WEFT_APP_COMMANDS_STATUS_VIEW_H
#define WEFT_APP_COMMANDS_STATUS_VIEW_H

#include "api/finding.h"
#include "app/config.h"
#include "app/options.h"
#include "app/pass/attention.h"
#include "rotation/rotation.h"
#include "state/ledger.h"

struct status_view {
    const struct config *config;
    const struct options *options;
    const struct ledger *ledger;
    struct findings findings;
    struct attention attention;
    struct arena *arena;
};

/* NULL: nothing was published to the output branch of the configuration. */
const struct ledger_publication *status_view_publication(const struct status_view *view);
/* "12d 3h" from now on, or "expired". */
const char *status_view_left(const struct status_view *view, int64_t until);
/* The root in use; NULL: none. */
const struct ledger_root *status_view_root(const struct status_view *view,
                                           const char *virtual_mesh);
/* The intermediate in use that ends first, NULL: none; *count gets how many are in use. */
const struct ledger_intermediate *status_view_intermediate(const struct status_view *view,
                                                           const char *virtual_mesh, size_t *count);
/* False: no rotation runs, or its record cannot be read. */
bool status_view_rotation(struct rotation *out, const struct status_view *view,
                          const struct ledger_rotation *row);
/* What keeps a rotation where it is, as far as the state tells: clusters that are not known to hold
 * the step, else older leaves, else a person. */
const char *status_view_waits_for(const struct status_view *view, const struct rotation *rotation);
/* With pull requests: where a proposal waits, for people; NULL: none does. */
const char *status_view_proposal(const struct status_view *view);

#endif
