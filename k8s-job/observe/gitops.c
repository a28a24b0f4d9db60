/* k8s-job/observe/gitops.c - reads Applications and Kustomizations.  Unknown is not settled. */
#include "k8s-job/observe/gitops.h"

#include "base/clock.h"
#include "base/url.h"
#include "k8s-job/client/objects.h"

#include <string.h>

/* path without "./", "/" at the ends, and prefix; NULL when it does not lie below it. */
static const char *below(const char *path, const char *prefix, struct arena *arena)
{
    size_t len;

    while (text_starts(path, "./") || *path == '/')
        path += *path == '/' ? 1 : 2;
    len = strlen(prefix);
    if (len && (strncmp(path, prefix, len) != 0 || path[len] != '/'))
        return NULL;
    path += len + (len != 0);
    for (len = strlen(path); len && path[len - 1] == '/';)
        len--;
    return arena_bytes(arena, path, len);
}

/* Fills cluster and folder from a path of the branch; false: it is none of ours. */
static bool place_folder(struct applied *out, const char *path, const struct output_place *place,
                         struct arena *arena)
{
    const char *rest = path ? below(path, place->path, arena) : NULL, *slash;

    if (!rest || !text_starts(rest, "clusters/") || !rest[9])
        return false;
    rest += 9;
    slash = strchr(rest, '/');
    out->cluster = slash ? arena_bytes(arena, rest, (size_t)(slash - rest)) : rest;
    out->folder = slash ? slash + 1 : "";
    return true;
}

static const char *text_or(const char *text, const char *fallback)
{
    return text ? text : fallback;
}

static const char *object_name(const char *kind, const struct node *object, struct arena *arena)
{
    return arena_printf(arena, "%s %s/%s", kind,
                        text_or(node_get(object, "metadata", "namespace", NULL), "?"),
                        text_or(node_get(object, "metadata", "name", NULL), "?"));
}

/* "" when the Application is at rest (docs/architecture.md), else what it waits for. */
static const char *argo_waits(const struct node *application, struct arena *arena)
{
    const char *sync = text_or(node_get(application, "status", "sync", "status", NULL), "Unknown");
    const char *phase = node_get(application, "status", "operationState", "phase", NULL);
    const char *health =
        text_or(node_get(application, "status", "health", "status", NULL), "Unknown");

    if (node_find(application, "operation"))
        return "a sync is queued";
    if (strcmp(sync, "Synced") != 0)
        return arena_printf(arena, "its sync status is %s", sync);
    if (phase && strcmp(phase, "Succeeded") != 0)
        return arena_printf(arena, "its last sync is %s", phase);
    if (strcmp(health, "Healthy") != 0)
        return arena_printf(arena, "its health is %s", health);
    return "";
}

static bool same_field(const struct node *a, const struct node *b, const char *key)
{
    return text_equal(text_or(node_get(a, key, NULL), ""), text_or(node_get(b, key, NULL), ""));
}

static bool same_source(const struct node *a, const struct node *b)
{
    return same_field(a, b, "repoURL") && same_field(a, b, "path")
           && same_field(a, b, "targetRevision");
}

static bool same_sources(const struct node *a, const struct node *b)
{
    const struct node *x = a->first, *y = b && b->kind == NODE_LIST ? b->first : NULL;

    while (x && y && same_source(x, y)) {
        x = x->next;
        y = y->next;
    }
    return !x && !y;
}

/* A destination names its cluster by name or by server, so only fields that both have are compared.
 */
static bool same_destination(const struct node *a, const struct node *b)
{
    static const char *const keys[] = { "server", "name" };

    for (size_t i = 0; i < LENGTH(keys); i++)
        if (node_get(a, keys[i], NULL) && node_get(b, keys[i], NULL) && !same_field(a, b, keys[i]))
            return false;
    return true;
}

