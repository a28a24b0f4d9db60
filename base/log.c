/* base/log.c - one event, one line, one write.  Must not decide what is worth logging, nor show
 * control bytes. */
#include "base/log.h"
#include "base/write_json.h"

#include "base/clock.h"
#include "base/enums.h"
#include "base/visible.h"
#include "base/write.h"
#include <errno.h>
#include <stdarg.h>
#include <string.h>
#include <unistd.h>

static const char *const level_names[] = {
    [LOG_ERROR] = "error",
    [LOG_WARN] = "warn",
    [LOG_INFO] = "info",
    [LOG_DEBUG] = "debug",
};
static const struct enum_table levels = ENUM_TABLE(level_names);

/* Bare values are those that a reader can split at blanks and at the first '='. */
static bool needs_quotes(const char *value)
{
    size_t len = strlen(value);

    if (len == 0)
        return true;
    for (const char *p = value; *p; p++)
        if ((unsigned char)*p <= ' ' || *p == '"' || *p == '=' || *p == '\\')
            return true;
    return false;
}

static void add_line_value(struct text *line, const char *value)
{
    AUTO_TEXT shown = { 0 };

    text_adds(&shown, "");
    visible_add(&shown, value);
    if (needs_quotes(shown.bytes))
        write_json_string(line, shown.bytes, shown.len);
    else
        text_adds(line, shown.bytes);
}

static void add_json_member(struct text *line, const char *key, const char *value)
{
    text_addc(line, line->bytes[line->len - 1] == '{' ? ' ' : ',');
    if (line->bytes[line->len - 1] == ' ')
        line->len--;
    write_json_string(line, key, strlen(key));
    text_addc(line, ':');
    write_json_string(line, value, strlen(value));
}

static void begin_line(struct text *line, enum log_format format, enum log_level level,
                       const char *event)
{
    const char *name = enums_name(&levels, (int)level);

    if (format == LOG_LINES) {
        text_adds(line, name);
        text_addc(line, ' ');
        add_line_value(line, event);
    } else {
        AUTO(arena_free) struct arena *arena = arena_new();

        text_addc(line, '{');
        add_json_member(line, "time", clock_text(clock_now(), arena));
        add_json_member(line, "level", name);
        add_json_member(line, "event", event);
    }
}

static void add_field(struct text *line, enum log_format format, const char *key, const char *value)
{
    if (format == LOG_JSON) {
        add_json_member(line, key, value);
        return;
    }
    text_addc(line, ' ');
    text_adds(line, key);
    text_addc(line, '=');
    add_line_value(line, value);
}

/* One write, so that lines of several processes do not mix; what a full disk refuses is lost. */
static void write_line(int fd, const struct text *line)
{
    size_t done = 0;

    while (done < line->len) {
        ssize_t wrote = write(fd, line->bytes + done, line->len - done);

        if (wrote < 0 && errno == EINTR)
            continue;
        if (wrote <= 0)
            return;
        done += (size_t)wrote;
    }
}

void log_event(const struct log *log, enum log_level level, const char *event, ...)
{
    AUTO_TEXT line = { 0 };
    va_list fields;
    const char *key, *value;

    if (level > log->level)
        return;
    begin_line(&line, log->format, level, event);
    va_start(fields, event);
    while ((key = va_arg(fields, const char *)) && (value = va_arg(fields, const char *)))
        add_field(&line, log->format, key, value);
    va_end(fields);
    text_adds(&line, log->format == LOG_JSON ? "}\n" : "\n");
    write_line(log->fd, &line);
}
