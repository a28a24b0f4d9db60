/* base/stand_in.h - what bytes are when they are not the text file that was expected. */
#ifndef WEFT_BASE_STAND_IN_H
#define WEFT_BASE_STAND_IN_H

#include <stddef.h>

/* For a file that could not be used: a predicate with what to do about it ("is a Git LFS pointer
 * instead of the file; ..."), or NULL when nothing is known of it.  The result means
 * nothing for a file that can be used: a good file may well contain "{{". */
const char *stand_in_find(const char *bytes, size_t len);

/* The same, of what can be no UTF-8 text at all: UTF-16, git-crypt. */
const char *stand_in_encoding(const char *bytes, size_t len);

#endif
