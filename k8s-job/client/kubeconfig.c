/* k8s-job/client/kubeconfig.c - finds the context in one kubeconfig or in a list of them.  Entries
 * of clusters and users are read by kubeconfig_cluster.c and kubeconfig_user.c.
 *
 * The rules are kubectl's, so that the same file means the same to both: $KUBECONFIG is a list of
 * which missing files are skipped; the first file that defines a name wins, and its entry is taken
 * whole, never merged member by member; current-context comes from the first file that has one;
 * relative paths are relative to the file that names them, which is why each entry keeps its file.
 *
 * An error names the contexts that exist. Most wrong configurations are a context that was
 * renamed. */
#include "k8s-job/client/kubeconfig.h"
#include "k8s-job/client/kubeconfig_cluster.h"
#include "k8s-job/client/kubeconfig_user.h"

#include "base/files.h"
#include "base/parse.h"
#include "base/parse_yaml.h"
#include "k8s-job/client/kubeconfig_text.h"
#include "k8s-job/client/pem.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

struct config_file {
    const char *path;
    const char *folder; /* of relative paths in it */
    const struct node *root;
};

struct config_files {
    struct config_file *files;
    size_t count;
};

/* An entry of clusters, users or contexts and the file that it comes from. */
struct entry {
    const struct node *body; /* NULL: absent */
    const struct config_file *file;
};

static int parse_file(struct config_file *file, struct arena *arena, struct err *err)
{
    struct diags diags = { .arena = arena };
    AUTO_TEXT text = { 0 };
    char *bytes;
    size_t len;

    if (file_read(&bytes, &len, file->path, TARGET_FILE_MAX, arena, err) < 0)
        return err_wrap(err, "kubeconfig");
    if (parse_yaml(&file->root, file->path, bytes, len, arena, &diags) < 0 || diags.errors) {
        diag_print(&text, diags.first);
        return err_set(err, ERR_INPUT, 0, "kubeconfig: %s", text.bytes);
    }
    file->folder = file_folder(file->path, arena);
    return 0;
}

static int add_file(struct config_files *all, const char *path, struct arena *arena,
                    struct err *err)
{
    struct config_file file = { .path = path };

    if (parse_file(&file, arena, err) < 0)
        return -1;
    *ARENA_PUSH(arena, all->files, all->count) = file;
    return 0;
}

/* $KUBECONFIG: files that do not exist are skipped, as kubectl does. */
static int add_list(struct config_files *all, const char *list, struct arena *arena,
                    struct err *err)
{
    for (const char *at = list; *at;) {
        size_t len = strcspn(at, ":");
        const char *path = arena_bytes(arena, at, len);

        if (len && access(path, F_OK) == 0 && add_file(all, path, arena, err) < 0)
            return -1;
        at += len + (at[len] == ':');
    }
    if (all->count)
        return 0;
    err_set(err, ERR_INPUT, 0, "kubeconfig: no file of KUBECONFIG=%s exists", list);
    return -1;
}

static int read_files(struct config_files *all, const char *path, struct arena *arena,
                      struct err *err)
{
    const char *list = getenv("KUBECONFIG"), *home = getenv("HOME");

    if (path)
        return add_file(all, path, arena, err);
    if (list && *list)
        return add_list(all, list, arena, err);
    if (!home || !*home) {
        err_set(err, ERR_INPUT, 0,
                "kubeconfig: none is given, and neither KUBECONFIG nor HOME is set");
        return -1;
    }
    return add_file(all, arena_printf(arena, "%s/.kube/config", home), arena, err);
}

/* The first file that defines a name wins; nothing is mixed into its entry. */
static struct entry find_entry(const struct config_files *all, const char *list, const char *key,
                               const char *name)
{
    for (size_t i = 0; i < all->count; i++) {
        const struct node *entries = node_find(all->files[i].root, list);
        const struct node *entry = entries && entries->kind == NODE_LIST ? entries->first : NULL;

        for (; entry; entry = entry->next)
            if (text_equal(kubeconfig_text(entry, "name"), name))
                return (struct entry){ node_find(entry, key), &all->files[i] };
    }
    return (struct entry){ 0 };
}

static const char *current_context(const struct config_files *all)
{
    for (size_t i = 0; i < all->count; i++) {
        const char *name = kubeconfig_text(all->files[i].root, "current-context");

        if (!text_empty(name))
            return name;
    }
    return NULL;
}

