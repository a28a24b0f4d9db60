/* pki/allowed_signers.c - reads a list of signers and looks keys up.  Doubt narrows: a line with an
 * option that is not known allows nothing.
 *
 * The format is ssh-keygen's, but not all of it: certificate authorities are not read, and
 * principals are not compared, since Git does not tell which one a commit claims. A line counts
 * only when each of its options is known and each of its parts decodes. Otherwise it allows
 * nothing and is reported, because an option that is skipped could be the one that narrows it
 * (valid-before, namespaces). Keys are compared as bytes of their blob, so two texts of one key
 * are one key. The time that is compared is the one that the commit states: an attacker with the
 * key can choose it, so valid-before retires a key and does not revoke one; to revoke, remove the
 * line. */
#include "pki/allowed_signers.h"

#include "base/base64.h"
#include "base/clock.h"
#include "pki/ssh_wire.h"
#include <ctype.h>
#include <fnmatch.h>
#include <string.h>
#include <strings.h>

enum { SIGNERS_MAX = 10000 };

struct parsing {
    struct allowed_signers *out;
    struct allowed_signer *list;
    struct arena *arena;
    struct diags *diags;
    unsigned line;
};

static void mistake(struct parsing *p, const char *what, const char *remedy)
{
    diag_add(p->diags, DIAG_ERROR, (struct place){ p->out->file, p->line, 1 }, "", "%s: %s", what,
             remedy);
}

/* --- words --- */

/* The next word, where quotes hold blanks together; NULL: the line is over.  Quotes stay. */
static const char *next_word(const char **rest, struct arena *arena)
{
    const char *begin = *rest + strspn(*rest, " \t"), *at = begin;
    bool quoted = false;

    for (; *at && (quoted || (*at != ' ' && *at != '\t')); at++)
        quoted ^= *at == '"';
    *rest = at;
    return at > begin ? arena_bytes(arena, begin, (size_t)(at - begin)) : NULL;
}

/* The value of name="value" without its quotes; NULL: it is another option, or has no quotes. */
static const char *value_of(const char *option, const char *name, struct arena *arena)
{
    size_t len = strlen(name), all = strlen(option);

    if (strncasecmp(option, name, len) != 0 || all < len + 2 || option[len] != '"'
        || option[all - 1] != '"')
        return NULL;
    return arena_bytes(arena, option + len + 1, all - len - 2);
}

/* "20261130" or "202611301130[30]", then "Z" for UTC; without it the local time of the reader,
 * which is UTC here. */
static bool parse_time(int64_t *out, const char *text, struct arena *arena)
{
    const size_t digits = strspn(text, "0123456789");
    const char *all = arena_printf(arena, "%.*s000000", (int)digits, text);

    if ((digits != 8 && digits != 12 && digits != 14)
        || (text[digits] && strcmp(text + digits, "Z") != 0))
        return false;
    return clock_parse(arena_printf(arena, "%.4s-%.2s-%.2sT%.2s:%.2s:%.2sZ", all, all + 4, all + 6,
                                    all + 8, all + 10, all + 12),
                       out)
           && *out > 0;
}

/* --- a line --- */

/* One of name="value". */
static bool take_option(struct allowed_signer *signer, const char *option, struct parsing *p)
{
    const char *namespaces = value_of(option, "namespaces=", p->arena);
    const char *after = value_of(option, "valid-after=", p->arena);
    const char *before = value_of(option, "valid-before=", p->arena);

    if (namespaces) {
        signer->namespaces = namespaces;
        return true;
    }
    if (after)
        return parse_time(&signer->after, after, p->arena);
    return before && parse_time(&signer->before, before, p->arena);
}

/* Options in a list, where quotes hold commas together. */
static bool take_options(struct allowed_signer *signer, const char *options, struct parsing *p)
{
    const char *at = options;

    while (*at) {
        const char *begin = at;
        bool quoted = false;

        for (; *at && (quoted || *at != ','); at++)
            quoted ^= *at == '"';
        if (!take_option(signer, arena_bytes(p->arena, begin, (size_t)(at - begin)), p)) {
            mistake(p,
                    arena_printf(p->arena, "option %s cannot be used",
                                 arena_bytes(p->arena, begin, (size_t)(at - begin))),
                    "known are namespaces=\"git\", valid-after=\"YYYYMMDD\" and valid-before; this "
                    "line allows no signature");
            return false;
        }
        at += *at == ',';
    }
    return true;
}

static bool is_key_type(const char *word)
{
    return text_starts(word, "ssh-") || text_starts(word, "ecdsa-") || text_starts(word, "sk-");
}

static bool take_key(struct allowed_signer *signer, const char *type, const char *base64,
                     struct parsing *p)
{
    AUTO(ssh_key_close) struct ssh_key *key = NULL;
    AUTO_TEXT blob = { 0 };
    struct err err;

