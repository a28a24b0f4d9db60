/* tests/unit/app/pass/test_policy_status.c - which refused AccessPolicies a virtual mesh names.
 */
#include "app/pass/policy_status.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

static const struct {
    const char *name;
    enum approval_state state;
    const char *destination; /* the one that it selects; NULL: none is known */
    const char *said;        /* NULL: nothing */
} rows[] = {
    { "an accepted one", APPROVAL_ACCEPTED, "ours.ns.", NULL },
    { "a refused one for its Service", APPROVAL_INVALID, "ours.ns.", "ns/policy" },
    { "a refused one for another mesh", APPROVAL_INVALID, "theirs.ns.", NULL },
    { "a refused one whose Services are unknown", APPROVAL_INVALID, NULL, "ns/policy" },
};

static void a_virtual_mesh_speaks_of_what_concerns_it(void **state)
{
    static struct destination destinations[] = {
        { .meta = { .key = "ours.ns." }, .mesh = { "a", "ns" } },
        { .meta = { .key = "theirs.ns." }, .mesh = { "b", "ns" } },
    };
    static const struct object_ref meshes[] = { { "a", "ns" } };
    const struct virtual_mesh spec = { .meshes = meshes, .mesh_count = LENGTH(meshes) };
    const struct planned_virtual_mesh mesh = { .virtual_mesh = &spec };

    (void)state;
    for (size_t i = 0; i < LENGTH(rows); i++) {
        struct arena *arena = arena_new();
        struct target_status target = { .key = rows[i].destination, .state = rows[i].state };
        struct policy_status policy = { .ref = { "policy", "ns" },
                                        .state = rows[i].state,
                                        .destinations = &target,
                                        .destination_count = rows[i].destination != NULL };
        struct specs specs = { 0 };
        struct plan plan = { 0 };
        const char *said;

        plan.policies = &policy;
        plan.policy_count = 1;
        specs.destinations = destinations;
        specs.destination_count = LENGTH(destinations);
        said = policy_status_remark(&specs, &plan, &mesh, arena);
        if (rows[i].said ? !strstr(said, rows[i].said) : *said != '\0')
            fail_msg("%s: \"%s\"", rows[i].name, said);
        arena_free(arena);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_virtual_mesh_speaks_of_what_concerns_it),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
