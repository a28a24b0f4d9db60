/* app/color.c - color on terminals.
 *
 * NO_COLOR and TERM=dumb turn color off; --color wins over both. Lines are colored by how they
 * begin, after they were made visible: a text of a server cannot bring its own escapes. */
#include "app/color.h"
#include "base/compiler.h"
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const char *const codes[] = {
    [COLOR_PLAIN] = "\033[0m",  [COLOR_BOLD] = "\033[1m",    [COLOR_RED] = "\033[31m",
    [COLOR_GREEN] = "\033[32m", [COLOR_YELLOW] = "\033[33m", [COLOR_CYAN] = "\033[36m",
};

const char *color_code(enum color color) { return codes[color]; }

bool color_wanted(const struct options *options, int fd)
{
    const char *when = options->color ? options->color : "auto";

    if (strcmp(when, "auto") != 0)
        return strcmp(when, "always") == 0;
    return isatty(fd) && text_empty(getenv("NO_COLOR")) && !text_equal(getenv("TERM"), "dumb");
}

struct rule {
    const char *prefix;
    enum color color;
};

static const struct rule list_rules[] = { { "! ", COLOR_RED },
                                          { "- ", COLOR_YELLOW },
                                          { "Action needed", COLOR_RED },
                                          { "No action needed", COLOR_GREEN } };
static const struct rule diff_rules[] = { { "---", COLOR_BOLD },
                                          { "+++", COLOR_BOLD },
                                          { "@@", COLOR_CYAN },
                                          { "+", COLOR_GREEN },
                                          { "-", COLOR_RED } };

static enum color color_of(const char *line, const struct rule *rules, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (text_starts(line, rules[i].prefix))
            return rules[i].color;
    return COLOR_PLAIN;
}

/* From the first "--- " on it is a diff, in which the same first characters mean something else. */
void color_lines(struct text *out, const char *lines)
{
    bool diff = false;

    while (*lines) {
        const size_t len = strcspn(lines, "\n");
        enum color color;

        diff = diff || text_starts(lines, "--- ");
        color = diff ? color_of(lines, diff_rules, LENGTH(diff_rules))
                     : color_of(lines, list_rules, LENGTH(list_rules));
        if (color != COLOR_PLAIN)
            text_adds(out, color_code(color));
        text_add(out, lines, len);
        if (color != COLOR_PLAIN)
            text_adds(out, color_code(COLOR_PLAIN));
        lines += len;
        if (*lines)
            text_addc(out, *lines++);
    }
}
