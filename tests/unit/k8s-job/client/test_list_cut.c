/* tests/unit/k8s-job/client/test_list_cut.c - lists without what is never read. */
#include "k8s-job/client/list_cut.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>
/* cmocka wants those above first */
#include <cmocka.h>

static void becomes(const char *text, const char *wanted)
{
    char bytes[300];
    size_t len = strlen(text);

    memcpy(bytes, text, len);
    len = list_cut(bytes, len);
    bytes[len] = '\0';
    assert_string_equal(bytes, wanted);
}

static void test_lists_are_emptied(void **unused)
{
    (void)unused;
    becomes("", "");
    becomes("{\"a\":1}", "{\"a\":1}");
    becomes("{\"managedFields\":[]}", "{\"managedFields\":[]}");
    becomes("{\"managedFields\" :\n [{\"f:a\":{}}], \"b\": [1]}",
            "{\"managedFields\" :\n [], \"b\": [1]}");
    becomes("[{\"managedFields\":[[1],\"]\",\"\\\"]\"],\"n\":1},{\"managedFields\":[{}],\"n\":2}]",
            "[{\"managedFields\":[],\"n\":1},{\"managedFields\":[],\"n\":2}]");
    becomes("{\"resources\":{\"limits\":{\"cpu\":\"}\"}},\"env\":[{\"name\":\"a\"}]}",
            "{\"resources\":{},\"env\":[{\"name\":\"a\"}]}");
    becomes("{\"volumes\":[{\"volumes\":[1]}],\"affinity\":{\"a\":[]}}",
            "{\"volumes\":[],\"affinity\":{}}");
}

static void test_all_else_stays(void **unused)
{
    static const char *const texts[] = {
        "{\"managedFields\":\"x\"}",
        "{\"resources\":\"a label\"}",
        "{\"resourcesX\":{\"a\":1}}",
        "{\"\":{\"a\":1}}",
        "{\"volumes\":{\"a\":1]",
        "[\"managedFields\",[1]]",
        "{\"a\":\"managedFields\",\"b\":[1]}",
        "{\"managedFields\\\"\":[1]}",
        "{\"a\":\"\\\"managedFields\\\":[1]\"}",
        "{\"managedFields\":[1",
        "{\"managedFields\":[1}",
        "{\"managedFields\":[\"a]}",
        "{\"managedFields\":",
        "{\"managedFields\"",
        "{\"managedFiel",
        "\"",
        "\"\\",
    };

    (void)unused;
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
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
