/* tests/unit/delivery/test_method.c - each way of delivery is a whole row. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/text.h"
#include "delivery/method.h"

static const struct {
    enum delivery_mode mode;
    const char *name, *path;
    bool manifest;
} rows[] = {
    { DELIVER_SEALED_SECRET, "sealed-secret", "clusters/eu-1/trust/istio-system.cacerts.yaml",
      true },
    { DELIVER_DIRECT, "direct", "receipts/eu-1/istio-system.cacerts.yaml", false },
    { DELIVER_SOPS, "sops", "clusters/eu-1/trust/istio-system.cacerts.yaml", true },
    { DELIVER_CSR, "csr", "clusters/eu-1/trust/istio-system.cacerts.yaml", true },
};

static void each_mode_has_its_row(void **state)
{
    const struct mesh_identity mesh = { .cluster = "eu-1", .namespace = "istio-system" };
    struct arena *arena = arena_new();

    (void)state;
    assert_int_equal(delivery_modes.count, LENGTH(rows));
    for (size_t i = 0; i < LENGTH(rows); i++) {
        const struct delivery_method *method = delivery_method_of(rows[i].mode);

        assert_string_equal(method->name, rows[i].name);
        assert_string_equal(enums_name(&delivery_modes, (int)rows[i].mode), rows[i].name);
        assert_string_equal(method->path(&mesh, arena), rows[i].path);
        assert_int_equal(method->format != NULL, rows[i].manifest);
    }
    arena_free(arena);
}

/* What one field says the others must agree with: code asks for one of them. */
static void rows_are_consistent(void **state)
{
    (void)state;
    for (size_t i = 0; i < delivery_modes.count; i++) {
        const struct delivery_method *method = delivery_method_of((enum delivery_mode)i);
        const bool agent = method->recipient == RECIPIENT_AGENT;

        assert_true(method->writes != (method->format != NULL));
        assert_int_equal(method->recipient == RECIPIENT_CLUSTER, !method->format);
        assert_int_equal(method->receipt > EVIDENCE_NONE, method->writes || agent);
        assert_true(method->receipt < EVIDENCE_LOADED); /* writing a Secret loads nothing */
        assert_non_null(method->exposure.holders);
        assert_int_equal(method->exposure.copies != NULL, method->format != NULL);
        assert_int_equal(method->exposure.keys != NULL, method->format && !agent);
        assert_int_equal(method->exposure.key_readers != NULL, method->exposure.keys != NULL);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_mode_has_its_row),
        cmocka_unit_test(rows_are_consistent),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
