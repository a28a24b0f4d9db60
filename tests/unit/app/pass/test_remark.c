/* tests/unit/app/pass/test_remark.c - what stages say of virtual meshes, as findings. */
#include "app/pass/remark.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#define US ((struct object_ref){ "us", "ns" })
#define THEM ((struct object_ref){ "them", "ns" })

static void a_remark_is_a_whole_finding(void **state)
{
    struct findings remarks = { .arena = arena_new() };

    (void)state;
    remark_warning(&remarks, US, "cluster %s", "c1");
    remark_mesh_failure(&remarks, US, "m.1.ns.", APPROVAL_INVALID, "no key");
    assert_int_equal(remarks.warnings, 1);
    assert_int_equal(remarks.errors, 1);
    for (size_t i = 0; i < remarks.count; i++) {
        const struct finding *remark = &remarks.items[i];

        assert_string_equal(remark->kind, "VirtualMesh");
        assert_true(object_ref_equal(remark->ref, US));
        assert_true(remark->id && remark->field && remark->remedy && remark->target_kind);
    }
    assert_string_equal(remarks.items[0].text, "cluster c1");
    assert_int_equal(remarks.items[0].state, APPROVAL_PENDING);
    assert_string_equal(remarks.items[1].target.name, "m.1");
    assert_string_equal(remarks.items[1].target.namespace, "ns");
    assert_int_equal(remarks.items[1].state, APPROVAL_INVALID);
    arena_free(remarks.arena);
}

/* The reason TrustFailed is for virtual meshes with a mesh that has no certificates. */
static void only_a_failed_mesh_is_a_mesh_failure(void **state)
{
    struct findings remarks = { .arena = arena_new() };

    (void)state;
    remark_warning(&remarks, US, "text");
    remark_error(&remarks, US, "text");
    remark_failure(&remarks, US, "text");
    remark_mesh_failure(&remarks, THEM, "m.ns.", APPROVAL_FAILED, "text");
    assert_false(remark_has_mesh_failure(&remarks, US));
    assert_true(remark_has_mesh_failure(&remarks, THEM));
    arena_free(remarks.arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_remark_is_a_whole_finding),
        cmocka_unit_test(only_a_failed_mesh_is_a_mesh_failure),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
