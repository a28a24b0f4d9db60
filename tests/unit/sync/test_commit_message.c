/* tests/unit/sync/test_commit_message.c - commit objects: what git and libgit2 read in them, and
 * what cannot be smuggled into them. */
#include "base/names.h"
#include "sync/init.h"
#include "tests/lib/git_world.h"

#include "sync/commit.h"
#include "sync/commit_message.h"
#include <stdio.h>
#include <string.h>

static const struct git_id tree = {
    { 0x4b, 0x82, 0x5d, 0xc6, 0x42, 0xcb, 0x6e, 0xb9, 0xa0, 0x60,
      0xe5, 0x4b, 0xf8, 0xd6, 0x92, 0x88, 0xfb, 0xee, 0x49, 0x04 }
};

static char *commit_of(struct arena *arena, const struct publish_request *request,
                       const struct git_id *parent)
{
    struct text out = { 0 };
    char *copy;

    commit_message_write(&out, request, &tree, parent);
    copy = arena_bytes(arena, out.bytes, out.len);
    text_free(&out);
    return copy;
}

static const char *message_of(const char *commit) { return strstr(commit, "\n\n") + 2; }

static void test_whole(void **state)
{
    const struct trailer trailers[] = { { "Weft-Source", "https://git.example.com/mesh" },
                                        { "Weft-Run", "7f3a" } };
    const struct publish_request request = { .author_name = "weft",
                                             .author_email = "weft@example.com",
                                             .now = 1795431600,
                                             .subject = "Render 3 clusters",
                                             .trailers = trailers,
                                             .trailer_count = 2 };
    struct arena *arena = arena_new();

    (void)state;
    assert_string_equal(commit_of(arena, &request, &tree),
                        "tree 4b825dc642cb6eb9a060e54bf8d69288fbee4904\n"
                        "parent 4b825dc642cb6eb9a060e54bf8d69288fbee4904\n"
                        "author weft <weft@example.com> 1795431600 +0000\n"
                        "committer weft <weft@example.com> 1795431600 +0000\n"
                        "\n"
                        "Render 3 clusters\n"
                        "\n"
                        "Weft-Source: https://git.example.com/mesh\n"
                        "Weft-Run: 7f3a\n");
    assert_null(strstr(commit_of(arena, &request, NULL), "parent"));
    arena_free(arena);
}

// clang-format off
static const struct {
    const char *name, *author, *email, *subject, *token, *value;
    const char *author_line, *message;
} cleaned[] = {
    { "a name with a header of its own", "x\nparent 0123", "a@b", "s", "T", "v", "author x parent 0123 <a@b> 7 +0000",
      "s\n\nT: v\n" },
    { "a name with brackets", "A <root@x>", "a@b", "s", "T", "v", "author A root@x <a@b> 7 +0000", "s\n\nT: v\n" },
    { "an address with brackets and blanks", "A", "a> <b c", "s", "T", "v", "author A <abc> 7 +0000", "s\n\nT: v\n" },
    { "no name, no address", "\n", "", "s", "T", "v", "author weft <weft@localhost> 7 +0000", "s\n\nT: v\n" },
    { "a value of two lines", "A", "a@b", "s", "T", "v\nWeft-Source-Commit: 1", "author A <a@b> 7 +0000",
      "s\n\nT: v Weft-Source-Commit: 1\n" },
    { "a value with escapes", "A", "a@b", "s", "T", "\033[31mred\033[0m\t ", "author A <a@b> 7 +0000",
      "s\n\nT: [31mred [0m\n" },
    { "an empty value is left out", "A", "a@b", "s", "T", " ", "author A <a@b> 7 +0000", "s\n" },
    { "a token that is none is left out", "A", "a@b", "s", "T: x\nU", "v", "author A <a@b> 7 +0000", "s\n" },
    { "a subject of two lines", "A", "a@b", "s\n\nBad: trailer", "T", "v", "author A <a@b> 7 +0000",
      "s Bad: trailer\n\nT: v\n" },
    { "a subject that would cut the message off", "A", "a@b", "---\nx", "T", "v", "author A <a@b> 7 +0000", "x\n\nT: v\n" },
    { "no subject", "A", "a@b", "", "T", "v", "author A <a@b> 7 +0000", "Render\n\nT: v\n" },
};
// clang-format on

