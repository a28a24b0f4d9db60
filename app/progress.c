/* app/progress.c - one line a stage, on stderr; the only writer of progress.
 *
 * Standard error is for people or for machines, never both: lines with columns on a terminal or
 * with --log-format text, JSON or key=value lines otherwise. Standard output is left to results.
 * The line of a running stage is redrawn five times a second at most, and only on a terminal; a
 * log gets one line for each stage, with its time when that is a second or more. */
#include "app/progress.h"
#include "app/color.h"
#include "app/options.h"
#include "base/clock.h"
#include "base/text.h"
#include "base/visible.h"
#include <stdarg.h>
#include <string.h>
#include <unistd.h>

enum { REDRAW_MS = 200, SHOW_TIME_MS = 1000, LINE_MAX_BYTES = 1200 };

struct progress progress_start(const struct options *options)
{
    const char *format = options->log_format ? options->log_format : "auto";
    bool terminal = isatty(STDERR_FILENO);
    bool automatic = strcmp(format, "auto") == 0;
    enum log_level level = options->quiet ? LOG_WARN : options->verbose ? LOG_DEBUG : LOG_INFO;

    return (struct progress){
        .log = { level, strcmp(format, "json") == 0 ? LOG_JSON : LOG_LINES, STDERR_FILENO },
        .people = strcmp(format, "text") == 0 || (automatic && terminal),
        .terminal = terminal && automatic,
        .color = color_wanted(options, STDERR_FILENO),
    };
}

/* A line for people, its first column in a color.  visible_add, because the text may come from a
 * server. */
static void print_line(const struct progress *progress, enum color color, const char *lead,
                       const char *text, const char *tail)
{
    const bool colored = progress->color && color != COLOR_PLAIN;
    AUTO_TEXT line = { 0 };

    text_addf(&line, "%s%s%s", colored ? color_code(color) : "", lead,
              colored ? color_code(COLOR_PLAIN) : "");
    visible_add(&line, text);
    fprintf(stderr, "%s%s\n", line.bytes, tail);
}

static bool shows(const struct progress *progress, enum log_level level)
{
    return level <= progress->log.level;
}

/* Wipes a redrawn line so that the final one replaces it. */
static void wipe(struct progress *progress)
{
    if (progress->terminal && progress->drawn)
        fputs("\r\033[K", stderr);
    progress->drawn = 0;
}

void progress_clear(struct progress *progress) { wipe(progress); }

void progress_begin(struct progress *progress, const char *stage)
{
    progress->stage = stage;
    progress->stage_began = clock_monotonic_ms();
    wipe(progress);
    if (progress->people && progress->terminal && shows(progress, LOG_INFO)) {
        fprintf(stderr, "  %-10s ...", stage);
        progress->drawn = progress->stage_began;
    }
}

void progress_step(struct progress *progress, size_t done, size_t of, const char *what)
{
    int64_t now = clock_monotonic_ms();

    if (!progress->terminal || !progress->people || !shows(progress, LOG_INFO)
        || (now - progress->drawn < REDRAW_MS && done < of))
        return;
    wipe(progress);
    fprintf(stderr, "  %-10s %zu/%zu %s, %.0f s", progress->stage, done, of, what,
            (double)(now - progress->stage_began) / 1000);
    progress->drawn = now;
}

static void line(struct progress *progress, enum log_level level, const char *text)
{
    int64_t took = clock_monotonic_ms() - progress->stage_began;
    char seconds[32] = "", lead[64];

    if (!shows(progress, level))
        return;
    if (took >= SHOW_TIME_MS)
        snprintf(seconds, sizeof seconds, "%.1f s", (double)took / 1000);
    if (progress->people) {
        char tail[40] = "";

        wipe(progress);
        snprintf(lead, sizeof lead, "  %-10s ", progress->stage);
        if (*seconds)
            snprintf(tail, sizeof tail, " (%s)", seconds);
        print_line(progress, COLOR_PLAIN, lead, text, tail);
    } else if (*seconds) {
        log_event(&progress->log, level, progress->stage, "text", text, "took", seconds, NULL);
    } else {
        log_event(&progress->log, level, progress->stage, "text", text, NULL);
    }
}

static void remember_time(struct progress *progress)
{
    if (progress->stage && progress->took_count < STAGES_MAX)
        progress->took[progress->took_count++] =
            (struct stage_time){ progress->stage, clock_monotonic_ms() - progress->stage_began };
}

void progress_end(struct progress *progress, const char *fmt, ...)
{
    char text[LINE_MAX_BYTES];
    va_list args;

    va_start(args, fmt);
    vsnprintf(text, sizeof text, fmt, args);
    va_end(args);
    line(progress, LOG_INFO, text);
    remember_time(progress);
    progress->stage = NULL;
}

static enum color color_of(enum log_level level)
{
    return level == LOG_ERROR ? COLOR_RED : level == LOG_WARN ? COLOR_YELLOW : COLOR_PLAIN;
}

static void aside(struct progress *progress, enum log_level level, const char *event,
                  const char *text)
{
    char lead[64];

    if (!shows(progress, level))
        return;
    if (!progress->people) {
        log_event(&progress->log, level, event, "text", text, NULL);
        return;
    }
    wipe(progress);
    snprintf(lead, sizeof lead, "  %-10s ", event);
    print_line(progress, color_of(level), lead, text, "");
}

void progress_warn(struct progress *progress, const char *fmt, ...)
{
    char text[LINE_MAX_BYTES];
    va_list args;

    va_start(args, fmt);
    vsnprintf(text, sizeof text, fmt, args);
    va_end(args);
    aside(progress, LOG_WARN, "warning", text);
}

void progress_error(struct progress *progress, const char *text)
{
    aside(progress, LOG_ERROR, "error", text);
}

void progress_note(struct progress *progress, const char *fmt, ...)
{
    char text[LINE_MAX_BYTES];
    va_list args;

    va_start(args, fmt);
    vsnprintf(text, sizeof text, fmt, args);
    va_end(args);
    aside(progress, LOG_DEBUG, "note", text);
}

void progress_fail(struct progress *progress, const char *text)
{
    if (!progress->people) {
        log_event(&progress->log, LOG_ERROR, "failed", "stage",
                  progress->stage ? progress->stage : "", "text", text, NULL);
        return;
    }
    wipe(progress);
    print_line(progress, COLOR_RED, "weft: ", text, "");
}
