/* base/process.c - fork, exec, a pipe and a deadline.  Must not log what the program prints: it is
 * a credential. */
#include "base/process.h"

#include "base/clock.h"
#include "base/fd.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { NOT_STARTED = 127, LOOK_MS = 10, AT_ONCE = 8 /* each may be a large program */ };

extern char **environ;

static size_t length(const char *const *list)
{
    size_t count = 0;

    while (list && list[count])
        count++;
    return count;
}

static bool same_name(const char *a, const char *b)
{
    size_t len = strcspn(a, "=");

    return len == strcspn(b, "=") && strncmp(a, b, len) == 0;
}

/* Ours, with the given ones in place of those of the same name.  Only the list is new. */
static const char **environment(const char *const *added)
{
    const char *const *own_list = (const char *const *)environ;
    size_t own = length(own_list), more = length(added), count = 0;
    const char **out = calloc(own + more + 1, sizeof *out);

    for (size_t i = 0; out && i < own; i++) {
        bool replaced = false;

        for (size_t j = 0; j < more; j++)
            replaced = replaced || same_name(environ[i], added[j]);
        if (!replaced)
            out[count++] = environ[i];
    }
    for (size_t j = 0; out && j < more; j++)
        out[count++] = added[j];
    return out;
}

static const char **arguments(const struct program *program)
{
    size_t count = length(program->args);
    const char **out = calloc(count + 2, sizeof *out);

    if (!out)
        return NULL;
    out[0] = program->command;
    for (size_t i = 0; i < count; i++)
        out[i + 1] = program->args[i];
    return out;
}

/* POSIX declares the lists of exec without const for the sake of old programs; nothing is written
 * to them. */
static char *const *unconst(const char **list)
{
    union {
        const char **in;
        char *const *out;
    } both = { .in = list };

    return both.out;
}

/* In the child.  Only async-signal-safe calls. */
static _Noreturn void become(const char **argv, const char **env, int output)
{
    int nothing = open("/dev/null", O_RDONLY);

    setpgid(0, 0);
    if (nothing < 0 || dup2(nothing, STDIN_FILENO) < 0 || dup2(output, STDOUT_FILENO) < 0)
        _exit(NOT_STARTED);
    close_range(STDERR_FILENO + 1, ~0U, 0);
    execvpe(argv[0], unconst(argv), unconst(env));
    _exit(NOT_STARTED);
}

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

static int collect(struct text *out, int fd, int64_t deadline, const struct program *program,
                   struct err *err)
{
    struct pollfd wanted = { .fd = fd, .events = POLLIN };
    int more = 1;

    while (more > 0) {
        int64_t left = deadline - clock_monotonic_ms();
        int ready = poll(&wanted, 1, left > 0 ? (int)left : 0);

        if (ready == 0)
            return too_slow(program, err);
        more = ready < 0 && errno == EINTR ? 1 : take_output(out, fd, program, err);
    }
    return more;
}

/* It may have closed its output and go on. */
static int await(int *status, pid_t child, int64_t deadline, const struct program *program,
                 struct err *err)
{
    const struct timespec pause = { .tv_nsec = LOOK_MS * 1000000L };
    pid_t ended;

    while ((ended = waitpid(child, status, WNOHANG)) <= 0) {
        if (ended < 0 && errno != EINTR)
            return err_errno(err, "wait for %s", program->command);
        if (clock_monotonic_ms() > deadline)
            return too_slow(program, err);
        nanosleep(&pause, NULL);
    }
    return 0;
}

static void end(pid_t child)
{
    kill(-child, SIGKILL);
    kill(child, SIGKILL); /* before it had a group of its own */
    while (waitpid(child, NULL, 0) < 0 && errno == EINTR)
        ;
}

static int judge(int status, const struct program *program, struct err *err)
{
    if (WIFEXITED(status) && WEXITSTATUS(status) == 0)
        return 0;
    if (WIFEXITED(status) && WEXITSTATUS(status) == NOT_STARTED)
        return err_set(err, ERR_INPUT, 0, "%s could not be started: is it installed?",
                       program->command);
    return err_set(err, ERR_INPUT, 0, "%s ended with %s %d", program->command,
                   WIFEXITED(status) ? "status" : "signal",
                   WIFEXITED(status) ? WEXITSTATUS(status) : WTERMSIG(status));
}

static pid_t start(int output, const struct program *program)
{
    const char **argv = arguments(program), **env = environment(program->env);
    pid_t child = argv && env ? fork() : -1;

    if (child == 0)
        become(argv, env, output);
    free(argv);
    free(env);
    return child;
}

int process_run(struct text *out, const struct program *program, struct err *err)
{
    int64_t deadline = clock_monotonic_ms() + program->timeout_s * (int64_t)1000;
    int ends[2], status;
    pid_t child;

    if (pipe2(ends, O_CLOEXEC) < 0)
        return err_errno(err, "run %s", program->command);
    child = start(ends[1], program);
    close(ends[1]);
    AUTO_FD int from = ends[0];

    if (child < 0)
        return err_errno(err, "run %s", program->command);
    if (collect(out, from, deadline, program, err) < 0
        || await(&status, child, deadline, program, err) < 0) {
        end(child);
        return -1;
    }
    return judge(status, program, err);
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
