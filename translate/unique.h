/* translate/unique.h - who gets a name that two objects of one cluster would have. */
#ifndef WEFT_TRANSLATE_UNIQUE_H
#define WEFT_TRANSLATE_UNIQUE_H

#include "translate/document.h"
#include "translate/layout.h"

/* Gives each (kind, namespace, name) of each cluster to one owner, and adds a finding to each that
 * does not get it.  Call it when everything else is decided. */
void unique_check(struct resolved *resolved, struct plan *plan, struct arena *arena);

/* "Destination <namespace>/<name>" */
const char *unique_owner(const struct destination *destination, struct arena *arena);
/* A new document in another folder of the cluster has the name of a previous one. */
bool unique_taken_elsewhere(const struct resolved *resolved, const struct place_folder *folder,
                            const struct document *document, struct arena *arena);

#endif
