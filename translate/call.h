/* translate/call.h - whether a workload can call a Service, as a chain of links, each with the
 * object that decides it.  It says what the specs say; what is deployed may lag behind. */
#ifndef WEFT_TRANSLATE_CALL_H
#define WEFT_TRANSLATE_CALL_H

#include "translate/caller.h"
#include "translate/translate.h"

/* In the order in which a request meets them. */
enum call_link_kind {
    CALL_CALLER,       /* who calls, and with which identity */
    CALL_SERVICE,      /* what is called */
    CALL_VIRTUAL_MESH, /* both meshes are in one */
    CALL_FEDERATION,   /* a selector federates the Service to the caller's mesh */
    CALL_DNS,          /* the name, and that it resolves there */
    CALL_GATEWAY,      /* the way into the other cluster */
    CALL_TRUST,        /* each accepts the certificate of the other */
    CALL_POLICY        /* AccessPolicies and globalAccessPolicy */
};
extern const struct enum_table call_link_kinds; /* "caller", "service", "virtualMesh", ... */

/* From the best to the worst; the verdict of a call is that of its worst link. */
enum call_state {
    CALL_YES,
    CALL_LIMITED, /* some requests, or some pods */
    CALL_UNKNOWN, /* depends on what the specs do not show */
    CALL_NO
};
extern const struct enum_table call_states; /* "yes", "limited", "unknown", "no" */

struct call_link {
    enum call_link_kind kind;
    enum call_state state;
    const char *object_kind; /* "AccessPolicy"; NULL: no object decides it */
    struct object_ref object;
    struct place place; /* of the object, or of the part of it that decides; file NULL: not known */
    const char *text;   /* one sentence without a full stop */
};

enum { CALL_LINKS_MAX = CALL_POLICY + 1 };

struct call {
    struct caller caller;
    const struct destination *destination;
    const char *host; /* by which the caller calls it; NULL: none leads there */
    enum call_state verdict;
    struct call_link
        links[CALL_LINKS_MAX]; /* ends after a link that makes further ones pointless */
    size_t link_count;
};

/* The Services that a text names: "cluster/namespace/name", or "namespace/name" in each cluster
 * that has it; sorted by cluster.  -1 and err (ERR_INPUT): there is none. */
MUST_USE int call_services(const struct destination ***out, size_t *count,
                           const struct resolved *resolved, const char *text, struct arena *arena,
                           struct err *err);
/* Of a Service that call_services found. */
void call_judge(struct call *out, const struct plan *plan, const struct caller *caller,
                const struct destination *destination, struct arena *arena);

#endif
