/* tests/unit/api/test_schema_encode.c - what a row writes, and when it writes nothing.  That
 * encoding undoes decoding is shown by test_schema_decode.c and test_kinds.c. */
#include "api/schema_encode.h"
#include "api/status.h"
#include "base/write_json.h"
#include "tests/lib/specs_sample.h"

#include "base/write.h"

enum shape { SHAPE_ROUND, SHAPE_SQUARE };
static const char *const shape_names[] = { "ROUND", "SQUARE" };
static const struct enum_table shapes = ENUM_TABLE(shape_names);

struct entry {
    const char *key;
    uint32_t number;
};

struct thing {
    enum shape usual, always, choice;
    int64_t seconds;
    const char *bytes, *made;
    bool has_part;
    struct entry part;
    const struct entry *entries;
    size_t entry_count;
    struct messages messages;
};

static const struct schema_field entry_fields[] = {
    ROW_UINT32(struct entry, "number", number),
};
static const struct schema entry_schema = { .name = "Entry",
                                            .size = sizeof(struct entry),
                                            SCHEMA_FIELDS(entry_fields) };

static void encode_hello(struct arena *arena, struct node *map, const struct schema_field *field,
                         const void *object)
{
    (void)object;
    node_set_text(arena, map, field->key, "hello");
}

static const struct schema_field thing_fields[] = {
    ROW_ENUM(struct thing, "usual", usual, shapes),
    ROW_ENUM(struct thing, "always", always, shapes, .always = true),
    ROW_TEXT(struct thing, "made", made, .member = true, .chosen = SHAPE_ROUND),
    ROW_CHOICE("given", .chosen = SHAPE_SQUARE),
    ROW_SECONDS(struct thing, "seconds", seconds),
    ROW_BYTES(struct thing, "bytes", bytes),
    ROW_MAP(struct thing, "part", part, entry_schema,
            .given = SCHEMA_OPTIONAL(struct thing, has_part)),
    SCHEMA_ROW(SCHEMA_KEYED, offsetof(struct thing, entries), "entries",
               SCHEMA_COUNTED(struct thing, entry_count), .schema = &entry_schema),
    SCHEMA_ROW(SCHEMA_MESSAGES, offsetof(struct thing, messages), "messages", .doc = ""),
    ROW_ANY("hook", .encode = encode_hello),
    ROW_TEXT(struct thing, "foreign", bytes, .foreign = true),
};
static const struct schema thing_schema = { .name = "Thing",
                                            .size = sizeof(struct thing),
                                            SCHEMA_FIELDS(thing_fields),
                                            .choice = SCHEMA_OPTIONAL(struct thing, choice) };

static void assert_json(const struct thing *thing, const char *want)
{
    AUTO(arena_free) struct arena *arena = arena_new();
    AUTO_TEXT json = { 0 };

    write_json(&json, schema_encode(thing, &thing_schema, arena), false);
    assert_text("encoding", json.bytes, want);
}

static void test_least(void **state)
{
    (void)state;
    assert_json(&(struct thing){ .seconds = -1 }, "{\"always\":\"ROUND\",\"hook\":\"hello\"}");
}

static void test_all(void **state)
{
    static const struct entry entries[] = { { "b", 2 }, { "a", 1 }, { "c", 0 } };
    static const char *texts[] = { "m" };

    (void)state;
    assert_json(&(struct thing){ .usual = SHAPE_SQUARE,
                                 .made = "x",
                                 .seconds = 0,
                                 .bytes = "PEM",
                                 .has_part = true,
                                 .entries = entries,
                                 .entry_count = 3,
                                 .messages = { .texts = texts, .count = 1 } },
                "{\"usual\":\"SQUARE\",\"always\":\"ROUND\",\"made\":\"x\",\"seconds\":\"0s\","
                "\"bytes\":\"UEVN\",\"part\":{},"
                "\"entries\":{\"a\":{\"number\":1},\"b\":{\"number\":2},\"c\":{}},"
                "\"messages\":[\"m\"],\"hook\":\"hello\"}");
}

/* Of a oneof only the member that the enum names is written, whatever the others hold. */
static void test_choice(void **state)
{
    (void)state;
    assert_json(&(struct thing){ .choice = SHAPE_SQUARE, .made = "x", .seconds = -1 },
                "{\"always\":\"ROUND\",\"given\":{},\"hook\":\"hello\"}");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_least),
        cmocka_unit_test(test_all),
        cmocka_unit_test(test_choice),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
