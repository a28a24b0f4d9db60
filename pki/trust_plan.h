/* pki/trust_plan.h - the decisions of a pass about the trust of all virtual meshes: what is due,
 * what is issued, what moves.  Writes nothing, so a dry pass shows what the next real one does. */
#ifndef WEFT_PKI_TRUST_PLAN_H
#define WEFT_PKI_TRUST_PLAN_H

#include "pki/trust.h"
#include "rotation/rotation.h"

enum due_kind { DUE_ROOT, DUE_INTERMEDIATE, DUE_STEP };
extern const struct enum_table due_kinds; /* "root", "intermediate", "rotation step" */

struct trust_due {
    enum due_kind kind;
    const char *virtual_mesh;
    const char *mesh; /* key; "" for a root and a step */
    const char *why;  /* "the virtual mesh has no root yet" */
};

/* One virtual mesh. */
struct planned_trust {
    const struct trust_request *request;
    const bool *takes_part; /* for each mesh of the request: its cacerts belongs to this request */
    const char *given;      /* id of the CA that the spec names; "": none */
    const char *why_not;    /* why it could not be had; NULL: it could */
    struct rotation was;    /* its record before */
    struct rotation_facts facts;
    struct rotation_plan decision;
    bool blocked; /* nothing may be done to it: a remark says why */
};

struct trust_plan {
    struct arena *arena;
    const struct issue_options *options;
    struct ledger ahead; /* the ledger, and the given CAs that it lacks so far */
    struct planned_trust *list;
    size_t count;
    struct trust_due *due;
    size_t due_count;
    struct trust_remarks refusals; /* of what is blocked, and of meshes that take no part */
    struct trust_remarks remarks;  /* all, as far as they are known without issuing anything */
    size_t decisions;              /* how often the state machine was asked */
};

/* Decides once for each request.  Reads given CAs, whose keys are sealed when custody is not NULL;
 * else they only count as present, and the plan cannot be applied.  Neither ledger nor custody
 * changes; the ledger, the requests and the options must live as long as the plan, and for
 * trust_apply the arena as long as the ledger. */
void trust_plan(struct trust_plan *out, const struct ledger *ledger,
                const struct trust_request *const *requests, size_t count,
                const struct custody *custody, const struct issue_options *options,
                struct arena *arena);

/* There is no decision, or what moves in it could not be carried out: the record is as it was. */
bool trust_plan_is_undone(const struct planned_trust *planned);
/* Of the step that waits to be published.  Where the decision is undone it is not about the step
 * that waits: that one must not be published now. */
enum step_check trust_plan_step(const struct planned_trust *planned);
enum step_check trust_plan_check(const struct trust_plan *plan, const char *virtual_mesh);

/* For trust_apply, which made a root that the decision was waiting for: decides what follows from
 * it, with the ledger that holds it.  A failure blocks the virtual mesh, with a remark in to. */
void trust_plan_continue(struct trust_plan *plan, struct planned_trust *planned,
                         const struct ledger *ledger, struct trust_remarks *to);
/* Blocks a virtual mesh.  id and text of the reason: a message of the catalogue. */
void trust_plan_block(struct planned_trust *planned, struct trust_remarks *to,
                      const struct messages *why);
/* The certificate of one mesh cannot be made. */
void trust_plan_fail(struct trust_remarks *to, const struct planned_trust *planned,
                     const char *mesh, const struct messages *why);
/* Copies the refusals. */
void trust_plan_refusals(struct trust_remarks *to, const struct trust_plan *plan);
/* What the decision has to say. */
void trust_plan_remarks(struct trust_remarks *to, const struct planned_trust *planned);
bool trust_plan_due(const struct trust_plan *plan, enum due_kind kind, const char *virtual_mesh,
                    const char *mesh); /* mesh NULL: any */

#endif
