/* k8s-job/observe/shared_read.c - lists that several stages need, read once.  Must not judge what
 * they mean.
 * Invariants: a list counts for a reader only if it holds all that this reader would have asked
 * for: a list of all namespaces after it came whole, one of those with a label never for a reader
 * of all, and one that was read without knowing the reader's labels not for that reader.  An item
 * is older than the reader that gets it, by less than one pass; who writes does so with the
 * resourceVersion of what was read, so a change in between is a conflict and not an accident. */
#include "k8s-job/observe/shared_read.h"
#include "base/decode_value.h"
#include "base/http_url.h"
#include "k8s-job/client/objects.h"
#include "k8s-job/observe/istiod.h"
#include "k8s-job/observe/root_bundle.h"
#include "k8s-job/observe/root_source.h"
#include <string.h>

static bool has_labels(const struct shared_labels *known, const struct pair *labels, size_t count)
{
    bool same = known->count == count;

    for (size_t i = 0; same && i < count; i++)
        same = text_equal(known->pairs[i].key, labels[i].key)
               && text_equal(known->pairs[i].value, labels[i].value);
    return same;
}

/* Whether they are among the first sets of labels. */
static bool knows_labels(const struct shared_read *shared, size_t sets, const struct pair *labels,
                         size_t count)
{
    for (size_t i = 0; i < sets; i++)
        if (has_labels(&shared->labels[i], labels, count))
            return true;
    return count == 0;
}

void shared_read_add_labels(struct shared_read *shared, const struct pair *labels, size_t count)
{
    if (!knows_labels(shared, shared->label_count, labels, count))
        *ARENA_PUSH(shared->arena, shared->labels, shared->label_count) =
            (struct shared_labels){ labels, count };
}

/* --- Deployments --- */

struct shared_istiods *shared_istiods_begin(struct shared_read *shared, const char *namespace)
{
    struct shared_istiods *istiods = ARENA_NEW(shared->arena, struct shared_istiods, 1);

    *istiods = (struct shared_istiods){ .shared = shared,
                                        .namespace = arena_text(shared->arena, namespace),
                                        .label_sets = shared->label_count };
    *ARENA_PUSH(shared->arena, shared->istiods, shared->istiod_count) = istiods;
    return istiods;
}

static bool may_be_istiod(const struct shared_istiods *istiods, const struct node *deployment)
{
    static const struct pair usual = { "app", "istiod" };
    const struct shared_read *shared = istiods->shared;
    bool is = istiod_is(deployment, &usual, 1);

    for (size_t i = 0; i < istiods->label_sets && !is; i++)
        is = istiod_is(deployment, shared->labels[i].pairs, shared->labels[i].count);
    return is;
}

void shared_istiods_take(struct shared_istiods *istiods, const struct node *deployment)
{
    struct arena *arena = istiods->shared->arena;

    if (!deployment)
        istiods->count = istiods->seen = 0;
    else if ((istiods->namespace || may_be_istiod(istiods, deployment))
             && ++istiods->seen <= SHARED_DEPLOYMENTS_MAX)
        *ARENA_PUSH(arena, istiods->items, istiods->count) = node_copy(arena, deployment);
}

void shared_list_end(struct shared_list *list, const struct err *failure, int64_t at,
                     struct arena *arena)
{
    struct err *kept = failure ? ARENA_NEW(arena, struct err, 1) : NULL;

    if (kept)
        *kept = *failure;
    *list = (struct shared_list){ .asked = true, .failure = kept, .at = at };
}

void shared_istiods_end(struct shared_istiods *istiods, const struct err *failure, int64_t at)
{
    struct err crowd;

    if (!failure && istiods->seen > SHARED_DEPLOYMENTS_MAX) {
        err_set(&crowd, ERR_KUBE, 0,
                "%zu Deployments where istiods are looked for, more than %d: move other ones to a "
                "namespace of their own",
                istiods->seen, SHARED_DEPLOYMENTS_MAX);
        failure = &crowd;
    }
    shared_list_end(&istiods->list, failure, at, istiods->shared->arena);
}

static bool is_of(const struct shared_istiods *istiods, const char *namespace)
{
    if (!istiods->namespace)
        return istiods->list.asked && !istiods->list.failure;
    return text_equal(istiods->namespace, namespace);
}

