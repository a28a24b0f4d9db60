/* tests/unit/translate/test_document.c - documents in files: order, doubles, and how large files
 * are split. */
#include "base/blobs.h"
#include "translate/document.h"

#include "base/node.h"
#include <string.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
/* cmocka wants the three above first */
#include <cmocka.h>

struct desk {
    struct arena *arena;
    struct documents documents;
    struct blob_memory *memory;
};

static struct desk desk_new(void)
{
    struct arena *arena = arena_new();

    return (struct desk){ arena,
                          { .keep = arena_new(), .scratch = arena_new() },
                          blob_memory_new(arena) };
}

static void desk_free(struct desk *desk)
{
    arena_free(desk->documents.keep);
    arena_free(desk->documents.scratch);
    text_free(&desk->documents.text);
    arena_free(desk->arena);
}

static void add(struct desk *desk, const char *kind, const char *name)
{
    struct node *object = node_map(desk->documents.scratch);

    node_set_text(desk->documents.scratch, object, "kind", kind);
    node_set_text(desk->documents.scratch, object, "name", name);
    documents_add(
        &desk->documents,
        &(struct document){
            .file = "shop", .range = name, .kind = kind, .namespace = "shop", .name = name },
        object);
}

static struct filetree *store(struct desk *desk, size_t max)
{
    struct filetree *tree = filetree_new(desk->arena);
    const struct blobs blobs = blob_memory_sink(desk->memory);
    struct err err;

    assert_int_equal(documents_store(tree, &desk->documents, max, &blobs, &err), 0);
    return tree;
}

static const char *content(struct desk *desk, struct filetree *tree, const char *path)
{
    const struct filetree_entry *entry = filetree_find(tree, path);
    size_t len;

    return entry ? blob_memory_find(desk->memory, &entry->blob, &len) : NULL;
}

/* The names of the files, one after the other. */
static const char *listing(struct desk *desk, struct filetree *tree)
{
    size_t count;
    const struct filetree_entry *entries = filetree_entries(tree, &count);
    const char *all = "";

    for (size_t i = 0; i < count; i++)
        all = arena_printf(desk->arena, "%s%s ", all, entries[i].name);
    return all;
}

#define HEADER "# Rendered by weft from the specs repository; change the specs, not this file.\n"

static void test_documents_are_ordered_by_kind_and_name(void **unused)
{
    struct desk desk = desk_new();

    (void)unused;
    add(&desk, "ServiceEntry", "a");
    add(&desk, "DestinationRule", "b");
    add(&desk, "DestinationRule", "a");
    assert_string_equal(content(&desk, store(&desk, 10000), "shop.yaml"), HEADER
                        "kind: DestinationRule\nname: a\n---\nkind: DestinationRule\nname: b\n---\n"
                        "kind: ServiceEntry\nname: a\n");
    desk_free(&desk);
}

static void test_the_same_object_is_written_once(void **unused)
{
    struct desk desk = desk_new();

    (void)unused;
    add(&desk, "ServiceEntry", "a");
    add(&desk, "ServiceEntry", "a");
    assert_string_equal(content(&desk, store(&desk, 10000), "shop.yaml"),
                        HEADER "kind: ServiceEntry\nname: a\n");
    desk_free(&desk);
}

static void test_former_documents(void **unused)
{
    struct desk desk = desk_new();
    const struct document a = {
        .file = "shop", .range = "a", .kind = "ServiceEntry", .namespace = "shop", .name = "a"
    };
    struct document c = a;

    (void)unused;
    c.name = c.range = "c";
    add(&desk, "ServiceEntry", "a");
    documents_add_previous(&desk.documents, &a, "old: a\n", 7, false);
    documents_add_previous(&desk.documents, &c, "old: c\n", 7, false);
    assert_string_equal(content(&desk, store(&desk, 10000), "shop.yaml"),
                        HEADER "kind: ServiceEntry\nname: a\n---\nold: c\n");
    documents_clear(&desk.documents);
    add(&desk, "ServiceEntry", "a");
    documents_add_previous(&desk.documents, &a, "old: a\n", 7, true);
    assert_string_equal(content(&desk, store(&desk, 10000), "shop.yaml"), HEADER "old: a\n");
    desk_free(&desk);
}

/* clang-format off */
static const struct {
    const char *says;
    const char *names[8]; /* ended by NULL */
    size_t max;
    const char *files;
} splits[] = {
    { "small enough", { "web", "cart" }, 1000, "shop.yaml " },
    { "parted by the first letter, in whatever order they come", { "web", "cart", "ware", "cap" }, 200, "shop.c.yaml shop.w.yaml " },
    { "a common beginning is no part", { "service-1", "service-2" }, 120, "shop.service-1.yaml shop.service-2.yaml " },
    { "one name begins with the other", { "web-1", "web" }, 120, "shop.web-.yaml shop.web.yaml " },
    { "only what is too large is parted again", { "cart", "web-1", "web-2" }, 120,
      "shop.c.yaml shop.web-1.yaml shop.web-2.yaml " },
    { "one more does not move the others", { "alpha", "cart", "web-1", "web-2" }, 120,
      "shop.a.yaml shop.c.yaml shop.web-1.yaml shop.web-2.yaml " },
    { "one document may be larger than a file", { "web" }, 10, "shop.yaml " },
};
/* clang-format on */

/* How many documents all files have together. */
static size_t document_count(struct desk *desk, struct filetree *tree)
{
    size_t files, count = 0;
    const struct filetree_entry *entries = filetree_entries(tree, &files);

    for (size_t i = 0; i < files; i++)
        for (const char *at = content(desk, tree, entries[i].name); (at = strstr(at, "\nname: "));
             at++)
            count++;
    return count;
}

static void test_large_files_are_split(void **unused)
{
    (void)unused;
    for (size_t i = 0; i < LENGTH(splits); i++) {
        struct desk desk = desk_new();
        struct filetree *tree;
        const char *files;
        size_t count = 0;

        for (; splits[i].names[count]; count++)
            add(&desk, "ServiceEntry", splits[i].names[count]);
        tree = store(&desk, splits[i].max);
        files = listing(&desk, tree);
        assert_int_equal(document_count(&desk, tree), count);
        if (strcmp(files, splits[i].files) != 0)
            fail_msg("%s: %s", splits[i].says, files);
        desk_free(&desk);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_documents_are_ordered_by_kind_and_name),
        cmocka_unit_test(test_the_same_object_is_written_once),
        cmocka_unit_test(test_former_documents),
        cmocka_unit_test(test_large_files_are_split),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
