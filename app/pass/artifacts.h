/* app/pass/artifacts.h - an artifact for each cluster in the registry of output.oci, from the
 * commit that was published. */
#ifndef WEFT_APP_PASS_ARTIFACTS_H
#define WEFT_APP_PASS_ARTIFACTS_H

#include "app/pass/inputs.h"

/* Makes the tag of each cluster hold its folder of that commit of the output branch, which is on
 * the server; "": the branch does not exist.  Without output.oci, and in a dry pass, nothing.  One
 * cluster's failure does not stop the others; then -1, and the next pass goes on. */
MUST_USE int pass_artifacts(struct session *session, const struct inputs *inputs,
                            const char *commit, struct err *err);

#endif
