/* k8s-job/client/page.h - one page of a list, whose items go to a call one by one. */
#ifndef WEFT_K8S_JOB_CLIENT_PAGE_H
#define WEFT_K8S_JOB_CLIENT_PAGE_H

#include "k8s-job/client/kube.h"

/* Gives the items of an answer to call->item, without what list_cut.h leaves out; returns the rest
 * of the page, in arena and in the body, which is overwritten.  NULL: it is no JSON, or has more
 * values than *values, which becomes how many there were, at most one above that. */
const struct node *page_read(struct kube_call *call, struct http_response *response, size_t *values,
                             struct arena *arena);

#endif
