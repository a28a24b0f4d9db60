/* base/yaml_merge.h - the merge key "<<" of YAML 1.1 (https://yaml.org/type/merge.html), as
 * kubectl's reader takes it.
 *
 * A map gets the members of the map, or of each map of the list, that is the value of its "<<",
 * unless it has them itself; of a list the earlier map wins.  Each merged member was already
 * counted as a value when it was read (by its alias, or as written), so merging makes no new ones
 * and ends with the limits of the file.  Members keep the place where they are written, which is
 * where a mistake in them is corrected.
 *
 * One case is refused: a key that comes before the "<<" and is in the merged map as well.
 * There the readers of Kubernetes disagree: kubectl (yaml.v2) takes the merged value, kustomize
 * (yaml.v3) the map's own. */
#ifndef WEFT_BASE_YAML_MERGE_H
#define WEFT_BASE_YAML_MERGE_H

#include "base/yaml_reader.h"

/* The plain key "<<": its value must be a map or a list of maps, which false says after a diag. */
bool yaml_merge_take(struct yaml_reader *reader, struct members *members, struct node *value,
                     bool aliased);

/* At the end of the map: adds what the map does not say itself. */
void yaml_merge_apply(struct yaml_reader *reader, struct members *members);

#endif
