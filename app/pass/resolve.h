/* app/pass/resolve.h - the specs of a pass, decoded, and what translation makes of them. */
#ifndef WEFT_APP_PASS_RESOLVE_H
#define WEFT_APP_PASS_RESOLVE_H

#include "api/finding.h"
#include "app/pass/inputs.h"
#include "translate/translate.h"

struct resolved_specs {
    struct diags diags;
    struct specs specs;
    size_t files; /* that the specs were read from */
    struct plan plan;
};

/* Decodes the specs.  Mistakes in them are diags; -1 when they cannot be read at all. */
MUST_USE int resolve_read(struct resolved_specs *out, const struct session *session,
                          const struct inputs *inputs, struct err *err);
/* Puts what was found, which is used up, beside the specs (found NULL: there is no inventory), and
 * compares the configuration with the result. */
void resolve_join(struct resolved_specs *resolved, struct specs *found, struct findings *remarks,
                  const struct session *session);
/* What translation makes of specs for an output branch that is as tip shows it. */
MUST_USE int resolve_plan(struct plan *out, const struct session *session,
                          const struct specs *specs, const struct tree_reader *tip,
                          struct err *err);
/* The absence of a virtual mesh ("namespace/name") from the plan proves nothing: it was refused, or
 * not all specs could be read. */
bool resolve_is_unsure(const struct specs *specs, const char *virtual_mesh, struct arena *arena);

#endif
