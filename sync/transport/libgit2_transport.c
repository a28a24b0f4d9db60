/* sync/transport/libgit2_transport.c - libgit2's smart subtransport over a wire.  Made for each
 * connection: nothing is registered for the process.
 *
 * libgit2 speaks the protocol of a fetch, and our wires carry the bytes: so HTTP proxies, TLS,
 * credentials and limits are the same for fetch and push. Everything that the server sends is
 * watched on its way: packet lines, the number of refs, the format of ids. libgit2 trusts the
 * first two and names the third badly. The first error is kept in the link, since what libgit2
 * makes of it afterwards names the symptom. */
#include "sync/transport/libgit2_transport.h"
#include "sync/err_git.h"

#include "base/memory.h"
#include "sync/transport/pkt.h"
#include "sync/transport/wire.h"
#include "sync/transport/wire_open.h"
#include <git2/sys/transport.h>
#include <stdio.h>
#include <stdlib.h>

struct subtransport {
    git_smart_subtransport parent;
    git_smart_subtransport_stream stream; /* the only one at a time, so it lives here */
    struct link *link;
    struct wire *wire;
    bool turned; /* the list of refs was read */
    struct pkt_watch watch;
};

static struct subtransport *of_stream(git_smart_subtransport_stream *stream)
{
    return (struct subtransport *)stream->subtransport;
}

static int failed(struct subtransport *sub)
{
    git_error_set_str(GIT_ERROR_NET, sub->link->err.text);
    return -1;
}

static int refuse(struct subtransport *sub, const char *what)
{
    err_set(&sub->link->err, ERR_GIT, GIT_EINVALID, "%s is %s", sub->link->peer->url.shown, what);
    return failed(sub);
}

/* A pkt-line "shallow <id>", at the beginning or after a line end; the word alone is a capability.
 */
static bool has_shallow_line(const char *bytes, size_t len)
{
    static const char word[] = "shallow ";
    const char *end = bytes + len;

    for (const char *at = bytes; at && (size_t)(end - at) > sizeof word + 4;) {
        if (memcmp(at + 4, word, sizeof word - 1) == 0)
            return true;
        at = memchr(at, '\n', (size_t)(end - at));
        at = at ? at + 1 : NULL;
    }
    return false;
}

/* libgit2 1.5 would call these lists of refs "invalid". */
static int check_refs(struct subtransport *sub, const char *bytes, size_t len)
{
    if (sub->turned || len == 0)
        return 0;
    if (memmem(bytes, len, "object-format=sha256", strlen("object-format=sha256")))
        return refuse(sub, "a SHA-256 repository, which weft cannot read; use a repository in "
                           "Git's usual SHA-1 format");
    if (has_shallow_line(bytes, len))
        return refuse(sub, "a shallow repository (its history is cut off), which weft cannot "
                           "read; serve a full clone (git fetch --unshallow)");
    return 0;
}

/* libgit2 1.5 gives no reason of its own for what is no pkt-line, and takes any number of refs. */
static int watch(struct subtransport *sub, const char *bytes, size_t len)
{
    const struct peer *peer = sub->link->peer;

    pkt_watch_add(&sub->watch, bytes, len);
    if (sub->watch.bad)
        return err_set(&sub->link->err, ERR_GIT, GIT_EINVALID,
                       "%s: the answer is not Git's protocol; check the URL, and that nothing "
                       "between changes what the server sends",
                       peer->url.shown);
    if (!sub->turned && sub->watch.lines > peer->limits.refs)
        return err_set(&sub->link->err, ERR_GIT, GIT_EINVALID,
                       "%s: it has more than %zu refs, the limit; delete branches and tags, or "
                       "hide what weft need not see (git config uploadpack.hideRefs)",
                       peer->url.shown, peer->limits.refs);
    return 0;
}

static int stream_read(git_smart_subtransport_stream *stream, char *buffer, size_t room,
                       size_t *got)
{
    struct subtransport *sub = of_stream(stream);

    if (wire_read(sub->wire, buffer, room, got, &sub->link->err) < 0)
        return failed(sub);
    if (watch(sub, buffer, *got) < 0)
        return failed(sub);
    return check_refs(sub, buffer, *got);
}

