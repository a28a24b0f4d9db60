/* base/text.c - growing byte buffers and locale-free string helpers.  Must not know any format. */
#include "base/text.h"

#include "base/memory.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* realloc would leave the old bytes behind. */
static char *move_secret(struct text *text, size_t room)
{
    char *moved = memory_grow(NULL, room);

    if (text->bytes) {
        memcpy(moved, text->bytes, text->len + 1);
        explicit_bzero(text->bytes, text->room);
        free(text->bytes);
    }
    return moved;
}

void text_reserve(struct text *text, size_t more)
{
    size_t need, room = text->room ? text->room : 64;

    if (__builtin_add_overflow(text->len, more, &need) || need > SIZE_MAX / 4)
        memory_out();
    if (need < text->room)
        return;
    while (room <= need)
        room *= 2;
    text->bytes = text->secret ? move_secret(text, room) : memory_grow(text->bytes, room);
    text->room = room;
}

void text_adds(struct text *text, const char *string) { text_add(text, string, strlen(string)); }

void text_addf(struct text *text, const char *fmt, ...)
{
    char small[256];
    va_list args;
    int len;

    va_start(args, fmt);
    len = vsnprintf(small, sizeof small, fmt, args);
    va_end(args);
    if (len < 0)
        memory_out();
    if ((size_t)len < sizeof small) {
        text_add(text, small, (size_t)len);
        return;
    }
    text_reserve(text, (size_t)len);
    va_start(args, fmt);
    vsnprintf(text->bytes + text->len, (size_t)len + 1, fmt, args);
    va_end(args);
    text->len += (size_t)len;
}

void text_clear(struct text *text)
{
    if (text->secret && text->bytes)
        explicit_bzero(text->bytes, text->room);
    text->len = 0;
    if (text->bytes)
        text->bytes[0] = '\0';
}

void text_free(struct text *text)
{
    if (text->secret && text->bytes)
        explicit_bzero(text->bytes, text->room);
    free(text->bytes);
    *text = (struct text){ 0 };
}

bool parse_int(const char *text, int64_t min, int64_t max, int64_t *out)
{
    bool negative = text && *text == '-';
    int64_t value = 0;

    if (!text)
        return false;
    text += negative;
    if (!*text)
        return false;
    for (; *text; text++) {
        int digit = *text - '0';

        if (!is_digit(*text) || __builtin_mul_overflow(value, 10, &value)
            || __builtin_add_overflow(value, negative ? -digit : digit, &value))
            return false;
    }
    if (value < min || value > max)
        return false;
    *out = value;
    return true;
}

bool text_equal(const char *a, const char *b) { return a == b || (a && b && strcmp(a, b) == 0); }

bool text_listed(const char *const *list, size_t count, const char *text)
{
    for (size_t i = 0; i < count; i++)
        if (text_equal(list[i], text))
            return true;
    return false;
}

bool text_empty(const char *text) { return !text || !*text; }

const char *text_or_empty(const char *text) { return text ? text : ""; }

bool text_starts(const char *text, const char *prefix)
{
    return strncmp(text, prefix, strlen(prefix)) == 0;
}

bool text_ends(const char *text, const char *suffix)
{
    size_t len = strlen(text), suffix_len = strlen(suffix);

    return len >= suffix_len && memcmp(text + len - suffix_len, suffix, suffix_len) == 0;
}

bool text_ends_like(const char *text, const char *suffix)
{
    size_t len = strlen(text), suffix_len = strlen(suffix);

    if (len < suffix_len)
        return false;
    for (size_t i = 0; i < suffix_len; i++)
        if (to_lower(text[len - suffix_len + i]) != to_lower(suffix[i]))
            return false;
    return true;
}

size_t text_cut(const char *text, size_t max)
{
    size_t len = strnlen(text, max);

    while (len && ((unsigned char)text[len] & 0xC0) == 0x80)
        len--;
    return len;
}

void text_skip_bom(const char **bytes, size_t *len)
{
    if (*len >= 3 && memcmp(*bytes, "\xEF\xBB\xBF", 3) == 0) {
        *bytes += 3;
        *len -= 3;
    }
}

int text_compare(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}
