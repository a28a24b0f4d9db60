/* pki/rotation_preview.h - where the trust of one virtual mesh stands and what is to come, for
 * `weft rotation plan` and `weft status`.  Changes nothing. */
#ifndef WEFT_PKI_ROTATION_PREVIEW_H
#define WEFT_PKI_ROTATION_PREVIEW_H

#include "pki/trust.h"
#include "rotation/rotation.h"

struct trust_outlook {
    struct rotation record; /* as the ledger has it: state, step, id, conditions, pending, pause */
    const char *summary;    /* one line: where it stands, what it waits for */
    bool coming; /* a rotation runs, or the next pass starts one; else the timeline is that of one
                    started now */
    struct rotation_milestone *milestones;
    size_t milestone_count;
    struct rotation_breakage *breakages; /* of an emergency now; none: it would break nothing */
    size_t breakage_count;
    struct rotation_note *notes;
    size_t note_count;
};

/* Everything in the arena.  options as for trust_issue. */
MUST_USE int rotation_preview_make(struct trust_outlook *out, const struct ledger *ledger,
                                   const struct trust_request *request,
                                   const struct issue_options *options, struct arena *arena,
                                   struct err *err);

/* conditions of a row for a status: oldest first.  -1: the row cannot be read. */
MUST_USE int rotation_preview_conditions(const struct rotation_condition **out, size_t *count,
                                         const struct ledger_rotation *row, struct arena *arena,
                                         struct err *err);

#endif
