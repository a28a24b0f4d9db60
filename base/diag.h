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
/* A place that is no file: an object of a cluster, in words: "cluster east: Service shop/reviews".
 * It has no line, and this in place of a column. */
#define PLACE_OBJECT (~0U)
static inline struct place place_of_object(const char *words)
{
    return (struct place){ words, 0, PLACE_OBJECT };
}
static inline bool place_is_object(struct place place)
{
    return !place.line && place.column == PLACE_OBJECT;
}

enum diag_level { DIAG_ERROR, DIAG_WARNING };

/* The ids of diags of specs: what kind of mistake it is (docs/operations.md). */
#define V1_UNREADABLE "V1"    /* no YAML or JSON, or not to be read at all */
#define V2_UNKNOWN_FIELD "V2" /* a field that the kind does not have */
#define V3_MISSING "V3"       /* a field that must be there */
#define V4_VALUE "V4"         /* a value that the field does not take */
#define V5_TWICE "V5"         /* an object that is there more than once */
#define V6_REMARK "V6"        /* a warning: the value is taken and has no effect, or an odd one */

struct diag {
    enum diag_level level;
    const char *id; /* one of those above */
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

/* An error about a document as a whole (V1), or a warning (V6). */
void diag_add(struct diags *diags, enum diag_level level, struct place place, const char *path,
              const char *fmt, ...) PRINTF_LIKE(5, 6);
/* An error with an id. */
void diag_add_error(struct diags *diags, const char *id, struct place place, const char *path,
                    const char *fmt, ...) PRINTF_LIKE(5, 6);
/* "file:line:column: field.path: text" (a warning says "warning: " before the text), without
 * newline. */
void diag_print(struct text *out, const struct diag *diag);
/* Sorts by file, line, column, path, text and drops equal neighbours: parallel or repeated reading
 * shows no change. */
void diags_sort(struct diags *diags);

#endif
