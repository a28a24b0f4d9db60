/* app/audit/audit_entry.c - takes trailers apart.  Pure: knows their forms, judges nothing else.
 *
 * Trailers are text that anyone with push access can write, so each has an exact form, and a value
 * that does not have it leaves its field empty and makes the entry malformed, so that no later
 * check relies on a part of it. A token that appears twice makes it malformed too: readers of
 * trailers disagree on which one counts. Only commits of weft are taken apart: a commit of others
 * may quote trailers.
 *
 * A later version may add tokens: a token without a row is ignored, so an old weft can read a
 * newer history. */
#include "app/audit/audit_entry.h"
#include "base/base64.h"
#include "base/text.h"
#include <stddef.h>
#include <string.h>
#include <strings.h>

enum { COMMIT_HEX = 40, DIGEST_HEX = 64, STEP_MAX = 3 };

static bool is_hex(const char *text, size_t len)
{
    return strlen(text) == len && hex_is_plain(text, len);
}

static bool form_text(const char *value) { return *value != '\0'; }
static bool form_commit(const char *value) { return is_hex(value, COMMIT_HEX); }
static bool form_state(const char *value) { return *value && hex_is_plain(value, strlen(value)); }
static bool form_previous(const char *value)
{
    return form_commit(value) || text_equal(value, "none");
}
static bool form_digest(const char *value)
{
    return text_starts(value, "sha256:") && is_hex(value + strlen("sha256:"), DIGEST_HEX);
}
/* "12 sha256:..." */
static bool form_log(const char *value)
{
    const char *space = strchr(value, ' ');
    const size_t digits = strspn(value, "0123456789");

    return space && digits && space == value + digits && form_digest(space + 1);
}
static bool form_counter(const char *value)
{
    int64_t number;

    return parse_int(value, 1, INT64_MAX, &number);
}

#define FIELD(name) offsetof(struct audit_entry, name)
enum { NO_FIELD = -1 };

/* Every trailer that a pass writes once. */
static const struct {
    const char *token;
    ptrdiff_t offset; /* of a text in struct audit_entry */
    bool (*form)(const char *value);
    const char *what;
} rows[] = {
    { TRAILER_SOURCE, FIELD(source), form_text, "a URL" },
    { TRAILER_SOURCE_COMMIT, FIELD(source_commit), form_commit, "a commit id" },
    { TRAILER_SIGNER, FIELD(signer), form_text, "a name" },
    { TRAILER_INVENTORY, FIELD(inventory), form_commit, "a commit id" },
    { TRAILER_VERSION, FIELD(version), form_text, "a version" },
    { TRAILER_DIGEST, FIELD(digest), form_digest, "a SHA-256 digest" },
    { TRAILER_VIRTUAL_MESHES, NO_FIELD, form_text, "a list of virtual meshes" },
    { TRAILER_STATE, FIELD(state), form_state, "an id in hexadecimal" },
    { TRAILER_INSTANCE, FIELD(instance), form_text, "a host or pod" },
    { TRAILER_COUNTER, NO_FIELD, form_counter, "a number from 1 on" },
    { TRAILER_CERTIFICATES, FIELD(certificates), form_log, "a size and a SHA-256 digest" },
    { TRAILER_ATTESTATION, FIELD(attestation), form_text, "the place of an attestation" },
    { TRAILER_PREVIOUS, FIELD(previous), form_previous, "a commit id or none" },
    { TRAILER_CHAIN, FIELD(chain), form_digest, "a SHA-256 digest" },
};

static void malformed(struct audit_entry *out, const char *what)
{
    if (!out->malformed)
        out->malformed = what;
}

/* --- "gloo-mesh/shop r1-f2a6f9e4/2 VERIFYING: why", "gloo-mesh/shop: approve r1-f2a6f9e4/1" --- */

static bool take_rotation(struct audit_rotation *out, const char *value, struct arena *arena)
{
    const char *id = strchr(value, ' ');
    const char *state = id ? strchr(id + 1, ' ') : NULL;
    const char *message = state ? strstr(state + 1, ": ") : NULL;
    const char *slash = state ? memrchr(id, '/', (size_t)(state - id)) : NULL;
    int64_t step;

    if (!message || !slash || !memchr(value, '/', (size_t)(id - value))
        || !parse_int(arena_bytes(arena, slash + 1, (size_t)(state - slash) - 1), 0, STEP_MAX,
                      &step))
        return false;
    out->virtual_mesh = arena_bytes(arena, value, (size_t)(id - value));
    out->id = arena_bytes(arena, id + 1, (size_t)(slash - id) - 1);
    out->step = (int)step;
    out->state = arena_bytes(arena, state + 1, (size_t)(message - state) - 1);
    out->message = message + 2;
    return true;
}

static bool take_request(struct audit_operator *out, const char *value, struct arena *arena)
{
    const char *end = strstr(value, ": ");

    if (!end || !memchr(value, '/', (size_t)(end - value)))
        return false;
    out->virtual_mesh = arena_bytes(arena, value, (size_t)(end - value));
    out->text = end + 2;
    return true;
}

/* --- all of them --- */

static bool take_repeated(struct audit_entry *out, const struct trailer *trailer,
                          struct arena *arena)
{
    struct audit_rotation rotation;
    struct audit_operator request;

    if (strcasecmp(trailer->token, TRAILER_ROTATION) == 0) {
        if (take_rotation(&rotation, trailer->value, arena))
            *ARENA_PUSH(arena, out->rotations, out->rotation_count) = rotation;
        else
            malformed(out, TRAILER_ROTATION " is not \"NAMESPACE/NAME ID/STEP STATE: why\"");
        return true;
    }
    if (strcasecmp(trailer->token, TRAILER_OPERATOR) == 0) {
        if (take_request(&request, trailer->value, arena))
            *ARENA_PUSH(arena, out->requests, out->request_count) = request;
        else
            malformed(out, TRAILER_OPERATOR " is not \"NAMESPACE/NAME: request\"");
        return true;
    }
    return false;
}

static void take_single(struct audit_entry *out, const struct trailer *trailer, size_t row,
                        bool seen[], struct arena *arena)
{
    if (seen[row])
        malformed(out, arena_printf(arena, "%s appears twice", rows[row].token));
    else if (!rows[row].form(trailer->value))
        malformed(out, arena_printf(arena, "%s is not %s", rows[row].token, rows[row].what));
    else if (rows[row].offset != NO_FIELD)
        *(const char **)(void *)((char *)out + rows[row].offset) = trailer->value;
    if (strcasecmp(rows[row].token, TRAILER_COUNTER) == 0 && !seen[row]) {
        int64_t counter = 0;

        if (parse_int(trailer->value, 1, INT64_MAX, &counter))
            out->counter = (uint64_t)counter;
    }
    seen[row] = true;
}

void audit_entry_read(struct audit_entry *out, const struct history_commit *commit,
                      struct arena *arena)
{
    bool seen[LENGTH(rows)] = { false };

    *out = (struct audit_entry){ .commit = commit };
    for (size_t row = 0; row < LENGTH(rows); row++)
        if (rows[row].offset != NO_FIELD)
            *(const char **)(void *)((char *)out + rows[row].offset) = "";
    for (size_t i = 0; commit->ours && i < commit->trailer_count; i++) {
        const struct trailer *trailer = &commit->trailers[i];
        size_t row = 0;

        if (take_repeated(out, trailer, arena))
            continue;
        while (row < LENGTH(rows) && strcasecmp(rows[row].token, trailer->token) != 0)
            row++;
        if (row < LENGTH(rows))
            take_single(out, trailer, row, seen, arena);
    }
}
