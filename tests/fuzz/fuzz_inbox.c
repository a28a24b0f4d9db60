/* tests/fuzz/fuzz_inbox.c - any bytes as a request file of an operator, and behind a line "=" as
 * what the state remembers of requests.  When the first byte is "+" the request gets the MAC that
 * belongs to it; without, it must be refused.  A request that was taken is never new again. */
#include "base/digest.h"
#include "base/parse_json.h"
#include "state/inbox.h"
#include "tests/fuzz/expect.h"
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static const char parting[] = "\n=\n";

static int mac(const void *context, unsigned char out[32], const void *bytes, size_t len,
               struct err *err)
{
    struct sha256_stream *stream = sha256_begin();
    struct sha256 digest;

    (void)err;
    sha256_add(stream, context, strlen(context));
    sha256_add(stream, bytes, len);
    digest = sha256_end(stream);
    memcpy(out, digest.bytes, sizeof digest.bytes);
    return 0;
}

static const struct ledger_key key = { "key", mac, "no secret" };

/* The line and its MAC, as inbox_add writes them. */
static void authenticate(struct text *out, const char *line, size_t len)
{
    AUTO_TEXT input = { 0 };
    unsigned char digest[32];
    struct err err;

    text_adds(&input, "weft operator request 1\n");
    text_add(&input, line, len);
    EXPECT(mac(key.context, digest, input.bytes, input.len, &err) == 0);
    text_add(out, line, len);
    text_addc(out, '\n');
    for (size_t i = 0; i < sizeof digest; i++)
        text_addf(out, "%02x", digest[i]);
    text_addc(out, '\n');
}

/* The name that the request says it has, when a file can have it. */
static const char *name_of(const char *line, size_t len, struct arena *arena)
{
    const struct node *root;
    const char *id = NULL;
    struct err err;

    if (parse_json(&root, line, len, arena, &err) == 0)
        id = node_get(root, "id", NULL);
    if (text_empty(id) || strlen(id) > 200 || strchr(id, '/') || *id == '.')
        id = "00112233445566778899aabbccddeeff";
    return arena_printf(arena, "%s.request", id);
}

static void write_file(const char *path, const struct text *content)
{
    int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);

    EXPECT(fd >= 0 && write(fd, content->bytes, content->len) == (ssize_t)content->len);
    close(fd);
}

static void read_file(struct inbox *out, const char *name, const struct text *content,
                      struct arena *arena)
{
    char place[] = "/tmp/weft-fuzz-XXXXXX";
    const char *state = mkdtemp(place) ? arena_printf(arena, "%s/state", place) : NULL;
    const char *folder = state ? inbox_folder(state, arena) : "", *path;
    struct err err = { .text = "" };

    path = arena_printf(arena, "%s/%s", folder, name);
    EXPECT(state && mkdir(folder, 0700) == 0);
    write_file(path, content);
    EXPECT(inbox_read(out, state, &key, arena, &err) == 0);
    EXPECT(inbox_count(state, arena) == 1 && out->count + out->refusal_count == 1);
    EXPECT(unlink(path) == 0 && rmdir(folder) == 0 && rmdir(place) == 0);
}

static void take(const struct inbox_request *request, const char *memory, struct arena *arena)
{
    struct ledger ledger = { .arena = arena };
    enum inbox_age age;

    EXPECT(request->virtual_mesh && request->verb && request->rotation && request->reason);
    EXPECT(strlen(request->id) == 32 && strspn(request->id, "0123456789abcdef") == 32);
    EXPECT(request->made >= 0 && request->step >= 0 && request->at >= 0);
    ledger_set_fact(&ledger, FACT_REQUESTS, memory);
    age = inbox_age(&ledger, request);
    if (age == INBOX_NEW)
        inbox_set_taken(&ledger, request);
    EXPECT(inbox_age(&ledger, request) != INBOX_NEW);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
    AUTO(arena_free) struct arena *arena = arena_new();
    AUTO_TEXT content = { 0 };
    const char *line = (const char *)bytes + 1, *end, *memory = "";
    bool authentic = len > 0 && bytes[0] == '+';
    size_t line_len;
    struct inbox inbox;

    if (len < 1)
        return 0;
    end = memmem(line, len - 1, parting, strlen(parting));
    line_len = end ? (size_t)(end - line) : len - 1;
    if (end)
        memory = arena_bytes(arena, end + strlen(parting), len - 1 - line_len - strlen(parting));
    if (authentic)
        authenticate(&content, line, line_len);
    else
        text_add(&content, line, line_len);
    read_file(&inbox, name_of(line, line_len, arena), &content, arena);
    EXPECT(authentic || inbox.refusal_count == 1);
    if (inbox.refusal_count)
        EXPECT(*inbox.refusals[0].why && *inbox.refusals[0].path);
    else
        take(&inbox.requests[0], memory, arena);
    return 0;
}
