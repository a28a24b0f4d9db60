/* base/scalar.c - what a plain YAML scalar is: the one rule that parser and writer share.  Pure. */
#include "base/node.h"

#include <string.h>

struct word {
    char text[8];
    enum node_kind kind;
};

/* YAML 1.2 core schema, 10.3.2, and the booleans of YAML 1.1 that Kubernetes' reader knows. */
static const struct word words[] = {
    { "~", NODE_NULL },      { "null", NODE_NULL },   { "Null", NODE_NULL },
    { "NULL", NODE_NULL },   { "true", NODE_BOOL },   { "True", NODE_BOOL },
    { "TRUE", NODE_BOOL },   { "false", NODE_BOOL },  { "False", NODE_BOOL },
    { "FALSE", NODE_BOOL },  { "yes", NODE_BOOL },    { "Yes", NODE_BOOL },
    { "YES", NODE_BOOL },    { "no", NODE_BOOL },     { "No", NODE_BOOL },
    { "NO", NODE_BOOL },     { "on", NODE_BOOL },     { "On", NODE_BOOL },
    { "ON", NODE_BOOL },     { "off", NODE_BOOL },    { "Off", NODE_BOOL },
    { "OFF", NODE_BOOL },    { "y", NODE_BOOL },      { "Y", NODE_BOOL },
    { "n", NODE_BOOL },      { "N", NODE_BOOL },      { ".nan", NODE_NUMBER },
    { ".NaN", NODE_NUMBER }, { ".NAN", NODE_NUMBER }, { ".inf", NODE_NUMBER },
    { ".Inf", NODE_NUMBER }, { ".INF", NODE_NUMBER },
};

/* The bytes that a word, a number or nothing can begin with; most strings stop here. */
static bool may_be_special(char c) { return is_digit(c) || (c && strchr("~nNtTfFyYoO.+-", c)); }

static size_t digits(const char *text, size_t at, const char *allowed)
{
    while (text[at] && strchr(allowed, text[at]))
        at++;
    return at;
}

/* [-+]? then decimal, 0x, 0o, 0b with "_" between digits, or a float (also ".5", "5.", "1e3"), or
 * .inf. */
static bool is_number(const char *text)
{
    size_t start = text[0] == '-' || text[0] == '+', at, end;

    if (strcmp(text + start, ".inf") == 0 || strcmp(text + start, ".Inf") == 0
        || strcmp(text + start, ".INF") == 0)
        return true;
    if (text[start] == '0' && text[start + 1] && strchr("xob", text[start + 1])) {
        const char *allowed = text[start + 1] == 'x'   ? "0123456789abcdefABCDEF_"
                              : text[start + 1] == 'o' ? "01234567_"
                                                       : "01_";

        end = digits(text, start + 2, allowed);
        return end > start + 2 && !text[end];
    }
    if (!is_digit(text[start]) && !(text[start] == '.' && is_digit(text[start + 1])))
        return false;
    at = digits(text, start, "0123456789_");
    if (text[at] == '.')
        at = digits(text, at + 1, "0123456789_");
    if (text[at] == 'e' || text[at] == 'E') {
        at += text[at + 1] == '-' || text[at + 1] == '+' ? 2 : 1;
        end = digits(text, at, "0123456789");
        if (end == at)
            return false;
        at = end;
    }
    return !text[at];
}

enum node_kind scalar_kind(const char *text, size_t len)
{
    if (len == 0)
        return NODE_NULL;
    if (!may_be_special(text[0]))
        return NODE_STRING;
    for (size_t i = 0; len < sizeof words[0].text && i < LENGTH(words); i++)
        if (words[i].text[0] == text[0] && strcmp(words[i].text, text) == 0)
            return words[i].kind;
    return is_number(text) ? NODE_NUMBER : NODE_STRING;
}
