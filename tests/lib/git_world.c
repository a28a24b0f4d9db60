/* tests/lib/git_world.c - folders, commands and servers for the tests of sync/. */
#include "tests/lib/git_world.h"
#include "sync/init.h"

#include "base/files.h"
#include "base/filetree.h"
#include "sync/clone.h"
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

static const char *run_folder(const struct world *world) { return world->folder; }

int sync_begin(void **state)
{
    struct err err;

    (void)state;
    return init_git("weft-test", &err);
}

int sync_end(void **state)
{
    (void)state;
    init_git_end();
    return 0;
}

void world_make(struct world *world)
{
    char name[] = "/tmp/weft-sync-XXXXXX";

    world->arena = arena_new();
    assert_non_null(mkdtemp(name));
    world->folder = arena_text(world->arena, name);
}

void world_end(struct world *world)
{
    struct err err;

    assert_int_equal(file_remove_folders(world->folder, &err), 0);
    arena_free(world->arena);
}

const char *world_path(const struct world *world, const char *name)
{
    return arena_printf(world->arena, "%s/%s", world->folder, name);
}

static const char *command_of(const struct world *world, const char *fmt, va_list args)
    PRINTF_LIKE(2, 0);
static const char *command_of(const struct world *world, const char *fmt, va_list args)
{
    return arena_printf(
        world->arena,
        "cd '%s' && export HOME='%s' GIT_CONFIG_GLOBAL=/dev/null GIT_CONFIG_NOSYSTEM=1 "
        "GIT_TERMINAL_PROMPT=0 "
        "LC_ALL=C GIT_AUTHOR_NAME=Ada GIT_AUTHOR_EMAIL=ada@example.com GIT_COMMITTER_NAME=Ada "
        "GIT_COMMITTER_EMAIL=ada@example.com && { %s; }",
        run_folder(world), run_folder(world), arena_vprintf(world->arena, fmt, args));
}

static int run(const struct world *world, const char *command, struct text *out)
{
    FILE *pipe = popen(command, "re");
    char buffer[4096];
    size_t got;

    (void)world;
    assert_non_null(pipe);
    while ((got = fread(buffer, 1, sizeof buffer, pipe)) > 0)
        text_add(out, buffer, got);
    return pclose(pipe);
}

const char *sh(const struct world *world, const char *fmt, ...)
{
    AUTO_TEXT out = { 0 };
    const char *command;
    va_list args;

    va_start(args, fmt);
    command = command_of(world, fmt, args);
    va_end(args);
    if (run(world, command, &out) != 0)
        fail_msg("command failed: %s\n%s", command, out.len ? out.bytes : "");
    while (out.len > 0 && out.bytes[out.len - 1] == '\n')
        out.len--;
    return arena_bytes(world->arena, out.bytes ? out.bytes : "", out.len);
}

int sh_status(const struct world *world, const char *fmt, ...)
{
    AUTO_TEXT out = { 0 };
    const char *command;
    va_list args;
    int status;

    va_start(args, fmt);
    command = command_of(world, fmt, args);
    va_end(args);
    status = run(world, command, &out);
    return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

/* Reads the server's lines up to "ready" or its end. */
static bool await_ready(struct server *server)
{
    char c;

    while (read(server->out, &c, 1) == 1) {
        text_addc(&server->said, c);
        if (text_ends(server->said.bytes, "\nready\n"))
            return true;
    }
    return false;
}

void server_start(struct server *server, const struct world *world, const char *fmt, ...)
{
    int in[2], out[2];
    const char *command;
    va_list args;

    *server = (struct server){ .arena = world->arena };
    va_start(args, fmt);
    command = arena_vprintf(world->arena, fmt, args);
    va_end(args);
    assert_int_equal(pipe2(in, O_CLOEXEC), 0);
    assert_int_equal(pipe2(out, O_CLOEXEC), 0);
    server->pid = fork();
    if (server->pid == 0) {
        dup2(in[0], 0);
        dup2(out[1], 1);
        execl("/bin/bash", "bash", "-c",
              arena_printf(world->arena, "cd '%s' && exec %s/%s", world->folder, SERVERS, command),
              (char *)NULL);
        _exit(127);
    }
    close(in[0]);
    close(out[1]);
    server->in = in[1];
    server->out = out[0];
    if (await_ready(server))
        return;
    server_end(server);
    if (!server->said.bytes || !strstr(server->said.bytes, "SKIP"))
        fail_msg("%s did not start: %s", command,
                 server->said.bytes ? server->said.bytes : "no word");
    print_message("%s", strstr(server->said.bytes, "SKIP"));
    server->skipped = true;
}

void server_end(struct server *server)
{
    if (!server->pid)
        return;
    close(server->in);
    waitpid(server->pid, NULL, 0);
    close(server->out);
    server->pid = 0;
}

const char *server_value(const struct server *server, const char *name)
{
    const char *at = server->said.bytes;
    size_t len = strlen(name);

    for (; at; at = strchr(at, '\n') ? strchr(at, '\n') + 1 : NULL)
        if (strncmp(at, name, len) == 0 && at[len] == ' ')
            return arena_bytes(server->arena, at + len + 1, strcspn(at + len + 1, "\n"));
    fail_msg("the server says no %s", name);
    return NULL;
}

int silent_listen(int *fd)
{
    struct sockaddr_in address = { .sin_family = AF_INET, .sin_addr = { htonl(INADDR_LOOPBACK) } };
    socklen_t len = sizeof address;

    *fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    assert_true(*fd >= 0);
    assert_int_equal(bind(*fd, (struct sockaddr *)&address, len), 0);
    assert_int_equal(listen(*fd, 8), 0);
    assert_int_equal(getsockname(*fd, (struct sockaddr *)&address, &len), 0);
    return ntohs(address.sin_port);
}

bool owns_marked(void *context, const char *path, const char *bytes, size_t len)
{
    (void)context;
    (void)path;
    return len >= strlen("# weft") && memcmp(bytes, "# weft", strlen("# weft")) == 0;
}

static int build_files(void *context, struct filetree **out, const struct tree_reader *tip,
                       struct arena *arena, struct err *err)
{
    struct writer *writer = context;
    struct blobs blobs = clone_blobs(writer->clone);

    (void)tip;
    writer->builds++;
    *out = filetree_new(arena);
    for (const struct file *file = writer->files; file->path; file++) {
        struct git_id id;

        if (blobs.put(blobs.context, &id, file->bytes, strlen(file->bytes), err) < 0)
            return -1;
        filetree_put(*out, file->path, &id);
    }
    return 0;
}

static int approve(void *context, const struct change *changes, size_t count, struct err *err)
{
    struct writer *writer = context;

    (void)changes;
    assert_true(count > 0);
    writer->approvals++;
    writer->approved = count;
    if (writer->refuse)
        return err_set(err, ERR_REFUSED, 0, "the fuse says no");
    if (writer->before_push)
        writer->before_push(writer->context);
    return 0;
}

struct publish_request request_of(struct writer *writer, const char *branch, const char *folder)
{
    static const struct trailer trailers[] = { { "Weft-Source-Commit",
                                                 "0123456789abcdef0123456789abcdef01234567" } };

    return (struct publish_request){ .branch = branch,
                                     .folder = folder,
                                     .author_name = "weft",
                                     .author_email = "weft@example.com",
                                     .now = 1795431600,
                                     .subject = "Render",
                                     .trailers = trailers,
                                     .trailer_count = LENGTH(trailers),
                                     .build = build_files,
                                     .approve = approve,
                                     .owns = owns_marked,
                                     .context = writer };
}
