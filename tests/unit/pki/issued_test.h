/* tests/unit/pki/issued_test.h - a virtual mesh over two clusters whose certificates were issued,
 * for each test: what most tests of pki begin with. */
#ifndef WEFT_TESTS_UNIT_PKI_ISSUED_TEST_H
#define WEFT_TESTS_UNIT_PKI_ISSUED_TEST_H

#include "tests/lib/trust_fixture.h"
#include <string.h>

static struct fixture fixture_of_test;
static struct fixture *const fx = &fixture_of_test;
static struct trust_request *request; /* "gloo-mesh/retail" over eu-1 and eu-2 */

static int setup(void **state)
{
    const struct trust_request *list;

    (void)state;
    fixture_open(fx);
    list = request = fixture_request(fx, "retail", "eu-", 2);
    fixture_issue(fx, &list, 1, NOW);
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    fixture_close(fx);
    return 0;
}

#define CASE(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

#endif
