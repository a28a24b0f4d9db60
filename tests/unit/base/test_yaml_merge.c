/* tests/unit/base/test_yaml_merge.c - the merge key gives what kubectl gives, and is refused where
 * readers differ */
#include "tests/lib/documents.h"

/* clang-format off */
static const struct documents_row documents[] = {
    { "a merge key: what the map says itself wins", "a: &x {b: 1, c: 2}\nd:\n  <<: *x\n  c: 3\n", "{\"a\":{\"b\":1,\"c\":2},\"d\":{\"c\":3,\"b\":1}}\n" },
    { "a merge of a list: the earlier map wins", "- &x {b: 1}\n- &y {b: 2, c: 3}\n- <<: [*x, *y, {d: 4}]\n", "[{\"b\":1},{\"b\":2,\"c\":3},{\"b\":1,\"c\":3,\"d\":4}]\n" },
    { "a merge of what was merged", "- &x {b: 1}\n- &y {<<: *x, c: 2}\n- {<<: *y}\n", "[{\"b\":1},{\"c\":2,\"b\":1},{\"c\":2,\"b\":1}]\n" },
    { "a key before its merge: told, for kubectl and kustomize differ", "a: &x {b: 1}\nc: {b: 2, <<: *x}\n", "{\"a\":{\"b\":1},\"c\":{\"b\":2}}\nt.yaml:2:5: the key b comes before << and is in the merged map as well, which kubectl and kustomize read differently; move << to the top of its map\n" },
    { "two merge keys are a duplicate", "a: &x {b: 1}\nc: {<<: *x, <<: {d: 1}}\n", "{\"a\":{\"b\":1},\"c\":{\"b\":1}}\nt.yaml:2:13: the key << is here a second time, the first is in line 2; remove one\n" },
};

static const struct documents_row mistakes[] = {
    { "a merge key with a text", "a: &x b\nc:\n  <<: *x\n", "t.yaml:1:4: the merge key << takes a map or a list of maps, such as <<: *name\n" },
    { "a merge key with a list of texts", "c:\n  <<: [b]\n", "t.yaml:2:7: the merge key << takes a map or a list of maps, such as <<: *name\n" },
    { "a merge key with an alias of a list, which kubectl refuses", "a: &x [{b: 1}]\nc: {<<: *x}\n", "t.yaml:1:4: the merge key << takes a map or a list of maps, such as <<: *name\n" },
};
/* clang-format on */

static void documents_become_trees(void **state)
{
    (void)state;
    documents_check(documents, LENGTH(documents), "");
}

static void mistakes_say_where_and_what(void **state)
{
    (void)state;
    documents_check(mistakes, LENGTH(mistakes), "unreadable\n");
}

/* A merged member is where it is written, so that a mistake in it is shown where it is corrected.
 */
static void merged_members_keep_their_place(void **state)
{
    AUTO(arena_free) struct arena *arena = arena_new();
    struct diags diags = { .arena = arena };
    const struct node *root = yaml("a: &x\n  b: 1\nc:\n  <<: *x\n  d: 2\n", &diags);
    const struct node *merged = node_find(root->last, "b");

    (void)state;
    assert_int_equal(root->last->count, 2);
    assert_int_equal(merged->line, 2);
    assert_int_equal(merged->column, 6);
    assert_int_equal(merged->key_line, 2);
    assert_int_equal(merged->key_column, 3);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(documents_become_trees),
        cmocka_unit_test(mistakes_say_where_and_what),
        cmocka_unit_test(merged_members_keep_their_place),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
