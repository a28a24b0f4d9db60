/* sync/init.h - libgit2 for this process: no foreign configuration, every hash checked. */
#ifndef WEFT_SYNC_INIT_H
#define WEFT_SYNC_INIT_H

#include "sync/remote.h"

/* libgit2 and our own transports (HTTP by base/http's policy, SSH by the ssh program), once for a
 * process, before anything else of sync; also ignores SIGPIPE and foreign Git configuration.
 * user_agent as for http_open.  Never again after init_git_end: libgit2 1.5 does not survive that.
 */
MUST_USE int init_git(const char *user_agent, struct err *err);
void init_git_end(void);

#endif
