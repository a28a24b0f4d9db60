/* app/discovery_dump.h - lists of API servers out of a folder, instead of from the servers. */
#ifndef WEFT_APP_DISCOVERY_DUMP_H
#define WEFT_APP_DISCOVERY_DUMP_H

#include "base/err.h"
#include "discovery/facts.h"

struct discovery_dump {
    struct facts **clusters; /* sorted by name */
    size_t count;
};

/* DIR has a folder for each cluster, and in it a JSON file for each list as
 * "kubectl get --raw PATH" prints it: "<resource>.json", or "<resource>.<anything>.json" for a list
 * that came in parts, such as the ConfigMaps of two revisions.  An answer of kind Status says why a
 * list could not be read; a list that is missing was not asked for.  -1 when the folder has no
 * cluster, or a file of which the name is no list. */
MUST_USE int discovery_dump_read(struct discovery_dump *out, const char *folder,
                                 struct arena *arena, struct err *err);

#endif
