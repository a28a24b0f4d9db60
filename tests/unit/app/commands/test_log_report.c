/* tests/unit/app/commands/test_log_report.c - the JSON of weft log has each trailer of a commit
 * under its own key, and no key for a trailer that an older weft did not write. */
#include "app/commands/log_report.h"
#include "base/parse_json.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static const char *const keys[] = { "source",          "sourceCommit", "sourceSigner",
                                    "inventoryCommit", "version",      "planDigest",
                                    "state",           "instance",     "certificateLog",
                                    "previousCommit" };

/* Each text is the name of its key. */
static const struct audit_entry full = {
    .source = "source",
    .source_commit = "sourceCommit",
    .signer = "sourceSigner",
    .inventory = "inventoryCommit",
    .version = "version",
    .digest = "planDigest",
    .state = "state",
    .instance = "instance",
    .certificates = "certificateLog",
    .previous = "previousCommit",
    .counter = 7,
};

static const struct audit_entry empty = {
    .source = "",
    .source_commit = "",
    .signer = "",
    .inventory = "",
    .version = "",
    .digest = "",
    .state = "",
    .instance = "",
    .certificates = "",
    .previous = "",
};

/* The one commit of the report. */
static const struct node *json_of(const struct audit_entry *entry, bool ours, struct arena *arena)
{
    const struct history_commit commit = {
        .id = "0123456789abcdef0123456789abcdef01234567",
        .author = "weft",
        .subject = "Serve retail",
        .ours = ours,
    };
    struct audit_event event = { .entry = *entry };
    const struct log_report report = { .branch = "rendered", .events = &event, .count = 1 };
    AUTO_TEXT out = { 0 };
    const struct node *root;
    struct err err;

    event.entry.commit = &commit;
    log_report_json(&out, &report, arena);
    assert_int_equal(
        parse_json(&root, arena_bytes(arena, out.bytes, out.len), out.len, arena, &err), 0);
    assert_string_equal(node_get(root, "branch", NULL), "rendered");
    assert_int_equal(node_find(root, "commits")->count, 1);
    return node_find(root, "commits")->first;
}

static void each_trailer_has_its_key(void **state)
{
    struct arena *arena = arena_new();
    const struct node *commit = json_of(&full, true, arena);

    (void)state;
    for (size_t i = 0; i < LENGTH(keys); i++) {
        if (!node_find(commit, keys[i]))
            fail_msg("%s", keys[i]);
        assert_string_equal(node_get(commit, keys[i], NULL), keys[i]);
    }
    assert_string_equal(node_get(commit, "counter", NULL), "7");
    arena_free(arena);
}

static void what_is_missing_has_none(void **state)
{
    struct arena *arena = arena_new();
    const struct node *older = json_of(&empty, true, arena), *other = json_of(&full, false, arena);

    (void)state;
    for (size_t i = 0; i < LENGTH(keys); i++) {
        assert_null(node_find(older, keys[i]));
        assert_null(node_find(other, keys[i])); /* not made by weft */
    }
    assert_null(node_find(older, "counter"));
    arena_free(arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_trailer_has_its_key),
        cmocka_unit_test(what_is_missing_has_none),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
