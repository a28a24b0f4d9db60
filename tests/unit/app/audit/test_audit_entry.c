/* tests/unit/app/audit/test_audit_entry.c - trailers of a commit of weft, decoded: what has its
 * form, and what has not. */
#include "app/audit/audit_entry.h"
#include "base/text.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#define COMMIT "0123456789abcdef0123456789abcdef01234567"
#define DIGEST "sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"

static const struct trailer whole[] = {
    { TRAILER_SOURCE, "git://h/specs" },
    { TRAILER_SOURCE_COMMIT, COMMIT },
    { TRAILER_VERSION, "0.1.0" },
    { TRAILER_DIGEST, DIGEST },
    { TRAILER_VIRTUAL_MESHES, "ns/a, ns/b" },
    { TRAILER_STATE, "5766c38eb57e8bb5" },
    { TRAILER_INSTANCE, "host a" },
    { TRAILER_COUNTER, "12" },
    { TRAILER_ROTATION, "ns/a r1-f2a6f9e4/2 VERIFYING: all 2 clusters: loaded" },
    { TRAILER_ROTATION, "ns/b r3-00000000/0 FINISHED: done" },
    { TRAILER_OPERATOR, "ns/a: approve r1-f2a6f9e4/1: graphs are flat" },
    { TRAILER_CERTIFICATES, "3 " DIGEST },
    { TRAILER_PREVIOUS, "none" },
    { TRAILER_CHAIN, DIGEST },
};

static struct audit_entry read_entry(struct arena *arena, const struct trailer *trailers,
                                     size_t count)
{
    struct history_commit *commit = ARENA_NEW(arena, struct history_commit, 1);
    struct audit_entry entry;

    *commit = (struct history_commit){ .trailers = trailers, .trailer_count = count, .ours = true };
    audit_entry_read(&entry, commit, arena);
    return entry;
}

static void every_trailer_is_read(void **state)
{
    struct arena *arena = arena_new();
    const struct audit_entry entry = read_entry(arena, whole, LENGTH(whole));

    (void)state;
    assert_null(entry.malformed);
    assert_string_equal(entry.source_commit, COMMIT);
    assert_string_equal(entry.inventory, "");
    assert_int_equal(entry.counter, 12);
    assert_string_equal(entry.certificates, "3 " DIGEST);
    assert_int_equal(entry.rotation_count, 2);
    assert_string_equal(entry.rotations[0].virtual_mesh, "ns/a");
    assert_string_equal(entry.rotations[0].id, "r1-f2a6f9e4");
    assert_int_equal(entry.rotations[0].step, 2);
    assert_string_equal(entry.rotations[0].state, "VERIFYING");
    assert_string_equal(entry.rotations[0].message, "all 2 clusters: loaded");
    assert_int_equal(entry.request_count, 1);
    assert_string_equal(entry.requests[0].virtual_mesh, "ns/a");
    assert_string_equal(entry.requests[0].text, "approve r1-f2a6f9e4/1: graphs are flat");
    assert_string_equal(entry.previous, "none");
    arena_free(arena);
}

/* One trailer in place of, or besides, those of a whole commit. */
static const struct {
    struct trailer trailer;
    bool malformed;
} odd[] = {
    { { TRAILER_SOURCE_COMMIT, "0123" }, true },
    { { "weft-source-commit", COMMIT }, false },
    { { TRAILER_DIGEST, "sha256:0123" }, true },
    { { TRAILER_DIGEST, COMMIT }, true },
    { { TRAILER_COUNTER, "0" }, true },
    { { TRAILER_COUNTER, "-1" }, true },
    { { TRAILER_COUNTER, "99999999999999999999" }, true },
    { { TRAILER_STATE, "XYZ" }, true },
    { { TRAILER_PREVIOUS, "nothing" }, true },
    { { TRAILER_INVENTORY, "main" }, true },
    { { TRAILER_ROTATION, "ns/a r1 VERIFYING: x" }, true },
    { { TRAILER_ROTATION, "ns/a r1/4 VERIFYING: x" }, true },
    { { TRAILER_ROTATION, "a r1/1 VERIFYING: x" }, true },
    { { TRAILER_ROTATION, "ns/a r1/1 VERIFYING" }, true },
    { { TRAILER_OPERATOR, "approve" }, true },
    { { TRAILER_OPERATOR, "ns/a: hold" }, false },
    { { "Weft-Later", "of a later version" }, false },
    { { "Signed-off-by", "x" }, false },
};

static void what_has_not_its_form_is_named(void **state)
{
    struct arena *arena = arena_new();

    (void)state;
    for (size_t i = 0; i < LENGTH(odd); i++) {
        print_message("%s: %s\n", odd[i].trailer.token, odd[i].trailer.value);
        assert_int_equal(read_entry(arena, &odd[i].trailer, 1).malformed != NULL, odd[i].malformed);
    }
    arena_free(arena);
}

static void a_trailer_that_appears_twice_is_malformed(void **state)
{
    struct trailer twice[LENGTH(whole) + 1];
    struct arena *arena = arena_new();

    (void)state;
    memcpy(twice, whole, sizeof whole);
    twice[LENGTH(whole)] = (struct trailer){ TRAILER_COUNTER, "13" };
    assert_non_null(strstr(read_entry(arena, twice, LENGTH(twice)).malformed, "twice"));
    assert_int_equal(read_entry(arena, twice, LENGTH(twice)).counter, 12);
    arena_free(arena);
}

static void a_commit_of_others_says_nothing(void **state)
{
    const struct history_commit commit = { .trailers = whole, .trailer_count = LENGTH(whole) };
    struct arena *arena = arena_new();
    struct audit_entry entry;

    (void)state;
    audit_entry_read(&entry, &commit, arena);
    assert_string_equal(entry.source_commit, "");
    assert_int_equal(entry.counter, 0);
    arena_free(arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_trailer_is_read),
        cmocka_unit_test(what_has_not_its_form_is_named),
        cmocka_unit_test(a_trailer_that_appears_twice_is_malformed),
        cmocka_unit_test(a_commit_of_others_says_nothing),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
