/* report/summary.c - counts changes; knows the layout of the output branch and nothing of its
 * content.
 */
#include "report/summary.h"
#include "base/text.h"
#include <string.h>

/* The part of a path between its n-th and next slash, in the arena; "" when there is none. */
static const char *path_part(const char *path, int n, struct arena *arena)
{
    const char *end;

    for (; n > 0 && (path = strchr(path, '/')); n--)
        path++;
    if (!path)
        return "";
    end = strchr(path, '/');
    return end ? arena_bytes(arena, path, (size_t)(end - path)) : "";
}

/* Changes come sorted by path, so a cluster's rows are the last ones: the search back is short. */
static struct summary_row *row_of(struct summary *summary, const char *path, struct arena *arena)
{
    bool in_cluster = text_starts(path, "clusters/");
    const char *cluster = in_cluster ? path_part(path, 1, arena) : "";
    const char *kind = in_cluster ? path_part(path, 2, arena) : "records";
    struct summary_row *row;

    for (size_t i = summary->count; i-- > 0;) {
        row = &summary->rows[i];
        if (strcmp(row->cluster, cluster) == 0 && strcmp(row->kind, kind) == 0)
            return row;
        if (strcmp(row->cluster, cluster) != 0)
            break;
    }
    if (in_cluster
        && (!summary->count || strcmp(summary->rows[summary->count - 1].cluster, cluster) != 0))
        summary->clusters++;
    row = ARENA_PUSH(arena, summary->rows, summary->count);
    *row = (struct summary_row){ .cluster = cluster, .kind = kind };
    return row;
}

struct summary summary_of(const struct change *changes, size_t count, struct arena *arena)
{
    struct summary summary = { 0 };

    for (size_t i = 0; i < count; i++) {
        struct summary_row *row = row_of(&summary, changes[i].path, arena);

        switch (changes[i].kind) {
        case CHANGE_ADDED:
            row->added++;
            summary.added++;
            break;
        case CHANGE_CHANGED:
            row->changed++;
            summary.changed++;
            break;
        case CHANGE_REMOVED:
            row->removed++;
            summary.removed++;
            break;
        }
    }
    return summary;
}
