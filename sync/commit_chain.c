/* sync/commit_chain.c - binds each commit of weft to the previous one.  Signs nothing. */
#include "sync/commit_chain.h"

#include "base/base64.h"
#include "base/digest.h"
#include "sync/commit_message.h"

static bool begins(const char *line, const char *end, const char *with)
{
    return (size_t)(end - line) >= strlen(with) && memcmp(line, with, strlen(with)) == 0;
}

static const char *line_end(const char *line, const char *end)
{
    const char *found = memchr(line, '\n', (size_t)(end - line));

    return found ? found + 1 : end;
}

/* Whether a line counts.  Parents are bound by Weft-Previous-Commit: other writers' commits in
 * between are no concern of the chain. */
static bool counts(const char *line, const char *next, bool header)
{
    return header ? !begins(line, next, "parent ") : !begins(line, next, TRAILER_CHAIN ": ");
}

const char *commit_chain_of(const char *previous, const char *bytes, size_t len,
                            struct arena *arena)
{
    struct sha256_stream *stream = sha256_begin();
    struct commit_signature parts;
    const char *at, *end, *next;
    struct sha256 digest;
    bool header = true;
    char hex[65];

    (void)commit_take_signature(&parts, bytes, len, arena);
    sha256_add(stream, previous, strlen(previous));
    sha256_add(stream, "\n", 1);
    for (at = parts.rest, end = at + parts.rest_len; at < end; at = next) {
        next = line_end(at, end);
        header = header && *at != '\n';
        if (counts(at, next, header))
            sha256_add(stream, at, (size_t)(next - at));
    }
    digest = sha256_end(stream);
    hex_encode(hex, digest.bytes, sizeof digest.bytes);
    return arena_printf(arena, "sha256:%s", hex);
}

void commit_chain_add(struct text *commit, const char *previous, struct arena *arena)
{
    text_addf(commit, TRAILER_CHAIN ": %s\n",
              commit_chain_of(previous, commit->bytes, commit->len, arena));
}

int commit_chain_previous(struct commit_previous *out, struct clone *clone, const char *tip,
                          struct arena *arena, struct err *err)
{
    struct commit from, ours;
    struct git_id id;
    char hex[41];
    int found;

    *out = (struct commit_previous){ "none", "" };
    if (!commit_parse_id(&id, tip))
        return 0;
    if (commit_read(&from, clone, &id, arena, err) < 0
        || (found = commit_find_ours(&ours, clone, &from, NULL, arena, err)) < 0)
        return -1;
    if (!found)
        return 0;
    git_id_hex(hex, &ours.id);
    out->id = arena_text(arena, hex);
    out->chain = commit_message_trailer(ours.message, TRAILER_CHAIN, arena);
    if (!out->chain)
        out->chain = "";
    return 0;
}
