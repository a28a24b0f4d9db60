/* tests/lib/git_output.c - publishing to branch "rendered" of out.git, as the tests do it. */
#include "tests/lib/git_output.h"
#include "sync/clone.h"

#include <stdlib.h>
#include <string.h>

const struct file nothing[] = { END };
const struct file one[] = { { "a/one.yaml", ONE }, END };
const struct file both[] = { { "a/one.yaml", ONE }, { "b/two.yaml", TWO }, END };
const struct file changed[] = { { "a/one.yaml", TWO }, { "b/two.yaml", TWO }, END };

int output_begin(void **out)
{
    struct state *state = calloc(1, sizeof *state);

    world_make(&state->world);
    sh(&state->world,
       "git init -q --bare -b main out.git && git -C out.git config http.receivepack true");
    server_start(&state->server, &state->world, "git-http.sh .");
    if (state->server.skipped) {
        text_free(&state->server.said);
        server_start(&state->server, &state->world, "git-daemon.sh .");
    }
    assert_false(state->server.skipped); /* git itself is needed in any case */
    *out = state;
    return 0;
}

int output_end(void **out)
{
    struct state *state = *out;

    if (state->clone)
        clone_close(state->clone);
    server_end(&state->server);
    text_free(&state->server.said);
    world_end(&state->world);
    free(state);
    return 0;
}

const char *url_of(const struct state *state)
{
    return arena_printf(state->world.arena, "%s/out.git", server_value(&state->server, "url"));
}

struct clone *open_clone(const struct state *state, const char *cache)
{
    const struct git_remote_spec remote = { .url = url_of(state), .timeout_s = 20 };
    struct clone *clone;
    struct err err;

    if (clone_open(&clone, world_path(&state->world, cache), &remote, &err) < 0)
        fail_msg("%s", err.text);
    return clone;
}

/* A new pass: a clone of its own, as after a restart, the cache kept. */
struct writer new_pass(struct state *state, const struct file *files)
{
    if (state->clone)
        clone_close(state->clone);
    state->clone = open_clone(state, "cache");
    return (struct writer){ .clone = state->clone, .files = files };
}

int publish_with(struct state *state, const struct publish_request *request)
{
    return publish(&state->result, state->clone, request, state->world.arena, &state->err);
}

/* Publishes to branch "rendered", folder "out". */
void publishes(struct state *state, const struct file *files)
{
    struct writer writer = new_pass(state, files);
    struct publish_request request = request_of(&writer, "rendered", "out");

    if (publish_with(state, &request) < 0)
        fail_msg("%s", state->err.text);
    assert_string_equal(sh(&state->world, "git -C out.git rev-parse -q --verify rendered || true"),
                        state->result.commit);
    sh(&state->world, "git -C out.git fsck --strict 2>&1");
}

void refused_with(struct state *state, const struct publish_request *request, enum err_kind kind,
                  const char *words)
{
    const char *before = sh(&state->world, "git -C out.git for-each-ref");

    assert_int_equal(publish_with(state, request), -1);
    if (!strstr(state->err.text, words))
        fail_msg("no \"%s\" in: %s", words, state->err.text);
    assert_int_equal(state->err.kind, kind);
    assert_string_equal(sh(&state->world, "git -C out.git for-each-ref"), before);
}

void refused(struct state *state, const struct file *files, enum err_kind kind, const char *words)
{
    struct writer writer = new_pass(state, files);
    struct publish_request request = request_of(&writer, "rendered", "out");

    refused_with(state, &request, kind, words);
}

const char *listed(const struct state *state)
{
    return sh(&state->world, "git -C out.git ls-tree -r --name-only rendered | tr '\\n' ' '");
}

const char *commits(const struct state *state)
{
    return sh(&state->world, "git -C out.git rev-list --count rendered");
}

/* Another author commits to the branch: command runs in a work tree of it. */
void human(const struct world *world, const char *command)
{
    sh(world,
       "rm -rf human && git clone -q -b rendered out.git human && cd human && { %s; } && git add "
       "-A && "
       "git commit -q -m 'by hand' && git push -q origin rendered",
       command);
}
