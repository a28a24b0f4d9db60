/* tests/unit/translate/test_caller.c - names of callers. */
#include "tests/lib/translated.h"

#include "translate/caller.h"

static const struct {
    const char *sentence, *text;
    const char *want; /* as "cluster/namespace/account workload"; NULL: an error */
} rows[] = {
    { "an account that a Workload runs as", "a/shop/till", "a/shop/till cart-shop-a" },
    { "an account that none runs as", "a/shop/other", "a/shop/other -" },
    { "a Workload by its name", "cart-shop-a", "a/shop/till cart-shop-a" },
    { "a Workload by its namespace and name", "gloo-mesh/cart-shop-a", "a/shop/till cart-shop-a" },
    { "no such cluster", "x/shop/till", NULL },
    { "no such Workload", "cart", NULL },
    { "no such Workload in the namespace", "shop/cart-shop-a", NULL },
    { "a Workload of a Mesh that is not there", "lost-shop-b", NULL },
    { "an empty part", "a//till", NULL },
    { "four parts", "a/shop/till/x", NULL },
};

static void caller__is_found_by_its_name(void **state)
{
    struct translated world;

    (void)state;
    translated_begin(&world);
    translated_mesh(&world, "a", "td", "");
    translated_workload(&world, "cart", "shop", "a", "till");
    translated_workload(&world, "lost", "shop", "b", "till");
    translated_run(&world);
    for (size_t i = 0; i < LENGTH(rows); i++) {
        struct caller caller;
        struct err err;
        const char *got = NULL;

        if (caller_find(&caller, world.pass.plan.resolved, rows[i].text, world.arena, &err) == 0)
            got = arena_printf(world.arena, "%s %s", caller_text(&caller, world.arena),
                               caller.workload ? caller.workload->meta.name : "-");
        if (!text_equal(got, rows[i].want))
            fail_msg("%s: %s", rows[i].sentence, got ? got : err.text);
    }
    translated_free(&world);
}

int main(void)
{
    const struct CMUnitTest tests[] = { cmocka_unit_test(caller__is_found_by_its_name) };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
