/* base/write_yaml.c - node trees to block YAML by appending.  Alone decides how our YAML looks;
 * must not sort.
 *
 * Invariant: every reader, whether of YAML 1.1 or 1.2, gets the text that was written, and the
 * same tree gives the same bytes. Readers disagree on plain scalars only (numbers in base 60, yes
 * and no, timestamps), so a text is plain when no reader could take it for anything else, and
 * quoted in doubt. A key that needs more than one line's room is written with "?", which readers
 * take at any length. Order is the caller's: sorting here would hide that two callers disagree. */
#include "base/write_yaml.h"

#include <string.h>

enum {
    KEY_MAX =
        1000 /* bytes of a key on one line with its value; YAML readers stop at 1024 characters */
};

/* What a byte means for a plain scalar; 0: it is allowed anywhere.
 * CLEAR letters are those of no number (hex, octal, exponent, base 60) and no timestamp: a text
 * that begins with a digit is safe once it has one: "30s", "1h", "10m"; not "1e3", "0x1F", "1:30",
 * "2026-11-23T11:00:00Z", "10.0.0.1". */
enum { NEVER = 1, NOT_FIRST = 2, BLANK_OR_COLON = 4, CLEAR = 8 };

/* Everything else, all non-ASCII included, is quoted: no reader of any version can take it
 * differently. */
static const unsigned char byte_classes[256] = {
    [0 ... 31] = NEVER,
    [' '] = NOT_FIRST | BLANK_OR_COLON,
    ['!' ... '\''] = NEVER,
    ['('] = NOT_FIRST,
    [')'] = NOT_FIRST,
    ['*'] = NEVER,
    ['+' ... '.'] = NOT_FIRST,
    [':'] = NOT_FIRST | BLANK_OR_COLON,
    [';'] = NOT_FIRST,
    ['<'] = NEVER,
    ['='] = NOT_FIRST,
    ['>' ... '?'] = NEVER,
    ['@'] = NOT_FIRST,
    ['[' ... '^'] = NEVER,
    ['`'] = NEVER,
    ['{' ... 255] = NEVER,
    ['g' ... 'n'] = CLEAR,
    ['p' ... 's'] = CLEAR,
    ['u' ... 'w'] = CLEAR,
    ['y'] = CLEAR,
    ['G' ... 'N'] = CLEAR,
    ['P' ... 'S'] = CLEAR,
    ['U' ... 'W'] = CLEAR,
    ['Y'] = CLEAR,
};

/* Words that some reader takes for null, a boolean or a number, in whatever case. */
static bool is_word(const char *text, size_t len)
{
    static const char words[][6] = { "y",    "n",     "yes",  "no",  "on", "off",
                                     "true", "false", "null", "nan", "inf" };
    char first = to_lower(text[0]);

    for (size_t i = 0; i < LENGTH(words); i++) {
        size_t at = 0;

        if (words[i][0] != first)
            continue;
        while (at < len && words[i][at] == to_lower(text[at]))
            at++;
        if (at == len && !words[i][at])
            return true;
    }
    return false;
}

/* A blank only between words, a colon only before something. */
static bool are_blanks_safe(const char *text, size_t len)
{
    for (size_t i = 1; i < len; i++)
        if (text[i] == ' ' && (text[i - 1] == ' ' || text[i - 1] == ':'))
            return false;
    return text[len - 1] != ':' && text[len - 1] != ' ';
}

static bool is_plain(const char *text, size_t len)
{
    unsigned classes = 0;

    if (len == 0 || byte_classes[(unsigned char)text[0]] & (NEVER | NOT_FIRST))
        return false;
    for (size_t i = 1; i < len; i++)
        classes |= byte_classes[(unsigned char)text[i]];
    if (classes & NEVER || (classes & BLANK_OR_COLON && !are_blanks_safe(text, len)))
        return false;
    if (is_digit(text[0]) && !(classes & CLEAR))
        return false;
    return len > 5 || !is_word(text, len);
}

static inline void pad(struct text *out, size_t indent)
{
    if (indent + 16 >= out->room - out->len)
        text_reserve(out, indent + 16);
    memset(out->bytes + out->len, ' ', 16); /* one store; most are no deeper */
    if (indent > 16)
        memset(out->bytes + out->len, ' ', indent);
    out->len += indent;
}

/* The two-letter escapes of YAML 1.2, 5.7 that we use. */
static char short_escape(unsigned c)
{
    switch (c) {
    case '"':
        return '"';
    case '\\':
        return '\\';
    case '\n':
        return 'n';
    case '\t':
        return 't';
    case '\r':
        return 'r';
    default:
        return '\0';
    }
}

/* One code point of UTF-8 at p; *step gets its length. */
static unsigned code_point(const char *p, size_t *step)
{
    unsigned c = (unsigned char)*p;

    *step = c < 0x80 ? 1 : c < 0xE0 ? 2 : c < 0xF0 ? 3 : 4;
    if (*step == 1)
        return c;
    c &= 0x7FU >> *step;
    for (size_t i = 1; i < *step; i++)
        c = c << 6 | ((unsigned char)p[i] & 0x3F);
    return c;
}

