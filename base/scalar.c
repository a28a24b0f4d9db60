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

/* What may follow "0x", "0o" or "0b", in whatever case; NULL: text does not begin so. */
static const char *digits_of_base(const char *text)
{
    if (text[0] != '0')
        return NULL;
    switch (to_lower(text[1])) {
    case 'x':
        return "0123456789abcdefABCDEF_";
    case 'o':
        return "01234567_";
    case 'b':
        return "01_";
    default:
        return NULL;
    }
}

/* A decimal number or a float such as ".5", "5.", "1e-3"; "_" between digits. */
static bool is_decimal(const char *text)
{
    static const char decimals[] = "0123456789_";
    size_t at, end;

    if (!is_digit(text[0]) && !(text[0] == '.' && is_digit(text[1])))
        return false;
    at = digits(text, 0, decimals);
    if (text[at] == '.')
        at = digits(text, at + 1, decimals);
    if (text[at] == 'e' || text[at] == 'E') {
        at += text[at + 1] == '-' || text[at + 1] == '+' ? 2 : 1;
        end = digits(text, at, decimals);
        if (end == at)
            return false;
        at = end;
    }
    return !text[at];
}

static bool is_number(const char *text)
{
    const char *allowed;

    text += text[0] == '-' || text[0] == '+';
    if (strcmp(text, ".inf") == 0 || strcmp(text, ".Inf") == 0 || strcmp(text, ".INF") == 0)
        return true;
    allowed = digits_of_base(text);
    if (!allowed)
        return is_decimal(text);
    return text[2] && !text[digits(text, 2, allowed)];
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
