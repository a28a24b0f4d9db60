/* sync/clone.c - the folder of a clone: made, checked, thrown away and made again.  It is only a
 * cache.
 *
 * Everything here can be fetched again, so every doubt is answered by throwing the folder away:
 * another origin, a version of the format that is not ours, too many packs, damage. The file
 * origin is written last; a process that was killed before leaves a folder without it, which does
 * not count. The lock is an flock, so it ends with its process. The price of a false alarm is one
 * full fetch, and that of a missed one a pass that fails and makes it again the next time. */
#include "sync/clone.h"
#include "sync/err_git.h"

#include "base/fault.h"
#include "base/files.h"
#include "base/memory.h"
#include "base/text.h"
#include "sync/limits.h"
#include "sync/packindex.h"
#include "sync/private.h"
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

/* libgit2 has no gc: a cache of more packs than this, or more loose objects, is fetched again
 * instead. */
enum { PACKS_MAX = 400, LOOSE_MAX = 5000 };
static const off_t added_max = (off_t)1 << 30; /* bytes in all packs but the largest */

/* folder/lock: held while the clone is open.  folder/origin: written last, says whose clone it is.
 * folder/git: bare. */
static const char *path_of(const struct clone *clone, const char *name)
{
    return arena_printf(clone->arena, "%s/%s", clone->folder, name);
}

static const char *origin_text(const struct clone *clone)
{
    return arena_printf(clone->arena, "weft clone 1\n%s\n", clone->peer.url.shown);
}

bool clone_is_damage(int code)
{
    const git_error *last = git_error_last();

    if (code == GIT_ENOTFOUND || code == GIT_EMISMATCH)
        return true;
    if (code >= 0)
        return false;
    if (!last) /* libgit2 sets no error when an index leads it outside of its pack */
        return true;
    return last->klass == GIT_ERROR_ODB || last->klass == GIT_ERROR_ZLIB
           || last->klass == GIT_ERROR_OBJECT || last->klass == GIT_ERROR_TREE
           || last->klass == GIT_ERROR_REFERENCE;
}

static int take_lock(struct clone *clone, struct err *err)
{
    clone->lock_fd = open(path_of(clone, "lock"), O_CREAT | O_RDWR | O_CLOEXEC | O_NOFOLLOW, 0600);
    if (clone->lock_fd < 0)
        return err_errno(err, "open %s", path_of(clone, "lock"));
    if (flock(clone->lock_fd, LOCK_EX | LOCK_NB) == 0)
        return 0;
    if (errno != EWOULDBLOCK)
        return err_errno(err, "lock %s", clone->folder);
    return err_set(err, ERR_REFUSED, EWOULDBLOCK,
                   "the clone in %s is in use by another pass; wait for it to end", clone->folder);
}

static bool is_ours(const struct clone *clone)
{
    struct err ignored;
    char *bytes;
    size_t len;

    return file_read(&bytes, &len, path_of(clone, "origin"), 8192, clone->arena, &ignored) == 0
           && strcmp(bytes, origin_text(clone)) == 0;
}

struct packs {
    size_t count;
    off_t total, largest;
};

/* A killed process leaves half a pack; no other process writes here while the lock is held. */
static struct packs clean_packs(const char *folder)
{
    DIR *dir = opendir(folder);
    struct packs packs = { 0 };
    struct dirent *entry;
    struct stat info;

    while (dir && (entry = readdir(dir))) {
        if (text_ends(entry->d_name, ".pack")
            && fstatat(dirfd(dir), entry->d_name, &info, 0) == 0) {
            packs.count++;
            packs.total += info.st_size;
            packs.largest = packs.largest > info.st_size ? packs.largest : info.st_size;
        } else if (!text_ends(entry->d_name, ".idx") && entry->d_name[0] != '.') {
            unlinkat(dirfd(dir), entry->d_name, 0);
        }
    }
    if (dir)
        closedir(dir);
    return packs;
}

/* As "git gc --auto" does: one folder of 256 is taken as a sample. */
static size_t guess_loose(const char *folder)
{
    DIR *dir = opendir(folder);
    struct dirent *entry;
    size_t count = 0;

    if (!dir)
        return 0;
    while ((entry = readdir(dir)))
        count += entry->d_name[0] != '.';
    closedir(dir);
    return count * 256;
}

/* A fresh clone is one pack; each fetch and each push adds one. */
static bool is_grown(const struct clone *clone)
{
    struct packs packs = clean_packs(path_of(clone, "git/objects/pack"));

    return packs.count > PACKS_MAX || packs.total - packs.largest > added_max
           || guess_loose(path_of(clone, "git/objects/17")) > LOOSE_MAX;
}

bool clone_commit_fits(git_odb *odb, const git_oid *oid)
{
    git_object_t type;
    size_t len;

    return git_odb_read_header(&len, &type, odb, oid) < 0 || len <= COMMIT_MAX;
}