/* Status and revision are about comparedTo, which is what spec was when Argo CD last looked. */
static bool argo_compared(const struct node *application)
{
    const struct node *spec = node_find(application, "spec"), *sources = node_find(spec, "sources");
    const struct node *was =
        node_find(node_find(node_find(application, "status"), "sync"), "comparedTo");

    if (!was || !same_destination(node_find(spec, "destination"), node_find(was, "destination")))
        return false;
    return sources && sources->kind == NODE_LIST
               ? same_sources(sources, node_find(was, "sources"))
               : same_source(node_find(spec, "source"), node_find(was, "source"));
}

/* A branch that has the folder of one cluster alone, at the same path. */
static bool is_branch_of_cluster(const char *target, const struct output_place *place,
                                 const char *cluster, struct arena *arena)
{
    return place->cluster_before
           && text_equal(target, arena_printf(arena, "%s%s%s", place->cluster_before, cluster,
                                              place->cluster_after));
}

static const char *short_branch(const char *target)
{
    return text_starts(target, "refs/heads/") ? target + strlen("refs/heads/") : target;
}

static bool same_branch(const char *target, const struct output_place *place, const char *cluster,
                        struct arena *arena)
{
    if (text_empty(target)
        || strcmp(target, "HEAD") == 0) /* the default branch, which may be ours */
        return true;
    return strcmp(short_branch(target), place->branch) == 0
           || is_branch_of_cluster(short_branch(target), place, cluster, arena);
}

/* Whether the trust of the cluster is among what a source reads: without recurse it reads no folder
 * below its path, and what include and exclude leave out is not known. */
static bool reads_trust(const struct node *source, const char *folder)
{
    const struct node *directory = node_find(source, "directory");

    if (!text_empty(node_get(directory, "include", NULL))
        || !text_empty(node_get(directory, "exclude", NULL)))
        return false;
    return *folder || text_equal(node_get(directory, "recurse", NULL), "true");
}

static void argo_source(struct applied_list *out, const struct node *application,
                        const struct node *source, const char *revision,
                        const struct output_place *place, struct arena *arena)
{
    const char *url = node_get(source, "repoURL", NULL);
    const char *at = node_get(application, "status", "reconciledAt", NULL);
    struct applied applied = { .tool = "Argo CD", .revision = text_or(revision, "") };

    if (!url || !url_same_text(url, place->url, arena)
        || !place_folder(&applied, node_get(source, "path", NULL), place, arena)
        || !same_branch(node_get(source, "targetRevision", NULL), place, applied.cluster, arena)
        || !reads_trust(source, applied.folder))
        return;
    applied.object = object_name("Application", application, arena);
    applied.why = argo_waits(application, arena);
    if (!*applied.why && !*applied.revision)
        applied.why = "it does not say which revision it compared";
    applied.unknown = !*applied.why && !argo_compared(application);
    if (applied.unknown)
        applied.why = "what it says is not about the source that it has now";
    applied.settled = !*applied.why;
    if (!at || !clock_parse(at, &applied.at))
        applied.at = 0;
    *ARENA_PUSH(arena, out->items, out->count) = applied;
}

void gitops_argo(struct applied_list *out, const struct node *application,
                 const struct output_place *place, struct arena *arena)
{
    const struct node *spec = node_find(application, "spec"), *sources = node_find(spec, "sources");
    const struct node *sync = node_find(node_find(application, "status"), "sync");
    const struct node *revisions = node_find(sync, "revisions");
    const struct node *revision =
        revisions && revisions->kind == NODE_LIST ? revisions->first : NULL;

    if (!sources || sources->kind != NODE_LIST) {
        argo_source(out, application, node_find(spec, "source"), node_get(sync, "revision", NULL),
                    place, arena);
        return;
    }
    for (const struct node *source = sources->first; source; source = source->next) {
        argo_source(out, application, source, node_text(revision), place, arena);
        revision = revision ? revision->next : NULL;
    }
}

static const struct node *ready_condition(const struct node *object)
{
    const struct node *list = node_find(node_find(object, "status"), "conditions");
    const struct node *item = list && list->kind == NODE_LIST ? list->first : NULL;

    while (item && !text_equal(node_get(item, "type", NULL), "Ready"))
        item = item->next;
    return item;
}

