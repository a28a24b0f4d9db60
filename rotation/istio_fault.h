/* rotation/istio_fault.h - faults of Istio that matter when roots or intermediates are replaced,
 * with the public issue of each and the releases that have it.  Pure. */
#ifndef WEFT_ROTATION_ISTIO_FAULT_H
#define WEFT_ROTATION_ISTIO_FAULT_H

#include <stdbool.h>
#include <stddef.h>

struct istio_fault {
    const char *issue; /* "istio/istio#59768" */
    const char *since; /* the first minor release that has it, "1.20"; "": all */
    const char *fixed; /* the first releases without it, one a minor line, rising, between blanks;
                          "": none yet */
    bool ambient;      /* only with ztunnel */
    bool handled;      /* weft works around it: to know, nothing to do before a rotation */
    const char *text;  /* what happens, and what to do */
};

const struct istio_fault *istio_faults(size_t *count);
/* Whether a release has it; false for a text that is no version.  version: the tag of istiod's
 * image, such as "1.28.3-distroless". */
bool istio_fault_in(const struct istio_fault *fault, const char *version);

#endif
