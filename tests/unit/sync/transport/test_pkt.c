/* tests/unit/sync/transport/test_pkt.c - what servers write, taken apart: lengths, lists of refs,
 * reports. */
// clang-format off
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>
// clang-format on

#include "sync/transport/pkt.h"
#include <stdio.h>
#include <string.h>

#define ID "0123456789abcdef0123456789abcdef01234567"
#define REF "refs/heads/main"
/* A literal that may hold a NUL, with its length. */
#define BYTES(literal) literal, sizeof literal - 1

// clang-format off
static const struct {
    const char *name, head[5];
    ssize_t len;
} lengths[] = {
    { "a flush", "0000", 0 },
    { "the smallest line", "0004", 4 },
    { "upper case", "00FF", 255 },
    { "the largest line", "fff0", 65520 },
    { "larger than any line", "fff1", -1 },
    { "a delimiter of protocol 2", "0001", -1 },
    { "less than its own head", "0003", -1 },
    { "not hex", "00g0", -1 },
    { "a blank", "  10", -1 },
    { "text", "ERR ", -1 },
};

static const struct {
    const char *name, *line;
    size_t len;
    bool first, taken, found, report, band, sha256;
} refs[] = {
    { "our ref", BYTES(ID " " REF "\n"), false, true, true, false, false, false },
    { "our ref without a line end", BYTES(ID " " REF), false, true, true, false, false, false },
    { "another ref", BYTES(ID " refs/heads/mainly\n"), false, true, false, false, false, false },
    { "the first with capabilities", BYTES(ID " " REF "\0 report-status side-band-64k quiet"), true, true, true, true, true,
      false },
    { "capabilities that only begin alike", BYTES(ID " " REF "\0 report-status-v2 side-band-64kb"), true, true, true, false,
      false, false },
    { "an empty repository", BYTES("0000000000000000000000000000000000000000 capabilities^{}\0report-status"), true, true,
      false, true, false, false },
    { "SHA-256", BYTES("0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef " REF "\0object-format=sha256"),
      true, true, false, false, false, true },
    { "a shallow line", BYTES("shallow " ID "\n"), false, true, false, false, false, false },
    { "half an id", BYTES("0123456789abcdef " REF), false, false, false, false, false, false },
    { "an id that is not hex", BYTES("z123456789abcdef0123456789abcdef01234567 " REF), false, false, false, false, false,
      false },
    { "an id alone", BYTES(ID), false, false, false, false, false, false },
    { "nothing", BYTES(""), false, false, false, false, false, false },
};

static const struct {
    const char *name, *lines[3];
    bool unpacked, updated;
    const char *words;
} reports[] = {
    { "all is well", { "unpack ok\n", "ok " REF "\n" }, true, true, "" },
    { "another ref is well", { "unpack ok\n", "ok refs/heads/mainly\n" }, true, false, "" },
    { "the ref is refused", { "unpack ok\n", "ng " REF " hook declined\n" }, true, false, "hook declined" },
    { "the pack is refused", { "unpack index-pack failed\n", "ng " REF " unpacker error\n" }, false, false,
      "unpack index-pack failed; unpacker error" },
    { "a reason without a reason", { "unpack ok\n", "ng " REF "\n" }, true, false, "ng " REF },
    { "an empty line", { "", "ok\n" }, false, false, "" },
};
// clang-format on

static void test_lengths(void **state)
{
    (void)state;
    for (size_t i = 0; i < LENGTH(lengths); i++) {
        print_message("%s\n", lengths[i].name);
        assert_int_equal(pkt_length(lengths[i].head), lengths[i].len);
    }
}

// clang-format off
static const struct {
    const char *name, *bytes;
    size_t len, lines;
    bool bad, pack;
} watched[] = {
    { "nothing", BYTES(""), 0, false, false },
    { "lines and flushes", BYTES("0009hello00000006xx0000"), 2, false, false },
    { "a line that is not whole yet", BYTES("0009he"), 1, false, false },
    { "half a head", BYTES("0009hello00"), 1, false, false },
    { "a length below its own head", BYTES("0009hello0003"), 1, true, false },
    { "text", BYTES("hello"), 0, true, false },
    { "a pack", BYTES("0008NAK\nPACK\0\0\0\2\xff\xff\xff\xff"), 1, false, true },
};
// clang-format on

/* However the bytes are cut. */
static void test_watch(void **state)
{
    (void)state;
    for (size_t i = 0; i < LENGTH(watched); i++)
        for (size_t piece = 1; piece <= 8; piece++) {
            struct pkt_watch watch = { 0 };

            for (size_t at = 0; at < watched[i].len; at += piece)
                pkt_watch_add(&watch, watched[i].bytes + at,
                              watched[i].len - at < piece ? watched[i].len - at : piece);
            if (watch.lines != watched[i].lines || watch.bad != watched[i].bad
                || watch.pack != watched[i].pack)
                fail_msg("%s, in pieces of %zu", watched[i].name, piece);
        }
}

static void test_refs(void **state)
{
    (void)state;
    for (size_t i = 0; i < LENGTH(refs); i++) {
        struct advertisement out = { 0 };
        char hex[41];

        print_message("%s\n", refs[i].name);
        assert_int_equal(advertisement_add(&out, refs[i].line, refs[i].len, refs[i].first, REF),
                         refs[i].taken);
        assert_int_equal(out.found, refs[i].found);
        assert_int_equal(out.report_status, refs[i].report);
        assert_int_equal(out.side_band, refs[i].band);
        assert_int_equal(out.sha256, refs[i].sha256);
        git_id_hex(hex, &out.id);
        if (out.found)
            assert_string_equal(hex, ID);
    }
}

static void test_reports(void **state)
{
    (void)state;
    for (size_t i = 0; i < LENGTH(reports); i++) {
        struct push_report report = { 0 };

        print_message("%s\n", reports[i].name);
        for (size_t j = 0; j < LENGTH(reports[i].lines) && reports[i].lines[j]; j++)
            push_report_add(&report, reports[i].lines[j], strlen(reports[i].lines[j]), REF);
        assert_int_equal(report.unpacked, reports[i].unpacked);
        assert_int_equal(report.updated, reports[i].updated);
        assert_string_equal(report.words.len ? report.words.bytes : "", reports[i].words);
        text_free(&report.words);
    }
}

static void test_words_are_bounded(void **state)
{
    struct push_report report = { 0 };
    char line[4096] = "ng " REF " ";

    (void)state;
    memset(line + strlen(line), 'x', sizeof line - strlen(line) - 1);
    for (int i = 0; i < 1000; i++)
        push_report_add(&report, line, sizeof line - 1, REF);
    assert_in_range(report.words.len, 1, 8192);
    text_free(&report.words);
}

static void test_add(void **state)
{
    struct text out = { 0 };

    (void)state;
    pkt_add(&out, "done\n", 5);
    assert_string_equal(out.bytes, "0009done\n");
    text_free(&out);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_lengths),
        cmocka_unit_test(test_watch),
        cmocka_unit_test(test_refs),
        cmocka_unit_test(test_reports),
        cmocka_unit_test(test_words_are_bounded),
        cmocka_unit_test(test_add),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
