/* tests/unit/sync/test_notes.c - notes on commits, as the git program reads and writes them. */
#include "sync/fetch.h"
#include "sync/notes.h"
#include "tests/lib/git_output.h"

#include <stdio.h>
#include <string.h>

#define REF "refs/notes/test"

static void note_of(struct note *out, const char *commit, const char *text)
{
    snprintf(out->commit, sizeof out->commit, "%s", commit);
    out->bytes = text;
    out->len = strlen(text);
}

static void adds(struct state *state, const struct note *notes, size_t count)
{
    const struct notes_request request = { .ref = REF,
                                           .notes = notes,
                                           .count = count,
                                           .author_name = "weft",
                                           .author_email = "weft@example.com",
                                           .now = 1795431600,
                                           .subject = "Notes" };

    if (notes_publish(state->clone, &request, state->world.arena, &state->err) < 0)
        fail_msg("%s", state->err.text);
    sh(&state->world, "git -C out.git fsck --strict 2>&1");
}

/* NULL: there is none. */
static const char *reads(struct state *state, const char *commit)
{
    const char *bytes = NULL;
    char tip[41];
    size_t len;

    if (clone_fetch(state->clone, tip, REF, true, &state->err) < 0
        || notes_read(&bytes, &len, state->clone, tip, commit, state->world.arena, &state->err) < 0)
        fail_msg("%s", state->err.text);
    return bytes;
}

static const char *shown(const struct state *state, const char *commit)
{
    return sh(&state->world, "git -C out.git notes --ref " REF " show %s", commit);
}

static const char *tip_of(const struct state *state)
{
    return sh(&state->world, "git -C out.git rev-parse -q --verify " REF " || true");
}

static void test_git_reads_what_is_written(void **context)
{
    struct state *state = *context;
    struct note notes[2];
    const char *first, *second;

    publishes(state, one);
    first = arena_text(state->world.arena, state->result.commit);
    assert_null(reads(state, first));
    publishes(state, both);
    second = arena_text(state->world.arena, state->result.commit);
    note_of(&notes[0], first, "{\"a\": 1}\n");
    note_of(&notes[1], second, "two\n");
    adds(state, notes, 2);
    assert_string_equal(shown(state, first), "{\"a\": 1}");
    assert_string_equal(shown(state, second), "two");
    assert_string_equal(reads(state, first), "{\"a\": 1}\n");
    first = tip_of(state);
    adds(state, notes, 2); /* nothing to add */
    assert_string_equal(tip_of(state), first);
}

static void test_what_git_wrote_stays(void **context)
{
    struct state *state = *context;
    struct note notes[2];
    const char *first;

    publishes(state, one);
    first = arena_text(state->world.arena, state->result.commit);
    sh(&state->world, "git -C out.git notes --ref " REF " add -m theirs %s", first);
    publishes(state, both);
    note_of(&notes[0], first, "ours\n");
    note_of(&notes[1], state->result.commit, "two\n");
    adds(state, notes, 2);
    assert_string_equal(shown(state, first), "theirs");
    assert_string_equal(reads(state, first), "theirs\n");
    assert_string_equal(shown(state, state->result.commit), "two");
}

/* git makes folders of folders once there are many. */
static void test_many_notes(void **context)
{
    enum { MANY = 400 };
    struct state *state = *context;
    struct note *notes = ARENA_NEW(state->world.arena, struct note, MANY);

    publishes(state, one);
    for (size_t i = 0; i < MANY; i++) {
        const char *commit = arena_printf(state->world.arena, "%02zx%038zx", i % 256, i + 1);

        note_of(&notes[i], commit, arena_printf(state->world.arena, "note %zu\n", i));
    }
    adds(state, notes, MANY / 2);
    sh(&state->world, "git -C out.git notes --ref " REF " add -f -m changed %s", notes[0].commit);
    adds(state, notes, MANY);
    assert_string_equal(sh(&state->world, "git -C out.git notes --ref " REF " list | wc -l"),
                        "400");
    assert_string_equal(reads(state, notes[0].commit), "changed\n");
    assert_string_equal(reads(state, notes[MANY - 1].commit), "note 399\n");
    assert_string_equal(shown(state, notes[MANY / 2].commit), "note 200");
}

static void test_a_refusal_is_an_error(void **context)
{
    struct state *state = *context;
    struct note note;
    const struct notes_request request = {
        .ref = REF, .notes = &note, .count = 1, .subject = "Notes"
    };

    publishes(state, one);
    note_of(&note, state->result.commit, "x\n");
    sh(&state->world, "printf '#!/bin/sh\\necho no notes here >&2; exit 1\\n' "
                      ">out.git/hooks/pre-receive && chmod +x out.git/hooks/pre-receive");
    assert_int_equal(notes_publish(state->clone, &request, state->world.arena, &state->err), -1);
    assert_non_null(strstr(state->err.text, "no notes here"));
    assert_string_equal(tip_of(state), "");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(test_git_reads_what_is_written),
        CASE(test_what_git_wrote_stays),
        CASE(test_many_notes),
        CASE(test_a_refusal_is_an_error),
    };

    return cmocka_run_group_tests(tests, sync_begin, sync_end);
}
