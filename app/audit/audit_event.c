/* app/audit/audit_event.c - finds what a commit changed: files, clusters, records, certificates.
 * A history may have thousands of commits with thousands of files, so of each only what is shown
 * stays in memory.
 *
 * Records, which are JSON files of a few kilobytes, are parsed only in commits that changed one,
 * and the filters that need no tree come first (audit_event_may_match). The cost is thus the
 * differing subtrees of each commit that may match, not the size of the branch. A commit whose
 * parent is not in the clone (a shallow one) shows all its files as added. */
#include "app/audit/audit_event.h"
#include "app/output_file.h"
#include "base/map.h"
#include "base/text.h"
#include "sync/fetch.h"
#include "sync/tree_diff.h"
#include <stdlib.h>
#include <string.h>

static const char *first_part(const char *path, struct arena *arena)
{
    return arena_bytes(arena, path, strcspn(path, "/"));
}

struct counting {
    struct audit_event *out;
    struct map *seen;
    struct arena *arena;
};

static void add_cluster(struct counting *at, const char *name)
{
    if (!map_put(at->seen, name, at))
        *ARENA_PUSH(at->arena, at->out->clusters, at->out->cluster_count) = name;
}

/* "weft/gloo-mesh.shop.json": a namespace has no dot. */
static void add_record(struct counting *at, const char *file)
{
    char *name = arena_text(at->arena, file), *dot = strchr(name, '.');

    if (!dot || !text_ends(name, ".json"))
        return;
    name[strlen(name) - strlen(".json")] = '\0';
    *dot = '/';
    *ARENA_PUSH(at->arena, at->out->records, at->out->record_count) = name;
}

static void count_file(struct counting *at, const struct tree_diff_file *file, const char *path)
{
    switch (file->kind) {
    case CHANGE_ADDED:
        at->out->added++;
        break;
    case CHANGE_CHANGED:
        at->out->changed++;
        break;
    case CHANGE_REMOVED:
        at->out->removed++;
        break;
    }
    if (text_starts(path, "clusters/"))
        add_cluster(at, first_part(path + strlen("clusters/"), at->arena));
    else if (text_starts(path, "receipts/"))
        add_cluster(at, first_part(path + strlen("receipts/"), at->arena));
    else if (text_starts(path, "weft/"))
        add_record(at, path + strlen("weft/"));
}

static struct audit_certificate copy_of(const struct audit_certificate *one, struct arena *arena)
{
    return (struct audit_certificate){
        .virtual_mesh = arena_text(arena, one->virtual_mesh),
        .mesh = arena_text(arena, one->mesh),
        .cluster = arena_text(arena, one->cluster),
        .name = arena_text(arena, one->name),
        .serial = arena_text(arena, one->serial),
        .fingerprint = arena_text(arena, one->fingerprint),
        .root = arena_text(arena, one->root),
        .state = arena_text(arena, one->state),
        .not_before = arena_text(arena, one->not_before),
        .not_after = arena_text(arena, one->not_after),
    };
}

static int find_issued(struct audit_event *out, struct snapshot *before, struct snapshot *after,
                       const char *folder, struct arena *arena, struct err *err)
{
    AUTO(arena_free) struct arena *scratch = arena_new();
    struct audit_trust old, new;

    if (audit_trust_read(&old, before, folder, scratch, err) < 0
        || audit_trust_read(&new, after, folder, scratch, err) < 0)
        return -1;
    for (size_t i = 0; i < new.count; i++)
        for (size_t k = 0; k < new.virtual_meshes[i].count; k++) {
            const struct audit_certificate *one = &new.virtual_meshes[i].certificates[k];

            if (!audit_trust_has(&old, one->fingerprint))
                *ARENA_PUSH(arena, out->issued, out->issued_count) = copy_of(one, arena);
        }
    return 0;
}

int audit_event_read(struct audit_event *out, struct clone *clone, const char *folder,
                     const struct audit_entry *entry, struct arena *arena, struct err *err)
{
    const struct history_commit *commit = entry->commit;
    AUTO(snapshot_close) struct snapshot *before = NULL;
    AUTO(snapshot_close) struct snapshot *after = NULL;
    AUTO(arena_free) struct arena *scratch = arena_new();
    struct counting counting = { out, map_new(scratch), arena };
    struct tree_diff diff;

    *out = (struct audit_event){ .entry = *entry };
    if (snapshot_open(&after, clone, commit->id, err) < 0
        || (*commit->parent && clone_has(clone, commit->parent)
            && snapshot_open(&before, clone, commit->parent, err) < 0)
        || tree_diff(&diff, before, after, scratch, err) < 0)
        return -1;
    for (size_t i = 0; i < diff.count; i++) {
        const char *path = output_file_below(diff.files[i].path, folder);

        if (path)
            count_file(&counting, &diff.files[i], path);
    }
    if (out->cluster_count)
        qsort(out->clusters, out->cluster_count, sizeof *out->clusters, text_compare);
    return out->record_count ? find_issued(out, before, after, folder, arena, err) : 0;
}

/* --- filters --- */

static bool in_namespace(const char *virtual_mesh, const char *namespace)
{
    return text_starts(virtual_mesh, namespace) && virtual_mesh[strlen(namespace)] == '/';
}

static bool is_meant(const char *virtual_mesh, const struct audit_filter *filter)
{
    return (!filter->virtual_mesh || text_equal(virtual_mesh, filter->virtual_mesh))
           && (!filter->namespace || in_namespace(virtual_mesh, filter->namespace));
}

static bool has_step(const struct audit_entry *entry, int step)
{
    for (size_t i = 0; i < entry->rotation_count; i++)
        if (entry->rotations[i].step == step)
            return true;
    return false;
}

static bool has_request(const struct audit_entry *entry, const char *text)
{
    for (size_t i = 0; i < entry->request_count; i++)
        if (strcasestr(entry->requests[i].text, text))
            return true;
    return false;
}

bool audit_event_may_match(const struct audit_entry *entry, const struct audit_filter *filter)
{
    const int64_t time = entry->commit->time;

    return time >= filter->since && (!filter->until || time <= filter->until)
           && (filter->step < 0 || has_step(entry, filter->step))
           && (!filter->request || has_request(entry, filter->request));
}

static bool concerns_virtual_mesh(const struct audit_event *event,
                                  const struct audit_filter *filter)
{
    if (!filter->virtual_mesh && !filter->namespace)
        return true;
    for (size_t i = 0; i < event->record_count; i++)
        if (is_meant(event->records[i], filter))
            return true;
    for (size_t i = 0; i < event->entry.request_count; i++)
        if (is_meant(event->entry.requests[i].virtual_mesh, filter))
            return true;
    return false;
}

static bool issues(const struct audit_event *event, const char *serial)
{
    for (size_t i = 0; i < event->issued_count; i++)
        if (text_starts(event->issued[i].serial, serial)
            || text_starts(event->issued[i].fingerprint, serial))
            return true;
    return false;
}

bool audit_event_matches(const struct audit_event *event, const struct audit_filter *filter)
{
    return audit_event_may_match(&event->entry, filter) && concerns_virtual_mesh(event, filter)
           && (!filter->cluster
               || text_listed(event->clusters, event->cluster_count, filter->cluster))
           && (!filter->serial || issues(event, filter->serial));
}
