/* app/commands/branch_view.c - opens the output branch to look at.  Changes nothing on it.
 *
 * The session is dry: no Lease is taken and no state written, so a view may be opened while a pass
 * runs. */
#include "app/commands/branch_view.h"
#include "app/commands/command.h"
#include "sync/init.h"

int branch_view_open(struct branch_view *out, struct config *config, const struct options *options,
                     struct arena *arena, struct err *err)
{
    out->options = *options;
    out->options.quiet = true;
    out->progress = progress_start(&out->options);
    out->session = (struct session){ .config = config,
                                     .options = &out->options,
                                     .progress = &out->progress,
                                     .arena = arena,
                                     .dry = true };
    if (init_git(GIT_ACCESS_USER_AGENT, err) < 0
        || inputs_fetch_output(&out->inputs, &out->session, err) < 0)
        return -1;
    if (*out->inputs.output_tip)
        return 0;
    return err_set(err, ERR_INPUT, 0, "branch %s of %s does not exist: no pass has published yet",
                   config->output.branch, config->output.url);
}

void branch_view_close(struct branch_view *view)
{
    inputs_close(&view->inputs);
    session_close(&view->session);
}
