/* k8s-job/restart/rollout.c - reads whether a Deployment, DaemonSet or StatefulSet is rolled out,
 * and for which epoch weft restarted it.  Pure.
 *
 * The rules are those of kubectl rollout status, in its order: a status counts only when its
 * observedGeneration has reached the generation of the object, because it may describe an older
 * template until then.  Beyond kubectl, pods below the partition of a StatefulSet and all pods of
 * an OnDelete strategy do not count, because no controller replaces them. */
#include "k8s-job/restart/rollout.h"

#include "base/clock.h"
#include "k8s-job/restart/step.h"

static int64_t counted(const struct node *map, const char *key, int64_t fallback)
{
    const char *text = node_get(map, key, NULL);
    int64_t value;

    return text && parse_int(text, 0, INT64_MAX, &value) ? value : fallback;
}

static bool is_stuck(const struct node *status)
{
    const struct node *conditions = node_find(status, "conditions");
    const struct node *item =
        conditions && conditions->kind == NODE_LIST ? conditions->first : NULL;

    for (; item; item = item->next)
        if (text_equal(node_get(item, "type", NULL), "Progressing")
            && text_equal(node_get(item, "reason", NULL), "ProgressDeadlineExceeded"))
            return true;
    return false;
}

static const char *share(int64_t part, int64_t whole, const char *what, struct arena *arena)
{
    return arena_printf(arena, "%lld of %lld %s", (long long)part, (long long)whole, what);
}

/* Each of these returns what is still missing; "" when nothing is. */

static const char *deployment_progress(struct restart_live *live, const struct node *spec,
                                       const struct node *status, struct arena *arena)
{
    int64_t want = counted(spec, "replicas", 1), updated = counted(status, "updatedReplicas", 0);
    int64_t all = counted(status, "replicas", 0),
            available = counted(status, "availableReplicas", 0);

    live->stuck = is_stuck(status);
    if (updated < want)
        return share(updated, want, "replicas updated", arena);
    if (all > updated)
        return share(all - updated, all, "replicas are old ones that still end", arena);
    if (available < updated)
        return share(available, updated, "replicas available", arena);
    return "";
}

static const char *daemon_set_progress(struct restart_live *live, const struct node *spec,
                                       const struct node *status, struct arena *arena)
{
    int64_t want = counted(status, "desiredNumberScheduled", 0);
    int64_t updated = counted(status, "updatedNumberScheduled", 0),
            available = counted(status, "numberAvailable", 0);

    (void)live;
    (void)spec;
    if (updated < want)
        return share(updated, want, "pods updated", arena);
    if (available < want)
        return share(available, want, "pods available", arena);
    return "";
}

static const char *stateful_set_progress(struct restart_live *live, const struct node *spec,
                                         const struct node *status, struct arena *arena)
{
    const struct node *rolling = node_find(node_find(spec, "updateStrategy"), "rollingUpdate");
    int64_t replicas = counted(spec, "replicas", 1), want;
    int64_t updated = counted(status, "updatedReplicas", 0),
            ready = counted(status, "readyReplicas", 0);

    live->partition = live->by_hand ? 0 : counted(rolling, "partition", 0);
    want = replicas > live->partition ? replicas - live->partition : 0;
    if (updated < want)
        return share(updated, want, "replicas updated", arena);
    if (ready < replicas)
        return share(ready, replicas, "replicas ready", arena);
    /* With OnDelete the current revision never moves, and with a partition not to the end. */
    if (!live->by_hand && live->partition == 0
        && !text_equal(node_get(status, "currentRevision", NULL),
                       node_get(status, "updateRevision", NULL)))
        return "its revision is not the current one yet";
    return "";
}

static const struct kind_row {
    const char *kind;
    const char *(*progress)(struct restart_live *live, const struct node *spec,
                            const struct node *status, struct arena *arena);
} kind_rows[] = {
    { "Deployment", deployment_progress },
    { "DaemonSet", daemon_set_progress },
    { "StatefulSet", stateful_set_progress },
};

static const struct kind_row *row_of(const char *kind)
{
    for (size_t i = 0; i < LENGTH(kind_rows); i++)
        if (text_equal(kind_rows[i].kind, kind))
            return &kind_rows[i];
    return NULL;
}

bool restart_kind_known(const char *kind) { return row_of(kind) != NULL; }

const char *restart_resource(const char *kind, struct arena *arena)
{
    char *out = arena_text(arena, kind);

    for (char *c = out; *c; c++)
        *c = to_lower(*c);
    return out;
}

static const char *progress_of(struct restart_live *live, const char *kind,
                               const struct node *object, struct arena *arena)
{
    const struct node *spec = node_find(object, "spec"), *status = node_find(object, "status");
    const struct kind_row *row = row_of(kind);

    if (counted(status, "observedGeneration", 0)
        < counted(node_find(object, "metadata"), "generation", 1))
        return "its newest template is not processed yet";
    return row ? row->progress(live, spec, status, arena) : "its kind is not known";
}

struct restart_live restart_live_of(const char *kind, const struct node *object,
                                    struct arena *arena)
{
    const struct node *spec = node_find(object, "spec");
    const struct node *annotations =
        node_find(node_find(node_find(spec, "template"), "metadata"), "annotations");
    const char *version = node_get(object, "metadata", "resourceVersion", NULL);
    const char *epoch = node_get(annotations, RESTART_EPOCH, NULL);
    const char *at = node_get(annotations, "kubectl.kubernetes.io/restartedAt", NULL);
    struct restart_live live = {
        .version = arena_text(arena, version ? version : ""),
        .epoch = arena_text(arena, epoch ? epoch : ""),
        .paused = node_true(node_find(spec, "paused")),
        .by_hand = text_equal(node_get(spec, "updateStrategy", "type", NULL), "OnDelete"),
    };

    if (!at || !clock_parse(at, &live.at))
        live.at = 0;
    live.progress = progress_of(&live, kind, object, arena);
    live.complete = text_empty(live.progress);
    live.stuck = live.stuck && !live.complete;
    return live;
}
