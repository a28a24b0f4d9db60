/* base/process.c - spawn, a pipe and a deadline.  Must not log what the program prints: it may be a
 * credential.
 *
 * What the program inherits is decided here, not by what this process happens to have open:
 * descriptors 0 to 2, the environment that the caller lists, default signals, a process group of
 * its own. The group is what ends at the deadline, because a plugin may have started helpers that
 * hold the pipe open. The end of its output is not its end, so both are waited for under one
 * deadline, and its status is read in every case: no zombie remains, and no pid is signalled that
 * might belong to another process by then. */
#include "base/process.h"

#include "base/clock.h"
#include "base/environment.h"
#include "base/error_lines.h"
#include "base/fd.h"
#include "base/memory.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <spawn.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

enum { LOOK_MS = 5, AT_ONCE = 8 /* each may be a large program */ };

static size_t length(const char *const *list)
{
    size_t count = 0;

    while (list && list[count])
        count++;
    return count;
}

static const char **arguments(const struct program *program)
{
    size_t count = length(program->args);
    const char **out = memory_grow(NULL, (count + 2) * sizeof *out);

    out[0] = program->command;
    for (size_t i = 0; i < count; i++)
        out[i + 1] = program->args[i];
    out[count + 1] = NULL;
    return out;
}

/* Descriptors 0 to 2 as given, and no other: whatever a library left open without close-on-exec
 * stays here.  A descriptor of files is never one of 0 to 2 itself (main.c fills those). */
static int fill_actions(posix_spawn_file_actions_t *actions, struct process_files files)
{
    int code = files.input < 0
                   ? posix_spawn_file_actions_addopen(actions, 0, "/dev/null", O_RDONLY, 0)
                   : posix_spawn_file_actions_adddup2(actions, files.input, 0);

    if (code == 0 && files.output >= 0)
        code = posix_spawn_file_actions_adddup2(actions, files.output, 1);
    if (code == 0 && files.errors >= 0)
        code = posix_spawn_file_actions_adddup2(actions, files.errors, 2);
    return code ? code : posix_spawn_file_actions_addclosefrom_np(actions, 3);
}

/* A group of its own, so that it can be ended with all that it started; a signal that we ignore or
 * block would stay so in a program that never expects that. */
static int fill_attributes(posix_spawnattr_t *attributes)
{
    sigset_t usual, none;
    int code;

    sigemptyset(&none);
    sigemptyset(&usual);
    sigaddset(&usual, SIGPIPE);
    code = posix_spawnattr_setflags(attributes, POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGDEF
                                                    | POSIX_SPAWN_SETSIGMASK);
    if (code == 0)
        code = posix_spawnattr_setpgroup(attributes, 0);
    if (code == 0)
        code = posix_spawnattr_setsigdefault(attributes, &usual);
    return code ? code : posix_spawnattr_setsigmask(attributes, &none);
}

static int spawn(pid_t *child, const char **argv, const char **env, struct process_files files)
{
    posix_spawn_file_actions_t actions;
    posix_spawnattr_t attributes;
    int code;

    if (posix_spawn_file_actions_init(&actions) || posix_spawnattr_init(&attributes))
        memory_out();
    code = fill_actions(&actions, files);
    if (code == 0)
        code = fill_attributes(&attributes);
    if (code == 0)
        code = posix_spawnp(child, argv[0], &actions, &attributes, UNCONST(argv), UNCONST(env));
    posix_spawnattr_destroy(&attributes);
    posix_spawn_file_actions_destroy(&actions);
    return code;
}

int process_start(pid_t *child, const struct program *program, struct process_files files,
                  struct err *err)
{
    const char **argv = arguments(program), **env = environment_for(program->env, program->keep);
    int code = spawn(child, argv, env, files);

    free(argv);
    free(env);
    if (code == 0)
        return 0;
    errno = code;
    if (code != ENOENT && code != EACCES && code != ENOEXEC)
        return err_errno(err, "run %s", program->command);
    return err_set(err, ERR_INPUT, code, "%s could not be started (%s): is it installed?",
                   program->command, strerror(code));
}

/* 1: it ended with *status; 0: not yet; -1: there is no such child. */
static int has_ended(int *status, pid_t child)
{
    pid_t ended;

    while ((ended = waitpid(child, status, WNOHANG)) < 0 && errno == EINTR)
        ;
    return ended < 0 ? -1 : ended > 0;
}

/* A pipe with the errors of a program, which are passed on as they come; fd -1: its end was seen.
 */
struct listening {
    int fd;
    struct error_lines lines;
};

/* Never blocks, so children that keep the pipe open do not matter. */
static void listen_to(struct listening *errors)
{
    char buffer[4096];
    ssize_t len;

    while (errors->fd >= 0 && (len = read(errors->fd, buffer, sizeof buffer)) != 0) {
        if (len < 0 && (errno == EAGAIN || errno == EINTR))
            return;
        if (len < 0)
            break;
        error_lines_take(&errors->lines, buffer, (size_t)len);
        if ((size_t)len < sizeof buffer)
            return; /* the deadline is looked at between */
    }
    if (errors->fd >= 0)
        close(errors->fd);
    errors->fd = -1;
}

/* errors may be NULL. */
static int end_child(pid_t child, int64_t grace_ms, struct listening *errors)
{
    int64_t deadline = clock_monotonic_ms() + grace_ms;
    int status = 0, ended;

    while ((ended = has_ended(&status, child)) == 0) {
        struct pollfd said = { .fd = errors ? errors->fd : -1, .events = POLLIN };

        if (clock_monotonic_ms() >= deadline) {
            kill(-child, SIGKILL);
            while (waitpid(child, NULL, 0) < 0 && errno == EINTR)
                ;
            return -1;
        }
        if (poll(&said, 1, LOOK_MS) > 0)
            listen_to(errors);
    }
    return ended > 0 ? status : -1;
}

