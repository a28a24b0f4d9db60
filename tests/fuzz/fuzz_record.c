/* tests/fuzz/fuzz_record.c - any bytes as a record of the output branch: refused with a reason, or
 * read; and what was read survives being written again. */
#include "api/record.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len);

/* A finding ends the process, also where assert is switched off. */
#define EXPECT(what) ((what) ? (void)0 : (fprintf(stderr, "not so: %s\n", #what), abort()))

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
    AUTO(arena_free) struct arena *arena = arena_new();
    struct record record, again;
    AUTO_TEXT out = { 0 };
    struct err err = { 0 };

    if (record_read(&record, (const char *)bytes, len, arena, &err) < 0) {
        EXPECT(err.kind == ERR_INPUT && *err.text);
        return 0;
    }
    record_write(&out, &record, arena);
    EXPECT(record_read(&again, out.bytes, out.len, arena, &err) == 0);
    EXPECT(record.state == again.state && record.mesh_count == again.mesh_count
           && record.address_count == again.address_count
           && record.accepted_destinations == again.accepted_destinations
           && strcmp(record.spec_digest, again.spec_digest) == 0
           && object_ref_equal(record.ref, again.ref));
    return 0;
}
