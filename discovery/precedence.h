/* discovery/precedence.h - objects of the specs and of the inventory as one set: the specs win.
 * docs/discovery.md */
#ifndef WEFT_DISCOVERY_PRECEDENCE_H
#define WEFT_DISCOVERY_PRECEDENCE_H

#include "api/finding.h"
#include "api/specs.h"

/* An object of the specs takes the place of what was found about the same thing, whatever it is
 * called: a Mesh by cluster and namespace of istiod, a Destination by its Service, a Workload by
 * its controller, a KubernetesCluster by its name.  With annotation ANNOTATION_MERGE only the
 * fields that it has count, with ANNOTATION_EXCLUDE neither of the two does.  An object that was
 * refused keeps what was found about its thing out, too: which of the two would have counted is not
 * known.
 *
 * out: all objects, sorted and indexed; the VirtualMeshes and policies are those of specs alone.
 * Places of found objects name the object of the cluster (api/object_place.h).  What specs say
 * otherwise than the cluster is a finding, and so is a found object whose name is taken. Everything
 * lives in arena, or in what the two point to; found is used up and empty afterwards. */
void precedence_apply(struct specs *out, struct findings *findings, const struct specs *specs,
                      struct specs *found, struct arena *arena);

#endif