/* Flux says Progressing for seconds after each commit, whatever it changes, and every interval. */
static bool flux_works(const struct node *kustomization, const struct node *ready)
{
    return text_equal(node_get(ready, "status", NULL), "Unknown")
           && text_equal(node_get(ready, "reason", NULL), "Progressing")
           && !text_empty(node_get(kustomization, "status", "lastAppliedRevision", NULL));
}

/* It may have applied a part of another revision than the last whole one.  It names that revision
 * before it applies anything of it, and until then, as when it applies the same one again, the
 * last one stays applied. */
static bool flux_between(const struct node *kustomization, const struct node *ready)
{
    return flux_works(kustomization, ready)
           && !text_equal(node_get(kustomization, "status", "lastAttemptedRevision", NULL),
                          node_get(kustomization, "status", "lastAppliedRevision", NULL));
}

/* "" when the Kustomization is at rest (docs/architecture.md), else what it waits for. */
static const char *flux_waits(const struct node *kustomization, struct arena *arena)
{
    const struct node *ready = ready_condition(kustomization);
    const char *generation = node_get(kustomization, "metadata", "generation", NULL);

    if (text_equal(node_get(kustomization, "spec", "suspend", NULL), "true"))
        return "it is suspended";
    if (!text_equal(node_get(kustomization, "status", "observedGeneration", NULL), generation))
        return "its newest spec is not processed yet";
    if (!ready)
        return "it has no condition Ready";
    if (!text_equal(node_get(ready, "status", NULL), "True") && !flux_works(kustomization, ready))
        return arena_printf(arena, "Ready is %s (%s)",
                            text_or(node_get(ready, "status", NULL), "?"),
                            text_or(node_get(ready, "reason", NULL), "?"));
    return "";
}

/* "main@sha1:<hex>": what comes after the last colon. */
static const char *flux_revision(const struct node *kustomization)
{
    const char *revision = node_get(kustomization, "status", "lastAppliedRevision", NULL);
    const char *colon = revision ? strrchr(revision, ':') : NULL;

    return colon ? colon + 1 : "";
}

/* All but whose files it applies, and of which commit. */
static void add_flux(struct applied_list *out, const struct applied *whose,
                     const struct node *kustomization, struct arena *arena)
{
    const struct node *ready = ready_condition(kustomization);
    const char *at = node_get(ready, "lastTransitionTime", NULL);
    struct applied applied = *whose;

    applied.tool = "Flux";
    applied.object = object_name("Kustomization", kustomization, arena);
    applied.why = flux_waits(kustomization, arena);
    if (!*applied.why && !*applied.revision)
        applied.why = "it has applied no revision yet";
    applied.unknown = !*applied.why && flux_between(kustomization, ready);
    if (applied.unknown)
        applied.why = "it is applying another revision";
    applied.settled = !*applied.why;
    if (!at || !clock_parse(at, &applied.at))
        applied.at = 0;
    *ARENA_PUSH(arena, out->items, out->count) = applied;
}

void gitops_flux(struct applied_list *out, const struct node *kustomization,
                 const struct node *repository, const struct output_place *place,
                 struct arena *arena)
{
    const char *url = node_get(repository, "spec", "url", NULL);
    struct applied applied = { .revision = flux_revision(kustomization) };

    if (!url || !url_same_text(url, place->url, arena)
        || !place_folder(&applied, text_or(node_get(kustomization, "spec", "path", NULL), ""),
                         place, arena)
        || !same_branch(node_get(repository, "spec", "ref", "branch", NULL), place, applied.cluster,
                        arena))
        return;
    add_flux(out, &applied, kustomization, arena);
}

/* What it applied last ("latest@sha256:<hex>").  A digest that weft does not know is unknown,
 * and one that two clusters have does not say of which: then NULL, and nothing is known. */
