/* tests/unit/pki/test_cacerts_owner.c - which virtual mesh fills the Secret of an istiod namespace.
 */
#include "tests/lib/trust_fixture.h"

#include "pki/cacerts_owner.h"

static void the_first_owner_keeps_its_place(void **state)
{
    const struct trust_request *list[2], *turned[2];
    struct cacerts_owners *owners;
    struct fixture fx;

    (void)state;
    fixture_open(&fx);
    list[0] = turned[1] = fixture_request(&fx, "retail", "eu-", 1);
    list[1] = turned[0] = fixture_request(&fx, "other", "eu-", 1);
    owners = cacerts_owner_make(&fx.ledger, list, 2, fx.arena);
    assert_null(cacerts_owner_other(owners, list[0], &list[0]->meshes[0]));
    assert_string_equal(cacerts_owner_other(owners, list[1], &list[1]->meshes[0]),
                        "gloo-mesh/retail");
    fixture_issue(&fx, list, 1, NOW);
    owners =
        cacerts_owner_make(&fx.ledger, turned, 2, fx.arena); /* the order does not matter now */
    assert_null(cacerts_owner_other(owners, list[0], &list[0]->meshes[0]));
    assert_string_equal(cacerts_owner_other(owners, list[1], &list[1]->meshes[0]),
                        "gloo-mesh/retail");
    fixture_close(&fx);
}

static void meshes_in_one_namespace_share_the_first_ones(void **state)
{
    struct mesh_identity meshes[] = {
        { .key = "a", .cluster = "c", .namespace = "n" },
        { .key = "b", .cluster = "c", .namespace = "n" },
        { .key = "d", .cluster = "c", .namespace = "m" },
    };
    const struct trust_request request = { .meshes = meshes, .mesh_count = 3 };

    (void)state;
    assert_ptr_equal(cacerts_owner_primary(&request, &meshes[1]), &meshes[0]);
    assert_ptr_equal(cacerts_owner_primary(&request, &meshes[2]), &meshes[2]);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_first_owner_keeps_its_place),
        cmocka_unit_test(meshes_in_one_namespace_share_the_first_ones),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
