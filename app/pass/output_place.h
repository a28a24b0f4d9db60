/* app/pass/output_place.h - where GitOps tools find what a pass publishes. */
#ifndef WEFT_APP_PASS_OUTPUT_PLACE_H
#define WEFT_APP_PASS_OUTPUT_PLACE_H

#include "app/pass/session.h"
#include "k8s-job/observe/gitops.h"

/* The output branch, the branches of clusters, and the artifacts that the state remembers.  Borrows
 * from the session. */
struct output_place output_place_of(const struct session *session);

#endif
