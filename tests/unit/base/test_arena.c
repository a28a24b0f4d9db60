/* tests/unit/base/test_arena.c - memory is zeroed, aligned, counted, checked, and kept by a reset.
 */
#include "tests/lib/check.h"

#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#if defined(__SANITIZE_ADDRESS__)
#define POISONED 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define POISONED 1
#endif
#endif
#ifdef POISONED
#include <sanitizer/asan_interface.h>
#endif

static void pieces_are_aligned_and_zeroed(void **state)
{
    AUTO(arena_free) struct arena *arena = arena_new();

    (void)state;
    for (size_t size = 1; size < 5000; size += 37) {
        unsigned char *piece = arena_alloc(arena, size, 1);

        assert_int_equal((uintptr_t)piece % 16, 0);
        for (size_t i = 0; i < size; i++)
            assert_int_equal(piece[i], 0);
        memset(piece, 0xAA, size);
    }
}

static void a_reset_arena_is_zeroed_again_and_reuses_memory(void **state)
{
    AUTO(arena_free) struct arena *arena = arena_new();
    unsigned char *first = arena_alloc(arena, 100, 1), *again;

    (void)state;
    memset(first, 0xAA, 100);
    assert_int_equal(arena_used(arena), 100);
    arena_reset(arena);
    assert_int_equal(arena_used(arena), 0);
    again = arena_alloc(arena, 100, 1);
    assert_ptr_equal(first, again);
    for (size_t i = 0; i < 100; i++)
        assert_int_equal(again[i], 0);
}

static void large_and_small_pieces_do_not_overlap_after_resets(void **state)
{
    AUTO(arena_free) struct arena *arena = arena_new();

    (void)state;
    for (int round = 0; round < 4; round++) {
        unsigned char *pieces[60];

        for (size_t i = 0; i < 60; i++) {
            size_t size = i % 7 == 0 ? 300000 : 200 * (i + 1);

            pieces[i] = arena_alloc(arena, size, 1);
            assert_int_equal(pieces[i][0] | pieces[i][size - 1], 0);
            memset(pieces[i], (int)i, size);
        }
        for (size_t i = 0; i < 60; i++)
            assert_int_equal(pieces[i][0], i);
        arena_reset(arena);
    }
}

static void growing_keeps_what_was_there(void **state)
{
    AUTO(arena_free) struct arena *arena = arena_new();
    int *numbers = NULL;
    size_t count = 0;

    (void)state;
    for (int i = 0; i < 1000; i++)
        *ARENA_PUSH(arena, numbers, count) = i;
    assert_int_equal(count, 1000);
    for (int i = 0; i < 1000; i++)
        assert_int_equal(numbers[i], i);
}

static void texts_are_copies_with_a_nul(void **state)
{
    AUTO(arena_free) struct arena *arena = arena_new();
    char text[] = "abc";
    char *copy = arena_text(arena, text), *bytes = arena_bytes(arena, "a\0b", 3);
    char *longer = arena_printf(arena, "%0300d", 7);

    (void)state;
    text[0] = 'x';
    assert_string_equal(copy, "abc");
    assert_memory_equal(bytes, "a\0b\0", 4);
    assert_null(arena_text(arena, NULL));
    assert_string_equal(arena_printf(arena, "%s-%d", "n", 3), "n-3");
    assert_int_equal(strlen(longer), 300);
    assert_int_equal(longer[299], '7');
}

/* What was there is gone from the memory itself, not only from the arena. */
static void an_erased_arena_forgets(void **state)
{
    AUTO(arena_shred) struct arena *arena = arena_new();
    size_t sizes[] = { 10, 30000, 200000 };
    char *pieces[LENGTH(sizes)];

    (void)state;
    for (size_t i = 0; i < LENGTH(sizes); i++)
        pieces[i] = memset(arena_alloc(arena, sizes[i], 1), 's', sizes[i]);
    arena_erase(arena);
    assert_int_equal(arena_used(arena), 0);
#ifdef POISONED
    for (size_t i = 0; i < LENGTH(sizes); i++)
        __asan_unpoison_memory_region(pieces[i], sizes[i]);
#endif
    for (size_t i = 0; i < LENGTH(sizes); i++)
        assert_null(memchr(pieces[i], 's', sizes[i]));
    arena_shred(NULL);
}

/* Allocates in a process of its own, which must end with the message. */
static void check_ends(size_t count, size_t size)
{
    int status, streams[2];
    char message[64] = { 0 };
    pid_t child;

    assert_int_equal(pipe(streams), 0);
    child = fork();
    if (child == 0) {
        dup2(streams[1], STDERR_FILENO);
        arena_alloc(arena_new(), count, size);
        _exit(0);
    }
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_true(WIFEXITED(status));
    assert_int_equal(WEXITSTATUS(status), 1);
    assert_true(read(streams[0], message, sizeof message - 1) > 0);
    assert_string_equal(message, "error out of memory\n");
    close(streams[0]);
    close(streams[1]);
}

static void an_impossible_size_ends_the_process(void **state)
{
    (void)state;
    check_ends(SIZE_MAX / 2, 4);  /* the product is too large */
    check_ends(1, SIZE_MAX - 3);  /* rounding up is */
    check_ends(1, SIZE_MAX - 64); /* adding the chunk's head is */
#ifndef POISONED
    check_ends(1,
               SIZE_MAX / 2 - 64); /* the machine has less (AddressSanitizer would end us itself) */
#endif
}

#ifdef POISONED
static void what_was_not_handed_out_is_poisoned(void **state)
{
    AUTO(arena_free) struct arena *arena = arena_new();
    char *piece = arena_alloc(arena, 16, 1), *next = arena_alloc(arena, 16, 1);

    (void)state;
    assert_false(__asan_address_is_poisoned(piece + 15));
    assert_true(__asan_address_is_poisoned(piece + 16));
    assert_true(__asan_address_is_poisoned(next + 16));
    arena_reset(arena);
    assert_true(__asan_address_is_poisoned(piece));
}
#endif

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(pieces_are_aligned_and_zeroed),
        cmocka_unit_test(a_reset_arena_is_zeroed_again_and_reuses_memory),
        cmocka_unit_test(large_and_small_pieces_do_not_overlap_after_resets),
        cmocka_unit_test(growing_keeps_what_was_there),
        cmocka_unit_test(an_erased_arena_forgets),
        cmocka_unit_test(texts_are_copies_with_a_nul),
        cmocka_unit_test(an_impossible_size_ends_the_process),
#ifdef POISONED
        cmocka_unit_test(what_was_not_handed_out_is_poisoned),
#endif
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
