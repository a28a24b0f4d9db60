/* base/confine_calls.h - which system calls stay allowed: seccomp(2). */
#ifndef WEFT_BASE_CONFINE_CALLS_H
#define WEFT_BASE_CONFINE_CALLS_H

#include "base/err.h"

enum confine_calls {
    CONFINE_OFFLINE,  /* no network, no other program */
    CONFINE_NETWORK,  /* network, but no other program */
    CONFINE_PROGRAMS, /* all but those with which a process takes over others or the machine */
    CONFINE_ANY,      /* no filter: for a build that is instrumented */
};

/* Other calls fail with EPERM; ptrace and its like end the process.  -1 and the reason when the
 * kernel or what encloses the process does not allow a filter; the process then runs on without. */
MUST_USE int confine_calls(enum confine_calls calls, struct err *err);

#endif
