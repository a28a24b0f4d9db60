/* tests/unit/pki/test_trust_remark.c - findings about trust: whom they are about, what becomes of
 * it, and under which id. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "delivery/messages.h"
#include "pki/messages.h"
#include "pki/trust_remark.h"

static struct virtual_mesh virtual_mesh = { .meta = { .name = "retail", .namespace = "ns" } };
static const struct trust_request request = { .virtual_mesh = &virtual_mesh, .name = "ns/retail" };

static void an_error_of_the_whole_makes_it_failed(void **state)
{
    (void)state;
    assert_int_equal(trust_remark_on(&request, SEVERITY_ERROR).state, APPROVAL_FAILED);
    assert_int_equal(trust_remark_on(&request, SEVERITY_WARNING).state, APPROVAL_PENDING);
    assert_string_equal(trust_remark_on(&request, SEVERITY_ERROR).ref.name, "retail");
    assert_string_equal(trust_remark_on(&request, SEVERITY_ERROR).target_kind, "");
    /* Without a request there is nothing that could fail. */
    assert_int_equal(finding_of_virtual_mesh((struct object_ref){ "a", "b" }, SEVERITY_ERROR).state,
                     APPROVAL_PENDING);
}

static void an_error_of_a_mesh_names_the_mesh(void **state)
{
    struct arena *arena = arena_new();
    struct finding finding =
        trust_remark_on_mesh(&request, "m.gloo-mesh.", APPROVAL_INVALID, arena);

    (void)state;
    assert_string_equal(finding.target_kind, "Mesh");
    assert_string_equal(finding.target.name, "m");
    assert_string_equal(finding.target.namespace, "gloo-mesh");
    assert_int_equal(finding.state, APPROVAL_INVALID);
    assert_int_equal(finding.severity, SEVERITY_ERROR);
    arena_free(arena);
}

static void the_catalogue_gives_id_text_and_remedy(void **state)
{
    struct arena *arena = arena_new();
    struct findings findings = { .arena = arena };

    (void)state;
    TRUST_REMARK(&findings, trust_remark_on(&request, SEVERITY_ERROR), T5_CACERTS_OWNED,
                 "istio-system", "eu-1", "ns/other");
    TRUST_REMARK(&findings, trust_remark_on(&request, SEVERITY_WARNING), S1_NOT_ENCRYPTED, "why");
    assert_int_equal(findings.errors, 1);
    assert_int_equal(findings.warnings, 1);
    assert_string_equal(findings.items[0].id, "T5");
    assert_string_equal(findings.items[0].text,
                        "the certificates of namespace istio-system in cluster eu-1 belong to "
                        "virtual mesh ns/other already; put both meshes into one virtual mesh");
    assert_string_equal(findings.items[0].remedy, "put both meshes into one virtual mesh");
    assert_string_equal(findings.items[1].id, "S1");
    assert_string_equal(findings.items[1].text, "why");
    assert_string_equal(findings.items[1].remedy, "");
    arena_free(arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_error_of_the_whole_makes_it_failed),
        cmocka_unit_test(an_error_of_a_mesh_names_the_mesh),
        cmocka_unit_test(the_catalogue_gives_id_text_and_remedy),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
