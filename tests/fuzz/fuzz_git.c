/* tests/fuzz/fuzz_git.c - what other people's servers and repositories hand to sync/: URLs, trees,
 * commits, lists of refs, reports. The first byte says which. */
#include "base/arena.h"
#include "base/url.h"
#include "sync/commit.h"
#include "sync/transport/pkt.h"
#include "sync/tree_read.h"
#include <stdint.h>

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len);

static void parse_lines(const char *bytes, size_t len)
{
    struct advertisement refs = { 0 };
    struct push_report report = { 0 };
    struct pkt_watch watch = { 0 };
    size_t at = 0;

    for (size_t begin = 0; begin < len; begin += 7)
        pkt_watch_add(&watch, bytes + begin, len - begin < 7 ? len - begin : 7);
    while (len - at >= PKT_HEAD) {
        ssize_t line = pkt_length(bytes + at);
        size_t whole = line > 0 ? (size_t)line : PKT_HEAD;

        if (line < 0 || whole > len - at)
            break;
        advertisement_add(&refs, bytes + at + PKT_HEAD, whole - PKT_HEAD, at == 0,
                          "refs/heads/main");
        push_report_add(&report, bytes + at + PKT_HEAD, whole - PKT_HEAD, "refs/heads/main");
        at += whole;
    }
    text_free(&report.words);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
    AUTO(arena_free) struct arena *arena = arena_new();
    const char *text = (const char *)bytes + 1;
    struct tree_list list;
    struct commit commit;
    struct url url;
    struct err err;

    if (len == 0)
        return 0;
    len--;
    switch (bytes[0] % 4) {
    case 0:
        if (url_parse(&url, arena_bytes(arena, text, len), arena, &err) == 0)
            url_is_loopback(&url);
        break;
    case 1:
        tree_read_parse(&list, text, len, arena);
        break;
    case 2:
        commit_parse(&commit, text, len, arena);
        break;
    default:
        parse_lines(text, len);
    }
    return 0;
}
