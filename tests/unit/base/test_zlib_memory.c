/* tests/unit/base/test_zlib_memory.c - memory for zlib. */
#include "base/zlib_memory.h"
#include "tests/lib/check.h"

static void every_byte_that_was_asked_for_is_there(void **state)
{
    enum { COUNT = 3, SIZE = 7 };
    char *memory = zlib_memory_take(NULL, COUNT, SIZE);

    (void)state;
    memset(memory, 'x', COUNT * SIZE); /* the sanitizers see a block that is too small */
    zlib_memory_release(NULL, memory);
    zlib_memory_release(NULL, NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = { cmocka_unit_test(every_byte_that_was_asked_for_is_there) };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
