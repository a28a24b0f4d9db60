/* tests/lib/git_world.h - real repositories, real servers and the real git, for the tests of
 * sync/. */
#ifndef WEFT_TESTS_LIB_GIT_WORLD_H
#define WEFT_TESTS_LIB_GIT_WORLD_H

// clang-format off
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>
// clang-format on

#include "base/arena.h"
#include "base/text.h"
#include "sync/publish.h"
#include <sys/types.h>

/* Setup and teardown of a group: init_git is for once in a process. */
int sync_begin(void **state);
int sync_end(void **state);

/* A folder of this test; HOME and git's configuration are inside of it. */
struct world {
    struct arena *arena;
    const char *folder;
};
void world_make(struct world *world);
void world_end(struct world *world);
const char *world_path(const struct world *world, const char *name);

/* Runs a shell command in the world's folder, with a fixed identity for git.  Its output without
 * the last newline; a failing command fails the test. */
const char *sh(const struct world *world, const char *fmt, ...) PRINTF_LIKE(2, 3);
/* Its exit status. */
int sh_status(const struct world *world, const char *fmt, ...) PRINTF_LIKE(2, 3);

/* A server of tests/servers/; ends with the test, whatever happens. */
struct server {
    pid_t pid;
    int in, out;
    struct arena *arena;
    struct text said;
    bool skipped;
};
/* args: the script's name and its arguments, one shell text.  A missing program skips the test. */
void server_start(struct server *server, const struct world *world, const char *fmt, ...)
    PRINTF_LIKE(3, 4);
void server_end(struct server *server);
/* What it printed after a name ("url"). */
const char *server_value(const struct server *server, const char *name);

/* A listening socket that accepts and sends nothing: its port. */
int silent_listen(int *fd);

/* The files of a filetree, as a test writes them. */
struct file {
    const char *path, *bytes;
};
/* How a test publishes: context of the callbacks. */
struct writer {
    struct clone *clone;
    const struct file *files; /* ended by a NULL path */
    int builds, approvals;
    size_t approved;                    /* changes in the last approval */
    bool refuse;                        /* approve says no */
    void (*before_push)(void *context); /* called by approve: the moment for a second writer */
    void *context;
};
struct publish_request request_of(struct writer *writer, const char *branch, const char *folder);
/* Files whose content begins with "# weft". */
bool owns_marked(void *context, const char *path, const char *bytes, size_t len);

#endif
