/* discovery/control_plane.h - the istiods of one namespace, which are one mesh: they share cacerts,
 * trust domain and root namespace, whatever revisions come and go. */
#ifndef WEFT_DISCOVERY_CONTROL_PLANE_H
#define WEFT_DISCOVERY_CONTROL_PLANE_H

#include "base/err.h"
#include "discovery/discovery_settings.h"
#include "discovery/facts.h"
#include "discovery/inventory.h"
#include "discovery/remark.h"

struct revision {
    const char *name;
    const struct fact_workload *deployment;
    const struct mesh_config *config; /* NULL: it has none */
    const char *config_name;          /* of its ConfigMap */
    bool asked;                       /* a workload is injected by it */
};

struct control_plane {
    const char *namespace;
    const char *mesh;           /* name of its Mesh; the plain one, until it is known to be free */
    struct revision *revisions; /* sorted by name */
    size_t revision_count;
};

struct control_planes {
    struct control_plane *items; /* sorted by namespace */
    size_t count;
};

/* Istiods where a webhook of the injector leads, or in settings' istioNamespaces when that has
 * entries.  -1 when MeshConfig of one of them could not be read: then nothing may be concluded. */
MUST_USE int control_planes_find(struct control_planes *out, const struct facts *facts,
                                 const struct discovery_settings *settings,
                                 struct findings *findings, struct arena *arena, struct err *err);
/* The ConfigMaps with the MeshConfig of these istiods, each once; none is needed to ask, and the
 * facts need not be in order yet. */
const struct object_ref *control_planes_config_maps(const struct facts *facts,
                                                    const struct discovery_settings *settings,
                                                    size_t *count, struct arena *arena);
/* NULL: absent. */
struct control_plane *control_planes_of(const struct control_planes *planes, const char *namespace);
struct revision *control_plane_revision(const struct control_plane *plane, const char *name);

#endif