static bool satisfies(const struct shared_istiods *istiods, const struct shared_want *want)
{
    static const struct pair usual = { "app", "istiod" };

    if (!is_of(istiods, want->namespace))
        return false;
    if (!want->all || (istiods->namespace && !istiods->labelled))
        return true;
    return !istiods->labelled
           && (has_labels(&(struct shared_labels){ &usual, 1 }, want->labels, want->label_count)
               || knows_labels(istiods->shared, istiods->label_sets, want->labels,
                               want->label_count));
}

const struct shared_istiods *shared_read_istiods(const struct shared_want *want)
{
    for (size_t i = 0; i < want->shared->istiod_count; i++)
        if (satisfies(want->shared->istiods[i], want))
            return want->shared->istiods[i];
    return NULL;
}

const struct shared_istiods *shared_read_deployments(const struct shared_read *shared,
                                                     const char *namespace)
{
    for (size_t i = 0; i < shared->istiod_count; i++) {
        const struct shared_istiods *istiods = shared->istiods[i];

        if (istiods->namespace && !istiods->labelled && istiods->list.asked
            && text_equal(istiods->namespace, namespace))
            return istiods;
    }
    return NULL;
}

bool shared_istiods_in(const struct shared_istiods *istiods, size_t item, const char *namespace)
{
    return istiods->namespace
           || text_equal(node_get(istiods->items[item], "metadata", "namespace", NULL), namespace);
}

/* --- MeshConfigs --- */

struct shared_config *shared_config_begin(struct shared_read *shared, const char *namespace,
                                          const char *name)
{
    struct shared_config *config = ARENA_NEW(shared->arena, struct shared_config, 1);

    *config = (struct shared_config){ .shared = shared,
                                      .namespace = arena_text(shared->arena, namespace),
                                      .name = arena_text(shared->arena, name) };
    *ARENA_PUSH(shared->arena, shared->configs, shared->config_count) = config;
    return config;
}

void shared_config_take(struct shared_config *config, const struct node *config_map)
{
    AUTO(arena_free) struct arena *scratch = arena_new();

    config->says = (struct istiod_facts){ 0 };
    if (config_map)
        istiod_read_mesh_config(&config->says, config_map, scratch, config->shared->arena);
}

const struct shared_config *shared_read_config(const struct shared_read *shared,
                                               const char *namespace, const char *name)
{
    for (size_t i = 0; i < shared->config_count; i++) {
        const struct shared_config *config = shared->configs[i];

        if (config->list.asked && !config->list.failure && text_equal(config->namespace, namespace)
            && text_equal(config->name, name))
            return config;
    }
    return NULL;
}

/* --- roots --- */

static struct shared_roots *find_roots(const struct shared_read *shared,
                                       const struct root_source *source)
{
    for (size_t i = 0; i < shared->root_count; i++)
        if (root_source_equal(&shared->roots[i]->source, source))
            return shared->roots[i];
    return NULL;
}

const struct shared_roots *shared_read_roots(const struct shared_read *shared,
                                             const struct root_source *source)
{
    return find_roots(shared, source);
}

static void forget_roots(struct shared_roots *roots)
{
    roots->seen = roots->bundle_count = roots->namespace_count = 0;
}

/* Found already, or new. */
static struct shared_roots *roots_of(struct shared_read *shared, const struct root_source *source)
{
    struct shared_roots *roots = find_roots(shared, source);

    if (roots)
        return roots;
    roots = ARENA_NEW(shared->arena, struct shared_roots, 1);
    *roots = (struct shared_roots){ .shared = shared,
                                    .source = { arena_text(shared->arena, source->name),
                                                source->trust_bundle } };
    *ARENA_PUSH(shared->arena, shared->roots, shared->root_count) = roots;
    return roots;
}

/* As messages name it; NULL: the usual ConfigMap. */
static const char *label_of(const struct root_source *source, struct arena *arena)
{
    if (root_source_equal(source, &root_source_usual))
        return NULL;
    return source->trust_bundle ? root_source_text(source, arena) : source->name;
}

static void take_root(void *context, const struct node *object)
{
    struct shared_roots *roots = context;
    const struct root_source *source = &roots->source;
    struct arena *arena = roots->shared->arena;
    const char *namespace;
    size_t bundle;

    if (!object) {
        forget_roots(roots);
        return;
    }
    namespace = source->trust_bundle ? "" : node_get(object, "metadata", "namespace", NULL);
    bundle = root_bundle_add(&roots->bundles, &roots->bundle_count, root_source_pem(source, object),
                             namespace, label_of(source, arena), arena);
    roots->seen++;
    if (namespace && roots->by_namespace)
        *ARENA_PUSH(arena, roots->namespaces, roots->namespace_count) =
            (struct shared_namespace){ arena_text(arena, namespace), bundle };
}