/* The tip of each ref that we keep, and its root, can be read. */
static int check_refs(git_repository *repo, git_odb *odb)
{
    git_reference_iterator *refs = NULL;
    const char *name;
    int code = git_reference_iterator_glob_new(&refs, repo, "refs/weft/*");

    while (code == 0 && (code = git_reference_next_name(&name, refs)) == 0) {
        AUTO(git_commit_free) git_commit *commit = NULL;
        AUTO(git_tree_free) git_tree *tree = NULL;
        git_oid oid;

        code = git_reference_name_to_id(&oid, repo, name);
        if (code == 0 && !clone_commit_fits(odb, &oid))
            code = -1;
        if (code == 0)
            code = git_commit_lookup(&commit, repo, &oid);
        if (code == 0)
            code = git_commit_tree(&tree, commit);
    }
    git_reference_iterator_free(refs);
    return code == GIT_ITEROVER ? 0 : -1;
}

/* Nothing of libgit2's may outlive this: its cache of packs goes by path, and would hand out the
 * damaged one again. */
static void forget_repo(struct clone *clone)
{
    if (clone->odb)
        git_odb_free(clone->odb);
    if (clone->repo)
        git_repository_free(clone->repo);
    clone->odb = NULL;
    clone->repo = NULL;
}

static int open_repo(struct clone *clone)
{
    int code = git_repository_open_bare(&clone->repo, path_of(clone, "git"));

    if (code == 0)
        code = git_repository_odb(&clone->odb, clone->repo);
    return code;
}

static bool is_sound(struct clone *clone)
{
    AUTO(git_reference_free) git_reference *head = NULL;
    AUTO(git_config_free) git_config *config = NULL;

    /* First of all: what comes next opens files by their names. */
    return file_tree_is_plain(path_of(clone, "git")) && !is_grown(clone)
           && packindex_all_sound(path_of(clone, "git/objects/pack")) && open_repo(clone) == 0
           && git_repository_config_snapshot(&config, clone->repo) == 0
           && git_reference_lookup(&head, clone->repo, "HEAD") == 0
           && check_refs(clone->repo, clone->odb) == 0;
}

int clone_remake(struct clone *clone, struct err *err)
{
    git_repository_init_options options;
    const char *git = path_of(clone, "git"), *origin = origin_text(clone);
    int code;

    forget_repo(clone);
    if (unlink(path_of(clone, "origin")) < 0 && errno != ENOENT)
        return err_errno(err, "remove %s", path_of(clone, "origin"));
    if (file_remove_folders(git, err) < 0)
        return err_wrap(err, "make the cache %s again", clone->folder);
    git_repository_init_options_init(&options, GIT_REPOSITORY_INIT_OPTIONS_VERSION);
    options.flags = GIT_REPOSITORY_INIT_BARE | GIT_REPOSITORY_INIT_MKDIR;
    options.initial_head = "weft"; /* never born: our refs are below refs/weft/ */
    code = git_repository_init_ext(&clone->repo, git, &options);
    if (code == 0)
        code = git_repository_odb(&clone->odb, clone->repo);
    if (code < 0)
        return err_git(err, code, "make the cache %s", clone->folder);
    FAULT("git.clone");
    return file_write(path_of(clone, "origin"), origin, strlen(origin), 0600, err);
}

int clone_open(struct clone **out, const char *folder, const struct git_remote_spec *remote,
               struct err *err)
{
    AUTO(clone_close) struct clone *clone = memory_grow(NULL, sizeof *clone);

    *clone = (struct clone){ .arena = arena_new(), .lock_fd = -1 };
    clone->folder = arena_text(clone->arena, folder);
    clone->objects = pack_writer_new(clone->folder);
    if (peer_open(&clone->peer, remote, clone->folder, clone->arena, err) < 0
        || file_make_folders(folder, 0700, err) < 0 || take_lock(clone, err) < 0)
        return -1;
    clone->peer.server_time = &clone->server_time;
    if (!(is_ours(clone) && is_sound(clone)) && clone_remake(clone, err) < 0)
        return -1;
    *out = TAKE(clone);
    return 0;
}

void clone_close(struct clone *clone)
{
    pack_writer_free(clone->objects);
    forget_repo(clone);
    peer_close(&clone->peer);
    if (clone->lock_fd >= 0)
        close(clone->lock_fd);
    arena_free(clone->arena);
    free(clone);
}

int64_t clone_server_time(const struct clone *clone) { return clone->server_time; }

static int put_blob(void *context, struct git_id *id, const char *bytes, size_t len,
                    struct err *err)
{
    struct clone *clone = context;
    git_oid oid;

    *id = git_id_of_blob(bytes, len);
    oid = oid_of(*id);
    if (pack_writer_has(clone->objects, id)
        || git_odb_exists_ext(clone->odb, &oid, GIT_ODB_LOOKUP_NO_REFRESH))
        return 0;
    return pack_writer_add(clone->objects, id, OBJECT_BLOB, bytes, len, err);
}

struct blobs clone_blobs(struct clone *clone) { return (struct blobs){ put_blob, clone }; }
