/* sync/transport/push.c - the conversation of a push.  Never forces: the server itself compares the
 * old value while it holds the ref.
 *
 * The server compares the old value of the ref with its own while it holds the ref, so the push is
 * a compare-and-swap, and no option here can force it. Three outcomes are kept apart, because the
 * caller acts differently on them: moved, refused, and broken. Broken is the answer once the pack
 * went out and no whole report came back: the commit may be there or not, and only another look at
 * the branch can tell. Until the pack is sent, a failure is a plain error. The listing that came
 * with this connection is compared first, which saves sending a pack that must be refused.
 *
 * Of several refs each is compared and moved by itself: one that has another value is left out, and
 * the others go on.  Servers may refuse all for the sake of one, so the caller looks at each. */
#include "sync/transport/push.h"

#include "base/arena.h"
#include "base/fault.h"
#include "sync/transport/pkt.h"
#include "sync/transport/wire_open.h"
#include <stdio.h>
#include <string.h>

enum { WORDS_MAX = 2000 };

/* What is asked for, with what the server says of each ref. */
struct commands {
    const struct push_request *list;
    size_t count;
    struct advertisement *refs; /* as many; the first has the capabilities */
    bool *sent;                 /* as many: it had the expected value */
    size_t sent_count;
};

/* Bytes of a wire, a line at a time. */
struct lines {
    struct wire *wire;
    char bytes[PKT_MAX + 1];
    size_t len; /* of the present line, without its head */
    bool flush, end;
};

static int read_exactly(struct lines *lines, size_t begin, size_t len, struct err *err)
{
    while (len > 0) {
        size_t got;

        if (wire_read(lines->wire, lines->bytes + begin, len, &got, err) < 0)
            return -1;
        if (got == 0) {
            lines->end = true;
            return err_set(err, ERR_GIT, 0, "%s: the answer ends in the middle",
                           lines->wire->peer->url.shown);
        }
        begin += got;
        len -= got;
    }
    return 0;
}

static int next_line(struct lines *lines, struct err *err)
{
    ssize_t len;

    if (read_exactly(lines, 0, PKT_HEAD, err) < 0)
        return -1;
    len = pkt_length(lines->bytes);
    if (len < 0)
        return err_set(err, ERR_GIT, 0, "%s: the answer is not Git's protocol",
                       lines->wire->peer->url.shown);
    lines->flush = len == 0;
    lines->len = len ? (size_t)len - PKT_HEAD : 0;
    if (read_exactly(lines, 0, lines->len, err) < 0)
        return -1;
    lines->bytes[lines->len] = '\0';
    return 0;
}

static int server_says(const struct lines *lines, struct err *err)
{
    return err_set(err, ERR_GIT, 0, "%s: the server says: %s", lines->wire->peer->url.shown,
                   lines->bytes + strlen("ERR "));
}

static bool add_to_each(struct commands *out, const struct lines *lines, bool first)
{
    for (size_t i = 0; i < out->count; i++)
        if (!advertisement_add(&out->refs[i], lines->bytes, lines->len, first && i == 0,
                               out->list[i].ref))
            return false;
    return true;
}

/* The list of refs; over HTTP it begins with a line and a flush of its own (gitprotocol-http). */
static int read_refs(struct commands *out, struct lines *lines, struct err *err)
{
    bool first = true;

    for (;;) {
        if (next_line(lines, err) < 0)
            return -1;
        if (first && text_starts(lines->bytes, "# service=")) {
            if (next_line(lines, err) < 0)
                return -1;
            continue;
        }
        if (lines->flush)
            return 0;
        if (text_starts(lines->bytes, "ERR "))
            return server_says(lines, err);
        if (!add_to_each(out, lines, first))
            return err_set(err, ERR_GIT, 0, "%s: the list of refs is malformed",
                           lines->wire->peer->url.shown);
        if (out->refs[0].sha256)
            return err_set(err, ERR_GIT, 0,
                           "%s is a SHA-256 repository, which weft cannot write; use a repository "
                           "in Git's usual SHA-1 "
                           "format",
                           lines->wire->peer->url.shown);
        first = false;
    }
}

static bool is_expected(const struct advertisement *refs, const struct git_id *old)
{
    static const struct git_id none;

    return refs->found ? git_id_equal(&refs->id, old) : git_id_equal(&none, old);
}

/* "old new ref NUL capabilities" for the first one, "old new ref" for the others. */
static void add_command(struct text *out, const struct push_request *request,
                        const struct advertisement *capabilities)
{
    AUTO_TEXT line = { 0 };
    char old[41], new[41];

    git_id_hex(old, &request->old);
    git_id_hex(new, &request->new);
    text_addf(&line, "%s %s %s", old, new, request->ref);
    if (capabilities) {
        text_addc(&line, '\0');
        text_addf(&line, "%s%s%s agent=weft", capabilities->report_status ? " report-status" : "",
                  capabilities->side_band ? " side-band-64k" : "",
                  capabilities->quiet ? " quiet" : "");
    }
    pkt_add(out, line.bytes, line.len);
}

/* Those whose refs are where they should be, flush; the pack follows. */
static void add_commands(struct text *out, struct commands *commands)
{
    for (size_t i = 0; i < commands->count; i++) {
        commands->sent[i] = is_expected(&commands->refs[i], &commands->list[i].old);
        if (!commands->sent[i])
            continue;
        add_command(out, &commands->list[i], commands->sent_count++ ? NULL : &commands->refs[0]);
    }
    text_adds(out, "0000");
}

