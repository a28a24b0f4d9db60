/* tests/unit/api/test_finding.c - messages know where they come from, and findings read the same in
 * each form. */
#include "api/finding.h"
#include "api/status.h"
#include "base/parse.h"
#include "base/parse_json.h"
#include "base/write.h"
#include "base/write_json.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#define W99_NOTHING "%s matches nothing" REMEDY "correct it"
#define W_NO_ID "no number"

static const struct finding reads = {
    .severity = SEVERITY_WARNING,
    .id = "W3",
    .kind = "AccessPolicy",
    .ref = { "reads", "shop" },
    .target_kind = "Destination",
    .target = { "cart.v1", "gloo-mesh" },
    .place = { "specs/p.yaml", 7, 5 },
    .field = "spec.x[0]",
    .text = "spec.x[0]: matches nothing; correct it",
    .remedy = "correct it",
};

static void message__takes_id_and_remedy_from_its_format(void **state)
{
    struct arena *arena = arena_new();
    struct messages messages = { 0 };
    struct origin origin;

    (void)state;
    messages_add(&messages, arena, W99_NOTHING, "shop");
    messages_place(&messages, (struct place){ "a.yaml", 1, 2 });
    messages_add(&messages, arena, W_NO_ID);
    messages_add(&messages, arena, "W98_%s", "text");
    messages_share(&messages, arena, (struct origin){ "D1", "do it", { 0 } }, "shared");
    assert_int_equal(messages.count, 4);
    assert_string_equal(messages.texts[0], "shop matches nothing; correct it");
    origin = messages_origin(&messages, 0);
    assert_string_equal(origin.id, "W99");
    assert_string_equal(origin.remedy, "correct it");
    assert_int_equal(origin.place.line, 1);
    for (size_t i = 1; i < 3; i++) {
        assert_string_equal(messages_origin(&messages, i).id, "");
        assert_string_equal(messages_origin(&messages, i).remedy, "");
        assert_null(messages_origin(&messages, i).place.file);
    }
    assert_string_equal(messages_origin(&messages, 3).id, "D1");
    assert_string_equal(messages_origin(&messages, 3).remedy, "do it");
    arena_free(arena);
}

static void key__gives_its_object(void **state)
{
    static const struct {
        const char *key, *namespace, *name;
    } rows[] = {
        { "istiod.gloo-mesh.", "gloo-mesh", "istiod" },
        { "cart.v1.gloo-mesh.", "gloo-mesh", "cart.v1" },
        { "alone", "", "alone" },
        { ".", "", "" },
        { "", "", "" },
    };
    struct arena *arena = arena_new();

    (void)state;
    for (size_t i = 0; i < LENGTH(rows); i++) {
        struct object_ref ref = object_ref_of_key(rows[i].key, arena);

        assert_string_equal(ref.namespace, rows[i].namespace);
        assert_string_equal(ref.name, rows[i].name);
    }
    arena_free(arena);
}

static void finding__prints_place_object_severity_and_id(void **state)
{
    struct text out = { 0 };

    (void)state;
    finding_print(&out, &reads);
    assert_string_equal(out.bytes,
                        "specs/p.yaml:7:5: AccessPolicy shop/reads, destination gloo-mesh/cart.v1: "
                        "warning: spec.x[0]: matches nothing; correct it (W3)");
    text_free(&out);
}

static void findings__say_once_what_many_targets_have_in_common(void **state)
{
    struct arena *arena = arena_new();
    struct findings findings = { .arena = arena };
    struct finding other = reads;
    const char **lines;
    size_t count;

    (void)state;
    for (size_t i = 0; i < 3; i++) {
        other.target.name = i ? "b" : "a";
        findings_add(&findings, other);
    }
    other.text = "something else";
    findings_add(&findings, other);
    other.severity = SEVERITY_ERROR;
    findings_add(&findings, other);
    assert_int_equal(findings.errors, 1);
    assert_int_equal(findings.warnings, 4);
    lines = findings_lines(&count, &findings, SEVERITY_WARNING, SIZE_MAX);
    assert_int_equal(count, 2);
    assert_non_null(strstr(lines[0], " (and 2 more destinations)"));
    lines = findings_lines(&count, &findings, SEVERITY_WARNING, 1);
    assert_int_equal(count, 2);
    assert_non_null(strstr(lines[1], "and 1 more"));
    findings_lines(&count, &findings, SEVERITY_ERROR, SIZE_MAX);
    assert_int_equal(count, 1);
    arena_free(arena);
}

static void findings__come_back_from_json(void **state)
{
    struct arena *arena = arena_new();
    struct findings findings = { .arena = arena }, back = { .arena = arena };
    struct finding error = {
        .id = "", .kind = "", .target_kind = "", .field = "", .text = "bad", .remedy = ""
    };
    const struct node *list;
    struct text json = { 0 };
    struct err err;

    (void)state;
    findings_add(&findings, reads);
    findings_add(&findings, error);
    write_json(&json, findings_node(&findings, arena), false);
    assert_non_null(strstr(json.bytes, "{\"severity\":\"error\",\"message\":\"bad\"}"));
    assert_int_equal(parse_json(&list, json.bytes, json.len, arena, &err), 0);
    findings_read(&back, list);
    assert_int_equal(back.count, 2);
    assert_int_equal(back.items[0].severity, SEVERITY_ERROR);
    assert_null(back.items[0].place.file);
    assert_string_equal(back.items[1].id, "W3");
    assert_string_equal(back.items[1].target.name, "cart.v1");
    assert_int_equal(back.items[1].place.column, 5);
    assert_string_equal(back.items[1].remedy, "correct it");
    text_free(&json);
    arena_free(arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(message__takes_id_and_remedy_from_its_format),
        cmocka_unit_test(key__gives_its_object),
        cmocka_unit_test(finding__prints_place_object_severity_and_id),
        cmocka_unit_test(findings__say_once_what_many_targets_have_in_common),
        cmocka_unit_test(findings__come_back_from_json),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
