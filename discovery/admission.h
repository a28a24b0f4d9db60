/* discovery/admission.h - whether what was found is what the API takes. */
#ifndef WEFT_DISCOVERY_ADMISSION_H
#define WEFT_DISCOVERY_ADMISSION_H

#include "discovery/scan.h"

/* Whether decoding takes the object as it would be written; false after a finding that says what is
 * wrong. */
bool admission_destination(const struct destination *destination, const struct scan *scan);
bool admission_workload(const struct workload *workload, const struct scan *scan);
/* Of a mesh that is the whole read: -1 and err. */
MUST_USE int admission_mesh(const struct mesh *mesh, const struct scan *scan, struct err *err);

#endif