/* --- requests --- */

static void take_deployment(void *context, const struct node *deployment)
{
    shared_istiods_take(context, deployment);
}

struct asking {
    struct kube_list_reader *readers;
    struct shared_list **lists;      /* parallel */
    struct arena **arenas;           /* parallel: where what is read stays */
    struct shared_istiods **istiods; /* parallel; NULL: the list is of roots */
    struct shared_roots **roots;     /* parallel; NULL: it is of istiods */
    size_t count;
    struct arena *scratch;
};

static void ask_roots(struct asking *asking, const struct shared_want *want)
{
    struct shared_roots *roots = roots_of(want->shared, want->roots);
    struct kube_list_reader *reader = &asking->readers[asking->count];

    if (roots->list.asked && (!want->all || roots->by_namespace))
        return;
    forget_roots(roots);
    roots->by_namespace = want->all;
    roots->list.asked = true;
    root_source_begin(reader, &roots->source, want->kube, false, asking->scratch);
    reader->each = take_root;
    reader->context = roots;
    asking->arenas[asking->count] = want->shared->arena;
    asking->roots[asking->count] = roots;
    asking->lists[asking->count++] = &roots->list;
}

static void ask_istiods(struct asking *asking, const struct shared_want *want)
{
    struct kube_list_reader *reader = &asking->readers[asking->count];
    struct shared_istiods *istiods = shared_istiods_begin(want->shared, want->namespace);

    istiods->labelled = !want->all;
    objects_list_begin(reader, want->kube, "Deployment",
                       arena_printf(asking->scratch, "/apis/apps/v1/namespaces/%s/deployments%s",
                                    http_url_escape(want->namespace, asking->scratch),
                                    want->all ? "" : "?labelSelector=app%3Distiod"),
                       asking->scratch);
    reader->each = take_deployment;
    reader->context = istiods;
    asking->istiods[asking->count] = istiods;
    asking->lists[asking->count++] = &istiods->list;
}

/* Where the server does not know ClusterTrustBundles as v1. */
static void ask_for_beta(struct asking *asking)
{
    struct kube_list_reader *again =
        ARENA_NEW(asking->scratch, struct kube_list_reader, asking->count);
    size_t *at = ARENA_NEW(asking->scratch, size_t, asking->count), count = 0;

    for (size_t i = 0; i < asking->count; i++) {
        const struct kube_call *call = &asking->readers[i].call;
        struct shared_roots *roots = asking->roots[i];

        if (!roots || !roots->source.trust_bundle || call->err.kind != ERR_NONE
            || call->answer.status != 404)
            continue;
        root_source_begin(&again[count], &roots->source, call->kube, true, asking->scratch);
        again[count].each = take_root;
        again[count].context = roots;
        at[count++] = i;
    }
    objects_list_all(again, count, asking->scratch);
    for (size_t i = 0; i < count; i++)
        asking->readers[at[i]] = again[i];
}

void shared_read_fetch(const struct shared_want *wants, size_t count)
{
    AUTO(arena_free) struct arena *scratch = arena_new();
    struct asking asking = { ARENA_NEW(scratch, struct kube_list_reader, 2 * count),
                             ARENA_NEW(scratch, struct shared_list *, 2 * count),
                             ARENA_NEW(scratch, struct arena *, 2 * count),
                             ARENA_NEW(scratch, struct shared_istiods *, 2 * count),
                             ARENA_NEW(scratch, struct shared_roots *, 2 * count),
                             0,
                             scratch };

    for (size_t i = 0; i < count; i++) {
        if (wants[i].roots)
            ask_roots(&asking, &wants[i]);
        if (wants[i].namespace && !shared_read_istiods(&wants[i]))
            ask_istiods(&asking, &wants[i]);
    }
    objects_list_all(asking.readers, asking.count, scratch);
    ask_for_beta(&asking);
    for (size_t i = 0; i < asking.count; i++) {
        struct err err;
        struct kube_list empty;
        bool failed = objects_list_end(&empty, &asking.readers[i], &err) < 0;
        const struct err *failure = failed ? &err : NULL;

        if (asking.istiods[i])
            shared_istiods_end(asking.istiods[i], failure, asking.readers[i].at);
        else
            shared_list_end(asking.lists[i], failure, asking.readers[i].at, asking.arenas[i]);
    }
}