static void test_cleaned(void **state)
{
    struct arena *arena = arena_new();

    (void)state;
    for (size_t i = 0; i < LENGTH(cleaned); i++) {
        const struct trailer trailer = { cleaned[i].token, cleaned[i].value };
        const struct publish_request request = { .author_name = cleaned[i].author,
                                                 .author_email = cleaned[i].email,
                                                 .now = 7,
                                                 .subject = cleaned[i].subject,
                                                 .trailers = &trailer,
                                                 .trailer_count = 1 };
        char *commit = commit_of(arena, &request, NULL);

        print_message("%s\n", cleaned[i].name);
        assert_string_equal(message_of(commit), cleaned[i].message);
        *strchr(strstr(commit, "author"), '\n') = '\0';
        assert_string_equal(strstr(commit, "author"), cleaned[i].author_line);
    }
    arena_free(arena);
}

/* git and libgit2 both find the trailers, also when values look like other things. */
static void test_read_back(void **state)
{
    const struct trailer trailers[] = { { "Weft-Source-Commit",
                                          "0123456789abcdef0123456789abcdef01234567" },
                                        { "Weft-Change", "+3 ~12 -0 clusters=4: # --- done" } };
    const struct publish_request request = { .subject = "fix: a subject: like a trailer",
                                             .trailers = trailers,
                                             .trailer_count = 2 };
    struct world world;
    struct err err;
    const char *message;
    FILE *file;

    (void)state;
    assert_int_equal(init_git("weft-test", &err), 0);
    world_make(&world);
    message = message_of(commit_of(world.arena, &request, NULL));
    file = fopen(world_path(&world, "message"), "w");
    assert_non_null(file);
    fputs(message, file);
    fclose(file);
    assert_string_equal(sh(&world, "git interpret-trailers --parse message"),
                        "Weft-Source-Commit: 0123456789abcdef0123456789abcdef01234567\n"
                        "Weft-Change: +3 ~12 -0 clusters=4: # --- done");
    assert_string_equal(commit_message_trailer(message, "weft-source-commit", world.arena),
                        trailers[0].value);
    assert_string_equal(commit_message_trailer(message, "Weft-Change", world.arena),
                        trailers[1].value);
    assert_null(commit_message_trailer(message, "fix", world.arena));
    world_end(&world);
    init_git_end();
}

static void test_long_values_are_cut(void **state)
{
    struct arena *arena = arena_new();
    char value[5000];
    const struct trailer trailer = { "T", value };
    const struct publish_request request = { .subject = "s",
                                             .trailers = &trailer,
                                             .trailer_count = 1 };
    const char *message;
    size_t bad;

    (void)state;
    memset(value, 0, sizeof value);
    for (size_t i = 0; i + 2 < sizeof value; i += 2)
        memcpy(value + i, "\xC3\xA4", 2);
    message = message_of(commit_of(arena, &request, NULL));
    assert_in_range(strlen(message), 900, 1100);
    assert_true(names_is_utf8(message, strlen(message), &bad));
    arena_free(arena);
}

/* What is signed is the commit as it was before, and a second signature is refused. */
static void test_a_signature_is_taken_off_again(void **state)
{
    static const char signature[] =
        "-----BEGIN SSH SIGNATURE-----\nU1NIU0lH\n-----END SSH SIGNATURE-----\n";
    const struct publish_request request = { .subject = "gpgsig of words", .now = 1795996800 };
    struct arena *arena = arena_new();
    struct commit_signature found;
    AUTO_TEXT plain = { 0 };
    AUTO_TEXT commit = { 0 };

    (void)state;
    commit_message_write(&plain, &request, &tree, NULL);
    text_adds(&commit, plain.bytes);
    assert_true(commit_take_signature(&found, commit.bytes, commit.len, arena));
    assert_null(found.signature);
    assert_int_equal(found.rest_len, plain.len);
    commit_message_sign(&commit, signature);
    assert_non_null(
        strstr(commit.bytes, "\ngpgsig -----BEGIN SSH SIGNATURE-----\n U1NIU0lH\n -----END"));
    assert_true(commit_take_signature(&found, commit.bytes, commit.len, arena));
    assert_string_equal(found.signature, signature);
    assert_int_equal(found.rest_len, plain.len);
    assert_memory_equal(found.rest, plain.bytes, plain.len);
    assert_int_equal(found.committed, 1795996800);
    commit_message_sign(&commit, signature);
    assert_false(commit_take_signature(&found, commit.bytes, commit.len, arena));
    arena_free(arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_whole),
        cmocka_unit_test(test_cleaned),
        cmocka_unit_test(test_read_back),
        cmocka_unit_test(test_long_values_are_cut),
        cmocka_unit_test(test_a_signature_is_taken_off_again),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
