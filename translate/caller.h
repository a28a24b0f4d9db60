/* translate/caller.h - a workload that calls others, as the sidecars of those see it. */
#ifndef WEFT_TRANSLATE_CALLER_H
#define WEFT_TRANSLATE_CALLER_H

#include "translate/principal.h"

struct caller {
    const struct resolved_mesh *mesh;
    const char *namespace, *account;
    const struct workload *workload; /* one that runs so; NULL: the specs show none */
};

/* The caller that a text names: "cluster/namespace/serviceaccount", a Workload as "namespace/name",
 * or as "name" when one alone has it.  -1 and err (ERR_INPUT) when there is none, or several. */
MUST_USE int caller_find(struct caller *out, const struct resolved *resolved, const char *text,
                         struct arena *arena, struct err *err);
/* The caller that runs as the Workload; false: it is in no Istio mesh. */
bool caller_of_workload(struct caller *out, const struct resolved *resolved,
                        const struct workload *workload);
/* Of its SPIFFE identity; "cluster.local", which is Istio's default, where its Mesh says none. */
const char *caller_domain(const struct caller *caller);
/* "cluster/namespace/serviceaccount" */
const char *caller_text(const struct caller *caller, struct arena *arena);

/* PERHAPS: with the trust domain that the caller's Mesh does not give. */
enum caller_match { CALLER_NO, CALLER_PERHAPS, CALLER_YES };

/* Whether an entry of sourceSelector, whose identities are principals, admits the caller. identity:
 * the caller shows one; an entry that asks for any admits no caller without. */
enum caller_match caller_match(const struct caller *caller, const struct identity_selector *source,
                               const struct principals *principals, bool identity);

#endif
