/* tests/lib/git_specs.c - a repository of specs and clones of it. */
#include "tests/lib/git_specs.h"
#include "sync/clone.h"
#include "sync/fetch.h"

#include <stdlib.h>
#include <string.h>

/* specs.git with main, dev and a tag; no server. */
int specs_begin(void **out)
{
    struct state *state = calloc(1, sizeof *state);
    struct world *world = &state->world;

    world_make(world);
    sh(world, "git init -q -b main work && cd work && mkdir specs && echo 'kind: A' >specs/a.yaml "
              "&& echo text >README && "
              "git add . && git commit -q -m first && git branch dev && echo 'kind: B' "
              ">specs/b.yaml && git add . && "
              "git commit -q -m second -m 'Weft-Source-Commit: abc' && git tag -a -m one v1 && git "
              "clone -q --bare . ../specs.git");
    state->head = sh(world, "git -C specs.git rev-parse main");
    *out = state;
    return 0;
}

int specs_end(void **out)
{
    struct state *state = *out;

    server_end(&state->server);
    text_free(&state->server.said);
    world_end(&state->world);
    free(state);
    return 0;
}

struct clone *open_with(const struct world *world, const struct git_remote_spec *remote)
{
    struct clone *clone;
    struct err err;

    if (clone_open(&clone, world_path(world, "cache"), remote, &err) < 0)
        fail_msg("%s", err.text);
    return clone;
}

/* By path: for all that does not depend on the way there. */
struct clone *open_specs(const struct state *state)
{
    const struct git_remote_spec remote = { .url = world_path(&state->world, "specs.git") };

    return open_with(&state->world, &remote);
}

void fetches(struct clone *clone, const char *ref, const char *want)
{
    char commit[41];
    struct err err;

    if (clone_fetch(clone, commit, ref, false, &err) < 0)
        fail_msg("%s", err.text);
    assert_string_equal(commit, want);
}

void fails(struct clone *clone, const char *ref, const char *words)
{
    char commit[41];
    struct err err = { 0 };

    assert_int_equal(clone_fetch(clone, commit, ref, false, &err), -1);
    if (!strstr(err.text, words))
        fail_msg("no \"%s\" in: %s", words, err.text);
    assert_null(strstr(err.text, "geheim"));
}

/* clone_open fails; nothing was connected. */
void refuses(const struct world *world, const struct git_remote_spec *remote, const char *words)
{
    struct clone *clone = NULL;
    struct err err;

    assert_int_equal(clone_open(&clone, world_path(world, "cache"), remote, &err), -1);
    if (!strstr(err.text, words))
        fail_msg("no \"%s\" in: %s", words, err.text);
    assert_null(strstr(err.text, "geheim"));
}
