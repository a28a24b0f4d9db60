/* api/object_name.h - names of objects of the inventory. */
#ifndef WEFT_API_OBJECT_NAME_H
#define WEFT_API_OBJECT_NAME_H

#include "base/map.h"

enum { OBJECT_NAME_SANITISED_MAX = 63 };
/* A text as the name of an object, by the rule of the reference implementation (SanitizeNameV2), on
 * which clients rely: "*", "/", ".", ":", "_" and blanks become "-"; brackets, quotes and line ends
 * go away; a name of more than 63 bytes is cut to 31 of them, "-" and 31 digits of its MD5; then
 * upper case becomes lower case.  In the arena. */
const char *object_name_sanitise(const char *text, struct arena *arena);

/* "<name>-<namespace>-<cluster>" as a name of Kubernetes, by the rule of the reference
 * implementation.  When taken has it for another object of this kind, "-" and 8 digits of the
 * SHA-256 of "namespace/name" follow, and when that is taken as well (in another cluster), those of
 * "cluster/namespace/name".  The result is put into taken, which keeps copies.  In the arena. */
const char *object_name_new(struct map *taken, const char *kind, const char *name,
                            const char *namespace, const char *cluster, struct arena *arena);
/* The name of an object that meets no other one.  In the arena. */
const char *object_name_plain(const char *name, const char *namespace, const char *cluster,
                              struct arena *arena);
/* The object has this name already: it keeps it, and no other one gets it.
 * Nothing needs the arena afterwards. */
void object_name_reserve(struct map *taken, const char *kind, const char *object, const char *name,
                         const char *namespace, const char *cluster, struct arena *arena);

#endif
