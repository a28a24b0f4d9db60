/* tests/unit/rotation/fleet_test.h - three clusters at rest under R1 for each test: what most tests
 * of the state machine begin with. */
#ifndef WEFT_TESTS_UNIT_ROTATION_FLEET_TEST_H
#define WEFT_TESTS_UNIT_ROTATION_FLEET_TEST_H

#include "base/text.h"
#include "rotation/messages.h"
#include "tests/lib/rotation_fleet.h"
#include <string.h>

static struct fleet fleet;
static struct fleet *const f = &fleet;

static int setup(void **state)
{
    (void)state;
    fleet_open(f, 3);
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    fleet_close(f);
    return 0;
}

#define CASE(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

#endif
