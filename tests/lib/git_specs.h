/* tests/lib/git_specs.h - a repository of specs, and clones of it in the folder "cache". */
#ifndef WEFT_TESTS_LIB_GIT_SPECS_H
#define WEFT_TESTS_LIB_GIT_SPECS_H

#include "tests/lib/git_world.h"

/* specs.git: main (two commits; README, specs/a.yaml, specs/b.yaml), dev (the first), tag v1; work:
 * its work tree. */
struct state {
    struct world world;
    struct server server; /* none is started */
    const char *head;     /* of main */
};

int specs_begin(void **out);
int specs_end(void **out);
#define CASE(name) cmocka_unit_test_setup_teardown(name, specs_begin, specs_end)

struct clone *open_with(const struct world *world, const struct git_remote_spec *remote);
/* By path: for all that does not depend on the way there. */
struct clone *open_specs(const struct state *state);
void fetches(struct clone *clone, const char *ref, const char *want);
void fails(struct clone *clone, const char *ref, const char *words);
/* clone_open fails; nothing was connected. */
void refuses(const struct world *world, const struct git_remote_spec *remote, const char *words);

#endif
