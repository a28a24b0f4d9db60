/* api/specs_index.h - finds what the specs say by its name. */
#ifndef WEFT_API_SPECS_INDEX_H
#define WEFT_API_SPECS_INDEX_H

#include "api/specs.h"

struct specs;
struct specs_index;

/* Of specs that are complete but for their index; both live in arena. */
const struct specs_index *specs_index_new(const struct specs *specs, struct arena *arena);

const struct mesh *specs_mesh(const struct specs *specs, struct object_ref ref); /* NULL: absent */
const struct virtual_mesh *specs_virtual_mesh(const struct specs *specs, struct object_ref ref);
const struct access_policy *specs_access_policy(const struct specs *specs, struct object_ref ref);
const struct destination *specs_service(
    const struct specs *specs,
    struct cluster_ref ref); /* by kubeService.ref; the first by key when several have this ref */
const char *specs_cluster_domain(const struct specs *specs,
                                 const char *cluster); /* "cluster.local" by default */
/* The first of an object that could not be used; NULL: there is none. */
const struct refused *specs_refused(const struct specs *specs, enum object_kind kind,
                                    struct object_ref ref);
bool specs_is_refused(const struct specs *specs, enum object_kind kind, struct object_ref ref);

#endif
