/* sync/transport/wire_ssh.c - SSH by the ssh program: its key types, its known hosts, none of its
 * configuration (docs/architecture.md). Must never let a path or a host reach a shell unquoted.
 *
 * ssh gets no configuration of this machine: an alias, a ProxyCommand or a known host of a user
 * must not decide where a pass pushes. Host keys are verified strictly against the one file that
 * the configuration names, since no person could answer a question. The environment is a list of
 * names. Path and host come from a URL that people wrote: the path is quoted for the server's
 * shell, the host comes behind "--", so neither can become an option. */
#include "sync/transport/wire_ssh.h"
#include "sync/transport/channel.h"

#include "base/process.h"
#include <fcntl.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum { ARGS_MAX = 40 };

struct args {
    const char *list[ARGS_MAX];
    size_t count;
    struct arena *arena;
};

static void arg(struct args *args, const char *text)
{
    if (args->count < ARGS_MAX - 1)
        args->list[args->count++] = arena_text(args->arena, text);
}

static void option(struct args *args, const char *text)
{
    arg(args, "-o");
    arg(args, text);
}

/* The server hands the command to a shell: single quotes, and a quote itself as '\''. */
static const char *quoted(const char *path, struct arena *arena)
{
    AUTO_TEXT out = { 0 };

    text_addc(&out, '\'');
    for (; *path; path++)
        if (*path == '\'')
            text_adds(&out, "'\\''");
        else
            text_addc(&out, *path);
    text_addc(&out, '\'');
    return arena_bytes(arena, out.bytes, out.len);
}

/* A file name as the value of an option: ssh splits at blanks and expands percent signs. */
static const char *file_option(const char *name, const char *file, struct arena *arena)
{
    AUTO_TEXT out = { 0 };

    text_addf(&out, "%s=\"", name);
    for (; *file; file++) {
        if (*file == '%')
            text_addc(&out, '%');
        text_addc(&out, *file);
    }
    text_addc(&out, '"');
    return arena_bytes(arena, out.bytes, out.len);
}

static void fill_args(struct args *args, const struct peer *peer, enum service service)
{
    const struct git_auth *auth = &peer->remote.auth;
    const struct url *url = &peer->url;
    const char *user = *url->user ? url->user : auth->username ? auth->username : "git";

    arg(args, "-F");
    arg(args, "none");
    arg(args, "-T");
    option(args, "BatchMode=yes");
    option(args, "StrictHostKeyChecking=yes");
    option(args, "UpdateHostKeys=no");
    option(args, "GlobalKnownHostsFile=/dev/null");
    option(args, file_option("UserKnownHostsFile", auth->known_hosts_file, args->arena));
    option(args, "LogLevel=ERROR");
    option(args, arena_printf(args->arena, "ConnectTimeout=%d", (peer->timeout_ms + 999) / 1000));
    if (auth->ssh_key_file) {
        option(args, "IdentitiesOnly=yes");
        option(args, "IdentityAgent=none");
        option(args, file_option("IdentityFile", auth->ssh_key_file, args->arena));
    }
    if (*url->port) {
        arg(args, "-p");
        arg(args, url->port);
    }
    arg(args, "-l");
    arg(args, user);
    arg(args, "--");
    arg(args, url->host);
    arg(args,
        arena_printf(args->arena, "%s %s", service_name(service), quoted(url->path, args->arena)));
}

/* The variables of our environment that ssh may need; it gets no others.  An image that runs under
 * any user id gives ssh a passwd entry by way of the nss_wrapper library; LD_PRELOAD names that
 * library alone, or it is left out (base/environment.h). */
static const char *const kept[] = { "PATH",
                                    "HOME",
                                    "USER",
                                    "LOGNAME",
                                    "TMPDIR",
                                    "LANG",
                                    "LC_ALL",
                                    "TZ",
                                    "KRB5CCNAME",
                                    "KRB5_CONFIG",
                                    "SSH_AUTH_SOCK",
                                    "LD_PRELOAD",
                                    "NSS_WRAPPER_PASSWD",
                                    "NSS_WRAPPER_GROUP",
                                    NULL };

static int connect_child(struct channel *channel, const char *const *args, struct err *err)
{
    int pair[2], said[2], result;

    if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair) < 0)
        return err_errno(err, "socket pair for ssh");
    channel->fd = pair[0];
    if (pipe2(said, O_CLOEXEC) < 0) {
        close(pair[1]);
        return err_errno(err, "pipe for ssh");
    }
    channel->said_fd = said[0];
    if (fcntl(pair[0], F_SETFL, O_NONBLOCK) < 0 || fcntl(said[0], F_SETFL, O_NONBLOCK) < 0)
        result = err_errno(err, "sockets for ssh");
    else
        result = process_start(&channel->child,
                               &(struct program){ .command = "ssh", .args = args, .keep = kept },
                               (struct process_files){ pair[1], pair[1], said[1] }, err);
    close(pair[1]);
    close(said[1]);
    return result < 0 ? err_wrap(err, "connect to %s", channel->wire.peer->url.shown) : 0;
}

int wire_ssh_open(struct wire **out, const struct peer *peer, enum service service, struct err *err)
{
    AUTO(arena_free) struct arena *arena = arena_new();
    struct args args = { .arena = arena };
    struct channel *channel = channel_new(peer, service);
    AUTO(wire_close) struct wire *wire = &channel->wire;

    fill_args(&args, peer, service);
    if (connect_child(channel, args.list, err) < 0)
        return -1;
    *out = TAKE(wire);
    return 0;
}
