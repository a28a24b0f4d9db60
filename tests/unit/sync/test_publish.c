/* tests/unit/sync/test_publish.c - commits on a real server: what lands, what is kept, what is
 * refused. */
#include "world.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct state {
    struct world world;
    struct server server;
};

static int begin(void **out)
{
    struct state *state = calloc(1, sizeof *state);

    world_make(&state->world);
    sh(&state->world,
       "git init -q --bare -b main out.git && git -C out.git config http.receivepack true");
    server_start(&state->server, &state->world, "git-http.sh .");
    *out = state;
    return 0;
}

static int finish(void **out)
{
    struct state *state = *out;

    server_end(&state->server);
    text_free(&state->server.said);
    world_end(&state->world);
    free(state);
    return 0;
}

static struct clone *open_clone(struct state *state, const char *cache)
{
    struct git_remote_spec remote = { .url = arena_printf(state->world.arena, "%s/out.git",
                                                          server_value(&state->server, "url")) };
    struct clone *clone;
    struct err err;

    if (clone_open(&clone, world_path(&state->world, cache), &remote, &err) < 0)
        fail_msg("%s", err.text);
    return clone;
}

static void test_orphan(void **context)
{
    struct state *state = *context;
    const struct file files[] = { { "a/one.yaml", "# weft\n1\n" },
                                  { "b/two.yaml", "# weft\n2\n" },
                                  { NULL, NULL } };
    AUTO(clone_close) struct clone *clone = open_clone(state, "cache");
    struct writer writer = { .clone = clone, .files = files };
    struct publish_request request = request_of(&writer, "rendered", "out");
    struct publish_result result;
    struct err err;

    if (publish(&result, clone, &request, state->world.arena, &err) < 0)
        fail_msg("%s", err.text);
    assert_true(result.committed);
    assert_string_equal(sh(&state->world, "git -C out.git rev-parse rendered"), result.commit);
    assert_string_equal(sh(&state->world, "git -C out.git ls-tree -r --name-only rendered"),
                        "out/a/one.yaml\nout/b/two.yaml");
    sh(&state->world, "git -C out.git fsck --strict 2>&1");
    if (publish(&result, clone, &request, state->world.arena, &err) < 0)
        fail_msg("%s", err.text);
    assert_false(result.committed);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_orphan, begin, finish),
    };

    return cmocka_run_group_tests(tests, sync_begin, sync_end);
}
