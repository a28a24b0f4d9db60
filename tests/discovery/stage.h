/* tests/discovery/stage.h - the lists of a case in a folder, as "kubectl get --raw" would leave
 * them there: in another order of items, or with one list that could not be read. */
#ifndef WEFT_TESTS_DISCOVERY_STAGE_H
#define WEFT_TESTS_DISCOVERY_STAGE_H

#include "base/arena.h"
#include "base/err.h"
#include <stdbool.h>
#include <stdint.h>

/* Ends the program unless good. */
void stage_check(bool good, const char *what, const char *name);
void stage_check_err(int result, const struct err *err, const char *name);
/* NULL: there is no such file. */
char *stage_file(const char *path, struct arena *arena);
const char **stage_names(const char *folder, size_t *count, struct arena *arena);

enum stage_failure { STAGE_ERROR, STAGE_FORBIDDEN, STAGE_CUT, STAGE_HTML, STAGE_FAILURES };

struct stage {
    const char *folder, *name; /* of the cases; of this case */
    uint32_t order;            /* 0: as written; 1: in reverse; else shuffled by this number */
    const char *broken;        /* "services": what has failed instead; NULL: none */
    enum stage_failure failure;
};
void stage_clusters(const char *to, const struct stage *stage, struct arena *arena);

#endif
