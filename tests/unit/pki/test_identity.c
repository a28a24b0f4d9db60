/* tests/unit/pki/test_identity.c - for whom the CA of a cluster issues certificates. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/text.h"
#include "pki/identity.h"

static const struct {
    const char *sentence, *spiffe_id, *revision, *workload, *last;
    size_t names;
} rows[] = {
    { "the trust domain comes from istiod's account", "spiffe://td/ns/istio-system/sa/istiod", "",
      "spiffe://td/ns/default/sa/default", "istio-pilot.istio-system.svc", 3 },
    { "an unknown one is Istio's default", NULL, NULL,
      "spiffe://cluster.local/ns/default/sa/default", "istio-pilot.istio-system.svc", 3 },
    { "a revision has a name of its own", "spiffe://td/ns/x/sa/y", "canary",
      "spiffe://td/ns/default/sa/default", "istiod-canary.istio-system.svc", 4 },
    { "the default revision has none", "spiffe://td/ns/x/sa/y", "default",
      "spiffe://td/ns/default/sa/default", "istio-pilot.istio-system.svc", 3 },
};

static void names_are_those_that_istiod_asks_for(void **state)
{
    struct arena *arena = arena_new();

    (void)state;
    for (size_t i = 0; i < LENGTH(rows); i++) {
        const struct identity identity =
            identity_of(rows[i].spiffe_id, "istio-system", rows[i].revision, arena);

        print_message("%s\n", rows[i].sentence);
        assert_string_equal(identity.workload, rows[i].workload);
        assert_int_equal(identity.istiod_count, rows[i].names);
        assert_string_equal(identity.istiod[0], "istiod.istio-system.svc");
        assert_string_equal(identity.istiod[rows[i].names - 1], rows[i].last);
    }
    arena_free(arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(names_are_those_that_istiod_asks_for),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