    if (!base64 || !base64_decode(&blob, base64, strlen(base64)) || blob.len == 0) {
        mistake(p, "the key is not base64", "copy the line of the file that ends in .pub");
        return false;
    }
    if (ssh_key_of_blob(&key, (struct ssh_string){ (const unsigned char *)blob.bytes, blob.len },
                        &err)
        < 0) {
        mistake(p, arena_printf(p->arena, "the key %s", err.text), "this line allows no signature");
        return false;
    }
    if (!text_equal(type, ssh_key_type_name(key->type))) {
        mistake(p, "the key is of another type than the line says",
                "copy the line of the file "
                "that ends in .pub");
        return false;
    }
    signer->blob = (const unsigned char *)arena_bytes(p->arena, blob.bytes, blob.len);
    signer->blob_len = blob.len;
    return true;
}

/* "principals [options] type key [comment]" */
static void take_line(struct parsing *p, const char *line)
{
    struct allowed_signer signer = { .line = p->line };
    const char *word;

    signer.principals = next_word(&line, p->arena);
    if (!signer.principals || *signer.principals == '#')
        return;
    word = next_word(&line, p->arena);
    if (word && !is_key_type(word)) {
        if (!take_options(&signer, word, p))
            return;
        word = next_word(&line, p->arena);
    }
    if (!word) {
        mistake(p, "there is no key",
                "write \"principal type key\", as in alice@example.com "
                "ssh-ed25519 AAAA...");
        return;
    }
    if (take_key(&signer, word, next_word(&line, p->arena), p) && p->out->count < SIGNERS_MAX)
        p->list[p->out->count++] = signer;
}

static size_t lines_in(const char *bytes, size_t len)
{
    size_t out = 1;

    for (size_t i = 0; i < len; i++)
        out += bytes[i] == '\n';
    return out < SIGNERS_MAX ? out : SIGNERS_MAX;
}

void allowed_signers_parse(struct allowed_signers *out, const char *file, const char *bytes,
                           size_t len, struct arena *arena, struct diags *diags)
{
    struct parsing p = { .out = out, .arena = arena, .diags = diags };
    size_t errors = diags->errors;

    text_skip_bom(&bytes, &len);
    *out = (struct allowed_signers){ .file = file };
    p.list = ARENA_NEW(arena, struct allowed_signer, lines_in(bytes, len));
    out->list = p.list;
    for (const char *at = bytes, *end = bytes + len; at < end; at++) {
        const char *line = at;

        p.line++;
        while (at < end && *at != '\n')
            at++;
        take_line(&p, arena_bytes(arena, line,
                                  (size_t)(at - line) - (at > line && at[-1] == '\r' ? 1 : 0)));
    }
    if (out->count == 0 && diags->errors == errors)
        diag_add(diags, DIAG_ERROR, (struct place){ file, 0, 0 }, "",
                 "lists no signer: write a line such as alice@example.com ssh-ed25519 AAAA...");
}

/* --- looking up --- */

static bool matches_list(const char *patterns, const char *name, struct arena *arena)
{
    while (*patterns) {
        size_t len = strcspn(patterns, ",");

        if (fnmatch(arena_bytes(arena, patterns, len), name, 0) == 0)
            return true;
        patterns += len + (patterns[len] == ',');
    }
    return false;
}

/* NULL: the line allows it. */
static const char *objection(const struct allowed_signer *signer, const char *namespace,
                             int64_t time, struct arena *arena)
{
    if (signer->namespaces && !matches_list(signer->namespaces, namespace, arena))
        return arena_printf(arena, "it may not sign for %s", namespace);
    if (signer->after && time < signer->after)
        return arena_printf(arena, "it is valid only from %s", clock_text(signer->after, arena));
    if (signer->before && time >= signer->before)
        return arena_printf(arena, "it was valid until %s only", clock_text(signer->before, arena));
    return NULL;
}

const struct allowed_signer *allowed_signers_find(const struct allowed_signers *signers,
                                                  struct ssh_string key, const char *namespace,
                                                  int64_t time, const char **why,
                                                  struct arena *arena)
{
    *why = arena_printf(arena, "it is not in %s", signers->file);
    for (size_t i = 0; i < signers->count; i++) {
        const struct allowed_signer *signer = &signers->list[i];
        const char *no;

        if (signer->blob_len != key.len || memcmp(signer->blob, key.bytes, key.len) != 0)
            continue;
        no = objection(signer, namespace, time, arena);
        if (!no)
            return signer;
        *why = arena_printf(arena, "by %s:%u %s", signers->file, signer->line, no);
    }
    return NULL;
}
