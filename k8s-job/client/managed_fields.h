/* k8s-job/client/managed_fields.h - metadata.managedFields (server-side apply), which is more than
 * half of most lists, and which no parameter of the API leaves out. */
#ifndef WEFT_K8S_JOB_CLIENT_MANAGED_FIELDS_H
#define WEFT_K8S_JOB_CLIENT_MANAGED_FIELDS_H

#include <stddef.h>

/* Empties every list that is the member "managedFields" of a map, in place; returns what is left of
 * len.  What is no JSON is left as it is, or shortened, but never becomes JSON. */
size_t managed_fields_cut(char *bytes, size_t len);

#endif
