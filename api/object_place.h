/* api/object_place.h - where the Services and workloads of an inventory are, in words: the object
 * of the cluster, "cluster east: Service shop/reviews". */
#ifndef WEFT_API_OBJECT_PLACE_H
#define WEFT_API_OBJECT_PLACE_H

#include "api/destination.h"
#include "api/mesh.h"

/* The place in the meta of one that was found in a cluster, and is in no file of the specs.  A
 * fleet has hundreds of thousands of them and few messages about one, so the words are made when
 * they are asked for. */
#define OBJECT_PLACE_FOUND place_of_object(NULL)

/* That of its meta, or the words in the arena. */
struct place object_place_of_destination(const struct destination *destination,
                                         struct arena *arena);
struct place object_place_of_workload(const struct workload *workload, struct arena *arena);

#endif
