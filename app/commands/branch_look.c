/* app/commands/branch_look.c - a fetch of the output branch alone.
 *
 * Commands about the state ask the branch what it remembers. They print tables, so the fetch shows
 * no progress; a cache folder that is not there is replaced by a temporary one, so that looking
 * leaves nothing behind. */
#include "app/commands/branch_look.h"
#include "app/commands/command.h"
#include "app/git_access.h"
#include "app/pass/inputs.h"
#include "sync/init.h"

int branch_look(struct branch_records *out, struct config *config, const struct options *options,
                struct arena *arena, struct err *err)
{
    struct options quiet = *options;
    AUTO_SCRATCH scratch = scratch_open(config, arena);
    struct progress progress;
    AUTO_SESSION session = {
        .config = config, .options = &quiet, .progress = &progress, .arena = arena
    };
    AUTO_INPUTS inputs = { 0 };
    struct tree_reader tip;

    quiet.quiet = true;
    progress = progress_start(&quiet);
    if (init_git(GIT_ACCESS_USER_AGENT, err) < 0 || inputs_fetch_output(&inputs, &session, err) < 0)
        return -1;
    tip = inputs_tip(&inputs, &session);
    return branch_records_read(out, &tip, arena, err);
}
