/* tests/unit/base/test_process.c - a program gets what it is given and nothing else, and is ended
 * with all that it started. */
#include "tests/lib/scratch.h"

#include "base/process.h"
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/stat.h>
#include <sys/wait.h>

enum { PATIENCE_S = 60 };

static struct program script(struct scratch *scratch, const char *name, const char *body)
{
    return (struct program){ .command = scratch_write(
                                 scratch, name,
                                 arena_printf(scratch->arena, "#!/bin/sh\n%s\n", body), 0700),
                             .timeout_s = PATIENCE_S,
                             .output_max = 100 };
}

static void output_and_arguments_go_through(void **state)
{
    struct scratch *scratch = *state;
    const char *args[] = { "two words", "$HOME", NULL };
    struct program program =
        script(scratch, "p", "printf '<%s>' \"$@\"; if read line; then echo input; fi");
    AUTO_TEXT out = { 0 };
    struct err err;

    program.args = args;
    assert_int_equal(process_run(&out, &program, &err), 0);
    assert_string_equal(out.bytes, "<two words><$HOME>");
}

static void the_environment_is_what_was_given_and_kept(void **state)
{
    struct scratch *scratch = *state;
    const char *env[] = { "GIVEN=1", "BOTH=given", NULL }, *keep[] = { "PATH", "KEPT", NULL };
    struct program program =
        script(scratch, "p", "printf '%s' \"$GIVEN,$BOTH,$KEPT,${OTHER-none}$GIT_SSH_COMMAND\"");
    AUTO_TEXT small = { 0 };
    AUTO_TEXT all = { 0 };
    struct err err;

    setenv("KEPT", "kept", 1);
    setenv("OTHER", "other", 1);
    setenv("BOTH", "ours", 1);
    setenv("GIT_SSH_COMMAND", "risky", 1);
    program.env = env;
    assert_int_equal(process_run(&all, &program, &err), 0);
    assert_string_equal(all.bytes, "1,given,kept,other");
    program.keep = keep;
    assert_int_equal(process_run(&small, &program, &err), 0);
    assert_string_equal(small.bytes, "1,given,kept,none");
}

static void no_other_descriptor_comes_along(void **state)
{
    struct scratch *scratch = *state;
    AUTO_FD int open_fd = open("/dev/null", O_RDONLY); /* not close-on-exec */
    struct program program =
        script(scratch, "p", arena_printf(scratch->arena, "[ ! -e /proc/self/fd/%d ]", open_fd));
    AUTO_TEXT out = { 0 };
    struct err err;

    assert_int_equal(process_run(&out, &program, &err), 0);
}

/* weft ignores SIGPIPE; a program that inherits that would go on writing to a reader that is gone.
 */
static void signals_are_as_usual(void **state)
{
    struct scratch *scratch = *state;
    struct program program = script(scratch, "p", "kill -PIPE $$; echo survived");
    AUTO_TEXT out = { 0 };
    struct err err;
    void (*before)(int) = signal(SIGPIPE, SIG_IGN);

    assert_int_equal(process_run(&out, &program, &err), -1);
    assert_non_null(strstr(err.text, "signal 13"));
    signal(SIGPIPE, before);
}

static const struct {
    const char *sentence, *body, *cause;
} failures[] = {
    { "a status is named", "echo secret; exit 7", "ended with status 7" },
    { "127 is a status as any other", "exit 127", "ended with status 127" },
    { "a signal is named", "kill -9 $$", "ended with signal 9" },
    { "too much output is refused", "exec cat /dev/zero", "printed more than 100 bytes" },
};

static void failures_are_named_without_the_output(void **state)
{
    struct scratch *scratch = *state;

    for (size_t i = 0; i < LENGTH(failures); i++) {
        struct program program = script(scratch, "p", failures[i].body);
        AUTO_TEXT out = { 0 };
        struct err err = { .text = "" };

        CASE(failures[i].sentence);
        assert_int_equal(process_run(&out, &program, &err), -1);
        assert_non_null(strstr(err.text, failures[i].cause));
        assert_null(strstr(err.text, "secret"));
    }
}

