/* base/parse_problem.c - libyaml's error texts and bad encodings, worded with a remedy.  Must not
 * parse.
 *
 * libyaml reports where its scanner gave up, which is often a line after the mistake, in terms of
 * its grammar. The tables here turn that into what a person has to change; what they do not list
 * is shown as it is, never dropped. The position comes from libyaml in every case, so a text that
 * is wrong about the cause still leads to the place. */
#include "base/parse_problem.h"
#include "base/names.h"

#include "base/parse.h"
#include "base/stand_in.h"
#include <string.h>

/* libyaml's messages, and ours with the remedy; what is not listed is shown as libyaml says it. */
static const struct {
    const char *theirs, *ours;
} problems[] = {
    { "mapping values are not allowed in this context",
      "a ':' makes a key where none is allowed; indent the line, or quote the text that holds ': "
      "'" },
    { "could not find expected ':'",
      "a key has no ':' after it; write 'key: value', or indent the line if it continues a text" },
    { "did not find expected key", "expected a key here; check the indentation of this line" },
    { "did not find expected '-' indicator",
      "expected the next '- ' of the list here; check the indentation of this line" },
    { "did not find expected ',' or ']'", "expected ',' or ']' in a [...] list" },
    { "did not find expected ',' or '}'", "expected ',' or '}' in a {...} map" },
    { "did not find expected node content", "expected a value here" },
    { "did not find expected <document start>",
      "expected the end of the document; put '---' between documents, or indent the line" },
    { "found character that cannot start any token",
      "a value cannot begin with this character; quote it" },
    { "found unexpected end of stream", "a quoted text is still open; close its quote" },
    { "found unexpected document indicator",
      "a '---' or '...' is inside a quoted text; close the quote before it" },
    { "found undefined tag handle", "the tag's prefix is not known; remove the tag" },
    { "found unknown escape character",
      "an unknown escape after '\\' in a \"...\" text; write '\\\\' for a backslash" },
    { "found duplicate %YAML directive", "the %YAML directive is there twice; remove one" },
    { "found incompatible YAML document",
      "the %YAML directive names a version that cannot be read; remove it" },
    { "block sequence entries are not allowed in this context",
      "a '- ' item cannot begin here; put it on its own line" },
    { "block mapping entries are not allowed in this context", "a key cannot begin here" },
    { "control characters are not allowed",
      "a control character; remove it, or write it as an escape in a \"...\" text" },
    { "did not find expected comment or line break",
      "something follows '|' or '>' on its line; put the text on the next line" },
};

/* What libyaml was reading ("while parsing a block mapping"), by the end of its message. */
static const struct {
    const char *theirs, *ours;
} contexts[] = {
    { "mapping", "map" },       { "collection", "list" },
    { "sequence", "list" },     { "quoted scalar", "quoted text" },
    { "block scalar", "text" }, { "plain scalar", "text" },
    { "simple key", "key" },    { "node", "value" },
    { "tag", "tag" },           { "directive", "directive" },
    { "anchor", "anchor" },     { "alias", "alias" },
};

static const char *context_of(const yaml_parser_t *parser)
{
    for (size_t i = 0; parser->context && i < LENGTH(contexts); i++)
        if (text_ends(parser->context, contexts[i].theirs))
            return contexts[i].ours;
    return NULL;
}

static const char *worded(const char *problem)
{
    for (size_t i = 0; i < LENGTH(problems); i++)
        if (strcmp(problem, problems[i].theirs) == 0)
            return problems[i].ours;
    return problem;
}

/* Line and column (in characters) of an offset, counted from 1. */
static struct place place_at(const char *file, const char *bytes, size_t offset)
{
    struct place place = { file, 1, 1 };

    for (size_t i = 0; i < offset; i++) {
        if (bytes[i] == '\n') {
            place.line++;
            place.column = 1;
        } else if (((unsigned char)bytes[i] & 0xC0) != 0x80) {
            place.column++;
        }
    }
    return place;
}

