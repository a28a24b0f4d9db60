/* app/commands/specs_view.h - the specs that a command looks at: a folder, or those of the
 * repository in the configuration, beside an inventory.  No state, no keys, no cluster. */
#ifndef WEFT_APP_COMMANDS_SPECS_VIEW_H
#define WEFT_APP_COMMANDS_SPECS_VIEW_H

#include "app/options.h"
#include "app/specs_commit.h"
#include "translate/translate.h"

struct specs_view {
    struct translate_options how; /* as the configuration says */
    struct specs_commit read;
    struct plan plan;
};

/* Reads --specs, or specs.ref of the configuration, joins the inventory, and resolves.  False after
 * a message; *status is the exit status then. */
bool specs_view_open(struct specs_view *out, const struct options *options, struct arena *arena,
                     int *status);
/* The same with a configuration that command_config has read (NULL: there is none, and the walls of
 * command_confine stand).  False after a message. */
bool specs_view_read(struct specs_view *out, const struct config *config,
                     const struct options *options, struct arena *arena);
/* Says on stderr that the specs have mistakes, unless --quiet. */
void specs_view_warn(const struct specs_view *view, const struct options *options,
                     struct arena *arena);

#endif
