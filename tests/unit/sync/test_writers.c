/* tests/unit/sync/test_writers.c - ten writers of one branch over HTTP at the same time: seven that
 * publish, and three people with git.
 *
 * Each keeps a diary: the commits of which the server or publish() told it that they are on the
 * branch.  In the end the branch must be these commits and no others, in one line without merges;
 * each must have touched files of its own writer alone; and the tip must hold every file that was
 * ever written, as it was written.  How many commits there are depends on the machine, and is not
 * judged.
 *
 * WEFT_WRITERS_SECONDS sets how long they write. */
#include "sync/clone.h"
#include "sync/git2.h"
#include "tests/lib/git_output.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { PUBLISHERS = 7, PEOPLE = 3, WRITERS = PUBLISHERS + PEOPLE, SECONDS = 6, FILES_MAX = 4000 };

/* As /proc/uptime has them, which the people read. */
static int64_t seconds_now(void)
{
    struct timespec now;

    clock_gettime(CLOCK_BOOTTIME, &now);
    return now.tv_sec;
}

static int64_t duration(void)
{
    const char *text = getenv("WEFT_WRITERS_SECONDS");

    return text ? strtol(text, NULL, 10) : SECONDS;
}

/* One more file of a publisher, beside the former ones. */
static void write_another(struct file files[], int count, const char *name, struct arena *arena)
{
    files[count] = (struct file){ arena_printf(arena, "%d.yaml", count),
                                  arena_printf(arena, "# weft\n%s %d\n", name, count) };
    files[count + 1] = (struct file)END;
}

/* One try: 1 and a line in the diary, 0 when the others were faster, -1 for any other error. */
static int publish_next(struct clone *clone, const struct file *files, const char *name,
                        FILE *diary, struct arena *arena)
{
    struct writer writer = { .clone = clone, .files = files };
    struct publish_request request = request_of(&writer, "rendered", name);
    struct publish_result result;
    struct err err;

    if (publish(&result, clone, &request, arena, &err) == 0 && result.committed) {
        fprintf(diary, "%s %s\n", result.commit, name);
        nanosleep(&(struct timespec){ .tv_nsec = 500000000 }, NULL); /* lets the others write */
        return 1;
    }
    if (err.code == GIT_EMODIFIED && strstr(err.text, "moved during each of"))
        return 0;
    fprintf(stderr, "%s: %s\n", name, err.text);
    return -1;
}

static int publisher(struct state *state, const char *name, int64_t until)
{
    struct arena *arena = arena_new();
    struct clone *clone = open_clone(state, name);
    struct file *files = ARENA_NEW(arena, struct file, FILES_MAX + 1);
    FILE *diary = fopen(world_path(&state->world, arena_printf(arena, "%s.diary", name)), "w");
    int count = 0, done = 1;

    while (done >= 0 && count < FILES_MAX && seconds_now() < until) {
        write_another(files, count, name, arena);
        done = publish_next(clone, files, name, diary, arena);
        count += done > 0;
    }
    fclose(diary);
    clone_close(clone);
    arena_free(arena);
    return done < 0;
}

/* What people do when a push is refused: take what is new, and try again.  Each commits at least
 * once, when the publishers have ended at the latest. */
static int person(struct state *state, const char *name, int64_t until)
{
    return sh_status(
        &state->world,
        "git clone -q -b rendered %s %s && cd %s && "
        "n=0 && : >../%s.diary && while [ $n = 0 ] || [ $(cut -d. -f1 /proc/uptime) -lt %lld ]; do "
        "mkdir -p %s && echo \"%s $n\" >%s/$n.txt && git add -A && git commit -q -m \"%s $n\" || "
        "exit 1; "
        "if git push -q origin HEAD:rendered 2>/dev/null; then "
        "echo \"$(git rev-parse HEAD) %s\" >>../%s.diary; n=$((n + 1)); sleep 0.2; "
        "else git reset -q --hard HEAD~1 && git pull -q --ff-only origin rendered || exit 1; fi; "
        "done",
        url_of(state), name, name, name, (long long)until, name, name, name, name, name, name);
}

static void start_all(struct state *state)
{
    const int64_t until = seconds_now() + duration();
    pid_t pids[WRITERS];

    for (int i = 0; i < WRITERS; i++) {
        const char *name = arena_printf(state->world.arena, "writer-%d", i);

        pids[i] = fork();
        if (pids[i] == 0)
            _exit(i < PUBLISHERS ? publisher(state, name, until) : person(state, name, until));
    }
    for (int i = 0; i < WRITERS; i++) {
        int status = -1;

        while (waitpid(pids[i], &status, 0) < 0 && errno == EINTR)
            ;
        if (status != 0)
            fail_msg("writer-%d ended with status %d", i, status);
    }
}

/* The branch as the diaries have it: "commit writer", and from the files that a commit touches. */
static void judge_history(const struct world *world)
{
    sh(world,
       "cat *.diary | sort >told && cut -d' ' -f1 told | uniq -d | tee twice && test ! -s twice");
    sh(world,
       "git -C out.git log --format=tformat:@%%H --name-only --no-renames "
       "$(git -C out.git rev-list --max-parents=0 rendered)..rendered | "
       "awk '/^@/ { commit = substr($0, 2) } /^[^@]/ { split($0, path, \"/\"); print commit, "
       "path[1] }' | sort -u >found");
    if (sh_status(world, "diff told found >different") != 0)
        fail_msg("what the writers were told (<) and what the branch has (>):\n%s",
                 sh(world, "head -n 20 different"));
    assert_string_equal(sh(world, "git -C out.git rev-list --merges --count rendered"), "0");
}

/* Each commit added one file, so its writer has as many, from 0 on, each with its own number. */
static void judge_files(const struct world *world)
{
    sh(world, "git clone -q -b rendered out.git all");
    for (int i = 0; i < WRITERS; i++)
        sh(world,
           "count=$(wc -l <writer-%d.diary) && "
           "test \"$(ls all/writer-%d 2>/dev/null | wc -l)\" = $count && "
           "for n in $(seq 0 $((count - 1))); do "
           "test \"$(tail -n 1 all/writer-%d/$n.*)\" = \"writer-%d $n\" || exit 1; done",
           i, i, i, i);
    sh(world, "git -C out.git fsck --strict 2>&1");
}

static void test_ten_writers(void **context)
{
    struct state *state = *context;
    const struct world *world = &state->world;

    publishes(state, one);
    start_all(state);
    judge_history(world);
    judge_files(world);
    print_message("%s commits, by publishers and by people: %s\n", sh(world, "wc -l <told"),
                  sh(world, "wc -l *.diary | awk '{ printf \"%%s \", $1 }'"));
    assert_string_not_equal(sh(world, "wc -l <told"), "0");
}

int main(void)
{
    const struct CMUnitTest tests[] = { CASE(test_ten_writers) };

    return cmocka_run_group_tests(tests, sync_begin, sync_end);
}
