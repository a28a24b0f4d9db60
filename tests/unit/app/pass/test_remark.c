/* tests/unit/app/pass/test_remark.c - what stages report about virtual meshes, as findings. */
#include "app/pass/remark.h"
#include "k8s-job/messages.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#define US ((struct object_ref){ "us", "ns" })
#define THEM ((struct object_ref){ "them", "ns" })

static struct finding on_mesh(struct object_ref virtual_mesh, const char *mesh,
                              enum approval_state state)
{
    struct finding finding = finding_of_virtual_mesh(virtual_mesh, SEVERITY_ERROR);

    finding.target_kind = "Mesh";
    finding.target = (struct object_ref){ mesh, "ns" };
    finding.text = "text";
    finding.state = state;
    return finding;
}

static void a_remark_is_a_whole_finding(void **state)
{
    struct findings remarks = { .arena = arena_new() };

    (void)state;
    remark_warning(&remarks, US, "cluster %s", "c1");
    remark_failure(&remarks, US, "%s", "no key");
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
    assert_string_equal(remarks.items[1].text, "no key");
    assert_int_equal(remarks.items[1].state, APPROVAL_FAILED);
    assert_string_equal(remarks.items[1].id, "");
    arena_free(remarks.arena);
}

static void the_catalogue_gives_the_id(void **state)
{
    struct findings remarks = { .arena = arena_new() };

    (void)state;
    remark_warning(&remarks, US, K7_UNREACHABLE, "c1");
    remark_error(&remarks, US, K8_REFUSES, "c1", "why" REMEDY "grant it");
    remark_failure(&remarks, US, K3_RESTARTS_STOPPED, "c1", "why");
    assert_string_equal(remarks.items[0].id, "K7");
    assert_int_equal(remarks.items[0].severity, SEVERITY_WARNING);
    assert_string_equal(remarks.items[1].id, "K8");
    assert_int_equal(remarks.items[1].state, APPROVAL_PENDING);
    assert_string_equal(remarks.items[1].remedy, "grant it");
    assert_string_equal(remarks.items[2].id, "K3");
    assert_int_equal(remarks.items[2].state, APPROVAL_FAILED);
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
    findings_add(&remarks, on_mesh(US, "m", APPROVAL_PENDING));
    findings_add(&remarks, on_mesh(THEM, "m", APPROVAL_FAILED));
    assert_false(remark_has_mesh_failure(&remarks, US));
    assert_true(remark_has_mesh_failure(&remarks, THEM));
    arena_free(remarks.arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_remark_is_a_whole_finding),
        cmocka_unit_test(the_catalogue_gives_the_id),
        cmocka_unit_test(only_a_failed_mesh_is_a_mesh_failure),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
