/* translate/effect.h - what a change of the specs means for traffic, policies and trust: two plans
 * compared. */
#ifndef WEFT_TRANSLATE_EFFECT_H
#define WEFT_TRANSLATE_EFFECT_H

#include "base/enums.h"
#include "translate/translate.h"

enum effect_kind {
    EFFECT_UNKNOWN,     /* policies that are deployed stay for it, because an object is INVALID */
    EFFECT_OPENED,      /* no policy limits the Service any more: every caller is admitted */
    EFFECT_UNREACHABLE, /* the Service can no longer be called from these meshes */
    EFFECT_REACHABLE,   /* it can be called from these meshes now */
    EFFECT_REFUSED,     /* it refuses requests of these callers that it admitted */
    EFFECT_ADMITTED,    /* it admits requests of these callers that it refused */
    EFFECT_UNCOVERED,   /* globalAccessPolicy is ENABLED, and no AccessPolicy applies to it */
    EFFECT_POLICY_REMOVED, /* the AccessPolicy is gone; it applied to these Destinations */
    EFFECT_POLICY_UNUSED,  /* the AccessPolicy selects no Destination any more */
    EFFECT_TRUST_REMOVED,  /* the mesh leaves the root of these virtual meshes */
    EFFECT_TRUST_ADDED /* the mesh gets an intermediate under the root of these virtual meshes */
};
extern const struct enum_table effect_kinds; /* "unknown", "opened", ... */
/* A person should look at it: something opens, stops, or is not certain. */
bool effect_needs_attention(enum effect_kind kind);
/* "can be called from", to stand between the object and the others. */
const char *effect_verb(enum effect_kind kind);

enum { EFFECT_OTHERS_MAX = 20 };

struct effect {
    enum effect_kind kind;
    const char *object_kind; /* "Service", "AccessPolicy", "Mesh" */
    const char *object;      /* "cluster/namespace/name" of a Service, else "namespace/name" */
    const char **others;     /* meshes, callers, Destinations: sorted, EFFECT_OTHERS_MAX at most */
    size_t other_count, other_total;
};

struct effects {
    struct effect *items; /* sorted by kind and object */
    size_t count;
    bool cut; /* more callers than can be compared: access of some Services was not */
};

/* Callers are those that Workloads of either side show.  Both plans must outlive the result. */
struct effects effect_find_all(const struct plan *before, const struct plan *after,
                               struct arena *arena);
bool effect_any_attention(const struct effects *effects);

#endif
