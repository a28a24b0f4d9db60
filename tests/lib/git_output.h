/* tests/lib/git_output.h - an output repository behind a real server, and passes that publish to
 * it. */
#ifndef WEFT_TESTS_LIB_GIT_OUTPUT_H
#define WEFT_TESTS_LIB_GIT_OUTPUT_H

#include "tests/lib/git_world.h"

struct state {
    struct world world;
    struct server server;
    struct clone *clone; /* of the last pass */
    struct publish_result result;
    struct err err;
};

#define ONE "# weft\n1\n"
#define TWO "# weft\n2\n"
#define THREE "# weft\n3\n"
// clang-format off
#define END { NULL, NULL }
// clang-format on
extern const struct file nothing[], one[], both[], changed[];

int output_begin(void **out);
int output_end(void **out);
#define CASE(name) cmocka_unit_test_setup_teardown(name, output_begin, output_end)

const char *url_of(const struct state *state);
struct clone *open_clone(const struct state *state, const char *cache);
/* A new pass: a clone of its own, as after a restart, the cache kept. */
struct writer new_pass(struct state *state, const struct file *files);
int publish_with(struct state *state, const struct publish_request *request);
/* Publishes to branch "rendered", folder "out"; the repository is sound afterwards. */
void publishes(struct state *state, const struct file *files);
/* Fails with these words, and no ref has moved. */
void refused_with(struct state *state, const struct publish_request *request, enum err_kind kind,
                  const char *words);
void refused(struct state *state, const struct file *files, enum err_kind kind, const char *words);
const char *listed(const struct state *state);  /* "path path " */
const char *commits(const struct state *state); /* how many there are */
/* Another author commits to the branch: command runs in a work tree of it. */
void human(const struct world *world, const char *command);

#endif