int process_end(pid_t child, int64_t grace_ms) { return end_child(child, grace_ms, NULL); }

/* 1: more may come, 0: the end, -1: an error. */
static int take_output(struct text *out, int fd, const struct program *program, struct err *err)
{
    char buffer[4096];
    ssize_t len = read(fd, buffer, sizeof buffer);
    bool fits = len <= 0 || out->len + (size_t)len <= program->output_max;

    if (len < 0)
        return errno == EINTR ? 1 : err_errno(err, "read from %s", program->command);
    if (fits)
        text_add(out, buffer, (size_t)len);
    explicit_bzero(buffer, sizeof buffer);
    if (!fits)
        return err_set(err, ERR_INPUT, 0, "%s printed more than %zu bytes", program->command,
                       program->output_max);
    return len > 0;
}

static int too_slow(const struct program *program, struct err *err)
{
    return err_set(err, ERR_INPUT, 0, "%s did not end within %d s", program->command,
                   program->timeout_s);
}

static int collect(struct text *out, int fd, struct listening *errors, int64_t deadline,
                   const struct program *program, struct err *err)
{
    int more = 1;

    while (more > 0) {
        struct pollfd wanted[] = { { .fd = fd, .events = POLLIN },
                                   { .fd = errors->fd, .events = POLLIN } };
        int64_t left = deadline - clock_monotonic_ms();
        int ready = left > 0 ? poll(wanted, LENGTH(wanted), (int)left) : 0;

        if (ready == 0)
            return too_slow(program, err);
        if (ready < 0 && errno != EINTR)
            return err_errno(err, "wait for %s", program->command);
        if (ready > 0 && wanted[1].revents)
            listen_to(errors);
        if (ready > 0 && wanted[0].revents)
            more = take_output(out, fd, program, err);
    }
    return more;
}

static int judge(int status, const struct program *program, struct err *err)
{
    if (WIFEXITED(status) && WEXITSTATUS(status) == 0)
        return 0;
    return err_set(err, ERR_INPUT, 0, "%s ended with %s %d", program->command,
                   WIFEXITED(status) ? "status" : "signal",
                   WIFEXITED(status) ? WEXITSTATUS(status) : WTERMSIG(status));
}

/* From its start to its end. */
static int run(struct text *out, const struct program *program, const int output[2],
               const int said[2], struct err *err)
{
    int64_t deadline = clock_monotonic_ms() + program->timeout_s * (int64_t)1000;
    struct listening errors = { said[0], { .name = program->command, .fd = STDERR_FILENO } };
    int started, status, collected;
    pid_t child;

    started = process_start(&child, program, (struct process_files){ -1, output[1], said[1] }, err);
    close(output[1]);
    close(said[1]);
    if (started < 0) {
        close(errors.fd);
        return -1;
    }
    collected = collect(out, output[0], &errors, deadline, program, err);
    if (collected < 0)
        kill(-child, SIGKILL); /* it may have ended and left children that hold its output */
    /* it may have closed its output and still run */
    status = end_child(child, collected < 0 ? 0 : deadline - clock_monotonic_ms(), &errors);
    listen_to(&errors);
    error_lines_end(&errors.lines);
    if (errors.fd >= 0)
        close(errors.fd);
    if (collected < 0)
        return -1;
    return status < 0 ? too_slow(program, err) : judge(status, program, err);
}

int process_run(struct text *out, const struct program *program, struct err *err)
{
    int output[2], said[2];

    if (pipe2(output, O_CLOEXEC) < 0)
        return err_errno(err, "run %s", program->command);
    AUTO_FD int from = output[0];

    if (pipe2(said, O_CLOEXEC) < 0) {
        close(output[1]);
        return err_errno(err, "run %s", program->command);
    }
    if (fcntl(said[0], F_SETFL, O_NONBLOCK) < 0) {
        close(output[1]);
        close(said[0]);
        close(said[1]);
        return err_errno(err, "run %s", program->command);
    }
    return run(out, program, (const int[]){ from, output[1] }, said, err);
}

struct line {
    struct program_job *jobs;
    size_t count, next;
    pthread_mutex_t mutex;
};

static struct program_job *take_job(struct line *line)
{
    struct program_job *job = NULL;

    pthread_mutex_lock(&line->mutex);
    if (line->next < line->count)
        job = &line->jobs[line->next++];
    pthread_mutex_unlock(&line->mutex);
    return job;
}

static void *work(void *context)
{
    struct line *line = context;
    struct program_job *job;

    while ((job = take_job(line)))
        job->result = process_run(&job->out, job->program, &job->err);
    return NULL;
}

/* A thread for each place: all that a thread does is process_run, which shares nothing. */
void program_run_all(struct program_job *jobs, size_t count)
{
    struct line line = { .jobs = jobs, .count = count, .mutex = PTHREAD_MUTEX_INITIALIZER };
    pthread_t threads[AT_ONCE];
    size_t used = 0;

    while (used < AT_ONCE && used + 1 < count
           && pthread_create(&threads[used], NULL, work, &line) == 0)
        used++;
    work(&line); /* this thread is one of them, and does all where no other can be had */
    for (size_t i = 0; i < used; i++)
        pthread_join(threads[i], NULL);
}