static const struct output_artifact *artifact_of(const struct node *kustomization,
                                                 const struct output_place *place)
{
    const char *revision = node_get(kustomization, "status", "lastAppliedRevision", NULL);
    const char *at = revision ? strrchr(revision, '@') : NULL;
    const struct output_artifact *found = NULL;

    for (size_t i = 0; at && i < place->artifact_count; i++)
        if (text_equal(place->artifacts[i].digest, at + 1)) {
            if (found)
                return NULL;
            found = &place->artifacts[i];
        }
    return found;
}

void gitops_flux_artifact(struct applied_list *out, const struct node *kustomization,
                          const struct output_place *place, struct arena *arena)
{
    const struct node *spec = node_find(kustomization, "spec");
    const struct output_artifact *artifact = artifact_of(kustomization, place);
    const char *path = text_or(node_get(spec, "path", NULL), "");
    struct applied applied = { .folder = strcmp(path, ".") == 0 ? "" : below(path, "", arena) };

    if (!artifact || !text_equal(node_get(spec, "sourceRef", "kind", NULL), "OCIRepository"))
        return;
    applied.cluster = artifact->cluster;
    applied.revision = artifact->commit;
    add_flux(out, &applied, kustomization, arena);
}

/* The GitRepository that a Kustomization takes its files from; NULL: another kind of source, or it
 * is missing. */
static const struct node *source_of(const struct node *kustomization,
                                    const struct kube_list *repositories)
{
    const struct node *spec = node_find(kustomization, "spec");
    const char *name = node_get(spec, "sourceRef", "name", NULL);
    const char *namespace = node_get(spec, "sourceRef", "namespace", NULL);

    if (!text_equal(node_get(spec, "sourceRef", "kind", NULL), "GitRepository"))
        return NULL;
    if (!namespace)
    namespace = node_get(kustomization, "metadata", "namespace", NULL);
    for (size_t i = 0; i < repositories->count; i++) {
        const struct node *repository = repositories->items[i].node;

        if (text_equal(node_get(repository, "metadata", "name", NULL), name)
            && text_equal(node_get(repository, "metadata", "namespace", NULL), namespace))
            return repository;
    }
    return NULL;
}

/* A list of a kind that may not be installed: 404 is an empty one. */
static int read_list(struct kube_list *out, struct kube_list_reader *reader, struct err *err)
{
    *out = (struct kube_list){ 0 };
    if (reader->call.err.kind == ERR_NONE && reader->call.answer.status == 404)
        return 0;
    return objects_list_end(out, reader, err) < 0 ? err_wrap(err, "%s", reader->path) : 0;
}

int gitops_read(struct applied_list *out, struct kube *kube, const struct output_place *place,
                struct arena *arena, struct err *err)
{
    static const struct {
        const char *kind, *path;
    } rows[] = {
        { "Application", "/apis/argoproj.io/v1alpha1/applications" },
        { "GitRepository", "/apis/source.toolkit.fluxcd.io/v1/gitrepositories" },
        { "Kustomization", "/apis/kustomize.toolkit.fluxcd.io/v1/kustomizations" },
    };
    enum { ARGO, REPOSITORIES, KUSTOMIZATIONS, LISTS };
    struct kube_list_reader readers[LISTS];
    struct kube_list lists[LISTS];

    *out = (struct applied_list){ 0 };
    for (size_t i = 0; i < LISTS; i++)
        objects_list_begin(&readers[i], kube, rows[i].kind, rows[i].path, arena);
    objects_list_all(readers, LISTS, arena);
    for (size_t i = 0; i < LISTS; i++)
        if (read_list(&lists[i], &readers[i], err) < 0)
            return -1;
    for (size_t i = 0; i < lists[ARGO].count; i++)
        gitops_argo(out, lists[ARGO].items[i].node, place, arena);
    for (size_t i = 0; i < lists[KUSTOMIZATIONS].count; i++) {
        const struct node *kustomization = lists[KUSTOMIZATIONS].items[i].node;

        gitops_flux(out, kustomization, source_of(kustomization, &lists[REPOSITORIES]), place,
                    arena);
        gitops_flux_artifact(out, kustomization, place, arena);
    }
    return 0;
}