static void what_is_no_program_is_not_started(void **state)
{
    struct scratch *scratch = *state;
    struct program program = { .command = scratch_path(scratch, "absent"),
                               .timeout_s = PATIENCE_S,
                               .output_max = 1 };
    AUTO_TEXT out = { 0 };
    struct err err;

    assert_int_equal(process_run(&out, &program, &err), -1);
    assert_int_equal(err.code, ENOENT);
    program.command = scratch_write(scratch, "data", "not a program", 0600);
    assert_int_equal(process_run(&out, &program, &err), -1);
    assert_int_equal(err.code, EACCES);
}

/* A pipe that all descendants hold: its end comes when the last of them is gone. */
static void past_its_time_it_is_ended_with_its_children(void **state)
{
    struct scratch *scratch = *state;
    struct program program = script(scratch, "p", "sleep 1000 & sleep 1000 & sleep 1000");
    int held[2];
    char byte;
    AUTO_TEXT out = { 0 };
    struct err err;
    pid_t child;

    assert_int_equal(pipe2(held, O_CLOEXEC), 0);
    assert_int_equal(
        process_start(&child, &program, (struct process_files){ -1, held[1], -1 }, &err), 0);
    close(held[1]);
    assert_int_equal(process_end(child, 1), -1);
    assert_int_equal(read(held[0], &byte, 1), 0);
    close(held[0]);
    program.timeout_s = 1;
    assert_int_equal(process_run(&out, &program, &err), -1);
    assert_non_null(strstr(err.text, "did not end within 1 s"));
}

/* The named pipe ends when no descendant has it open any more. */
static void children_that_outlive_it_are_ended_too(void **state)
{
    struct scratch *scratch = *state;
    const char *path = scratch_path(scratch, "held");
    struct program program = script(
        scratch, "p", arena_printf(scratch->arena, "sleep 1000 3>%s &\nread x <%s", path, path));
    int held, left = 1000;
    AUTO_TEXT out = { 0 };
    struct err err;
    char byte;

    assert_int_equal(mkfifo(path, 0600), 0);
    held = open(path, O_RDWR | O_CLOEXEC);
    assert_true(held >= 0);
    assert_int_equal(write(held, "go\n", 3), 3);
    program.timeout_s = 1;
    assert_int_equal(process_run(&out, &program, &err), -1);
    close(held);
    held = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC);
    while (read(held, &byte, 1) < 0 && left-- > 0) /* a signal takes a moment */
        poll(NULL, 0, 10);
    assert_true(left > 0);
    close(held);
}

/* The end of its output is not its own. */
static void a_program_that_goes_on_without_output_is_ended(void **state)
{
    struct scratch *scratch = *state;
    struct program program =
        script(scratch, "p",
               arena_printf(scratch->arena, "echo $$ >%s/pid\nexec >&-\nexec sleep 1000",
                            scratch->folder));
    AUTO_TEXT out = { 0 };
    struct err err;
    int64_t pid;

    program.timeout_s = 1;
    assert_int_equal(process_run(&out, &program, &err), -1);
    assert_true(parse_int(arena_printf(scratch->arena, "%.*s",
                                       (int)strcspn(scratch_read(scratch, "pid"), "\n"),
                                       scratch_read(scratch, "pid")),
                          1, INT32_MAX, &pid));
    assert_int_equal(kill((pid_t)pid, 0), -1);
}

static void an_end_in_time_gives_the_status(void **state)
{
    struct scratch *scratch = *state;
    struct program program = script(scratch, "p", "exit 3");
    struct err err;
    pid_t child;
    int status;

    assert_int_equal(process_start(&child, &program, (struct process_files){ -1, -1, -1 }, &err),
                     0);
    status = process_end(child, PATIENCE_S * 1000);
    assert_true(WIFEXITED(status));
    assert_int_equal(WEXITSTATUS(status), 3);
}

