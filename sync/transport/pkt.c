/* sync/transport/pkt.c - lengths, refs and reports as servers write them.  Trusts no byte of them.
 */
#include "sync/transport/pkt.h"
#include "base/base64.h"
#include <string.h>

enum { WORDS_MAX = 2000, HEX = 40 };

ssize_t pkt_length(const char head[PKT_HEAD])
{
    ssize_t len = 0;

    for (int i = 0; i < PKT_HEAD; i++) {
        if (hex_digit(head[i]) < 0)
            return -1;
        len = len * 16 + hex_digit(head[i]);
    }
    return len == 0 || (len >= PKT_HEAD && len <= PKT_MAX) ? len : -1;
}

static void take_head(struct pkt_watch *watch)
{
    ssize_t len = pkt_length(watch->head);

    watch->have = 0;
    watch->left = len > 0 ? (size_t)len - PKT_HEAD : 0;
    watch->lines += len > 0;
    watch->pack = memcmp(watch->head, "PACK", PKT_HEAD) == 0;
    watch->bad = len < 0 && !watch->pack;
}

void pkt_watch_add(struct pkt_watch *watch, const char *bytes, size_t len)
{
    const char *end = bytes + len;

    while (bytes < end && !watch->bad && !watch->pack) {
        size_t here = (size_t)(end - bytes), skip = watch->left < here ? watch->left : here;

        watch->left -= skip;
        bytes += skip;
        while (bytes < end && watch->left == 0 && watch->have < PKT_HEAD)
            watch->head[watch->have++] = *bytes++;
        if (watch->have == PKT_HEAD)
            take_head(watch);
    }
}

void pkt_add(struct text *out, const char *line, size_t len)
{
    text_addf(out, "%04zx", len + PKT_HEAD);
    text_add(out, line, len);
}

static bool parse_id(struct git_id *out, const char *hex)
{
    for (size_t i = 0; i < sizeof out->bytes; i++) {
        int high = hex_digit(hex[2 * i]), low = hex_digit(hex[2 * i + 1]);

        if (high < 0 || low < 0)
            return false;
        out->bytes[i] = (unsigned char)(high * 16 + low);
    }
    return true;
}

/* One of the capabilities, which are separated by blanks. */
static bool has_word(const char *list, size_t len, const char *word)
{
    size_t word_len = strlen(word);

    for (size_t i = 0; i + word_len <= len; i++)
        if (memcmp(list + i, word, word_len) == 0 && (i == 0 || list[i - 1] == ' ')
            && (i + word_len == len || list[i + word_len] == ' '))
            return true;
    return false;
}

static void read_capabilities(struct advertisement *out, const char *list, size_t len)
{
    out->report_status = has_word(list, len, "report-status");
    out->side_band = has_word(list, len, "side-band-64k");
    out->quiet = has_word(list, len, "quiet");
    out->sha256 = has_word(list, len, "object-format=sha256");
}

bool advertisement_add(struct advertisement *out, const char *line, size_t len, bool first,
                       const char *ref)
{
    const char *nul;
    size_t name_len = strlen(ref);
    struct git_id id;

    if (len > 0 && line[len - 1] == '\n')
        len--;
    nul = memchr(line, '\0', len);
    if (first && nul)
        read_capabilities(out, nul + 1, (size_t)(line + len - nul) - 1);
    if (nul)
        len = (size_t)(nul - line);
    if (out->sha256)
        return true;
    if (len > strlen("shallow ") && memcmp(line, "shallow ", strlen("shallow ")) == 0)
        return true;
    if (len < HEX + 2 || line[HEX] != ' ' || !parse_id(&id, line))
        return false;
    if (len - HEX - 1 == name_len && memcmp(line + HEX + 1, ref, name_len) == 0) {
        out->found = true;
        out->id = id;
    }
    return true;
}

static bool begins(const char *line, size_t len, const char *word)
{
    return len >= strlen(word) && memcmp(line, word, strlen(word)) == 0;
}

void push_report_add(struct push_report *out, const char *line, size_t len, const char *ref)
{
    size_t ref_len = strlen(ref);

    if (len > 0 && line[len - 1] == '\n')
        len--;
    if (len == strlen("unpack ok") && begins(line, len, "unpack ok"))
        out->unpacked = true;
    else if (len == 3 + ref_len && begins(line, len, "ok ") && memcmp(line + 3, ref, ref_len) == 0)
        out->updated = true;
    else if ((begins(line, len, "ng ") || begins(line, len, "unpack "))
             && out->words.len < WORDS_MAX) {
        const char *reason =
            begins(line, len, "ng ") && len > 4 + ref_len ? line + 4 + ref_len : line;

        text_adds(&out->words, out->words.len ? "; " : "");
        text_add(&out->words, reason,
                 (size_t)(line + len - reason) < WORDS_MAX ? (size_t)(line + len - reason)
                                                           : WORDS_MAX);
    }
}
