/* tests/unit/discovery/test_inventory_tree.c - an inventory as files. */
#include "base/blobs.h"
#include "discovery/inventory_tree.h"
#include "tests/lib/discovery_sample.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
/* cmocka wants the three above first */
#include <cmocka.h>

struct listing {
    const struct blob_memory *memory;
    const char *paths;
    size_t largest;
    struct arena *arena;
};

static int list(void *context, const char *path, const struct git_id *blob)
{
    struct listing *listing = context;
    size_t len;
    const char *bytes = blob_memory_find(listing->memory, blob, &len);

    assert_true(text_starts(bytes, inventory_tree_header));
    listing->paths = arena_printf(listing->arena, "%s%s\n", listing->paths, path);
    if (len > listing->largest)
        listing->largest = len;
    return 0;
}

static struct listing put(const struct inventory *inventory, size_t max, struct arena *arena)
{
    struct blob_memory *memory = blob_memory_new(arena);
    struct blobs blobs = blob_memory_sink(memory);
    struct filetree *tree = filetree_new(arena);
    struct listing listing = { memory, "", 0, arena };
    struct err err;

    assert_int_equal(inventory_tree_put(tree, inventory, NULL, max, &blobs, &err), 0);
    filetree_walk(tree, list, &listing);
    return listing;
}

static struct destination destination(const char *name, const char *namespace, struct arena *arena)
{
    struct kube_service *service = ARENA_NEW(arena, struct kube_service, 1);

    *service = (struct kube_service){ .ref = { name, namespace, "k" }, .region = "" };
    return (struct destination){ .meta = { .name = name, .namespace = "gloo-mesh" },
                                 .mesh = { "", "" },
                                 .service = service };
}

static struct inventory inventory(struct destination *destinations, size_t count)
{
    struct inventory out = { .cluster = "k",
                             .known = true,
                             .self = { .meta = { .name = "k", .namespace = "gloo-mesh" },
                                       .secret_name = "",
                                       .domain = "cluster.local" },
                             .destinations = destinations,
                             .destination_count = count };

    inventory_sort(&out);
    return out;
}

static void test_a_file_for_each_namespace(void **unused)
{
    AUTO(arena_free) struct arena *arena = arena_new();
    struct destination all[] = { destination("a", "n2", arena), destination("b", "n1", arena) };
    struct inventory whole = inventory(all, 2), unknown = { .cluster = "k" };

    (void)unused;
    assert_string_equal(put(&whole, INVENTORY_FILE_MAX, arena).paths,
                        "clusters/k/cluster.yaml\nclusters/k/namespaces/n1.yaml\n"
                        "clusters/k/namespaces/n2.yaml\n");
    assert_string_equal(put(&unknown, INVENTORY_FILE_MAX, arena).paths, "");
}

/* By letters of names, as deep as needed; a name that is the beginning of others has its own file.
 */
static void test_large_files_are_split(void **unused)
{
    AUTO(arena_free) struct arena *arena = arena_new();
    struct destination all[] = { destination("ab", "n", arena), destination("abc", "n", arena),
                                 destination("abd", "n", arena), destination("b", "n", arena) };
    struct inventory whole = inventory(all, 4);

    (void)unused;
    assert_string_equal(put(&whole, 700, arena).paths,
                        "clusters/k/cluster.yaml\nclusters/k/namespaces/n.ab.yaml\n"
                        "clusters/k/namespaces/n.abc.yaml\nclusters/k/namespaces/n.abd.yaml\n"
                        "clusters/k/namespaces/n.b.yaml\n");
    assert_true(put(&whole, 700, arena).largest < 700);
}

/* The file is there when a Service with pods of a mesh is left out, and says who wrote it. */
static void test_left_out(void **unused)
{
    AUTO(arena_free) struct arena *arena = arena_new();
    struct inventory whole = inventory(NULL, 0);
    struct left_out items[] = { { "a", "x", LEFT_OUT_AMBIENT, true },
                                { "a", "y", LEFT_OUT_NO_SELECTOR, false } };
    const struct left_out_list some = { items, 2 }, none = { items + 1, 1 };
    struct blob_memory *memory = blob_memory_new(arena);
    struct blobs blobs = blob_memory_sink(memory);
    struct filetree *tree = filetree_new(arena), *other = filetree_new(arena);
    struct listing listing = { memory, "", 0, arena };
    struct err err;

    (void)unused;
    assert_int_equal(inventory_tree_put(tree, &whole, &some, INVENTORY_FILE_MAX, &blobs, &err), 0);
    filetree_walk(tree, list, &listing);
    assert_string_equal(listing.paths, "clusters/k/cluster.yaml\nclusters/k/left-out.tsv\n");
    assert_int_equal(inventory_tree_put(other, &whole, &none, INVENTORY_FILE_MAX, &blobs, &err), 0);
    assert_null(filetree_find(other, "clusters/k/left-out.tsv"));
}

struct failing { /* a sink whose n-th blob fails, and no other */
    int fails_at, calls;
};

static int put_but_one(void *context, struct git_id *id, const char *bytes, size_t len,
                       struct err *err)
{
    struct failing *failing = context;

    (void)bytes, (void)len;
    if (++failing->calls == failing->fails_at)
        return err_set(err, ERR_SYSTEM, 0, "no space left");
    *id = (struct git_id){ { 0 } };
    return 0;
}

/* In two namespaces, one of which is split: seven files, and no inventory lacks one of them. */
static void test_a_sink_that_fails(void **unused)
{
    AUTO(arena_free) struct arena *arena = arena_new();
    struct destination all[] = { destination("ab", "n", arena), destination("abc", "n", arena),
                                 destination("abd", "n", arena), destination("b", "n", arena),
                                 destination("a", "n1", arena) };
    struct inventory whole = inventory(all, LENGTH(all));
    struct left_out items[] = { { "a", "x", LEFT_OUT_AMBIENT, true } };
    const struct left_out_list left_out = { items, 1 };
    struct err err;

    (void)unused;
    for (int n = 1; n <= 8; n++) {
        struct failing failing = { n, 0 };
        struct blobs blobs = { put_but_one, &failing };
        int result = inventory_tree_put(filetree_new(arena), &whole, &left_out, 700, &blobs, &err);

        assert_int_equal(result, n <= 7 ? -1 : 0);
        assert_int_equal(failing.calls, n <= 7 ? n : 7);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_file_for_each_namespace),
        cmocka_unit_test(test_large_files_are_split),
        cmocka_unit_test(test_left_out),
        cmocka_unit_test(test_a_sink_that_fails),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
