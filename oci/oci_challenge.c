/* oci/oci_challenge.c - takes WWW-Authenticate apart.  Pure.
 *
 * A value may hold several challenges, divided by the same comma that divides their parameters; a
 * name without "=" behind it begins the next one (RFC 9110, 11.6.1).  What cannot be read ends the
 * reading: a half understood challenge is none. */
#include "oci/oci_challenge.h"
#include "base/text.h"

struct reader {
    const char *at;
    struct arena *arena;
};

static bool is_token(char c) { return is_alnum(c) || (c && strchr("!#$%&'*+-.^_`|~", c)); }

static void skip(struct reader *reader, const char *what)
{
    reader->at += strspn(reader->at, what);
}

/* NULL: there is none. */
static const char *read_name(struct reader *reader)
{
    const char *begin = reader->at;

    while (is_token(*reader->at))
        reader->at++;
    return reader->at == begin ? NULL
                               : arena_bytes(reader->arena, begin, (size_t)(reader->at - begin));
}

/* NULL: the quotes are open at the end. */
static const char *read_quoted(struct reader *reader)
{
    AUTO_TEXT out = { 0 };

    text_adds(&out, "");
    for (reader->at++; *reader->at && *reader->at != '"'; reader->at++) {
        if (*reader->at == '\\' && reader->at[1])
            reader->at++;
        text_addc(&out, *reader->at);
    }
    if (*reader->at != '"')
        return NULL;
    reader->at++;
    return arena_bytes(reader->arena, out.bytes, out.len);
}

/* In any case of letters; word is in lower case. */
static bool is_word(const char *text, const char *word)
{
    while (*word && to_lower(*text) == *word) {
        text++;
        word++;
    }
    return !*text && !*word;
}

static void set_parameter(struct oci_challenge *out, const char *name, const char *value)
{
    if (is_word(name, "realm"))
        out->realm = value;
    else if (is_word(name, "service"))
        out->service = value;
    else if (is_word(name, "scope"))
        out->scope = value;
}

/* Parameters up to the next scheme; false: they cannot be read. */
static bool read_parameters(struct oci_challenge *out, struct reader *reader)
{
    for (;;) {
        const char *begin, *name, *value;

        skip(reader, " \t,");
        begin = reader->at;
        if (!*begin)
            return true;
        name = read_name(reader);
        if (!name)
            return false;
        skip(reader, " \t");
        if (*reader->at != '=') {
            reader->at = begin; /* the name of the next scheme */
            return true;
        }
        reader->at++;
        skip(reader, " \t");
        value = *reader->at == '"' ? read_quoted(reader) : read_name(reader);
        if (!value)
            return false;
        set_parameter(out, name, value);
    }
}

static enum oci_scheme scheme_of(const char *name)
{
    if (is_word(name, "basic"))
        return OCI_SCHEME_BASIC;
    return is_word(name, "bearer") ? OCI_SCHEME_BEARER : OCI_SCHEME_NONE;
}

bool oci_challenge_read(struct oci_challenge *out, const char *value, struct arena *arena)
{
    struct reader reader = { value, arena };

    for (;;) {
        const char *name;

        skip(&reader, " \t,");
        name = read_name(&reader);
        if (!name)
            return false;
        *out = (struct oci_challenge){ scheme_of(name), "", "", "" };
        if (!read_parameters(out, &reader))
            return false;
        if (out->scheme == OCI_SCHEME_BASIC || (out->scheme == OCI_SCHEME_BEARER && *out->realm))
            return true;
    }
}
