/* tests/unit/pki/test_csr_request.c - the agent's request: what is written is read, and what is
 * not one is refused. */
#include "pki/csr_request.h"
#include "tests/lib/trust_fixture.h"
#include <string.h>

static const struct csr_request sample = {
    .cluster = "east",
    .namespace = "istio-system",
    .agent = "weft 1",
    .made = NOW,
    .csr = "-----BEGIN CERTIFICATE REQUEST-----\nAA==\n-----END CERTIFICATE REQUEST-----\n",
    .holds = { 17, "aa", "bb", "cc", "dd" },
    .cannot_serial = 18,
    .cannot = "no key",
};

static void what_is_written_is_read(void **state)
{
    AUTO(arena_free) struct arena *arena = arena_new();
    const char *text = csr_request_text(&sample, arena);
    struct csr_request got;
    struct err err;

    (void)state;
    assert_int_equal(csr_request_read(&got, text, strlen(text), arena, &err), 0);
    assert_string_equal(got.cluster, "east");
    assert_string_equal(got.namespace, "istio-system");
    assert_int_equal(got.made, NOW);
    assert_string_equal(got.csr, sample.csr);
    assert_int_equal(got.holds.serial, 17);
    assert_string_equal(got.holds.root_cert, "dd");
    assert_int_equal(got.cannot_serial, 18);
    assert_string_equal(csr_request_text(&got, arena), text);
}

static void a_cluster_without_anything_holds_nothing(void **state)
{
    AUTO(arena_free) struct arena *arena = arena_new();
    struct csr_request first = sample, got;
    const char *text;
    struct err err;

    (void)state;
    first.holds = (struct csr_holds){ 0 };
    first.cannot_serial = 0;
    text = csr_request_text(&first, arena);
    assert_int_equal(csr_request_read(&got, text, strlen(text), arena, &err), 0);
    assert_int_equal(got.holds.serial, 0);
    assert_string_equal(got.holds.spki, "");
    assert_int_equal(got.cannot_serial, 0);
}

static void what_is_no_request_is_refused(void **state)
{
    static const struct {
        const char *text;
        enum csr_fault fault;
    } rows[] = {
        { "", CSR_UNREADABLE },
        { "[]", CSR_UNREADABLE },
        { "{\"version\":\"1\"}", CSR_UNREADABLE },
        { "{\"version\":2}", CSR_VERSION },
        { "{\"version\":1,\"cluster\":\"a\"}", CSR_UNREADABLE },
        { "{\"version\":1,\"cluster\":\"a\\u0000b\",\"namespace\":\"n\",\"agent\":\"x\"}",
          CSR_UNREADABLE },
        { "{\"version\":1,\"cluster\":\"a\",\"namespace\":\"n\",\"agent\":\"x\","
          "\"spare\":{\"csr\":\"c\"},\"made\":\"today\"}",
          CSR_UNREADABLE },
        { "{\"version\":1,\"cluster\":\"a\",\"namespace\":\"n\",\"agent\":\"x\","
          "\"spare\":{\"csr\":\"c\"},\"made\":\"2026-11-23T11:00:00Z\",\"holds\":{\"serial\":-1}}",
          CSR_UNREADABLE },
    };
    AUTO(arena_free) struct arena *arena = arena_new();
    char *large = ARENA_NEW(arena, char, CSR_REQUEST_MAX + 1);
    struct csr_request got;
    struct err err;

    (void)state;
    for (size_t i = 0; i < LENGTH(rows); i++) {
        assert_int_equal(csr_request_read(&got, rows[i].text, strlen(rows[i].text), arena, &err),
                         -1);
        assert_int_equal(err.code, rows[i].fault);
    }
    memset(large, ' ', CSR_REQUEST_MAX + 1);
    assert_int_equal(csr_request_read(&got, large, CSR_REQUEST_MAX + 1, arena, &err), -1);
    assert_int_equal(err.code, CSR_UNREADABLE);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_written_is_read),
        cmocka_unit_test(a_cluster_without_anything_holds_nothing),
        cmocka_unit_test(what_is_no_request_is_refused),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
