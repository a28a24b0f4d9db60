/* tests/unit/pki/test_receipts.c - what a receipt of the ledger proves. */
#include "tests/lib/trust_fixture.h"

#include "base/text.h"
#include "pki/desired.h"
#include "pki/receipts.h"

static struct fixture fx;

static void a_receipt_holds_for_its_virtual_mesh_and_material(void **state)
{
    const struct trust_request *request;
    const struct mesh_identity *mesh;
    struct ledger_delivery *row;

    (void)state;
    fixture_open(&fx);
    request = fixture_request(&fx, "retail", "eu-", 1);
    mesh = &request->meshes[0];
    fixture_issue(&fx, &request, 1, NOW);
    assert_string_equal(receipts_path(mesh, fx.arena), "receipts/eu-1/istio-system.cacerts.yaml");
    assert_false(receipts_hold(&fx.ledger, request->name, mesh, fx.arena)); /* there is none */
    row = ledger_add_delivery(&fx.ledger);
    row->path = receipts_path(mesh, fx.arena);
    row->virtual_mesh = request->name;
    row->mark = "";
    assert_false(receipts_hold(&fx.ledger, request->name, mesh, fx.arena)); /* doubted */
    row->mark = desired_material(&fx.ledger, request->name, mesh->key, fx.arena);
    assert_true(receipts_hold(&fx.ledger, request->name, mesh, fx.arena));
    row->virtual_mesh = "gloo-mesh/other";
    assert_false(receipts_hold(&fx.ledger, request->name, mesh, fx.arena));
    row->virtual_mesh = request->name;
    row->mark = "0123456789abcdef";
    assert_false(receipts_hold(&fx.ledger, request->name, mesh, fx.arena));
    fixture_close(&fx);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_receipt_holds_for_its_virtual_mesh_and_material),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
