/* base/text.h - growing byte buffers, and what we need of strings without the locale. */
#ifndef WEFT_BASE_TEXT_H
#define WEFT_BASE_TEXT_H

#include "base/compiler.h"
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

/* A buffer that grows; bytes[len] is always NUL once anything was added.  Start with {0}.
 * Running out of memory ends the process. */
struct text {
    char *bytes;
    size_t len, room;
    bool secret; /* what it held is overwritten before its memory is given back, also when it grows
                  */
};

void text_reserve(struct text *text, size_t more); /* room for more bytes and a NUL */

/* memcpy without the call for the few bytes that most pieces have. */
static inline void copy_few(char *to, const char *from, size_t len)
{
    if (len > 32) {
        memcpy(to, from, len);
    } else if (len >= 16) {
        memcpy(to, from, 16);
        memcpy(to + len - 16, from + len - 16, 16);
    } else if (len >= 8) {
        memcpy(to, from, 8);
        memcpy(to + len - 8, from + len - 8, 8);
    } else {
        while (len--)
            *to++ = *from++;
    }
}

static inline void text_add(struct text *text, const char *bytes, size_t len)
{
    if (len >= text->room - text->len)
        text_reserve(text, len);
    copy_few(text->bytes + text->len, bytes, len);
    text->len += len;
    text->bytes[text->len] = '\0';
}

static inline void text_addc(struct text *text, char c)
{
    if (text->room - text->len <= 1)
        text_reserve(text, 1);
    text->bytes[text->len++] = c;
    text->bytes[text->len] = '\0';
}

void text_adds(struct text *text, const char *string);
void text_addf(struct text *text, const char *fmt, ...) PRINTF_LIKE(2, 3);
void text_clear(struct text *text); /* empties it, keeps its memory */
void text_free(struct text *text);  /* releases its memory; the struct is {0} again */
static inline void auto_text_free(struct text *text) { text_free(text); }
#define AUTO_TEXT __attribute__((cleanup(auto_text_free))) struct text

/* Whole text as a decimal number within min and max (as OpenBSD's strtonum); false leaves *out
 * alone. */
bool parse_int(const char *text, int64_t min, int64_t max, int64_t *out);

bool text_equal(const char *a, const char *b); /* NULL equals only NULL */
bool text_empty(const char *text);             /* NULL or "" */
const char *text_or_empty(const char *text);   /* "" for NULL */
/* Whether one of count texts equals this one. */
bool text_listed(const char *const *list, size_t count, const char *text);
bool text_starts(const char *text, const char *prefix);
bool text_ends(const char *text, const char *suffix);
bool text_ends_like(const char *text, const char *suffix); /* in any case of ASCII letters */
/* How many bytes of text to keep: max at most, and no part of a character (UTF-8) at the end. */
size_t text_cut(const char *text, size_t max);
/* Steps over the byte order mark with which some editors begin UTF-8 (EF BB BF). */
void text_skip_bom(const char **bytes, size_t *len);
int text_compare(const void *a, const void *b); /* qsort over const char *[]: byte order */

/* ASCII only, whatever the locale. */
static inline bool is_lower(char c) { return c >= 'a' && c <= 'z'; }

static inline bool is_digit(char c) { return c >= '0' && c <= '9'; }

static inline char to_lower(char c) { return (char)(c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c); }

static inline bool is_alnum(char c) { return is_digit(c) || is_lower(to_lower(c)); }

#endif
