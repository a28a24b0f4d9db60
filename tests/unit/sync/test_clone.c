/* tests/unit/sync/test_clone.c - a cache that heals itself, whatever happens to its folder. */
#include "tests/lib/git_specs.h"

#include "base/files.h"
#include "sync/clone.h"
#include "sync/fetch.h"
#include "sync/snapshot.h"

#include <sys/stat.h>

static void test_nothing_new_fetches_nothing(void **context)
{
    struct state *state = *context;
    AUTO(clone_close) struct clone *clone = open_specs(state);
    const char *before;

    fetches(clone, "main", state->head);
    before = sh(&state->world, "find cache/git -type f | xargs sha1sum | sort");
    clone_close(TAKE(clone));
    clone = open_specs(state);
    fetches(clone, "main", state->head);
    assert_string_equal(sh(&state->world, "find cache/git -type f | xargs sha1sum | sort"), before);
}

static void test_follows(void **context)
{
    struct state *state = *context;
    AUTO(clone_close) struct clone *clone = open_specs(state);
    const char *rewound;

    fetches(clone, "main", state->head);
    sh(&state->world, "cd work && echo 3 >three && git add . && git commit -q -m third && git push "
                      "-q ../specs.git main");
    fetches(clone, "main", sh(&state->world, "git -C specs.git rev-parse main"));
    rewound =
        sh(&state->world,
           "git -C specs.git update-ref refs/heads/main main~2 && git -C specs.git rev-parse main");
    fetches(clone, "main", rewound);
}

static void test_private(void **context)
{
    struct state *state = *context;
    struct clone *clone = open_specs(state);
    struct stat info;

    assert_int_equal(stat(world_path(&state->world, "cache"), &info), 0);
    assert_int_equal(info.st_mode & 0777, 0700);
    clone_close(clone);
}

/* A named pipe would be waited for, a link would lead out of the cache. */
static void test_foreign_kinds_of_files(void **context)
{
    struct state *state = *context;
    static const char *const commands[] = {
        "rm cache/git/config && mkfifo cache/git/config",
        "mkfifo cache/git/packed-refs",
        "for i in cache/git/objects/pack/*.idx; do rm -f $i && mkfifo $i; done",
        "mv cache/git/objects elsewhere && ln -s ../../elsewhere cache/git/objects",
        "ln -s /dev/zero cache/git/refs/weft/zero",
    };

    for (size_t i = 0; i < LENGTH(commands); i++) {
        AUTO(clone_close) struct clone *clone = open_specs(state);

        fetches(clone, "main", state->head);
        clone_close(TAKE(clone));
        sh(&state->world, "%s", commands[i]);
        clone = open_specs(state);
        assert_string_equal(sh(&state->world, "find cache/git ! -type f ! -type d"), "");
        fetches(clone, "main", state->head);
    }
}

static void test_one_user_at_a_time(void **context)
{
    struct state *state = *context;
    struct clone *clone = open_specs(state);
    const struct git_remote_spec remote = { .url = world_path(&state->world, "specs.git") };

    refuses(&state->world, &remote, "in use by another pass");
    clone_close(clone);
}

/* What may happen to a folder between two passes. */
// clang-format off
static const struct {
    const char *name, *command;
} damages[] = {
    { "the folder is gone", "rm -rf cache" },
    { "the repository is gone", "rm -rf cache/git" },
    { "it was never finished", "rm cache/origin" },
    { "HEAD is empty", ": >cache/git/HEAD" },
    { "HEAD is rubbish", "head -c 100 /dev/urandom >cache/git/HEAD" },
    { "the configuration is rubbish", "echo '[[[' >cache/git/config" },
    { "a ref is rubbish", "echo rubbish >cache/git/refs/weft/heads/main" },
    { "a ref names nothing", "echo 0123456789abcdef0123456789abcdef01234567 >cache/git/refs/weft/heads/main" },
    { "the packs are gone", "rm -f cache/git/objects/pack/*" },
    { "the pack is gone, its index is not", "rm -f cache/git/objects/pack/*.pack" },
    { "the index is gone", "rm -f cache/git/objects/pack/*.idx" },
    { "the pack is cut", "for p in cache/git/objects/pack/*.pack; do chmod u+w $p; truncate -s -40 $p; done" },
    { "the pack is empty", "for p in cache/git/objects/pack/*.pack; do chmod u+w $p; : >$p; done" },
    { "the index is cut", "for p in cache/git/objects/pack/*.idx; do chmod u+w $p; truncate -s 500 $p; done" },
    { "bytes in the middle of the pack are wrong",
      "for p in cache/git/objects/pack/*.pack; do chmod u+w $p; printf '\\377\\377\\377\\377\\377\\377\\377\\377' | "
      "dd of=$p bs=1 seek=200 conv=notrunc status=none; done" },
    { "half a pack was left", "echo PACK >cache/git/objects/pack/pack_git2_abc" },
    { "another repository's clone", "rm -rf cache && git clone -q --bare specs.git cache/git && "
      "printf 'weft clone 1\\n/somewhere/else\\n' >cache/origin" },
};
// clang-format on

