/* state/state_file.h - the state file as the file system sees it: who may read it, and what it
 * begins with. */
#ifndef WEFT_STATE_STATE_FILE_H
#define WEFT_STATE_STATE_FILE_H

#include "base/err.h"

enum place_kind { PLACE_MISSING, PLACE_PRESENT };

/* Looks without changing or opening anything: closing a file drops every lock that this process has
 * on it (POSIX), and SQLite may hold one.  Refuses what is not a regular file, may be read by
 * others than its owner, or is too small; a symbolic link; and a file in a folder that others may
 * write, but for the root of a volume, whose mode is not ours to choose. */
MUST_USE int state_file_look(enum place_kind *out, const char *path, struct err *err);
/* Makes an empty file of mode 0600; its folder is made with 0700 when it is missing.  A file that
 * appeared meanwhile is fine. */
MUST_USE int state_file_make(const char *path, struct err *err);

#endif
