/* base/err.c - fills and wraps struct err.  Must not allocate: reporting a failure cannot fail. */
#include "base/err.h"

#include "base/visible.h"
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

static const char cut_mark[] = "...";

/* Ends text at len at the latest, never inside a UTF-8 sequence, with "..." to show it. */
static void cut_at(char *text, size_t len)
{
    const size_t mark = sizeof cut_mark - 1;

    memcpy(text + text_cut(text, len > mark ? len - mark : 0), cut_mark, sizeof cut_mark);
}

/* Errors quote servers and files.  What does not fit is cut. */
static void add_visible(char *out, size_t room, const char *text)
{
    size_t len = strlen(text), used = 0;

    while (len > 0 && (unsigned char)text[len - 1] <= ' ')
        len--;
    for (size_t at = 0; at < len;) {
        char form[VISIBLE_MAX];
        size_t form_len, step = visible_next(form, &form_len, text + at, len - at);

        if (form_len >= room - used) {
            out[used] = '\0';
            cut_at(out, used);
            return;
        }
        memcpy(out + used, form, form_len);
        used += form_len;
        at += step;
    }
    out[used] = '\0';
}

static void print_text(char *out, size_t room, const char *fmt, va_list args) PRINTF_LIKE(3, 0);
static void print_text(char *out, size_t room, const char *fmt, va_list args)
{
    char raw[sizeof((struct err *)NULL)->text];
    int len = vsnprintf(raw, room, fmt, args);

    if (len < 0)
        raw[0] = '\0';
    else if ((size_t)len >= room)
        cut_at(raw, room - 1);
    add_visible(out, room, raw);
}

int err_set(struct err *err, enum err_kind kind, int code, const char *fmt, ...)
{
    char text[sizeof err->text]; /* an argument may point into err itself */
    va_list args;

    va_start(args, fmt);
    print_text(text, sizeof text, fmt, args);
    va_end(args);
    err->kind = kind;
    err->code = code;
    memcpy(err->text, text, strlen(text) + 1);
    return -1;
}

int err_errno(struct err *err, const char *fmt, ...)
{
    int code = errno;
    char what[sizeof err->text / 2];
    va_list args;

    va_start(args, fmt);
    print_text(what, sizeof what, fmt, args);
    va_end(args);
    return err_set(err, ERR_SYSTEM, code, "%s: %s", what,
                   strerrordesc_np(code) ? strerrordesc_np(code) : "unknown error");
}

int err_wrap(struct err *err, const char *fmt, ...)
{
    char context[sizeof err->text];
    size_t cause_len = strlen(err->text), room = sizeof err->text - 1 - 2, len;
    va_list args;

    if (cause_len + sizeof cut_mark > room)
        return -1; /* no room for any context */
    va_start(args, fmt);
    print_text(context, sizeof context, fmt, args);
    va_end(args);
    if (strlen(context) + cause_len > room)
        cut_at(context, room - cause_len);
    len = strlen(context);
    memmove(err->text + len + 2, err->text, cause_len + 1);
    memcpy(err->text, context, len);
    memcpy(err->text + len, ": ", 2);
    return -1;
}
