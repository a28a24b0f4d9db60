/* forge/pull.h - the one pull request that weft keeps for a proposal branch.  GitLab calls it a
 * merge request.
 *
 * Follows GitHub's REST API of 2022-11-28 (pulls, issues/labels, pulls/requested_reviewers),
 * GitLab's API v4 (merge requests, users) and Gitea's API v1 (repository, issue). */
#ifndef WEFT_FORGE_PULL_H
#define WEFT_FORGE_PULL_H

#include "forge/forge.h"

/* How the pull request is to be. */
struct pull_wish {
    const char *head, *base;  /* branches of the repository of the forge's target */
    const char *marker;       /* first line of the body: only such a pull request is edited */
    const char *title, *body; /* NULL: as they are, of one that is open */
    bool draft;               /* of one that is opened */
};

/* An open pull request from head to base. */
struct pull {
    int64_t number;  /* 0: there is none */
    const char *url; /* for people; "": the forge gives none */
    bool opened;     /* now */
    bool edited;     /* title and body are new */
    bool foreign;    /* a person opened it: its texts are left alone */
};

/* Finds the open pull request from head to base. */
MUST_USE int pull_find(struct pull *out, const struct forge *forge, const struct pull_wish *wish,
                       struct err *err);
/* Opens it, or makes title and body of the open one these.  Never opens a second one: forges refuse
 * that, and then the first one counts. */
MUST_USE int pull_keep(struct pull *out, const struct forge *forge, const struct pull_wish *wish,
                       struct err *err);
/* Closes the open one, unless a person opened it; *out: what was found. */
MUST_USE int pull_close(struct pull *out, const struct forge *forge, const struct pull_wish *wish,
                        struct err *err);

/* Adds labels, or asks accounts for a review; to be done once, after it was opened. */
MUST_USE int pull_label(const struct forge *forge, int64_t number, const char *const *labels,
                        size_t count, struct err *err);
MUST_USE int pull_ask_review(const struct forge *forge, int64_t number, const char *const *accounts,
                             size_t count, struct err *err);

#endif