static int count_file(void *context, const struct snapshot_file *file, struct err *err)
{
    (void)err;
    assert_null(file->skipped);
    ++*(size_t *)context;
    return 0;
}

static void test_heals(void **context)
{
    static const char *const suffixes[] = { "", NULL };
    struct state *state = *context;

    for (size_t i = 0; i < LENGTH(damages); i++) {
        AUTO(clone_close) struct clone *clone = open_specs(state);
        AUTO(snapshot_close) struct snapshot *snapshot = NULL;
        size_t files = 0;
        struct err err;

        print_message("%s\n", damages[i].name);
        fetches(clone, "main", state->head);
        clone_close(TAKE(clone));
        sh(&state->world, "%s", damages[i].command);
        clone = open_specs(state);
        fetches(clone, "main", state->head);
        if (snapshot_open(&snapshot, clone, state->head, &err) < 0
            || snapshot_each(snapshot,
                             &(struct snapshot_walk){ "", suffixes, 1000, count_file, &files },
                             &err)
                   < 0)
            fail_msg("%s", err.text);
        assert_int_equal(files, 3);
        clone_close(TAKE(clone));
        sh(&state->world, "git -C cache/git fsck --full 2>&1 && test -z \"$(ls "
                          "cache/git/objects/pack | grep -v '[.]')\"");
    }
}

/* One wrong bit in the index of a pack leads libgit2 out of it: the cache is made again before
 * that. A prime number of bytes is left out between two. */
static void test_flipped_bits(void **context)
{
    enum { STEP = 97 };
    struct state *state = *context;
    AUTO(clone_close) struct clone *clone = open_specs(state);
    const char *index, *sound;
    char *bytes;
    size_t len;
    struct err err;

    fetches(clone, "main", state->head);
    clone_close(TAKE(clone));
    sound = sh(&state->world, "cp -a cache sound && ls $PWD/sound/git/objects/pack/*.idx");
    assert_int_equal(file_read(&bytes, &len, sound, 1 << 20, state->world.arena, &err), 0);
    for (size_t at = 0; at < len; at += STEP) {
        index = sh(&state->world, "rm -rf cache && cp -a sound cache && "
                                  "ls $PWD/cache/git/objects/pack/*.idx");
        bytes[at] ^= (char)(1 << at % 8);
        assert_int_equal(file_write(index, bytes, len, 0400, &err), 0);
        bytes[at] ^= (char)(1 << at % 8);
        clone = open_specs(state);
        assert_false(clone_has(clone, state->head));
        fetches(clone, "main", state->head);
        clone_close(TAKE(clone));
    }
}

/* Without the server weft cannot repair a damaged cache, and the error says why. */
static void test_cannot_heal(void **context)
{
    struct state *state = *context;
    AUTO(clone_close) struct clone *clone = open_specs(state);
    struct snapshot *snapshot = NULL;
    struct err err;

    fetches(clone, "main", state->head);
    sh(&state->world, "rm -f cache/git/objects/pack/* && mv specs.git away.git");
    clone_close(TAKE(clone));
    clone = open_specs(state);
    fails(clone, "main", "specs.git");
    assert_int_equal(snapshot_open(&snapshot, clone, state->head, &err), -1);
}

static void test_too_many_packs(void **context)
{
    struct state *state = *context;
    AUTO(clone_close) struct clone *clone = open_specs(state);

    fetches(clone, "main", state->head);
    clone_close(TAKE(clone));
    sh(&state->world, "cd cache/git/objects/pack && for i in $(seq 500); do : >pack-$i.pack; done");
    clone = open_specs(state);
    assert_string_equal(sh(&state->world, "ls cache/git/objects/pack | wc -l"), "0");
    clone_close(TAKE(clone));
    sh(&state->world,
       "cd cache/git/objects/pack && truncate -s 3G pack-1.pack && truncate -s 2G pack-2.pack");
    clone = open_specs(state);
    assert_string_equal(sh(&state->world, "ls cache/git/objects/pack | wc -l"), "0");
    clone_close(TAKE(clone));
    sh(&state->world, "mkdir -p cache/git/objects/17 && cd cache/git/objects/17 && for i in $(seq "
                      "30); do : >$i; done");
    clone = open_specs(state);
    assert_int_equal(sh_status(&state->world, "test -e cache/git/objects/17"), 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(test_nothing_new_fetches_nothing),
        CASE(test_follows),
        CASE(test_private),
        CASE(test_foreign_kinds_of_files),
        CASE(test_one_user_at_a_time),
        CASE(test_heals),
        CASE(test_flipped_bits),
        CASE(test_cannot_heal),
        CASE(test_too_many_packs),
    };

    return cmocka_run_group_tests(tests, sync_begin, sync_end);
}
