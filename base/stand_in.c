/* base/stand_in.c - names the usual stand-ins of text files: pointers, encrypted files, pages,
 * errors of tools, templates.  Pure; each check is one walk over the bytes at most. */
#include "base/stand_in.h"

#include "base/text.h"

#define ENCRYPTED(tool)                                                                            \
    "is encrypted by " tool ", which weft does not decrypt; keep this file in plain text"
#define PAGE                                                                                       \
    "is a web page (HTML), such as a sign-in or error page, instead of the file; fetch it again"
#define ERROR_TEXT "is the error message of a command instead of its output; run that command again"
#define ARCHIVE(kind) "is compressed (" kind "); put the file itself here"

/* How a file begins.  Letters are compared without case. */
#define BEGINS(bytes, words)                                                                       \
    {                                                                                              \
        (bytes), sizeof(bytes) - 1, (words)                                                        \
    }
static const struct {
    const char *bytes;
    size_t len;
    const char *words;
} beginnings[] = {
    BEGINS("version https://git-lfs.github.com/spec/",
           "is a Git LFS pointer instead of the file; weft does not fetch from LFS, so keep the "
           "file in Git itself (git lfs untrack)"),
    BEGINS("$ANSIBLE_VAULT;", ENCRYPTED("Ansible Vault")),
    BEGINS("age-encryption.org/", ENCRYPTED("age")),
    BEGINS("-----BEGIN AGE ENCRYPTED FILE", ENCRYPTED("age")),
    BEGINS("-----BEGIN PGP MESSAGE", ENCRYPTED("PGP")),
    BEGINS("<!doctype", PAGE),
    BEGINS("<html", PAGE),
    BEGINS("<?xml", "is XML instead of the file; fetch it again"),
    BEGINS("error:", ERROR_TEXT),
    BEGINS("error from server", ERROR_TEXT),
    BEGINS("fatal:", ERROR_TEXT),
    BEGINS("unable to connect to the server", ERROR_TEXT),
    BEGINS("the connection to the server", ERROR_TEXT),
    BEGINS("\x1F\x8B", ARCHIVE("gzip")),
    BEGINS("PK\x03\x04", ARCHIVE("zip")),
};

static bool begins(const char *bytes, size_t len, const char *prefix, size_t prefix_len)
{
    if (len < prefix_len)
        return false;
    for (size_t i = 0; i < prefix_len; i++)
        if (to_lower(bytes[i]) != to_lower(prefix[i]))
            return false;
    return true;
}

static bool has_suffix(const char *bytes, size_t len, const char *suffix)
{
    size_t suffix_len = strlen(suffix);

    return len >= suffix_len && begins(bytes + len - suffix_len, suffix_len, suffix, suffix_len);
}

/* What Git writes for a symbolic link where links cannot be made. */
static bool is_link_text(const char *bytes, size_t len)
{
    return len < 4096 && !memchr(bytes, '\n', len) && !memchr(bytes, ' ', len)
           && (has_suffix(bytes, len, ".yaml") || has_suffix(bytes, len, ".yml")
               || has_suffix(bytes, len, ".json"));
}

static const char *find(const char *bytes, size_t len, const char *what)
{
    return memmem(bytes, len, what, strlen(what));
}

/* A template action where YAML expects a key or a value: at the start of a line, or after "key: "
 * or "- ". */
static bool has_action(const char *bytes, size_t len)
{
    const char *end = bytes + len;

    for (const char *at = bytes; (at = find(at, (size_t)(end - at), "{{")); at += 2) {
        const char *before = at;

        while (before > bytes && (before[-1] == ' ' || before[-1] == '\t'))
            before--;
        if (before == bytes || before[-1] == '\n'
            || (before < at && (before[-1] == ':' || before[-1] == '-')))
            return true;
    }
    return false;
}

static bool has_conflict(const char *bytes, size_t len)
{
    static const char mark[] = "<<<<<<< ";

    return begins(bytes, len, mark, sizeof mark - 1) || find(bytes, len, "\n<<<<<<< ");
}

const char *stand_in_encoding(const char *bytes, size_t len)
{
    if (begins(bytes, len, "\0GITCRYPT", 9))
        return ENCRYPTED("git-crypt");
    if (begins(bytes, len, "\xFF\xFE", 2) || begins(bytes, len, "\xFE\xFF", 2)
        || (len >= 2 && (bytes[0] == '\0') != (bytes[1] == '\0')))
        return "is UTF-16; save it as UTF-8";
    return NULL;
}

const char *stand_in_find(const char *bytes, size_t len)
{
    const char *encoding = stand_in_encoding(bytes, len);

    if (encoding)
        return encoding;
    text_skip_bom(&bytes, &len);
    for (size_t i = 0; i < LENGTH(beginnings); i++)
        if (begins(bytes, len, beginnings[i].bytes, beginnings[i].len))
            return beginnings[i].words;
    if (is_link_text(bytes, len))
        return "holds only a path, as Git stores a symbolic link; put the file itself here";
    if (has_conflict(bytes, len))
        return "has the marks of a merge conflict (<<<<<<<); resolve it";
    if (find(bytes, len, "ENC[AES256_GCM,"))
        return ENCRYPTED("SOPS");
    if (has_action(bytes, len))
        return "is a template (Helm or Go); render it first and keep the result here";
    return NULL;
}
