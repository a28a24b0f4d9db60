/* tests/unit/k8s-job/client/test_list_cut.c - lists without what is never read. */
#include "base/parse_items.h"
#include "base/write.h"
#include "base/write_json.h"
#include "k8s-job/client/list_cut.h"
#include "tests/lib/check.h"

static void write_item(void *context, const struct node *item) { write_json(context, item, false); }

/* An item as readers get it. */
static void becomes(const char *item, const char *wanted)
{
    AUTO(arena_free) struct arena *arena = arena_new();
    AUTO_TEXT out = { 0 };
    const struct parse_items how = {
        .each = write_item, .context = &out, .is_cut = list_cut_has, .values_max = 1000
    };
    char *page = arena_printf(arena, "{\"items\":[%s]}", item);
    const struct node *head;
    struct err err;
    size_t values;

    if (parse_items(&head, &values, page, strlen(page), &how, arena, &err) < 0)
        fail_msg("%s: %s", item, err.text);
    assert_string_equal(out.bytes, wanted);
}

static void test_lists_are_emptied(void **unused)
{
    (void)unused;
    becomes("{\"a\":1}", "{\"a\":1}");
    becomes("{\"managedFields\":[]}", "{\"managedFields\":[]}");
    becomes("{\"managedFields\" :\n [{\"f:a\":{}}], \"b\": [1]}",
            "{\"managedFields\":[],\"b\":[1]}");
    becomes("[{\"managedFields\":[[1],\"]\",\"\\\"]\"],\"n\":1},{\"managedFields\":[{}],\"n\":2}]",
            "[{\"managedFields\":[],\"n\":1},{\"managedFields\":[],\"n\":2}]");
    becomes("{\"resources\":{\"limits\":{\"cpu\":\"}\"}},\"env\":[{\"name\":\"a\"}]}",
            "{\"resources\":{},\"env\":[{\"name\":\"a\"}]}");
    becomes("{\"volumes\":[{\"volumes\":[1]}],\"affinity\":{\"a\":[]}}",
            "{\"volumes\":[],\"affinity\":{}}");
    becomes("{\"kubectl.kubernetes.io/last-applied-configuration\":\"{\\\"a\\\":1}\",\"b\":2}",
            "{\"kubectl.kubernetes.io/last-applied-configuration\":\"\",\"b\":2}");
}

static void test_all_else_stays(void **unused)
{
    static const char *const texts[] = {
        "{\"managedFields\":\"x\"}",
        "{\"resources\":\"a label\"}",
        "{\"resourcesX\":{\"a\":1}}",
        "{\"\":{\"a\":1}}",
        "[\"managedFields\",[1]]",
        "{\"a\":\"managedFields\",\"b\":[1]}",
        "{\"managedFields\\\"\":[1]}",
        "{\"a\":\"\\\"managedFields\\\":[1]\"}",
        "{\"kubectl.kubernetes.io/last-applied-configuration\":[1]}",
    };

    (void)unused;
    for (size_t i = 0; i < LENGTH(texts); i++)
        becomes(texts[i], texts[i]);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_lists_are_emptied),
        cmocka_unit_test(test_all_else_stays),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
