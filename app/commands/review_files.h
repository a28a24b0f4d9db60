/* app/commands/review_files.h - what a review leaves for the artefacts of a pipeline. */
#ifndef WEFT_APP_COMMANDS_REVIEW_FILES_H
#define WEFT_APP_COMMANDS_REVIEW_FILES_H

#include "app/commands/validate_report.h"
#include "ci/review.h"

/* Writes review.md (whole), review.json, findings.sarif and findings.junit.xml into a folder, which
 * is made where it is missing. */
MUST_USE int review_files_write(const char *folder, const struct review *review,
                                const struct validation *validation, struct arena *arena,
                                struct err *err);

#endif
