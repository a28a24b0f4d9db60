/* tests/lib/trust_fixture.h - what the tests of pki share: a state key, requests for trust, a
 * sealed-secrets controller. */
#ifndef WEFT_TESTS_LIB_TRUST_FIXTURE_H
#define WEFT_TESTS_LIB_TRUST_FIXTURE_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "pki/custody.h"
#include "pki/openssl.h"
#include "pki/trust_apply.h"

/* The clock of the tests: 2026-11-23T11:00:00Z. */
#define NOW INT64_C(1795431600)
#define DAY INT64_C(86400)

/* A folder of its own and a state key in it. */
struct fixture {
    struct arena *arena;
    const char *folder;
    struct custody *custody;
    struct ledger ledger;
};
void fixture_open(struct fixture *fixture);
void fixture_close(struct fixture *fixture);

/* A test that finds an open fixture of its own in *state. */
int fixture_setup(void **state);
int fixture_teardown(void **state);
#define FIXTURE_CASE(name) cmocka_unit_test_setup_teardown(name, fixture_setup, fixture_teardown)

/* A VirtualMesh "gloo-mesh/<name>" over meshes that live in the clusters "<prefix>1" to
 * "<prefix><count>", with generated trust. */
struct trust_request *fixture_request(struct fixture *fixture, const char *name, const char *prefix,
                                      size_t count);
/* Plans and applies, as a pass does. */
int fixture_pass(struct issue_result *out, struct fixture *fixture,
                 const struct trust_request *const *requests, size_t count,
                 const struct issue_options *options, struct err *err);
/* Issues for these requests with P-256 keys at now; fails the test when that fails. */
struct issue_result fixture_issue(struct fixture *fixture,
                                  const struct trust_request *const *requests, size_t count,
                                  int64_t now);

/* A self-signed certificate as a sealed-secrets controller shows it, PEM in the arena. */
const char *fixture_sealing_certificate(struct fixture *fixture, EVP_PKEY *key, int64_t not_before,
                                        int64_t not_after);

#endif