/* The byte at a mark of libyaml (line and column in characters), 0 at the end. */
static char byte_at(const char *bytes, size_t len, yaml_mark_t mark)
{
    const char *p = bytes, *end = bytes + len;

    for (size_t line = 0; line < mark.line; line++) {
        p = memchr(p, '\n', (size_t)(end - p));
        if (!p)
            return '\0';
        p++;
    }
    for (size_t column = 0; p < end && column < mark.column; column++)
        do
            p++;
        while (p < end && ((unsigned char)*p & 0xC0) == 0x80);
    return (char)(p < end ? *p : '\0');
}

void yaml_trouble_find(struct yaml_trouble *out, const char *file, const yaml_parser_t *parser,
                       const char *bytes, size_t len)
{
    yaml_mark_t mark = parser->problem_mark;
    struct place place = { file, (unsigned)mark.line + 1, (unsigned)mark.column + 1 };
    const char *context = context_of(parser);
    const char *end = byte_at(bytes, len, mark) || parser->error == YAML_READER_ERROR
                          ? ""
                          : "; the file ends here";
    const char *text = worded(parser->problem ? parser->problem : "cannot be read as YAML");

    if (parser->error == YAML_READER_ERROR)
        place = place_at(file, bytes, parser->problem_offset < len ? parser->problem_offset : len);
    else if (byte_at(bytes, len, mark) == '\t')
        text = "a tab; YAML is indented with spaces, replace it";
    out->place = place;
    text_adds(&out->text, text);
    if (context && parser->context_mark.line != mark.line)
        text_addf(&out->text, " (in the %s that began in line %zu)", context,
                  parser->context_mark.line + 1);
    text_adds(&out->text, end);
}

const char yaml_tag_refused[] = "the %TAG directive is not supported; remove it";

enum { TAG_DIRECTIVES_MAX = 16 };

/* libyaml compares each %TAG directive with all before it, so many of them cost the square of
 * their number before the first event comes, which is where the reader refuses even one.  A few
 * lines that only look like one, in a text, pass; *offset is that of the first one too many.
 * Line breaks are those of YAML 1.1: CR, LF, NEL, LS, PS. */
static bool has_tag_directives(size_t *offset, const char *bytes, size_t len)
{
    static const char name[] = "%TAG";
    const char *end = bytes + len;
    size_t count = 0;

    for (const char *at = bytes; (at = memmem(at, (size_t)(end - at), name, sizeof name - 1));
         at += sizeof name - 1) {
        bool begins_line = at == bytes || strchr("\n\r\x85\xA8\xA9", at[-1]);

        if (begins_line && ++count > TAG_DIRECTIVES_MAX) {
            *offset = (size_t)(at - bytes);
            return true;
        }
    }
    return false;
}

bool parse_problem_check_bytes(struct yaml_trouble *out, const char *file, const char *bytes,
                               size_t len)
{
    const char *looks = stand_in_encoding(bytes, len);
    const size_t nowhere = SIZE_MAX;
    size_t bad = nowhere;

    out->place = (struct place){ .file = file };
    if (len > PARSE_BYTES_MAX)
        text_addf(&out->text, "is %.1f MB, more than the %d MB that weft reads; split it",
                  (double)len / 1024 / 1024, PARSE_BYTES_MAX / 1024 / 1024);
    else if (looks)
        text_adds(&out->text, looks);
    else if (has_tag_directives(&bad, bytes, len))
        text_adds(&out->text, yaml_tag_refused);
    else if (!names_is_utf8(bytes, len, &bad))
        text_addf(&out->text,
                  bytes[bad] ? "not UTF-8 (byte 0x%02X); save the file as UTF-8"
                             : "a NUL byte (0x%02X); this is no text file",
                  (unsigned)(unsigned char)bytes[bad]);
    else
        return true;
    if (bad != nowhere)
        out->place = place_at(file, bytes, bad);
    return false;
}