/* "a, b": what could have been meant. */
static const char *context_names(const struct config_files *all, struct arena *arena)
{
    const char *names = "";

    for (size_t i = 0; i < all->count; i++) {
        const struct node *list = node_find(all->files[i].root, "contexts");
        const struct node *entry = list && list->kind == NODE_LIST ? list->first : NULL;

        for (; entry; entry = entry->next)
            names =
                arena_printf(arena, "%s%s%s", names, *names ? ", " : "",
                             kubeconfig_text(entry, "name") ? kubeconfig_text(entry, "name") : "?");
    }
    return *names ? names : "none";
}

static int choose_context(struct entry *out, const char **name, const struct config_files *all,
                          struct arena *arena, struct err *err)
{
    const char *path = all->files[0].path;

    *name = *name ? *name : current_context(all);
    if (!*name) {
        err_set(err, ERR_INPUT, 0,
                "kubeconfig %s has no current-context: name a context (there are: %s)", path,
                context_names(all, arena));
        return -1;
    }
    *out = find_entry(all, "contexts", "context", *name);
    if (out->body)
        return 0;
    err_set(err, ERR_INPUT, 0, "kubeconfig %s has no context \"%s\" (there are: %s)", path, *name,
            context_names(all, arena));
    return -1;
}

static int read_entry(struct target *out, const struct config_files *all,
                      const struct entry *context, const char *key, struct arena *arena,
                      struct err *err)
{
    const char *name = kubeconfig_text(context->body, key);
    bool cluster = strcmp(key, "cluster") == 0;
    struct entry entry;

    if (text_empty(name))
        return err_set(err, ERR_INPUT, 0, "the context names no %s", key);
    entry = find_entry(all, cluster ? "clusters" : "users", key, name);
    if (!entry.body)
        return err_set(err, ERR_INPUT, 0, "its %s \"%s\" is not defined", key, name);
    if ((cluster ? kubeconfig_cluster_read : kubeconfig_user_read)(out, entry.body,
                                                                   entry.file->folder, arena, err)
        < 0)
        return err_wrap(err, "%s \"%s\"", key, name);
    return 0;
}

int kubeconfig_target(struct target *out, const char *path, const char *context,
                      struct arena *arena, struct err *err)
{
    struct config_files all = { 0 };
    struct entry entry;
    const char *namespace;

    *out = (struct target){ 0 };
    if (read_files(&all, path, arena, err) < 0
        || choose_context(&entry, &context, &all, arena, err) < 0)
        return -1;
    out->label = arena_printf(arena, "context \"%s\" of %s", context, entry.file->path);
    namespace = kubeconfig_text(entry.body, "namespace");
    out->namespace = namespace ? namespace : "";
    if (read_entry(out, &all, &entry, "cluster", arena, err) < 0
        || read_entry(out, &all, &entry, "user", arena, err) < 0)
        return err_wrap(err, "kubeconfig %s: context \"%s\"", entry.file->path, context);
    return 0;
}

/* --- the files that it names --- */

static void take_members(const struct node *entry, const char *folder,
                         void (*take)(void *context, const char *file), void *context,
                         struct arena *arena)
{
    static const char *const keys[] = { "certificate-authority", "client-certificate", "client-key",
                                        "tokenFile" };

    for (size_t i = 0; i < LENGTH(keys); i++) {
        const char *file = kubeconfig_text(entry, keys[i]);

        if (!text_empty(file))
            take(context, pem_relative_path(file, folder, arena));
    }
}

/* The confinement of the process allows these paths before any of them is read, so every entry
 * counts, not only those of one context. A file that cannot be read is left to kubeconfig_target,
 * which can say what is wrong with it. */
void kubeconfig_each_file(const char *path, void (*take)(void *context, const char *file),
                          void *context, struct arena *arena)
{
    static const char *const lists[][2] = { { "clusters", "cluster" }, { "users", "user" } };
    struct config_file file = { .path = path };
    struct err err;

    take(context, path);
    if (parse_file(&file, arena, &err) < 0)
        return;
    for (size_t i = 0; i < LENGTH(lists); i++) {
        const struct node *list = node_find(file.root, lists[i][0]);
        const struct node *entry = list && list->kind == NODE_LIST ? list->first : NULL;

        for (; entry; entry = entry->next) {
            const struct node *body = node_find(entry, lists[i][1]);

            if (body)
                take_members(body, file.folder, take, context, arena);
        }
    }
}