/* The ref that a line is about, else the first one. */
static const char *ref_of(const struct commands *commands, const char *line, size_t len)
{
    for (size_t i = 0; i < commands->count; i++) {
        const size_t ref = strlen(commands->list[i].ref);

        if (len >= 3 + ref && memcmp(line + 3, commands->list[i].ref, ref) == 0
            && (len == 3 + ref || line[3 + ref] == ' ' || line[3 + ref] == '\n'))
            return commands->list[i].ref;
    }
    return commands->list[0].ref;
}

/* What came of all of them. */
struct answer {
    struct push_report report;
    const struct commands *commands;
    size_t updated;
};

static void add_report(struct answer *answer, const char *line, size_t len)
{
    push_report_add(&answer->report, line, len, ref_of(answer->commands, line, len));
    answer->updated += answer->report.updated;
    answer->report.updated = false;
}

/* The report may be cut into pieces anywhere: collects it, and takes its lines once they are whole.
 */
static void take_report(struct answer *answer, struct text *pending)
{
    size_t at = 0;

    while (pending->len - at >= PKT_HEAD) {
        ssize_t len = pkt_length(pending->bytes + at);

        if (len < 0 || (size_t)len > pending->len - at)
            break;
        if (len > 0)
            add_report(answer, pending->bytes + at + PKT_HEAD, (size_t)len - PKT_HEAD);
        at += len > 0 ? (size_t)len : PKT_HEAD;
    }
    memmove(pending->bytes, pending->bytes + at, pending->len - at);
    pending->len -= at;
}

static void add_words(struct text *words, const char *bytes, size_t len)
{
    size_t room = words->len < WORDS_MAX ? WORDS_MAX - words->len : 0;

    text_add(words, bytes, len < room ? len : room);
}

/* side-band-64k: 1 is the report, 2 is progress, 3 is the last message of a failing server. */
static int read_banded(struct answer *answer, struct text *words, struct lines *lines,
                       struct err *err)
{
    AUTO_TEXT pending = { 0 };

    for (;;) {
        if (next_line(lines, err) < 0)
            return -1;
        if (lines->flush)
            return 0;
        if (lines->len == 0)
            continue;
        if (lines->bytes[0] == 1) {
            text_add(&pending, lines->bytes + 1, lines->len - 1);
            take_report(answer, &pending);
        } else if (lines->bytes[0] == 2 || lines->bytes[0] == 3) {
            add_words(words, lines->bytes + 1, lines->len - 1);
        }
    }
}

static int read_plain(struct answer *answer, struct lines *lines, struct err *err)
{
    do {
        if (next_line(lines, err) < 0)
            return -1;
        if (!lines->flush)
            add_report(answer, lines->bytes, lines->len);
    } while (!lines->flush);
    return 0;
}

/* The server's own reason first, then whatever its hooks said. */
static void join_words(struct text *words, const struct push_report *report)
{
    AUTO_TEXT said = { 0 };

    text_add(&said, words->bytes ? words->bytes : "", words->len);
    text_clear(words);
    text_add(words, report->words.bytes ? report->words.bytes : "", report->words.len);
    if (said.len)
        text_addf(words, "%s%s", words->len ? "; " : "", said.bytes);
}

static enum push_outcome outcome_of(const struct answer *answer)
{
    if (!answer->commands->refs[0].report_status)
        return PUSH_DONE; /* an old server reports nothing: the listing shows it */
    return answer->report.unpacked && answer->updated == answer->commands->sent_count
               ? PUSH_DONE
               : PUSH_REFUSED;
}

static int send_pack(struct wire *wire, const struct mapped *pack, struct err *err)
{
    wire_end_request(wire);
    FAULT("git.push.before");
    return wire_write_borrowed(wire, pack->bytes, pack->len, err);
}

/* The pack went out: from here on anything may have happened. */
static void read_answer(struct pushed *out, struct lines *lines, const struct commands *commands,
                        struct err *err)
{
    struct answer answer = { .commands = commands };
    int result = send_pack(lines->wire, &out->pack, err);

    out->outcome = PUSH_BROKEN;
    if (result == 0 && commands->refs[0].side_band)
        result = read_banded(&answer, &out->words, lines, err);
    else if (result == 0 && commands->refs[0].report_status)
        result = read_plain(&answer, lines, err);
    FAULT("git.push.after");
    if (result == 0)
        out->outcome = outcome_of(&answer);
    join_words(&out->words, &answer.report);
    text_free(&answer.report.words);
}

static int converse(struct pushed *out, struct lines *lines, struct commands *commands,
                    struct objects *objects, struct err *err)
{
    AUTO_TEXT head = { 0 };

    if (read_refs(commands, lines, err) < 0)
        return -1;
    out->outcome = PUSH_MOVED;
    add_commands(&head, commands);
    if (!commands->sent_count)
        return 0;
    if (pack_writer_pack(&out->pack, objects, head.bytes, head.len, err) < 0)
        return -1;
    read_answer(out, lines, commands, err);
    return 0;
}

int push_over(struct pushed *out, struct wire *wire, const struct push_request *requests,
              size_t count, struct objects *objects, struct err *err)
{
    AUTO(arena_free) struct arena *arena = arena_new();
    struct lines lines = { .wire = wire };
    struct commands commands = { .list = requests,
                                 .count = count,
                                 .refs = ARENA_NEW(arena, struct advertisement, count),
                                 .sent = ARENA_NEW(arena, bool, count) };

    return converse(out, &lines, &commands, objects, err);
}

int push(struct pushed *out, const struct peer *peer, const struct push_request *requests,
         size_t count, struct objects *objects, struct err *err)
{
    AUTO(wire_close) struct wire *wire = NULL;

    if (wire_open(&wire, peer, SERVICE_PUSH, err) < 0)
        return -1;
    return push_over(out, wire, requests, count, objects, err);
}

void pushed_free(struct pushed *pushed)
{
    text_free(&pushed->words);
    mapped_free(&pushed->pack);
}
