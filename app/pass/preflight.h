/* app/pass/preflight.h - what should be right in each cluster before a root is rotated, by what was
 * seen and is remembered.  docs/rotation.md  Reads only. */
#ifndef WEFT_APP_PASS_PREFLIGHT_H
#define WEFT_APP_PASS_PREFLIGHT_H

#include "app/pass/observe.h"

enum preflight_verdict {
    PREFLIGHT_OK,
    PREFLIGHT_UNKNOWN, /* nothing was asked, or nothing answered */
    PREFLIGHT_BAD,     /* correct it first */
};
extern const struct enum_table preflight_verdicts; /* "ok", "unknown", "bad" */

struct preflight {
    const char *cluster; /* "" = about the virtual mesh as a whole */
    const char *what;    /* "several roots" */
    enum preflight_verdict verdict;
    const char *text; /* what was found, and what it means */
};

/* For the virtual mesh "namespace/name", after pass_watch; in the pass's arena. */
struct preflight *preflight_list(size_t *count, struct session *session,
                                 const struct observed *observed, const char *virtual_mesh);

#endif
