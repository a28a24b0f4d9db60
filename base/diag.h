/* base/diag.h - mistakes in the input: where, what, and how to fix it.  There can be many; none
 * stops a run. */
#ifndef WEFT_BASE_DIAG_H
#define WEFT_BASE_DIAG_H

#include "base/arena.h"
#include "base/text.h"

/* A place in a file; line and column count from 1, 0 = unknown.  file may be NULL and must outlive
 * the diag. */
struct place {
    const char *file;
    unsigned line, column;
};

enum diag_level { DIAG_ERROR, DIAG_WARNING };

struct diag {
    enum diag_level level;
    struct place place;
    const char *path; /* field path, "spec.federation.selectors[2].meshes[0].name"; "" = the whole
                         document */
    const char *text; /* what is wrong and how to fix it, one line */
    struct diag *next;
};

/* Start with { .arena = arena }; diags come out in the order they went in. */
struct diags {
    struct arena *arena;
    struct diag *first, *last;
    size_t errors, warnings; /* all of them, also those that were not kept */
};

enum { DIAGS_KEPT = 10000 }; /* of each level: a file full of mistakes must not fill the memory */
/* No room for one more of this level: it was counted, and that is all. */
bool diags_full(struct diags *diags, enum diag_level level);

/* How many were counted and not kept. */
size_t diags_dropped(const struct diags *diags, enum diag_level level);

void diag_add(struct diags *diags, enum diag_level level, struct place place, const char *path,
              const char *fmt, ...) PRINTF_LIKE(5, 6);
/* "file:line:column: field.path: text" (a warning says "warning: " before the text), without
 * newline. */
void diag_print(struct text *out, const struct diag *diag);
/* Sorts by file, line, column, path, text and drops equal neighbours: parallel or repeated reading
 * shows no change. */
void diags_sort(struct diags *diags);

#endif
