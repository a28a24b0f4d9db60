/* tests/unit/delivery/test_handover.c - when another way of delivery may follow a SealedSecret. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "api/annotation.h"
#include "delivery/handover.h"
#include "delivery/path.h"
#include <string.h>

/* clang-format off */
static const struct {
    const char *sentence;
    const char *confirmed; /* the annotation; NULL: none */
    enum recipient_kind former;
    bool delivered, allowed;
} cases[] = {
    { "no delivery so far", NULL, RECIPIENT_KEY, false, true },
    { "a SealedSecret, and no confirmation", NULL, RECIPIENT_KEY, true, false },
    { "confirmed for another cluster", "eu-2", RECIPIENT_KEY, true, false },
    { "confirmed for clusters whose names contain this one", "eu-11, xeu-1", RECIPIENT_KEY, true, false },
    { "an empty confirmation", "", RECIPIENT_KEY, true, false },
    { "confirmed for this cluster", "eu-1", RECIPIENT_KEY, true, true },
    { "confirmed for this cluster among others", "eu-3, eu-1,eu-2", RECIPIENT_KEY, true, true },
    { "confirmed for all", "*", RECIPIENT_KEY, true, true },
    { "a file of SOPS, which no controller writes back", NULL, RECIPIENT_AGE, true, true },
};
/* clang-format on */

static int check(size_t i, struct arena *arena, struct err *err)
{
    struct pair annotation = { ANNOTATION_UNSEALED, cases[i].confirmed };
    const struct virtual_mesh virtual_mesh = {
        .meta = { .annotations = &annotation, .annotation_count = cases[i].confirmed ? 1 : 0 },
    };
    const struct mesh_identity mesh = { .cluster = "eu-1", .namespace = "istio-system" };
    const struct trust_request request = { .virtual_mesh = &virtual_mesh };
    const struct delivery delivery = { .request = &request, .mesh = &mesh };
    struct ledger ledger = { .arena = arena };

    if (cases[i].delivered) {
        struct ledger_delivery *row = ledger_add_delivery(&ledger);

        row->path = delivery_path(&mesh, arena);
        row->recipient = (struct delivery_recipient){ cases[i].former, "ab12" };
    }
    if (cases[i].former == RECIPIENT_KEY && cases[i].delivered)
        assert_int_equal(handover_is_confirmed(&delivery, arena), cases[i].allowed);
    return handover_check(&ledger, &delivery, err);
}

static void each_case(void **state)
{
    (void)state;
    for (size_t i = 0; i < LENGTH(cases); i++) {
        struct arena *arena = arena_new();
        struct err err = { 0 };

        print_message("%s\n", cases[i].sentence);
        assert_int_equal(check(i, arena, &err), cases[i].allowed ? 0 : -1);
        if (!cases[i].allowed) {
            assert_int_equal(err.kind, ERR_REFUSED);
            assert_non_null(strstr(err.text, "--cascade=orphan"));
            assert_non_null(strstr(err.text, ANNOTATION_UNSEALED ": \"eu-1\""));
        }
        arena_free(arena);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = { cmocka_unit_test(each_case) };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
