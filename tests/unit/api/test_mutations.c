/* tests/unit/api/test_mutations.c - each field of each kind, spoilt in turn: never overlooked,
 * reported with its path. */
#include "base/write_yaml.h"
#include "tests/lib/specs_sample.h"

#include "base/files.h"
#include "base/parse_yaml.h"
#include "base/write.h"
#include <string.h>

/* A way to spoil a node.  False: it does not apply to this one. */
typedef bool spoil_fn(struct arena *arena, struct node *node, const char **path);

static bool is_map_of_texts(const struct node *node)
{
    static const char *const keys[] = { "labels", "podLabels", "workloadSelectorLabels", "ports" };

    for (size_t i = 0; i < LENGTH(keys); i++)
        if (node->key && node->kind == NODE_MAP && strcmp(node->key, keys[i]) == 0)
            return true;
    return false;
}

/* A scalar becomes a list, anything else a scalar. */
static bool wrong_type(struct arena *arena, struct node *node, const char **path)
{
    struct node *wrong = node->kind == NODE_MAP || node->kind == NODE_LIST
                             ? node_string(arena, "wrong")
                             : node_list(arena);

    (void)path;
    node->kind = wrong->kind;
    node->text = wrong->text;
    node->len = wrong->len;
    node->first = node->last = NULL;
    node->items = NULL;
    node->count = 0;
    return true;
}

static bool unknown_field(struct arena *arena, struct node *node, const char **path)
{
    if (node->kind != NODE_MAP || is_map_of_texts(node))
        return false;
    node_set(node, "quux", node_string(arena, "1"));
    *path = arena_printf(arena, "%s.quux", *path);
    return true;
}

/* One letter of a known name is doubled: the right one is suggested. */
static bool typing_error(struct arena *arena, struct node *node, const char **path)
{
    size_t len = strlen(*path) - (node->key ? strlen(node->key) : 0);

    if (strstr(*path, "abels.") || strstr(*path, ".ports.")) /* any key will do there */
        return false;
    if (!node->key || strcmp(node->key, "spec") == 0 || !text_ends(*path, node->key)
        || strlen(node->key) < 4)
        return false;
    node->key = arena_printf(arena, "%c%s", node->key[0], node->key);
    *path = arena_printf(arena, "%.*s%s", (int)len, *path, node->key);
    return true;
}

/* The nth node below spec in the order of the text, with its path; NULL: there are fewer. */
static struct node *nth(struct node *node, size_t *n, struct arena *arena, const char **path)
{
    size_t index = 0;

    if ((*n)-- == 0)
        return node;
    for (struct node *child = node->first; child; child = child->next, index++) {
        const char *below = child->key ? arena_printf(arena, "%s.%s", *path, child->key)
                                       : arena_printf(arena, "%s[%zu]", *path, index);
        struct node *found = nth(child, n, arena, &below);

        if (found) {
            *path = below;
            return found;
        }
    }
    return NULL;
}

static struct node *spec_of(struct node *document)
{
    for (struct node *member = document->first; member; member = member->next)
        if (strcmp(member->key, "spec") == 0)
            return member;
    fail_msg("a document without spec");
    return NULL;
}

static bool is_told(const struct sample *sample, const char *path)
{
    for (const struct diag *diag = sample->diags.first; diag; diag = diag->next)
        if (diag->level == DIAG_ERROR && strcmp(diag->path, path) == 0)
            return true;
    return false;
}

/* Is the mistake at its path, and the object refused? */
static void check(struct node *document, const char *path)
{
    struct sample sample;
    AUTO_TEXT yaml = { 0 };

    write_yaml(&yaml, document);
    sample_text(&sample, yaml.bytes);
    if (sample.specs.refused_count != 1 || !is_told(&sample, path))
        fail_msg("%s is not told:\n%s\n%s", path, yaml.bytes, sample.said);
    sample_free(&sample);
}

/* Spoils every node of a document; how many there were. */
static size_t spoil_all(const struct node *document, spoil_fn *spoil)
{
    size_t spoilt = 0;

    for (size_t i = 0;; i++) {
        AUTO(arena_free) struct arena *arena = arena_new();
        struct node *copy = node_copy(arena, document), *node;
        const char *path = "spec";
        size_t n = i;

        node = nth(spec_of(copy), &n, arena, &path);
        if (!node)
            return spoilt;
        if (!spoil(arena, node, &path))
            continue;
        check(copy, path);
        spoilt++;
    }
}

static size_t spoil_documents(spoil_fn *spoil)
{
    AUTO(arena_free) struct arena *arena = arena_new();
    struct diags diags = { .arena = arena };
    const struct node *document;
    struct yaml_reader *reader;
    size_t len, count = 0;
    struct err err;
    char *yaml;

    if (file_read(&yaml, &len, RICH, 1 << 20, arena, &err) < 0)
        fail_msg("%s", err.text);
    reader = parse_yaml_open("rich.yaml", yaml, len, &diags);
    while (parse_yaml_next(reader, &document, arena) > 0)
        count += spoil_all(document, spoil);
    parse_yaml_close(reader);
    assert_int_equal(diags.errors, 0);
    return count;
}

static void test_unspoilt(void **state)
{
    AUTO(arena_free) struct arena *arena = arena_new();
    struct sample sample;
    struct err err;
    size_t len;
    char *yaml;

    (void)state;
    if (file_read(&yaml, &len, RICH, 1 << 20, arena, &err) < 0)
        fail_msg("%s", err.text);
    sample_text(&sample, yaml);
    assert_text("nothing is wrong before it is spoilt", sample.said, "");
    assert_string_equal(sample_outcome(&sample), "objects 13");
    sample_free(&sample);
}

static void test_wrong_types(void **state)
{
    (void)state;
    assert_true(spoil_documents(wrong_type) > 200);
}

static void test_unknown_fields(void **state)
{
    (void)state;
    assert_true(spoil_documents(unknown_field) > 70);
}

static void test_typing_errors(void **state)
{
    (void)state;
    assert_true(spoil_documents(typing_error) > 100);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_unspoilt),
        cmocka_unit_test(test_wrong_types),
        cmocka_unit_test(test_unknown_fields),
        cmocka_unit_test(test_typing_errors),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
