/* k8s-job/observe/root_bundle.h - the certificates of a PEM text as a bundle of roots. */
#ifndef WEFT_K8S_JOB_OBSERVE_ROOT_BUNDLE_H
#define WEFT_K8S_JOB_OBSERVE_ROOT_BUNDLE_H

#include "base/arena.h"
#include "rotation/observation.h"

/* Each certificate once, sorted by its digest; anything else in the text is left out. */
struct root_bundle root_bundle_read(const char *pem, struct arena *arena);
/* Whether it holds exactly these, sorted. */
bool root_bundle_has(const struct root_bundle *bundle, const char *const *roots, size_t count);
/* A copy in arena, with where it was found; source NULL: the usual ConfigMap. */
struct root_bundle root_bundle_keep(const struct root_bundle *found, const char *namespace,
                                    const char *source, struct arena *arena);
/* Counts the namespace under the bundle of that source which holds the same, or adds one; returns
 * its index.  pem NULL: it holds no certificate; namespace NULL: not known. */
size_t root_bundle_add(struct root_bundle **bundles, size_t *count, const char *pem,
                       const char *namespace, const char *source, struct arena *arena);

#endif
