/* tests/unit/app/audit/test_certificate_log.c - how a certificate log grows, and how it is read
 * again. */
#include "app/audit/certificate_log.h"
#include "base/base64.h"
#include "base/merkle.h"
#include "base/text.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static const struct audit_certificate root = {
    .virtual_mesh = "ns/a",
    .mesh = "",
    .cluster = "",
    .name = "root",
    .serial = "01",
    .fingerprint = "aa",
    .root = "aa",
    .state = "active",
    .not_before = "2026-11-23T10:00:00Z",
};
static const struct audit_certificate early = {
    .virtual_mesh = "ns/a",
    .mesh = "m.ns.c1",
    .cluster = "c1",
    .name = "intermediate",
    .serial = "02",
    .fingerprint = "bb",
    .root = "aa",
    .state = "",
    .not_before = "2026-11-23T10:00:00Z",
};
static const struct audit_certificate late = {
    .virtual_mesh = "ns/a",
    .mesh = "m.ns.c1",
    .cluster = "c1",
    .name = "intermediate",
    .serial = "03",
    .fingerprint = "09",
    .root = "aa",
    .state = "",
    .not_before = "2026-11-24T10:00:00Z",
};

static const char *text_of(const struct certificate_log *log)
{
    AUTO_TEXT out = { 0 };

    certificate_log_write(&out, log);
    return arena_bytes(log->arena, out.len ? out.bytes : "", out.len);
}

static void an_entry_has_every_key(void **state)
{
    struct arena *arena = arena_new();
    struct audit_certificate hostile = early;

    (void)state;
    assert_string_equal(certificate_log_entry(&root, arena),
                        "{\"certificate\":\"sha256:aa\",\"serial\":\"01\",\"issuer\":\"aa\","
                        "\"virtualMesh\":\"ns/a\",\"mesh\":\"\",\"cluster\":\"\"}");
    assert_true(text_starts(certificate_log_entry(&early, arena), certificate_log_first));
    hostile.cluster = "a\n\"b";
    assert_null(strchr(certificate_log_entry(&hostile, arena), '\n'));
    arena_free(arena);
}

/* Whatever the order in which they are given. */
static void entries_are_appended_in_the_order_of_issue(void **state)
{
    struct arena *arena = arena_new();
    struct audit_certificate list[] = { late, early, root, early };
    struct audit_certificate turned[] = { root, late, early };
    struct certificate_log log, other;

    (void)state;
    certificate_log_read(&log, NULL, 0, arena);
    certificate_log_append(&log, list, LENGTH(list));
    assert_int_equal(log.count, 3);
    assert_string_equal(log.entries[0], certificate_log_entry(&root, arena));
    assert_string_equal(log.entries[1], certificate_log_entry(&early, arena));
    assert_string_equal(log.entries[2], certificate_log_entry(&late, arena));
    certificate_log_read(&other, NULL, 0, arena);
    certificate_log_append(&other, turned, LENGTH(turned));
    assert_string_equal(text_of(&log), text_of(&other));
    arena_free(arena);
}

static void a_log_that_is_read_goes_on_byte_for_byte(void **state)
{
    static const char odd[] = "anything at all\n\nwithout an end";
    struct arena *arena = arena_new();
    struct audit_certificate one[] = { early };
    struct certificate_log log, copy;

    (void)state;
    certificate_log_read(&log, odd, strlen(odd), arena);
    assert_int_equal(log.count, 3);
    certificate_log_copy(&copy, &log, arena);
    certificate_log_append(&copy, one, 1);
    certificate_log_append(&copy, one, 1);
    assert_int_equal(log.count, 3);
    assert_int_equal(copy.count, 4);
    assert_true(text_starts(text_of(&copy), odd));
    assert_false(certificate_log_has(&log, certificate_log_entry(&early, arena)));
    assert_true(certificate_log_has(&copy, certificate_log_entry(&early, arena)));
    arena_free(arena);
}

static void the_summary_is_size_and_root(void **state)
{
    struct arena *arena = arena_new();
    struct audit_certificate one[] = { root };
    struct certificate_log log;
    struct sha256 leaf;
    char hex[65];

    (void)state;
    certificate_log_read(&log, NULL, 0, arena);
    assert_string_equal(
        certificate_log_summary(&log, arena),
        "0 sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
    certificate_log_append(&log, one, 1);
    leaf = merkle_leaf(log.entries[0], strlen(log.entries[0]));
    hex_encode(hex, leaf.bytes, sizeof leaf.bytes);
    assert_string_equal(certificate_log_summary(&log, arena),
                        arena_printf(arena, "1 sha256:%s", hex));
    arena_free(arena);
}

static void logs_are_compared_from_the_beginning(void **state)
{
    static const char two[] = "a\nb\n", other[] = "a\nc\nb\n", more[] = "a\nb\nc\n";
    struct arena *arena = arena_new();
    struct certificate_log none, a, b, c;

    (void)state;
    certificate_log_read(&none, NULL, 0, arena);
    certificate_log_read(&a, two, strlen(two), arena);
    certificate_log_read(&b, other, strlen(other), arena);
    certificate_log_read(&c, more, strlen(more), arena);
    assert_int_equal(certificate_log_common(&none, &a), 0);
    assert_int_equal(certificate_log_common(&a, &b), 1);
    assert_int_equal(certificate_log_common(&a, &c), 2);
    assert_int_equal(certificate_log_common(&c, &a), 2);
    arena_free(arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(logs_are_compared_from_the_beginning),
        cmocka_unit_test(an_entry_has_every_key),
        cmocka_unit_test(entries_are_appended_in_the_order_of_issue),
        cmocka_unit_test(a_log_that_is_read_goes_on_byte_for_byte),
        cmocka_unit_test(the_summary_is_size_and_root),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
