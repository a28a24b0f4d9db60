/* tests/unit/state/test_rename.c - a name that cannot be changed fails the whole save. */
#include "tests/lib/state_sample.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

/* No row may have an empty name: the schema refuses it. */
static void a_name_that_is_refused_saves_nothing(void **state)
{
    struct arena *arena = arena_new();
    struct sample_place place;
    struct ledger ledger = sample_ledger(arena, 0), loaded;
    struct ledger_rename rename = { NULL, NULL, NULL };
    AUTO(store_close) struct store *store = NULL;
    struct err err = { .text = "" };

    (void)state;
    sample_place(&place);
    sample_save(place.file, &ledger);
    assert_int_equal(store_open(&store, place.file, STORE_WRITE, sample_key("k1"), &err), 0);
    assert_int_equal(store_load(&ledger, store, arena, &err), 0);
    rename.from = ledger.rotations->virtual_mesh;
    rename.to = "";
    ledger.renames = &rename;
    ledger_set_fact(&ledger, "new", "1");
    assert_int_equal(store_save(store, &ledger, &err), -1);
    assert_true(err.text[0] != '\0');
    store_close(TAKE(store));
    loaded = sample_load(place.file, STORE_WRITE, arena);
    assert_null(ledger_find_fact(&loaded, "new"));
    assert_non_null(ledger_find_rotation(&loaded, rename.from));
    sample_clean(&place);
    arena_free(arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_name_that_is_refused_saves_nothing),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
