/* tests/fuzz/fuzz_state.c - any bytes in the JSON columns of the state, and as dates of servers:
 * what is read can be written and read again. */
#include "base/clock.h"
#include "pki/rotation_record.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len);

#define EXPECT(what) ((what) ? (void)0 : (fprintf(stderr, "not so: %s\n", #what), abort()))

static void read_record(const char *detail, const char *conditions, struct arena *arena)
{
    struct ledger_rotation row = { .virtual_mesh = "ns/vm",
                                   .id = "",
                                   .state = ROTATION_VERIFYING,
                                   .step = 1,
                                   .old_root = "a",
                                   .new_root = "b",
                                   .pending_root = "",
                                   .deployed_root = "a",
                                   .conditions = conditions,
                                   .detail = detail };
    struct rotation rotation, again;
    struct err err = { .text = "" };

    if (rotation_record_load(&rotation, &row, arena, &err) < 0) {
        EXPECT(*err.text);
        return;
    }
    rotation_record_save(&row, &rotation, arena);
    EXPECT(rotation_record_load(&again, &row, arena, &err) == 0);
    EXPECT(again.member_count == rotation.member_count);
    EXPECT(again.condition_count == rotation.condition_count);
    row.changed = false;
    rotation_record_save(&row, &again, arena);
    EXPECT(!row.changed);
}

static void read_dates(const char *text)
{
    int64_t seconds = 0;

    (void)clock_parse_http_date(text);
    (void)clock_parse(text, &seconds);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
    AUTO(arena_free) struct arena *arena = arena_new();
    const char *text = arena_bytes(arena, bytes, len);

    read_dates(text);
    read_record(text, "", arena);
    read_record("", text, arena);
    return 0;
}
