/* ci/markdown.c - escapes for Markdown.
 *
 * A backslash before ASCII punctuation is that character itself (CommonMark 2.4), but forges look
 * for names and numbers of issues in what is left of the text afterwards.  So "@" and "#" get a
 * zero-width space behind them, as well as "://", which would become a link to anywhere. */
#include "ci/markdown.h"

#define ZERO_WIDTH_SPACE "\xe2\x80\x8b"

/* A name, the number of an issue, or a link without brackets. */
static bool begins_reference(const char *text)
{
    return *text == '@' || *text == '#' || text_starts(text, "://")
           || (to_lower(text[0]) == 'w' && to_lower(text[1]) == 'w' && to_lower(text[2]) == 'w');
}

void markdown_add(struct text *out, const char *text)
{
    for (; *text; text++) {
        if (*text == '<' || *text == '>' || *text == '&') {
            text_adds(out, *text == '<' ? "&lt;" : *text == '>' ? "&gt;" : "&amp;");
            continue;
        }
        if (strchr("\\`*_[]|~!#$", *text))
            text_addc(out, '\\');
        text_addc(out, *text);
        if (begins_reference(text))
            text_adds(out, ZERO_WIDTH_SPACE);
    }
}

const char *markdown_text(const char *text, struct arena *arena)
{
    AUTO_TEXT out = { 0 };

    text_adds(&out, "");
    markdown_add(&out, text);
    return arena_bytes(arena, out.bytes, out.len);
}

void markdown_fence(struct text *out, const char *text)
{
    size_t run = 0, longest = 2;

    for (const char *p = text; *p; p++) {
        run = *p == '`' ? run + 1 : 0;
        longest = run > longest ? run : longest;
    }
    for (size_t i = 0; i <= longest; i++)
        text_addc(out, '`');
}
