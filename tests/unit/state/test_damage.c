/* test_damage.c - a state file with random damage is opened or refused, but never written to and
 * never a crash. */
#include "tests/lib/faultvfs.h"
#include "tests/lib/state_sample.h"

#include "base/files.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

enum { ROUNDS = 600 };

/* xorshift: the same damage in every run. */
static uint32_t next_random(uint32_t *seed)
{
    *seed ^= *seed << 13;
    *seed ^= *seed >> 17;
    *seed ^= *seed << 5;
    return *seed;
}

/* Flips bytes, blanks a stretch, cuts the end off or adds rubbish; returns the new length. */
static size_t damage(char *bytes, size_t len, uint32_t *seed)
{
    size_t at = next_random(seed) % len;

    switch (next_random(seed) % 6) {
    case 0:
        return at;
    case 1:
        memset(bytes + at, 0, len - at < 700 ? len - at : 700);
        return len;
    case 2: /* the header and the schema's page are worth more tries */
        bytes[next_random(seed) % 100] = (char)next_random(seed);
        return len;
    case 3:
        bytes[next_random(seed) % 4096] = (char)next_random(seed);
        return len;
    default:
        for (uint32_t i = next_random(seed) % 8; i < 8; i++)
            bytes[next_random(seed) % len] = (char)next_random(seed);
        return len;
    }
}

/* Opens and loads; 0, or -1 with a message. */
static int try_load(const char *path, enum store_mode mode, struct arena *arena)
{
    AUTO(store_close) struct store *store = NULL;
    struct ledger ledger;
    struct err err = { .text = "" };

    if (store_open(&store, path, mode, sample_key("k1"), &err) == 0
        && store_load(&ledger, store, arena, &err) == 0)
        return 0;
    assert_true(err.text[0] != '\0' && strchr(err.text, '\n') == NULL);
    return -1;
}

static void damage_is_never_written_over(void **state)
{
    struct sample_place place;
    struct arena *arena = arena_new(), *scratch = arena_new();
    struct ledger ledger = sample_ledger(arena, 1);
    size_t len, refused = 0;
    char *good;
    uint32_t seed = 20261123;
    struct err err;

    (void)state;
    sample_place(&place);
    sample_save(place.file, &ledger);
    good = sample_bytes(place.file, &len, arena);
    for (int i = 0; i < ROUNDS; i++) {
        char *bad = arena_bytes(scratch, good, len), *after;
        size_t bad_len = damage(bad, len, &seed), after_len;
        enum store_mode mode = i % 2 ? STORE_WRITE : STORE_READ;

        if (bad_len == 0)
            continue; /* an empty file is a new state */
        assert_int_equal(file_write(place.file, bad, bad_len, 0600, &err), 0);
        refused += try_load(place.file, mode, scratch) < 0;
        after = sample_bytes(place.file, &after_len, scratch);
        assert_int_equal(bad_len, after_len);
        assert_memory_equal(bad, after, bad_len);
        arena_reset(scratch);
    }
    assert_true(refused > ROUNDS / 4);
    sample_clean(&place);
    arena_free(scratch);
    arena_free(arena);
}

/* The cost is that of pages, not of rows or transactions: how often the files are written, cut or
 * synced is counted. */
static void many_rows_are_one_transaction(void **state)
{
    enum { ROWS = 20000 };
    struct sample_place place;
    struct arena *arena = arena_new();
    struct ledger ledger = { .arena = arena }, loaded;
    struct ledger_delivery *rows = ARENA_NEW(arena, struct ledger_delivery, ROWS);
    size_t count = 0;
    int operations;

    (void)state;
    sample_place(&place);
    for (size_t i = 0; i < ROWS; i++) {
        rows[i] = (struct ledger_delivery){
            .path = arena_printf(arena, "clusters/%zu/trust/cacerts.yaml", i),
            .virtual_mesh = "gloo-mesh/all",
            .mesh = "istiod.istio-system.",
            .content = "sealed",
            .digest = "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef",
            .changed = true,
            .next = i + 1 < ROWS ? &rows[i + 1] : NULL,
        };
    }
    ledger.deliveries = rows;
    faultvfs_set(FAULT_NONE, 0);
    sample_save(place.file, &ledger);
    operations = faultvfs_count();
    print_message("%d rows: %d operations\n", ROWS, operations);
    assert_in_range(operations, 1, ROWS / 5);
    loaded = sample_load(place.file, STORE_WRITE, arena);
    for (struct ledger_delivery *row = loaded.deliveries; row; row = row->next)
        count++;
    assert_int_equal(count, ROWS);
    sample_clean(&place);
    arena_free(arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(damage_is_never_written_over),
        cmocka_unit_test(many_rows_are_one_transaction),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
