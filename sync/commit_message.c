/* sync/commit_message.c - writes commit objects and reads trailers.  Must not let a value become a
 * line of its own.
 *
 * Values come from people (reasons of operators, names of virtual meshes), and trailers are read
 * back by machines. So a value is folded to one line without control bytes, and cut before a half
 * character; a subject loses what would make it a separator or a comment; a token that is none is
 * left out. Reading goes through libgit2's own parser of trailers, by the rules of git interpret-
 * trailers: only the last paragraph counts, so a text in the middle of a message cannot pass for a
 * trailer. */
#include "sync/commit_message.h"

#include "sync/git2.h"
#include <strings.h>

enum { SUBJECT_MAX = 200, VALUE_MAX = 1000, NAME_MAX_LEN = 200 };

/* One line without control bytes, blanks run together, at most max bytes and no half UTF-8
 * sequence. */
static void add_line(struct text *out, const char *line, const char *drop, size_t max)
{
    size_t begin = out->len;

    for (; *line; line++) {
        unsigned char byte = (unsigned char)*line;
        bool blank = byte <= 0x20 || byte == 0x7F;

        if (strchr(drop, blank ? ' ' : *line)
            || (blank && (out->len == begin || out->bytes[out->len - 1] == ' ')))
            continue;
        if (out->len - begin >= max && (byte & 0xC0) != 0x80)
            break;
        if (blank)
            text_addc(out, ' ');
        else
            text_addc(out, *line);
    }
    while (out->len > begin && out->bytes[out->len - 1] == ' ')
        out->bytes[--out->len] = '\0';
}

/* "name <email> seconds +0000"; Git itself drops < and > from both, and we drop what it takes for
 * crud as well. */
static void add_person(struct text *out, const char *role, const struct publish_request *request)
{
    size_t at;

    text_addf(out, "%s ", role);
    at = out->len;
    add_line(out, request->author_name ? request->author_name : "", "<>\"\\", NAME_MAX_LEN);
    if (out->len == at)
        text_adds(out, "weft");
    text_adds(out, " <");
    at = out->len;
    add_line(out, request->author_email ? request->author_email : "", "<>\"\\ ", NAME_MAX_LEN);
    if (out->len == at)
        text_adds(out, "weft@localhost");
    text_addf(out, "> %lld +0000\n", (long long)(request->now > 0 ? request->now : 0));
}

static bool is_token(const char *token)
{
    if (text_empty(token))
        return false;
    for (; *token; token++)
        if (!is_alnum(*token) && *token != '-')
            return false;
    return true;
}

/* A subject that begins with "---" would hide the trailers from git interpret-trailers. */
static void add_message(struct text *out, const struct publish_request *request)
{
    const char *subject = request->subject ? request->subject : "";
    size_t begin;

    subject += strspn(subject, "- \t\r\n#");
    begin = out->len;
    add_line(out, subject, "", SUBJECT_MAX);
    if (out->len == begin)
        text_adds(out, "Render");
    text_addc(out, '\n');
    for (size_t i = 0, added = 0; i < request->trailer_count; i++) {
        const struct trailer *trailer = &request->trailers[i];
        AUTO_TEXT value = { 0 };

        add_line(&value, trailer->value ? trailer->value : "", "", VALUE_MAX);
        if (!is_token(trailer->token) || value.len == 0)
            continue;
        text_addf(out, "%s%s: %s\n", added++ ? "" : "\n", trailer->token, value.bytes);
    }
}

void commit_message_write(struct text *out, const struct publish_request *request,
                          const struct git_id *tree, const struct git_id *parent)
{
    char hex[41];

    git_id_hex(hex, tree);
    text_addf(out, "tree %s\n", hex);
    if (parent) {
        git_id_hex(hex, parent);
        text_addf(out, "parent %s\n", hex);
    }
    add_person(out, "author", request);
    add_person(out, "committer", request);
    text_addc(out, '\n');
    add_message(out, request);
}

/* A header goes on in the next line when that begins with a blank. */
static void add_header(struct text *out, const char *key, const char *value)
{
    text_adds(out, key);
    while (*value) {
        size_t len = strcspn(value, "\n");

        text_addc(out, ' ');
        text_add(out, value, len);
        text_addc(out, '\n');
        value += len + (value[len] == '\n');
    }
}

void commit_message_sign(struct text *commit, const char *signature)
{
    const char *message = strstr(commit->bytes, "\n\n");
    size_t headers = (size_t)(message - commit->bytes) + 1;
    AUTO_TEXT out = { 0 };

    text_add(&out, commit->bytes, headers);
    add_header(&out, "gpgsig", signature);
    text_adds(&out, commit->bytes + headers);
    text_clear(commit);
    text_add(commit, out.bytes, out.len);
}

bool commit_message_says(const char *message, const char *token, const char *value)
{
    git_message_trailer_array list = { 0 };
    bool found = false;

    if (git_message_trailers(&list, message) < 0)
        return false;
    for (size_t i = 0; i < list.count && !found; i++)
        found = strcasecmp(list.trailers[i].key, token) == 0
                && strcmp(list.trailers[i].value, value) == 0;
    git_message_trailer_array_free(&list);
    return found;
}

const char *commit_message_trailer(const char *message, const char *token, struct arena *arena)
{
    git_message_trailer_array list = { 0 };
    const char *found = NULL;

    if (git_message_trailers(&list, message) < 0)
        return NULL;
    for (size_t i = 0; i < list.count && !found; i++)
        if (strcasecmp(list.trailers[i].key, token) == 0)
            found = arena_text(arena, list.trailers[i].value);
    git_message_trailer_array_free(&list);
    return found;
}
