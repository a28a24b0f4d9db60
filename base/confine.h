/* base/confine.h - walls that the process builds around itself, so that a hole in a parser is not
 * a hole in the machine: credentials(7), capabilities(7), landlock(7); system calls are in
 * base/confine_calls.h.  A wall cannot
 * be taken down again, and it holds for programs that are started later as well.
 */
#ifndef WEFT_BASE_CONFINE_H
#define WEFT_BASE_CONFINE_H

#include "base/err.h"
#include <stdbool.h>
#include <stddef.h>

/* What a path and all below it may be used for.  CONFINE_WRITE includes reading. */
enum confine_access { CONFINE_READ, CONFINE_WRITE };

struct confine_path {
    const char *path; /* links are followed now; one that does not exist is skipped */
    enum confine_access access;
};

/* Each returns -1 and the reason when the kernel or what encloses the process does not allow the
 * wall; the process then runs on without it. */

/* No set-user-ID program gives rights back (PR_SET_NO_NEW_PRIVS), and no capability is left: root
 * is a user like any other from here on. */
MUST_USE int confine_privileges(struct err *err);
/* Only these paths can be opened (Landlock; from version 4 on no TCP port can be bound, from
 * version 6 on no process outside can be signalled).  What is open stays open. */
MUST_USE int confine_files(const struct confine_path *paths, size_t count, struct err *err);

#endif
