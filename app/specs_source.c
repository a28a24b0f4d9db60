/* app/specs_source.c - brings files to the decoder.  Must not interpret their content.
 *
 * Files come in the order of their paths, from Git as from a folder, so diagnostics have one
 * order; objects are sorted by specs_build.c whatever the order. A file that is skipped (a
 * symbolic link, one that is too large or unreadable) makes the specs incomplete, and nothing is
 * deleted then: it might hold what seems to be missing. Symbolic links are not followed, because
 * one in a pull request could name any file of the machine.
 *
 * One file is in memory at a time, at most PARSE_BYTES_MAX of it. */
#include "app/specs_source.h"
#include "base/files.h"
#include "base/parse.h"
#include "sync/snapshot.h"
#include <errno.h>
#include <fts.h>
#include <stdlib.h>
#include <string.h>

static const char *const suffixes[] = { ".yaml", ".yml", ".json", NULL };

struct load {
    struct specs_reader *reader;
    const char *folder;
    struct arena *arena;
    struct arena *scratch; /* one file's bytes */
    size_t files;
    struct text shown; /* path of the file that is looked at */
};

/* As people see it in the repository; until the next one. */
static const char *shown_path(struct load *load, const char *path)
{
    text_clear(&load->shown);
    if (*load->folder)
        text_addf(&load->shown, "%s/", load->folder);
    text_adds(&load->shown, path);
    return load->shown.bytes;
}

/* Kept beside the specs by another tool: hidden files and folders (".github/ci.yaml") and those of
 * kustomize.  path is below the specs folder. */
static bool is_foreign(const char *path)
{
    const char *slash = strrchr(path, '/'), *name = slash ? slash + 1 : path;

    return *path == '.' || strstr(path, "/.") || text_equal(name, "kustomization.yaml")
           || text_equal(name, "kustomization.yml");
}

static void add_file(struct load *load, const char *shown, const char *path, const char *bytes,
                     size_t len)
{
    if (is_foreign(path))
        specs_add_foreign(load->reader, shown, bytes, len);
    else
        specs_add(load->reader, shown, bytes, len);
    load->files++;
}

static int load_entry(void *context, const struct snapshot_file *file, struct err *err)
{
    struct load *load = context;

    (void)err;
    if (file->skipped) {
        specs_skip(load->reader, shown_path(load, file->path), file->skipped);
        return 0;
    }
    add_file(load, shown_path(load, file->path), file->path, file->bytes, file->len);
    return 0;
}

/* The reader is always ended, so that it is freed; what it gathered before a failure is not used.
 */
int specs_source_snapshot(struct specs *out, size_t *files, struct snapshot *snapshot,
                          const char *folder, const char *pod_namespace, struct arena *arena,
                          struct diags *diags, struct err *err)
{
    struct load load = { specs_begin(arena, diags, pod_namespace), folder, arena, NULL, 0, { 0 } };
    const struct snapshot_walk walk = { folder, suffixes, PARSE_BYTES_MAX, load_entry, &load };
    int result = snapshot_each(snapshot, &walk, err);

    specs_end(out, load.reader);
    text_free(&load.shown);
    *files = load.files;
    return result;
}

static bool has_suffix(const char *path)
{
    for (size_t i = 0; suffixes[i]; i++)
        if (text_ends_like(path, suffixes[i]))
            return true;
    return false;
}

static int entry_compare(const FTSENT **a, const FTSENT **b)
{
    return strcmp((*a)->fts_name, (*b)->fts_name);
}

/* below is path without the specs folder. */
static void load_file(struct load *load, const char *path, const char *below)
{
    struct err err;
    char *bytes;
    size_t len;

    arena_reset(load->scratch);
    if (file_read(&bytes, &len, path, PARSE_BYTES_MAX, load->scratch, &err) < 0) {
        specs_skip(load->reader, path, err.text);
        return;
    }
    add_file(load, path, below, bytes, len);
}

/* The part of a path below the folder that the walk began with. */
static const char *below_root(const FTSENT *entry)
{
    const FTSENT *root = entry;
    const char *path;

    while (root->fts_level > FTS_ROOTLEVEL)
        root = root->fts_parent;
    path = entry->fts_path + root->fts_pathlen;
    return path + strspn(path, "/");
}

static void load_node(struct load *load, const FTSENT *entry)
{
    switch (entry->fts_info) {
    case FTS_F:
        if (has_suffix(entry->fts_name))
            load_file(load, entry->fts_path, below_root(entry));
        break;
    case FTS_SL:
    case FTS_SLNONE:
        specs_skip(load->reader, entry->fts_path,
                   "is a symbolic link; weft follows none, so put the file itself here");
        break;
    case FTS_ERR:
    case FTS_DNR:
    case FTS_NS:
        specs_skip(load->reader, entry->fts_path, strerror(entry->fts_errno));
        break;
    default:
        break;
    }
}

static void close_walk(FTS *walk) { fts_close(walk); }
AUTO_DEFINE(FTS, close_walk)

static int walk_folder(struct load *load, const char *folder, struct err *err)
{
    AUTO(close_walk) FTS *walk = NULL;
    char *roots[] = { arena_text(load->arena, folder), NULL };
    FTSENT *entry;

    if (!(walk = fts_open(roots, FTS_PHYSICAL | FTS_COMFOLLOW | FTS_NOCHDIR, entry_compare)))
        return err_errno(err, "read the specs in %s", folder);
    while ((entry = fts_read(walk))) {
        if (entry->fts_level == FTS_ROOTLEVEL && entry->fts_info != FTS_D
            && entry->fts_info != FTS_DP) {
            errno = entry->fts_errno ? entry->fts_errno : ENOTDIR;
            return err_errno(err, "read the specs in %s", folder);
        }
        if (entry->fts_info == FTS_D && entry->fts_level > FTS_ROOTLEVEL
            && strcmp(entry->fts_name, ".git") == 0)
            fts_set(walk, entry, FTS_SKIP);
        else
            load_node(load, entry);
    }
    return 0;
}

int specs_source_folder(struct specs *out, size_t *files, const char *folder,
                        const char *pod_namespace, struct arena *arena, struct diags *diags,
                        struct err *err)
{
    AUTO(arena_free) struct arena *scratch = arena_new();
    struct load load = { specs_begin(arena, diags, pod_namespace), "", arena, scratch, 0, { 0 } };
    int result = walk_folder(&load, folder, err);

    specs_end(out, load.reader);
    *files = load.files;
    if (result == 0 && !load.files)
        return err_set(err, ERR_INPUT, 0,
                       "no .yaml, .yml or .json file in %s; is it the folder of specs?", folder);
    return result;
}
