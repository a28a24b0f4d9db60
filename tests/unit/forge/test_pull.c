/* tests/unit/forge/test_pull.c - which of a forge's pull requests is weft's, how far it looks, and
 * which texts it leaves alone.  What real servers answer is in tests/e2e/proposal.bats. */
#include "base/text.h"
#include "forge/pull.h"
#include "tests/lib/api_server.h"
#include "tests/lib/check.h"

#define MARKER "<!-- weft -->"

/* A forge with the same page of open pull requests again and again. */
struct forge_world {
    struct arena *arena;
    struct server *server;
    struct forge forge;
    const char *page;
    int reads, edits; /* requests so far */
    char edit[1024];  /* body of the last edit */
    char at[128];     /* its path */
};

static void answer(struct exchange *exchange, void *context)
{
    struct forge_world *world = context;

    exchange->status = 200;
    if (strcmp(exchange->method, "GET") == 0) {
        world->reads++;
        exchange->text = world->page;
        return;
    }
    world->edits++;
    snprintf(world->at, sizeof world->at, "%s", exchange->path);
    snprintf(world->edit, sizeof world->edit, "%s", exchange->body);
    exchange->text = strcmp(exchange->method, "POST") == 0 ? "{\"number\":9}" : "{}";
}

static void world_open(struct forge_world *world, enum forge_kind kind, const char *page)
{
    struct err err = { .text = "" };

    *world = (struct forge_world){ .arena = arena_new(), .page = page };
    world->server = server_start(answer, world);
    const struct forge_target target = { .kind = kind,
                                         .api = arena_printf(world->arena, "http://127.0.0.1:%d",
                                                             server_port(world->server)),
                                         .repository = "a/b",
                                         .commit = "",
                                         .pull = "",
                                         .token = "t" };
    if (forge_open(&world->forge, &target, "test", world->arena, &err) < 0)
        fail_msg("%s", err.text);
}

static void world_close(struct forge_world *world)
{
    forge_close(&world->forge);
    server_stop(world->server);
    arena_free(world->arena);
}

/* A page of a forge that has more of them than can be read. */
static const char *full_page(struct arena *arena, size_t count)
{
    AUTO_TEXT out = { 0 };

    for (size_t i = 0; i < count; i++)
        text_addf(&out, "%s{\"number\":%zu}", i ? "," : "[", i + 1);
    text_adds(&out, "]");
    return arena_bytes(arena, out.bytes, out.len);
}

static void it_looks_through_fifty_pages(void **state)
{
    const struct pull_wish wish = { .head = "p", .base = "rendered", .marker = MARKER };
    struct arena *arena = arena_new();
    struct forge_world world;
    struct pull pull;
    struct err err;

    (void)state;
    world_open(&world, FORGE_GITEA, full_page(arena, 50));
    assert_int_equal(pull_find(&pull, &world.forge, &wish, &err), 0);
    assert_int_equal(pull.number, 0);
    assert_int_equal(world.reads, 50);
    world.page = full_page(arena, 49); /* the last one */
    assert_int_equal(pull_find(&pull, &world.forge, &wish, &err), 0);
    assert_int_equal(world.reads, 51);
    world_close(&world);
    arena_free(arena);
}

#define MERGE_REQUEST                                                                              \
    "[{\"iid\":7,\"source_branch\":\"p\",\"target_branch\":\"rendered\",\"description\":\"" MARKER \
    "\\nbody\""

static const struct {
    const char *name, *page;
    const char *title; /* of the edit; NULL: none is made */
} titles[] = {
    { "as wished", MERGE_REQUEST ",\"title\":\"a wish\"}]", NULL },
    { "as wished, a draft", MERGE_REQUEST ",\"title\":\"Draft: a wish\"}]", NULL },
    { "another", MERGE_REQUEST ",\"title\":\"another\"}]", "a wish" },
    { "another, a draft", MERGE_REQUEST ",\"title\":\"Draft: another\"}]", "Draft: a wish" },
    { "none", MERGE_REQUEST "}]", "a wish" },
};

/* Whether it is a draft is a person's decision. */
static void the_title_is_kept_as_it_is_wished(void **state)
{
    const struct pull_wish wish = { .head = "p",
                                    .base = "rendered",
                                    .marker = MARKER,
                                    .title = "a wish",
                                    .body = MARKER "\nbody" };

    (void)state;
    for (size_t i = 0; i < LENGTH(titles); i++) {
        struct forge_world world;
        struct pull pull;
        struct err err = { .text = "" };

        CASE(titles[i].name);
        world_open(&world, FORGE_GITLAB, titles[i].page);
        if (pull_keep(&pull, &world.forge, &wish, &err) < 0)
            fail_msg("%s", err.text);
        assert_int_equal(pull.number, 7);
        assert_int_equal(pull.edited, titles[i].title != NULL);
        assert_int_equal(world.edits, titles[i].title ? 1 : 0);
        if (titles[i].title) {
            assert_string_equal(world.at, "/projects/a%2Fb/merge_requests/7");
            assert_non_null(
                strstr(world.edit, arena_printf(world.arena, "\"title\":\"%s\"", titles[i].title)));
        }
        world_close(&world);
    }
}

static void it_is_opened_when_there_is_none(void **state)
{
    const struct pull_wish wish = {
        .head = "p", .base = "rendered", .marker = MARKER, .title = "a wish", .body = MARKER
    };
    struct forge_world world;
    struct pull pull;
    struct err err = { .text = "" };

    (void)state;
    world_open(&world, FORGE_GITEA, "[]");
    if (pull_keep(&pull, &world.forge, &wish, &err) < 0)
        fail_msg("%s", err.text);
    assert_true(pull.opened && !pull.edited);
    assert_int_equal(pull.number, 9);
    assert_int_equal(world.reads, 1);
    assert_int_equal(world.edits, 1);
    assert_string_equal(world.at, "/repos/a/b/pulls");
    world_close(&world);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(it_is_opened_when_there_is_none),
        cmocka_unit_test(it_looks_through_fifty_pages),
        cmocka_unit_test(the_title_is_kept_as_it_is_wished),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
