/* base/environment.h - what a program that weft starts gets of weft's environment. */
#ifndef WEFT_BASE_ENVIRONMENT_H
#define WEFT_BASE_ENVIRONMENT_H

#include <stdbool.h>

/* Whether "NAME=value" could make a program run code that is not its own, or look up names
 * elsewhere: what the dynamic linker, shells, interpreters, git and the resolver read (sudo's
 * initial_badenv_table, sudo 1.9 plugins/sudoers/env.c; glibc's sysdeps/generic/unsecvars.h).
 * LD_PRELOAD with nothing but an absolute path of nss_wrapper is no such variable: it gives a user
 * id without an account the passwd entry that ssh asks for. */
bool environment_is_risky(const char *variable);
/* The variables of given ("NAME=value"), and those of our environment that are neither named there
 * nor risky, and that keep names; ended by NULL.  keep NULL: all; either list ends with NULL.  The
 * caller frees the list, and the texts stay whose they are. */
const char **environment_for(const char *const *given, const char *const *keep);

#endif
