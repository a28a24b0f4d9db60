/* report/workflow_commands.h - findings as workflow commands, which GitHub and Gitea Actions show
 * as annotations of the changed lines. */
#ifndef WEFT_REPORT_WORKFLOW_COMMANDS_H
#define WEFT_REPORT_WORKFLOW_COMMANDS_H

#include "api/finding.h"

/* A line for each: "::error file=...,line=...,col=...,title=...::text", errors first.  Text and
 * properties are escaped as actions/toolkit does (packages/core, command.ts: "%", CR and LF; in
 * properties ":" and ","), so no text of others begins a command of its own. */
void workflow_commands_write(struct text *out, const struct findings *findings);

#endif
