/* k8s-job/client/list_cut.h - what most of a list consists of and weft never reads:
 * metadata.managedFields, which no parameter of the API leaves out, what kubectl remembers of an
 * object, and of pods and their templates probes, volumes, resources and where they may run; of
 * nodes the images. */
#ifndef WEFT_K8S_JOB_CLIENT_LIST_CUT_H
#define WEFT_K8S_JOB_CLIENT_LIST_CUT_H

#include <stdbool.h>
#include <stddef.h>

/* Whether the member of this name is left out (parse_items.h).  Where a list or map goes a text
 * stays, so labels, annotations and data of these names do. */
bool list_cut_has(const char *name, size_t len, bool is_text);

#endif
