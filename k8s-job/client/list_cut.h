/* k8s-job/client/list_cut.h - what most of a list consists of and weft never reads:
 * metadata.managedFields, which no parameter of the API leaves out, and of pods and their templates
 * probes, volumes, resources and where they may run; of nodes the images. */
#ifndef WEFT_K8S_JOB_CLIENT_LIST_CUT_H
#define WEFT_K8S_JOB_CLIENT_LIST_CUT_H

#include <stddef.h>

/* Empties every list and map that is a member of these names, in place; returns what is left of
 * len.  A member whose value is a text or a number stays, so labels, annotations and data of these
 * names do.  What is no JSON is left as it is, or shortened, but never becomes JSON. */
size_t list_cut(char *bytes, size_t len);

#endif
