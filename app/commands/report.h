/* app/commands/report.h - weft report. */
#ifndef WEFT_APP_COMMANDS_REPORT_H
#define WEFT_APP_COMMANDS_REPORT_H

#include "app/options.h"

int report_main(const struct options *options);

#endif