/* Needs no escape in a double-quoted text: printable (YAML 1.2, 5.1), no line break of YAML 1.1, no
 * mark. */
static bool is_printable(unsigned c)
{
    if (c < 0x80)
        return c >= 0x20 && c != 0x7F;
    return c >= 0xA0 && c != 0x2028 && c != 0x2029 && c != 0xFEFF && (c & 0xFFFE) != 0xFFFE;
}

static void write_quoted(struct text *out, const char *text, size_t len)
{
    size_t step;

    text_addc(out, '"');
    for (size_t at = 0; at < len; at += step) {
        unsigned c = code_point(text + at, &step);
        char escape = short_escape(c);

        step = step > len - at ? len - at : step;
        if (escape)
            text_add(out, (char[]){ '\\', escape }, 2);
        else if (is_printable(c))
            text_add(out, text + at, step);
        else
            text_addf(out, c < 0x100 ? "\\x%02X" : c < 0x10000 ? "\\u%04X" : "\\U%08X", c);
    }
    text_addc(out, '"');
}

/* Several lines that a literal block holds byte for byte: printable, no blanks before the first
 * letter or alone on a line, at most one line break at the end. */
static bool is_literal(const char *text, size_t len)
{
    size_t step, line = 0; /* where the line began */

    if (!memchr(text, '\n', len) || strchr("\n \t", text[0])
        || (len > 1 && text[len - 1] == '\n' && text[len - 2] == '\n'))
        return false;
    for (size_t at = 0; at < len; at += step) {
        unsigned c = code_point(text + at, &step);

        if (c == '\n')
            line = at + 1;
        else if (at == line ? c == ' ' || c == '\t' || !is_printable(c)
                            : c != '\t' && !is_printable(c))
            return false;
    }
    return true;
}

static void write_literal(struct text *out, const char *text, size_t len, size_t indent)
{
    text_adds(out, text[len - 1] == '\n' ? "|" : "|-");
    for (size_t at = 0; at < len;) {
        const char *end = memchr(text + at, '\n', len - at);
        size_t line = end ? (size_t)(end - (text + at)) : len - at;

        text_addc(out, '\n');
        if (line) {
            pad(out, indent);
            text_add(out, text + at, line);
        }
        at += line + 1;
    }
}

/* indent is that of a literal block's lines. */
static void write_scalar(struct text *out, const struct node *node, size_t indent)
{
    switch (node->kind) {
    case NODE_NULL:
        text_add(out, "null", 4);
        break;
    case NODE_BOOL:
    case NODE_NUMBER:
        text_add(out, node->text, node->len);
        break;
    case NODE_STRING:
        if (is_plain(node->text, node->len))
            text_add(out, node->text, node->len);
        else if (is_literal(node->text, node->len))
            write_literal(out, node->text, node->len, indent);
        else
            write_quoted(out, node->text, node->len);
        break;
    case NODE_MAP:
        text_add(out, "{}", 2);
        break;
    case NODE_LIST:
        text_add(out, "[]", 2);
        break;
    }
}

static void write_members(struct text *out, const struct node *map, size_t indent);

/* Items begin at indent, the first one at the end of out. */
static void write_items(struct text *out, const struct node *list, size_t indent)
{
    for (const struct node *item = list->first; item; item = item->next) {
        if (item != list->first)
            pad(out, indent);
        text_add(out, "- ", 2);
        if (item->count && item->kind == NODE_MAP) {
            write_members(out, item, indent + 2);
        } else if (item->count) {
            write_items(out, item, indent + 2);
        } else {
            write_scalar(out, item, indent + 2);
            text_addc(out, '\n');
        }
    }
}

/* A key and its ':'.  A very long one is written with '?' on a line of its own. */
static void write_key(struct text *out, const char *key, size_t indent)
{
    size_t len = strlen(key);

    if (is_plain(key, len) && len <= KEY_MAX) {
        text_add(out, key, len);
    } else if (len <= KEY_MAX / 10) { /* an escape has ten bytes at most */
        write_quoted(out, key, len);
    } else {
        text_add(out, "? ", 2);
        write_quoted(out, key, len);
        text_addc(out, '\n');
        pad(out, indent);
    }
    text_addc(out, ':');
}

/* Members begin at indent, the first one at the end of out. */
static void write_members(struct text *out, const struct node *map, size_t indent)
{
    for (const struct node *member = map->first; member; member = member->next) {
        if (member != map->first)
            pad(out, indent);
        write_key(out, member->key, indent);
        if (member->count && member->kind == NODE_MAP) {
            text_addc(out, '\n');
            pad(out, indent + 2);
            write_members(out, member, indent + 2);
        } else if (member->count) {
            text_addc(out, '\n');
            pad(out, indent);
            write_items(out, member, indent);
        } else {
            text_addc(out, ' ');
            write_scalar(out, member, indent + 2);
            text_addc(out, '\n');
        }
    }
}

void write_yaml(struct text *out, const struct node *node)
{
    if (node->count && node->kind == NODE_MAP) {
        write_members(out, node, 0);
    } else if (node->count) {
        write_items(out, node, 0);
    } else {
        write_scalar(out, node, 2);
        text_addc(out, '\n');
    }
}
