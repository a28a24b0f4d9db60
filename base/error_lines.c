/* base/error_lines.c - lines of a plugin on our standard error.
 *
 * A program that weft runs shares its standard error, as with kubectl, since its own message is the
 * best one there is. But it is the text of others: control characters could write to the terminal
 * of an operator, a line that begins with "::" could give commands to a CI system, and a program
 * that prints without end would fill the disk that keeps the log. So lines are passed on under the
 * name of the program, in visible form, and only so many bytes of them; the rest is read, so that
 * the program is not stopped by a full pipe, and thrown away. */
#include "base/error_lines.h"

#include "base/fd.h"
#include "base/visible.h"

static void write_out(int fd, const struct text *out)
{
    struct err unused;

    if (fd_write(fd, out->bytes, out->len, "errors", &unused) < 0)
        return; /* they are lost: there is no other place to report it */
}

static void pass_on(struct error_lines *lines)
{
    const char *at = lines->line.bytes;
    size_t left = lines->line.len;
    AUTO_TEXT out = { 0 };

    text_addf(&out, "%s: ", lines->name);
    while (left > 0) {
        char shown[VISIBLE_MAX];
        size_t len, took = visible_next(shown, &len, at, left);

        text_add(&out, shown, len < sizeof shown ? len : sizeof shown);
        at += took;
        left -= took;
    }
    text_addc(&out, '\n');
    write_out(lines->fd, &out);
    lines->line.len = 0;
}

void error_lines_take(struct error_lines *lines, const char *bytes, size_t len)
{
    size_t room = ERROR_LINES_MAX - lines->taken;

    if (len > room) {
        lines->cut = true;
        len = room;
    }
    lines->taken += len;
    for (size_t i = 0; i < len; i++) {
        if (bytes[i] == '\n')
            pass_on(lines);
        else
            text_addc(&lines->line, bytes[i]);
    }
}

void error_lines_end(struct error_lines *lines)
{
    AUTO_TEXT out = { 0 };

    if (lines->line.len)
        pass_on(lines);
    if (lines->cut) {
        text_addf(&out, "%s: printed more than %d bytes of errors; the rest is not shown\n",
                  lines->name, ERROR_LINES_MAX);
        write_out(lines->fd, &out);
    }
    text_free(&lines->line);
}