static int stream_write(git_smart_subtransport_stream *stream, const char *bytes, size_t len)
{
    struct subtransport *sub = of_stream(stream);

    return wire_write(sub->wire, bytes, len, &sub->link->err) < 0 ? failed(sub) : 0;
}

static void stream_free(git_smart_subtransport_stream *stream) { (void)stream; }

static int sub_action(git_smart_subtransport_stream **out, git_smart_subtransport *parent,
                      const char *url, git_smart_service_t action)
{
    struct subtransport *sub = (struct subtransport *)parent;

    (void)url; /* link->peer has it, taken apart */
    if (action == GIT_SERVICE_UPLOADPACK_LS && !sub->wire
        && wire_open(&sub->wire, sub->link->peer, SERVICE_FETCH, &sub->link->err) < 0)
        return failed(sub);
    if (action == GIT_SERVICE_UPLOADPACK && sub->wire) {
        if (!sub->turned || sub->link->peer->http)
            sub->watch = (struct pkt_watch){ 0 };
        sub->turned = true;
        wire_end_request(sub->wire);
    }
    if (!sub->wire || action == GIT_SERVICE_RECEIVEPACK_LS || action == GIT_SERVICE_RECEIVEPACK) {
        git_error_set_str(GIT_ERROR_NET, "this connection is for fetching");
        return -1;
    }
    *out = &sub->stream;
    return 0;
}

static int sub_close(git_smart_subtransport *parent)
{
    struct subtransport *sub = (struct subtransport *)parent;

    if (sub->wire)
        wire_close(sub->wire);
    sub->wire = NULL;
    return 0;
}

static void sub_free(git_smart_subtransport *parent)
{
    sub_close(parent);
    free(parent);
}

static int sub_new(git_smart_subtransport **out, git_transport *owner, void *param)
{
    struct subtransport *sub = memory_grow(NULL, sizeof *sub);

    (void)owner;
    *sub = (struct subtransport){ .parent = { sub_action, sub_close, sub_free }, .link = param };
    sub->stream =
        (git_smart_subtransport_stream){ &sub->parent, stream_read, stream_write, stream_free };
    *out = &sub->parent;
    return 0;
}

static int transport_new(git_transport **out, git_remote *owner, void *param)
{
    struct link *link = param;
    enum url_scheme scheme = link->peer->url.scheme;
    git_smart_subtransport_definition definition = { sub_new,
                                                     scheme == URL_HTTP || scheme == URL_HTTPS,
                                                     link };

    return git_transport_smart(out, owner, &definition);
}

git_remote_callbacks link_callbacks(struct link *link)
{
    git_remote_callbacks callbacks;

    git_remote_init_callbacks(&callbacks, GIT_REMOTE_CALLBACKS_VERSION);
    callbacks.payload = link;
    if (link->peer->url.scheme != URL_FILE)
        callbacks.transport = transport_new;
    return callbacks;
}

/* Clearer texts for what libgit2 says. */
static const char *hint_of(const git_error *last, char *room, size_t len)
{
    const char *said = last && last->message ? last->message : "";

    if (strstr(said, "early EOF"))
        return "; the server gave up while it sent the commit: its log says why (a damaged or "
               "partial "
               "repository?)";
    if (!strstr(said, "too many objects") && !strstr(said, "overly large object"))
        return "";
    snprintf(room, len,
             "; the limits are %d objects in a pack, and %d MiB for an object that is sent as a "
             "difference: use a repository of its own for weft",
             PACK_OBJECTS_MAX, DELTA_OBJECT_MAX >> 20);
    return room;
}

int link_error(const struct link *link, int code, const char *what, struct err *err)
{
    char room[200];
    const char *hint = hint_of(git_error_last(), room, sizeof room);

    if (link->err.kind == ERR_NONE) {
        err_git(err, code, "%s", link->peer->url.shown);
        err_set(err, ERR_GIT, code, "%s%s", err->text, hint);
    } else {
        *err = link->err;
    }
    return err_wrap(err, "%s", what);
}
