/* base/write_json.c - node trees to JSON by appending.  Must not sort: same tree, same bytes.
 *
 * Any bytes give valid JSON: what is no UTF-8 becomes U+FFFD one byte at a time, and control
 * characters are escaped, DEL as well, because output goes to terminals and logs. A number that
 * JSON does not allow (from YAML: 0x1F, .inf, 1_000) is written as a string instead of being
 * rounded or refused. */
#include "base/write_json.h"
#include "base/names.h"

#include <string.h>

static void add_escaped(struct text *out, unsigned char c)
{
    static const char shorts[] = "\"\"\\\\\bb\ff\nn\rr\tt";

    for (const char *p = shorts; *p; p += 2)
        if ((unsigned char)p[0] == c) {
            text_add(out, (char[]){ '\\', p[1] }, 2);
            return;
        }
    text_addf(out, "\\u%04x", c);
}

/* How many bytes from p on need no escape. */
static size_t clean_run(const char *p, size_t len)
{
    size_t at = 0;

    while (at < len && (unsigned char)p[at] >= 0x20 && p[at] != '"' && p[at] != '\\'
           && p[at] != 0x7F)
        at++;
    return at;
}

/* bytes are UTF-8 and may hold NUL. */
static void write_clean(struct text *out, const char *bytes, size_t len)
{
    for (size_t at = 0; at < len;) {
        size_t run = clean_run(bytes + at, len - at);

        text_add(out, bytes + at, run);
        at += run;
        if (at < len)
            add_escaped(out, (unsigned char)bytes[at++]);
    }
}

void write_json_string(struct text *out, const char *bytes, size_t len)
{
    size_t bad;

    text_addc(out, '"');
    while (!names_is_utf8(bytes, len, &bad)) {
        write_clean(out, bytes, bad);
        if (bytes[bad])
            text_adds(out, "\xEF\xBF\xBD"); /* U+FFFD */
        else
            add_escaped(out, 0);
        bytes += bad + 1;
        len -= bad + 1;
    }
    write_clean(out, bytes, len);
    text_addc(out, '"');
}

static size_t skip_digits(const char *text, size_t at)
{
    while (is_digit(text[at]))
        at++;
    return at;
}

/* RFC 8259, 6: -? int frac? exp?, without leading zeros. */
static bool is_json_number(const char *text)
{
    size_t start = text[0] == '-', at = skip_digits(text, start), end;

    if (at == start || (text[start] == '0' && at > start + 1))
        return false;
    if (text[at] == '.') {
        end = skip_digits(text, at + 1);
        if (end == at + 1)
            return false;
        at = end;
    }
    if (text[at] == 'e' || text[at] == 'E') {
        at += text[at + 1] == '-' || text[at + 1] == '+' ? 2 : 1;
        end = skip_digits(text, at);
        if (end == at)
            return false;
        at = end;
    }
    return !text[at];
}

static void new_line(struct text *out, bool pretty, size_t level)
{
    if (!pretty)
        return;
    text_addc(out, '\n');
    while (level--)
        text_add(out, "  ", 2);
}

static void write_value(struct text *out, const struct node *node, bool pretty, size_t level);

static void write_children(struct text *out, const struct node *node, bool pretty, size_t level)
{
    for (const struct node *child = node->first; child; child = child->next) {
        if (child != node->first)
            text_addc(out, ',');
        new_line(out, pretty, level + 1);
        if (node->kind == NODE_MAP) {
            write_json_string(out, child->key, strlen(child->key));
            text_add(out, ": ", pretty ? 2 : 1);
        }
        write_value(out, child, pretty, level + 1);
    }
    if (node->first)
        new_line(out, pretty, level);
}

static void write_value(struct text *out, const struct node *node, bool pretty, size_t level)
{
    switch (node->kind) {
    case NODE_NULL:
        text_adds(out, "null");
        break;
    case NODE_BOOL:
        text_adds(out, node_true(node) ? "true" : "false");
        break;
    case NODE_NUMBER:
        if (is_json_number(node->text))
            text_add(out, node->text, node->len);
        else
            write_json_string(out, node->text, node->len);
        break;
    case NODE_STRING:
        write_json_string(out, node->text, node->len);
        break;
    case NODE_MAP:
    case NODE_LIST:
        text_addc(out, node->kind == NODE_MAP ? '{' : '[');
        write_children(out, node, pretty, level);
        text_addc(out, node->kind == NODE_MAP ? '}' : ']');
        break;
    }
}

void write_json(struct text *out, const struct node *node, bool pretty)
{
    write_value(out, node, pretty, 0);
    if (pretty)
        text_addc(out, '\n');
}
