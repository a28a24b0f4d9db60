/* app/pass/inputs.h - what a pass reads from Git: the specs, and the output branch as it is. */
#ifndef WEFT_APP_PASS_INPUTS_H
#define WEFT_APP_PASS_INPUTS_H

#include "app/git_access.h"
#include "app/pass/session.h"
#include "base/filetree.h"
#include "sync/clone.h"

struct inputs {
    struct clone *specs_clone, *output_clone;
    struct clone
        *inventory_clone; /* of inventory.url; NULL: output_clone has it, or it is not open */
    struct snapshot *specs_snapshot;    /* NULL: the specs are a folder (--specs of a plan) */
    const char *specs_signer;           /* who signed the commit, where that is verified; else "" */
    struct snapshot *output_snapshot;   /* NULL: the output branch does not exist */
    struct snapshot *proposal_snapshot; /* with output.mode pull-request, as output_snapshot */
    struct remote_access specs_access, output_access, inventory_access;
    char specs_commit[41];     /* "": of a folder */
    char output_tip[41];       /* "": the output branch does not exist */
    char proposal_tip[41];     /* "": the proposal branch does not exist, or there is none */
    char branches_digest[65];  /* with output.branches cluster: where they and the output branch are
                                  (sync/branch_digest.h); else "" */
    char inventory_commit[41]; /* that is rendered; "": none is */
    char digest[65];           /* of all that the rendering depends on, but for time and the tip */
};

/* Fetches both repositories; after init_git.  inputs_close releases what was opened, also after a
 * failure. */
MUST_USE int inputs_fetch(struct inputs *out, struct session *session, struct err *err);
/* An inventory is rendered, too; from here on the digest is of both. */
void inputs_add_inventory(struct inputs *inputs, const char *commit);
/* After the output branch: the repository of the inventory, of which nothing is fetched yet. */
MUST_USE int inputs_open_inventory(struct inputs *inputs, struct session *session, struct err *err);
/* The clone that has the inventory, once it is open. */
struct clone *inputs_inventory(const struct inputs *inputs);
/* The output branch alone. */
MUST_USE int inputs_fetch_output(struct inputs *out, struct session *session, struct err *err);
void inputs_close(struct inputs *inputs);
static inline void auto_inputs_close(struct inputs *inputs) { inputs_close(inputs); }
#define AUTO_INPUTS __attribute__((cleanup(auto_inputs_close))) struct inputs
/* What the last commit of weft on the output branch was made from; NULL: there is no such commit,
 * or it rendered no inventory.  -1 when it does not say. */
struct inputs_source {
    const char *specs, *inventory; /* commits */
};
MUST_USE int inputs_last_source(struct inputs_source *out, const struct inputs *inputs,
                                struct arena *arena, struct err *err);
/* What the specs commit says in a trailer; NULL: it has none of this token, or there is no commit.
 */
const char *inputs_specs_trailer(const struct inputs *inputs, const char *token,
                                 struct arena *arena);
/* The output branch as it was fetched, below output.path; valid until inputs_close. */
struct tree_reader inputs_tip(const struct inputs *inputs, const struct session *session);

#endif
