/* sync/commit.c - takes commit objects apart.  Trusts no byte of them.
 *
 * Only what decides is taken out: tree, first parent, author, message, signature. History is
 * followed along first parents, since that is the line in which weft's own commits are;
 * HISTORY_MAX bounds it, and a commit of ours beyond it counts as absent. A commit is weft's when
 * it has the trailer that names its source. Others can write that trailer, but only those who may
 * push to the branch.
 *
 * A signature covers all bytes of a commit but its own header. A second one is refused: verifiers
 * differ in which of two they check, so one of them would see a commit that another did not sign.
 */
#include "sync/commit.h"

#include "base/base64.h"
#include "base/text.h"
#include "sync/commit_message.h"
#include "sync/publish.h"
#include "sync/tree_read.h"

enum { HEX = 40, HISTORY_MAX = 1000 };

bool commit_parse_id(struct git_id *out, const char *hex)
{
    git_oid oid;

    if (strnlen(hex, HEX + 1) != HEX || !hex_is_plain(hex, HEX)
        || git_oid_fromstrn(&oid, hex, HEX) < 0)
        return false;
    *out = id_of(&oid);
    return true;
}

/* "tree <hex>": its id. */
static bool take_id(struct git_id *out, const char *line, const char *key)
{
    return text_starts(line, key) && commit_parse_id(out, line + strlen(key));
}

/* "Name <address> 1795431600 +0100": seconds since 1970; 0: not given. */
static int64_t time_of(const char *person, struct arena *arena)
{
    const char *end = strrchr(person, '>');
    int64_t seconds;

    if (!end || end[1] != ' '
        || !parse_int(arena_bytes(arena, end + 2, strcspn(end + 2, " \n")), 0, INT64_MAX / 2,
                      &seconds))
        return 0;
    return seconds;
}

static void take_author(struct commit *out, const char *person, struct arena *arena)
{
    const char *address = strstr(person, " <");

    out->author = arena_bytes(arena, person, address ? (size_t)(address - person) : strlen(person));
    out->time = time_of(person, arena);
}

bool commit_parse(struct commit *out, const char *bytes, size_t len, struct arena *arena)
{
    const char *text = arena_bytes(arena, bytes, len); /* what follows a NUL is not looked at */
    bool has_tree = false;

    *out = (struct commit){ .author = "", .message = "" };
    while (*text && *text != '\n') {
        size_t line_len = strcspn(text, "\n");
        const char *line = arena_bytes(arena, text, line_len);

        if (!has_tree && !(has_tree = take_id(&out->tree, line, "tree ")))
            return false;
        out->parents += text_starts(line, "parent ");
        if (!out->has_parent)
            out->has_parent = take_id(&out->parent, line, "parent ");
        else if (out->parents == 2)
            (void)take_id(&out->second, line, "parent ");
        if (text_starts(line, "author "))
            take_author(out, line + strlen("author "), arena);
        text += line_len + (text[line_len] == '\n');
    }
    if (*text == '\n')
        out->message = text + 1;
    return has_tree;
}

/* --- the signature --- */

/* The length of a line with its newline. */
static size_t line_length(const char *bytes, size_t len)
{
    const char *end = memchr(bytes, '\n', len);

    return end ? (size_t)(end - bytes) + 1 : len;
}

static bool begins(const char *bytes, size_t len, const char *with)
{
    return len >= strlen(with) && memcmp(bytes, with, strlen(with)) == 0;
}

/* Headers end at the first empty line; one that begins with a blank goes on with the one before. */
bool commit_take_signature(struct commit_signature *out, const char *bytes, size_t len,
                           struct arena *arena)
{
    AUTO_TEXT signature = { 0 };
    AUTO_TEXT rest = { 0 };
    bool inside = false, other = false;
    size_t at = 0, line, found = 0;

    *out = (struct commit_signature){ 0 };
    for (; at < len && bytes[at] != '\n'; at += line) {
        line = line_length(bytes + at, len - at);
        if (bytes[at] != ' ') {
            inside = begins(bytes + at, line, "gpgsig ");
            other = begins(bytes + at, line, "gpgsig-sha256 ");
            found += inside;
        }
        if (inside) {
            const size_t skip = bytes[at] == ' ' ? 1 : strlen("gpgsig ");

            text_add(&signature, bytes + at + skip, line - skip);
        } else if (!other) {
            text_add(&rest, bytes + at, line);
        }
        if (begins(bytes + at, line, "committer "))
            out->committed = time_of(arena_bytes(arena, bytes + at, line), arena);
    }
    text_add(&rest, bytes + at, len - at);
    out->signature = found ? arena_bytes(arena, signature.bytes, signature.len) : NULL;
    out->rest = arena_bytes(arena, rest.bytes, rest.len);
    out->rest_len = rest.len;
    return found <= 1;
}

int commit_read(struct commit *out, struct clone *clone, const struct git_id *id,
                struct arena *arena, struct err *err)
{
    const struct git_id wanted = *id; /* it may be out's own parent */
    struct object_content object;
    char hex[HEX + 1];

    if (tree_read_object(&object, clone, &wanted, GIT_OBJECT_COMMIT, arena, err) < 0)
        return -1;
    if (!commit_parse(out, object.bytes, object.len, arena)) {
        git_id_hex(hex, &wanted);
        return err_set(err, ERR_GIT, GIT_EINVALID, "commit %s of %s is malformed", hex,
                       clone->peer.url.shown);
    }
    out->id = wanted;
    return 0;
}

bool commit_is_here(const struct clone *clone, const struct git_id *id)
{
    git_oid oid = oid_of(*id);

    return git_odb_exists(clone->odb, &oid) == 1;
}

static bool is_ours(const struct commit *commit, const struct commit_trailer *wanted,
                    struct arena *arena)
{
    if (!commit_message_trailer(commit->message, TRAILER_SOURCE_COMMIT, arena))
        return false;
    return !wanted
           || text_equal(commit_message_trailer(commit->message, wanted->token, arena),
                         wanted->value);
}

/* A merge commit leaves weft's commit beside the branch.  Only a merge that keeps the whole tree
 * counts: another one changed what weft made. */
int commit_find_merged(struct commit *out, struct clone *clone, const struct commit *merge,
                       struct arena *arena, struct err *err)
{
    if (merge->parents != 2 || !commit_is_here(clone, &merge->second))
        return 0;
    if (commit_read(out, clone, &merge->second, arena, err) < 0)
        return -1;
    return git_id_equal(&out->tree, &merge->tree)
           && commit_message_trailer(out->message, TRAILER_SOURCE_COMMIT, arena);
}

int commit_find_ours(struct commit *out, struct clone *clone, const struct commit *from,
                     const struct commit_trailer *wanted, struct arena *arena, struct err *err)
{
    struct commit merged;
    int found;

    *out = *from;
    for (int i = 0; i < HISTORY_MAX; i++) {
        if ((found = commit_find_merged(&merged, clone, out, arena, err)) < 0)
            return -1;
        if (found)
            *out = merged;
        if (is_ours(out, wanted, arena))
            return 1;
        if (!out->has_parent || !commit_is_here(clone, &out->parent))
            return 0;
        if (commit_read(out, clone, &out->parent, arena, err) < 0)
            return -1;
    }
    return 0;
}
