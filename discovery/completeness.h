/* discovery/completeness.h - whether what was read of a cluster can be acted on. */
#ifndef WEFT_DISCOVERY_COMPLETENESS_H
#define WEFT_DISCOVERY_COMPLETENESS_H

#include "discovery/scan.h"

enum { SERVICES_MAX = 10000 }; /* of one cluster */

/* -1: the lists that everything follows from are not all complete; err names all of them. err.code
 * is 403 when the server refused one. */
MUST_USE int completeness_check(const struct facts *facts,
                                const struct discovery_settings *settings, struct err *err);
/* -1: complete, but so unlike the former inventory that a mistake is likelier than the change. */
MUST_USE int completeness_plausible(const struct scan *scan, struct err *err);
/* A finding for each list that something depends on and that could not be read.  known: there is a
 * former inventory, which keeps what depends on it. */
void completeness_remark(const struct facts *facts, bool known, struct findings *findings);

#endif
