/* tests/unit/base/test_fault.c - the process ends at the chosen point and time, and at no other. */
#include "tests/lib/check.h"

#include "base/fault.h"
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

/* clang-format off */
static const struct {
    const char *sentence, *wanted;
    int passes; /* how often it comes past "a.before" */
    int status;
} rows[] = {
    { "nothing is wanted", NULL, 5, 0 },
    { "the first time", "a.before", 1, 137 },
    { "not before the second time", "a.before:2", 1, 0 },
    { "the second time", "a.before:2", 2, 137 },
    { "another point", "b.before", 5, 0 },
    { "a longer name", "a.before.all", 5, 0 },
    { "a shorter name", "a", 5, 0 },
    { "a number that is none", "a.before:x", 5, 0 },
    { "never", "a.before:0", 5, 0 },
};
/* clang-format on */

static void the_process_ends_at_the_chosen_point(void **state)
{
    (void)state;
#ifndef WEFT_FAULTS
    skip();
#endif
    for (size_t i = 0; i < LENGTH(rows); i++) {
        int status;
        pid_t child = fork();

        CASE(rows[i].sentence);
        if (child == 0) {
            if (rows[i].wanted)
                setenv("WEFT_FAULT", rows[i].wanted, 1);
            for (int k = 0; k < rows[i].passes; k++)
                FAULT("a.before");
            _exit(0);
        }
        assert_int_equal(waitpid(child, &status, 0), child);
        assert_true(WIFEXITED(status));
        assert_int_equal(WEXITSTATUS(status), rows[i].status);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = { cmocka_unit_test(the_process_ends_at_the_chosen_point) };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
