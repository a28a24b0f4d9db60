/* tests/unit/api/test_own_document.c - apiVersion and kind, in this order. */
#include "api/own_document.h"
#include "base/write_json.h"
#include "tests/lib/check.h"

static void version_and_kind_come_first(void **state)
{
    struct arena *arena = arena_new();
    struct node *document = own_document("Status", arena);
    AUTO_TEXT json = { 0 };

    (void)state;
    node_set(document, "items", node_list(arena));
    write_json(&json, document, false);
    assert_string_equal(json.bytes,
                        "{\"apiVersion\":\"weft.dev/v1alpha1\",\"kind\":\"Status\",\"items\":[]}");
    arena_free(arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = { cmocka_unit_test(version_and_kind_come_first) };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
