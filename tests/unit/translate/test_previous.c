/* tests/unit/translate/test_previous.c - documents of the output branch as it was. */
#include "translate/previous.h"

#include "tests/lib/translated.h"

static struct previous_documents parse(const char *bytes, struct arena *arena)
{
    struct previous_file *file = ARENA_NEW(arena, struct previous_file, 1);

    *file =
        (struct previous_file){ "x.yaml", arena_printf(arena, "%s%s", rendered_by_weft, bytes), 0 };
    file->len = strlen(file->bytes);
    return previous_parse(&(struct previous_files){ file, 1 }, arena);
}

static void previous_parse__splits_documents_to_the_byte(void **state)
{
    static const char first[] =
        "kind: A\nmetadata:\n  name: a\n  namespace: n\nspec:\n  hosts:\n  - h.example\n";
    static const char second[] = "kind: B\nmetadata:\n  name: b\nspec:\n  host: x.example\n";
    struct arena *arena = arena_new();
    const struct previous_documents documents =
        parse(arena_printf(arena, "%s---\n%s", first, second), arena);

    (void)state;
    assert_int_equal(documents.count, 2);
    assert_int_equal(documents.items[0].len, strlen(first));
    assert_memory_equal(documents.items[0].text, first, strlen(first));
    assert_string_equal(documents.items[0].host, "h.example");
    assert_string_equal(documents.items[1].host, "x.example");
    assert_string_equal(documents.items[1].namespace, "");
    arena_free(arena);
}

static void previous_parse__keeps_the_text_of_what_is_no_yaml(void **state)
{
    struct arena *arena = arena_new();
    const struct previous_documents documents = parse("kind: [\n", arena);

    (void)state;
    assert_int_equal(documents.count, 1);
    assert_null(documents.items[0].object);
    assert_string_equal(documents.items[0].kind, "");
    assert_int_equal(documents.items[0].len, strlen("kind: [\n"));
    arena_free(arena);
}

static void previous_parents__reads_the_annotation(void **state)
{
    struct arena *arena = arena_new();
    const struct previous_documents documents = parse(
        "kind: A\nmetadata:\n  name: a\n  annotations:\n    parents.networking.mesh.gloo.solo.io: "
        "\"{\\\"g/v1, Kind=K\\\":[{\\\"name\\\":\\\"n\\\",\\\"namespace\\\":\\\"s\\\"}]}\"\n",
        arena);

    (void)state;
    assert_int_equal(previous_parents(&documents.items[0], "g/v1, Kind=K")->count, 1);
    assert_null(previous_parents(&documents.items[0], "g/v1, Kind=L"));
    arena_free(arena);
}

static void previous_list__takes_files_of_weft_alone(void **state)
{
    struct arena *arena = arena_new();
    struct files files = { 0 };
    struct previous_files found = { 0 };
    struct tree_reader reader;
    struct err err;

    (void)state;
    files_add(&files, "clusters/a/by-hand.yaml", "kind: A\n", 8, arena);
    files_add(&files, "clusters/a/deep/ours.yaml", rendered_by_weft, strlen(rendered_by_weft),
              arena);
    files_add(&files, "clusters/b/ours.yaml", rendered_by_weft, strlen(rendered_by_weft), arena);
    files_sort(&files);
    reader = files_reader(&files);
    assert_int_equal(previous_list(&found, &reader, "clusters/a", arena, &err), 0);
    assert_int_equal(found.count, 1);
    assert_string_equal(found.items[0].path, "clusters/a/deep/ours.yaml");
    arena_free(arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(previous_parse__splits_documents_to_the_byte),
        cmocka_unit_test(previous_parse__keeps_the_text_of_what_is_no_yaml),
        cmocka_unit_test(previous_parents__reads_the_annotation),
        cmocka_unit_test(previous_list__takes_files_of_weft_alone),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
