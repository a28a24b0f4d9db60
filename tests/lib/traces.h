/* tests/lib/traces.h - looks through the whole memory of this process for bytes that must not be
 * there. */
#ifndef WEFT_TESTS_LIB_TRACES_H
#define WEFT_TESTS_LIB_TRACES_H

#include <stdbool.h>
#include <stddef.h>

/* A place for secrets of a test, where no search looks: pages of their own. */
struct vault {
    char *bytes;
    size_t len, room;
};
struct vault vault_new(size_t room);
void vault_free(struct vault *vault);
/* len random letters, each time others. */
void vault_fill(struct vault *vault, size_t len);

/* Any PIECE bytes of what the vault holds, as they are or in base64, are in writable memory
 * outside of it. */
enum { TRACE_PIECE = 24 };
bool trace_left(const struct vault *vault);

#endif
