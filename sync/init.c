/* sync/init.c - libgit2 for this process: no foreign configuration, every hash checked. */
#include "sync/init.h"
#include "sync/err_git.h"
#include "sync/git2.h"
#include "sync/limits.h"
#include "sync/remote.h"

#include <signal.h>

/* A delta that declares an object of gigabytes is refused before memory is asked for. The option
 * came with a security update of libgit2 1.5.1 (Debian 12: 1.5.1+ds-1+deb12u2), and a library
 * without it answers that it does not know the key. That is no reason to end: a fetch still has its
 * limits of bytes and time. */
static void limit_object_size(void)
{
#ifdef WEFT_LIBGIT2_OBJECT_SIZE
    if (git_libgit2_opts(GIT_OPT_SET_PACK_MAX_OBJECT_SIZE, (size_t)DELTA_OBJECT_MAX) < 0)
        git_error_clear();
#endif
}

static int set_options(const char *user_agent)
{
    int failed = git_libgit2_opts(GIT_OPT_SET_USER_AGENT, user_agent);

    /* no gitconfig of the machine or of a home folder may redirect weft (url.insteadOf, http.proxy)
     */
    for (int level = GIT_CONFIG_LEVEL_PROGRAMDATA; level <= GIT_CONFIG_LEVEL_GLOBAL && !failed;
         level++)
        failed = git_libgit2_opts(GIT_OPT_SET_SEARCH_PATH, level, "");
    if (!failed)
        failed = git_libgit2_opts(GIT_OPT_ENABLE_STRICT_HASH_VERIFICATION, 1);
    /* else a header of twelve bytes makes it ask for gigabytes of memory */
    if (!failed)
        failed = git_libgit2_opts(GIT_OPT_SET_PACK_MAX_OBJECTS, (size_t)PACK_OBJECTS_MAX);
    /* The cache is a bare folder of mode 0700 that weft made itself and that holds no hooks or
     * configuration of others; on a Kubernetes volume it may belong to another uid (fsGroup), and
     * libgit2 1.5 has no option that accepts only this folder. */
    if (!failed)
        failed = git_libgit2_opts(GIT_OPT_SET_OWNER_VALIDATION, 0);
    if (!failed)
        limit_object_size();
    return failed;
}

int init_git(const char *user_agent, struct err *err)
{
    int result;

    /* a server that closes early must not end the process */
    signal(SIGPIPE, SIG_IGN);
    result = git_libgit2_init();
    if (result < 0)
        return err_git(err, result, "start libgit2");
    result = set_options(user_agent);
    if (result < 0)
        return err_git(err, result, "set up libgit2");
    return 0;
}

void init_git_end(void) { git_libgit2_shutdown(); }