/* Each waits for the next one: one after the other, none would ever end. */
static void several_run_side_by_side(void **state)
{
    enum { COUNT = 4 };
    struct scratch *scratch = *state;
    struct program programs[COUNT];
    struct program_job jobs[COUNT] = { 0 };

    for (int i = 0; i < COUNT; i++) {
        programs[i] = script(
            scratch, arena_printf(scratch->arena, "p%d", i),
            arena_printf(scratch->arena,
                         ">%s/here%d\nwhile ! [ -e %s/here%d ]; do sleep 0.05; done\necho %d",
                         scratch->folder, i, scratch->folder, (i + 1) % COUNT, i));
        jobs[i].program = &programs[i];
    }
    program_run_all(jobs, COUNT);
    for (int i = 0; i < COUNT; i++) {
        assert_int_equal(jobs[i].result, 0);
        assert_string_equal(jobs[i].out.bytes, arena_printf(scratch->arena, "%d\n", i));
        text_free(&jobs[i].out);
    }
}

/* What a run printed to our standard error. */
static const char *errors_of(struct scratch *scratch, const struct program *program, int result)
{
    int ours = dup(STDERR_FILENO), file;
    AUTO_TEXT out = { 0 };
    struct err err;

    file = open(scratch_path(scratch, "errors"), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    assert_true(ours >= 0 && file >= 0 && dup2(file, STDERR_FILENO) >= 0);
    assert_int_equal(process_run(&out, program, &err), result);
    assert_true(dup2(ours, STDERR_FILENO) >= 0);
    close(ours);
    close(file);
    return scratch_read(scratch, "errors");
}

static void errors_are_passed_on_whatever_the_order(void **state)
{
    static const struct {
        const char *sentence, *body, *tail;
        int result;
    } cases[] = {
        { "before and after output", "echo one >&2; echo out; echo two >&2", ": two\n", 0 },
        { "after the end of its output", "exec >&-; sleep 0.1; echo late >&2", ": late\n", 0 },
        { "of a failure", "printf '\\033[2Jlast' >&2; exit 1", ": \\033[2Jlast\n", -1 },
        /* Its output ends, and the pipe of its errors does not. */
        { "a child that keeps them open", "sleep 3 >&- & echo done >&2", ": done\n", 0 },
    };
    struct scratch *scratch = *state;

    for (size_t i = 0; i < LENGTH(cases); i++) {
        struct program program = script(scratch, "p", cases[i].body);

        CASE(cases[i].sentence);
        assert_true(text_ends(errors_of(scratch, &program, cases[i].result), cases[i].tail));
    }
}

/* More than a pipe holds, before its output and after: it is read to the end, and most of it is
 * thrown away. */
static void errors_without_end_stop_no_program(void **state)
{
    struct scratch *scratch = *state;
    struct program program = script(scratch, "p",
                                    "head -c 1000000 /dev/zero >&2; echo out; exec >&-\n"
                                    "head -c 1000000 /dev/zero >&2");
    const char *said = errors_of(scratch, &program, 0);

    assert_true(strlen(said) < 100000);
    assert_non_null(strstr(said, "printed more than 16384 bytes of errors"));
}

/* A program that prints errors without end ends with its time. */
static void endless_errors_end_with_the_time(void **state)
{
    struct scratch *scratch = *state;
    struct program program = script(scratch, "p", "exec cat /dev/zero >&2");

    program.timeout_s = 1;
    assert_true(strlen(errors_of(scratch, &program, -1)) < 100000);
    program = script(scratch, "p", "exec >&-; exec cat /dev/zero >&2");
    program.timeout_s = 1;
    assert_true(strlen(errors_of(scratch, &program, -1)) < 100000);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        SCRATCH_TEST(output_and_arguments_go_through),
        SCRATCH_TEST(the_environment_is_what_was_given_and_kept),
        SCRATCH_TEST(no_other_descriptor_comes_along),
        SCRATCH_TEST(signals_are_as_usual),
        SCRATCH_TEST(failures_are_named_without_the_output),
        SCRATCH_TEST(what_is_no_program_is_not_started),
        SCRATCH_TEST(past_its_time_it_is_ended_with_its_children),
        SCRATCH_TEST(children_that_outlive_it_are_ended_too),
        SCRATCH_TEST(a_program_that_goes_on_without_output_is_ended),
        SCRATCH_TEST(an_end_in_time_gives_the_status),
        SCRATCH_TEST(several_run_side_by_side),
        SCRATCH_TEST(errors_are_passed_on_whatever_the_order),
        SCRATCH_TEST(errors_without_end_stop_no_program),
        SCRATCH_TEST(endless_errors_end_with_the_time),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
