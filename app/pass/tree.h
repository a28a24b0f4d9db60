/* app/pass/tree.h - the whole tree that belongs on the output branch, for a given tip.  Without a
 * pass: the same inputs give the same tree. */
#ifndef WEFT_APP_PASS_TREE_H
#define WEFT_APP_PASS_TREE_H

#include "app/audit/certificate_log.h"
#include "app/config.h"
#include "app/pass/losses.h"
#include "state/ledger.h"
#include "translate/translate.h"

/* Everything that a tree depends on. */
struct tree_inputs {
    const struct specs *specs;
    const struct plan *plan;            /* with the statuses that the records are to hold */
    const struct tree_reader *tip;      /* the output branch, below output.path */
    const struct tree_reader *proposal; /* the same of a proposal of this state that waits; NULL:
                                           none */
    const struct ledger *ledger;        /* what was delivered, and what records say of the trust */
    const struct config *config;        /* how intermediates are delivered to each cluster */
    const struct map *proven; /* by path: deliveries that a self-test has seen.  Another one
                                 replaces      no file that differs from it; NULL: each may */
    const struct certificate_log *certificates; /* of weft's last commit; NULL: no log is kept */
    uint64_t counter;                           /* how often the state was saved */
    struct blobs to;                            /* takes the contents */
};

struct tree {
    struct filetree *files;
    struct map *delivered;               /* by path: deliveries of the ledger that it holds */
    struct policy_texts texts;           /* its AuthorizationPolicies */
    struct certificate_log certificates; /* with those of its records */
};

/* Manifests, delivered secrets and records.  What is retained keeps its bytes of the tip. */
MUST_USE int tree_build(struct tree *out, const struct tree_inputs *inputs, struct arena *arena,
                        struct err *err);
#endif
