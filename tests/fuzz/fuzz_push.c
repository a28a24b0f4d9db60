/* tests/fuzz/fuzz_push.c - any bytes as what a Git server says during a push, over a wire in
 * memory.  The first byte says what is pushed and how the bytes come; the outcome is the same
 * however they are cut, and nothing is sent to a server whose ref has another value. */
#include "sync/transport/pkt.h"
#include "sync/transport/push.h"
#include "tests/fuzz/expect.h"
#include <string.h>

#define REF "refs/heads/main"

enum { WORDS_MAX = 8192 }; /* what the two lists of words of push.c and pkt.c may come to */

struct memory_wire {
    struct wire wire;
    const char *bytes;
    size_t len, at, piece;
    struct text sent;
    size_t requests, sent_early; /* how often a request ended; bytes sent before that */
};

static void memory_close(struct wire *wire) { (void)wire; }

static void memory_turn(struct wire *wire) { ((struct memory_wire *)wire)->requests++; }

static int memory_write(struct wire *wire, const char *bytes, size_t len, struct err *err)
{
    struct memory_wire *memory = (struct memory_wire *)wire;

    (void)err;
    text_add(&memory->sent, bytes, len);
    memory->sent_early += memory->requests ? 0 : len;
    return 0;
}

static int memory_read(struct wire *wire, char *buffer, size_t room, size_t *got, struct err *err)
{
    struct memory_wire *memory = (struct memory_wire *)wire;
    size_t left = memory->len - memory->at, most = room < memory->piece ? room : memory->piece;

    *got = left < most ? left : most;
    memcpy(buffer, memory->bytes + memory->at, *got);
    memory->at += *got;
    return wire_came(wire, *got, err);
}

static const struct wire_kind memory_kind = { memory_close, memory_turn, memory_write, memory_write,
                                              memory_read };

static struct objects *some_objects(void)
{
    static const char blob[] = "apiVersion: v1\n";
    struct objects *objects = pack_writer_new("/tmp");
    struct git_id id = pack_writer_object_id(OBJECT_BLOB, blob, strlen(blob));
    struct err err;

    EXPECT(pack_writer_add(objects, &id, OBJECT_BLOB, blob, strlen(blob), &err) == 0);
    EXPECT(pack_writer_want(objects, &id));
    return objects;
}

/* The command line, a flush, a pack: once, and after the server's list of refs was read whole. */
static void check_sent(const struct memory_wire *memory, const struct pushed *out,
                       const struct push_request *request)
{
    char line[128];
    char old[41], new[41];

    git_id_hex(old, &request->old);
    git_id_hex(new, &request->new);
    snprintf(line, sizeof line, "%s %s " REF, old, new);
    EXPECT(memory->requests == 1 && memory->sent_early == 0);
    EXPECT(memory->sent.len == out->pack.len && out->pack.pack_at + 4 < out->pack.len);
    EXPECT(memcmp(memory->sent.bytes + PKT_HEAD, line, strlen(line) + 1) == 0);
    EXPECT(memcmp(memory->sent.bytes + out->pack.pack_at - 4, "0000PACK", 8) == 0);
}

/* Asked for a report without side bands, the server said it in these very bytes. */
static void check_done(const struct text *sent, const char *bytes, size_t len)
{
    static const char asked[] = " report-status agent=weft";

    if (!memmem(sent->bytes, sent->len, asked, strlen(asked)))
        return;
    EXPECT(memmem(bytes, len, "unpack ok", 9) && memmem(bytes, len, "ok " REF, 3 + strlen(REF)));
}

static int run(struct pushed *out, const struct push_request *request, const char *bytes,
               size_t len, size_t piece, struct objects *objects)
{
    static const struct url url = { .scheme = URL_GIT, .shown = "git://git.example.com/a" };
    const struct peer peer = { .url = url, .timeout_ms = 1000, .limits = limits_default };
    struct memory_wire memory = { .wire = wire_begin(&memory_kind, &peer, SERVICE_PUSH),
                                  .bytes = bytes,
                                  .len = len,
                                  .piece = piece };
    struct err err = { 0 };
    int result = push_over(out, &memory.wire, request, 1, objects, &err);

    EXPECT(result == 0 || (err.kind == ERR_GIT && *err.text));
    EXPECT(out->words.len < WORDS_MAX);
    if (result < 0 || out->outcome == PUSH_MOVED)
        EXPECT(memory.sent.len == 0 && memory.requests == 0);
    else
        check_sent(&memory, out, request);
    if (result == 0 && out->outcome == PUSH_DONE)
        check_done(&memory.sent, bytes, len);
    if (result == 0 && out->outcome == PUSH_BROKEN)
        EXPECT(err.kind == ERR_GIT && *err.text);
    text_free(&memory.sent);
    return result;
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
    static struct objects *objects;
    struct push_request request = { .ref = REF };
    AUTO_PUSHED whole = { 0 };
    AUTO_PUSHED cut = { 0 };
    const char *said = (const char *)bytes + 1;
    int result;

    if (len < 1)
        return 0;
    if (!objects)
        objects = some_objects();
    memset(request.new.bytes, 0x42, sizeof request.new.bytes);
    if (bytes[0] & 1)
        memset(request.old.bytes, 0x11, sizeof request.old.bytes);
    result = run(&whole, &request, said, len - 1, len, objects);
    EXPECT(run(&cut, &request, said, len - 1, (size_t)bytes[0] % 9 + 1, objects) == result);
    EXPECT(whole.outcome == cut.outcome && whole.words.len == cut.words.len);
    EXPECT(whole.words.len == 0 || memcmp(whole.words.bytes, cut.words.bytes, cut.words.len) == 0);
    return 0;
}
