/* app/pass/observe.c - asks GitOps tools, clusters and their istiods what they hold, all at once;
 * rotation/observation.c judges.  Reads only, and a cluster that does not answer never stops a
 * pass.
 *
 * An observation may open a gate, so what was not read is unknown: a timeout, a missing right or a
 * list that broke off never counts as an old or a new bundle.  What a GitOps tool applied is
 * compared by the contents of the delivered file at that commit, for commits are rebased and
 * followed by others.  All servers are asked at once, because one that does not answer would
 * otherwise delay every other answer beyond the lease. */
#include "app/pass/observe.h"
#include "app/pass/output_place.h"
#include "base/clock.h"
#include "base/map.h"
#include "k8s-job/messages.h"
#include "k8s-job/observe/cluster.h"
#include "k8s-job/observe/gitops.h"
#include "k8s-job/observe/tls_probe.h"
#include "pki/cacerts_owner.h"
#include "pki/desired.h"
#include "state/anchor.h"
#include "sync/fetch.h"
#include "sync/snapshot.h"
#include <string.h>

struct watch {
    struct session *session;
    const struct inputs *inputs;
    struct observed *observed;
    const struct plan *plan;
    struct map *snapshots; /* by commit: of the output branch, as clusters have applied them */
    struct observation *formers; /* of what is published, in the order of the observations, by what
                                    the same answers show of it; .mesh NULL: no step waits there */
};

static void add_ours(struct observation *observation, const struct session *session)
{
    const struct ledger_rotation *row =
        ledger_find_rotation(&session->ledger, observation->virtual_mesh);

    observation->deployed = "";
    for (const struct ledger_root *root = session->ledger.roots; root; root = root->next) {
        const char *anchor;

        if (strcmp(root->virtual_mesh, observation->virtual_mesh) != 0 || root->state == KEY_RETIRED
            || root->state == KEY_DESTROYED)
            continue; /* a cluster that trusts it trusts a foreign root */
        anchor = anchor_id(root, session->arena);
        *ARENA_PUSH(session->arena, observation->ours, observation->our_count) = anchor;
        if ((row && text_equal(row->deployed_root, root->id)) || !*observation->deployed)
            observation->deployed = anchor;
    }
}

static void add_observation(const struct session *session, struct observed *observed,
                            const struct trust_request *request, const struct mesh_identity *mesh)
{
    struct observation *observation =
        ARENA_PUSH(session->arena, observed->observations, observed->count);

    *observation =
        (struct observation){ .virtual_mesh = request->name,
                              .mesh = mesh->key,
                              .cluster = mesh->cluster,
                              .namespace = mesh->namespace,
                              .path = session_trust_path(session, mesh, session->arena) };
    desired_trust(&observation->wanted, &session->ledger, request->name, mesh->key, session->arena);
    add_ours(observation, session);
}

static void list_observations(struct observed *observed, const struct session *session,
                              const struct plan *plan)
{
    for (size_t i = 0; i < plan->virtual_mesh_count; i++) {
        const struct trust_request *request = plan->virtual_meshes[i].trust;

        for (size_t k = 0; request && k < request->mesh_count; k++)
            if (cacerts_owner_primary(request, &request->meshes[k]) == &request->meshes[k])
                add_observation(session, observed, request, &request->meshes[k]);
    }
}

/* Where a step waits to be published, clusters are to have what is published. */
static void list_formers(struct watch *watch, struct arena *arena)
{
    watch->formers = ARENA_NEW(arena, struct observation, watch->observed->count);
    for (size_t i = 0; i < watch->observed->count; i++) {
        struct observation *former = &watch->formers[i];

        *former = watch->observed->observations[i];
        desired_former(&former->wanted, &watch->session->ledger, former->virtual_mesh, former->mesh,
                       arena);
        former->mesh = text_empty(former->wanted.intermediate) ? NULL : former->mesh;
    }
}

static struct observation *former_of(const struct watch *watch, const struct observation *of)
{
    struct observation *former = &watch->formers[of - watch->observed->observations];

    return former->mesh ? former : NULL;
}

/* --- GitOps tools --- */

static struct snapshot *snapshot_at(struct watch *watch, const char *revision)
{
    struct snapshot *snapshot = map_find(watch->snapshots, revision);
    struct err err;

    if (snapshot || !clone_has(watch->inputs->output_clone, revision)
        || snapshot_open(&snapshot, watch->inputs->output_clone, revision, &err) < 0)
        return snapshot;
    map_put(watch->snapshots, revision, snapshot);
    *ARENA_PUSH(watch->session->arena, watch->observed->applied, watch->observed->applied_count) =
        snapshot;
    return snapshot;
}

/* Contents decide, not ancestry: a commit that is rebased, or followed by others, still holds the
 * same file. */
static bool holds(struct watch *watch, const char *revision, const struct observation *observation)
{
    struct session *session = watch->session;
    const struct ledger_delivery *delivery =
        ledger_find_delivery(&session->ledger, observation->path);
    struct snapshot *snapshot = *revision ? snapshot_at(watch, revision) : NULL;
    struct tree_reader reader;
    struct err err;
    char *bytes;
    size_t len;

    if (!snapshot || !delivery
        || !desired_material_fits(&session->ledger, observation->virtual_mesh, observation->mesh,
                                  delivery->mark, session->arena))
        return false; /* the branch has no delivery of what could not be sealed */
    reader = snapshot_reader(snapshot, session->config->output.path, session->arena);
    return reader.read(reader.context, observation->path, &bytes, &len, session->arena, &err) == 0
           && bytes && strcmp(bytes, delivery->content) == 0;
}

/* The same file as on the output branch now. */
static bool holds_published(struct watch *watch, const char *revision,
                            const struct observation *observation)
{
    struct session *session = watch->session;
    struct snapshot *snapshot = *revision ? snapshot_at(watch, revision) : NULL;
    struct tree_reader tip = inputs_tip(watch->inputs, session), then;
    char *now = NULL, *was = NULL;
    struct err err;
    size_t len;

    if (!snapshot)
        return false;
    then = snapshot_reader(snapshot, session->config->output.path, session->arena);
    return tip.read(tip.context, observation->path, &now, &len, session->arena, &err) == 0
           && then.read(then.context, observation->path, &was, &len, session->arena, &err) == 0
           && now && text_equal(now, was);
}

static void fill_applied(struct watch *watch, struct observation *observation,
                         const struct applied_list *list,
                         bool (*has)(struct watch *watch, const char *revision,
                                     const struct observation *observation))
{
    struct arena *arena = watch->session->arena;
    const struct applied **objects = ARENA_NEW(arena, const struct applied *, list->count);
    bool *held = ARENA_NEW(arena, bool, list->count);
    size_t count = 0;

    for (size_t i = 0; i < list->count; i++) {
        const struct applied *applied = &list->items[i];

        if (!observation_covers(observation, applied))
            continue;
        objects[count] = applied;
        held[count++] = applied->settled && has(watch, applied->revision, observation);
    }
    observation_set_applied(observation, objects, held, count, arena);
}

/* A GitOps tool applies its cacerts, and can say so; it never sees what weft writes itself. */
static bool is_applied(const struct session *session, const struct observation *observation)
{
    return !config_delivery(session->config, observation->cluster)->writes;
}

static int ask_gitops(struct watch *watch, struct err *err)
{
    struct session *session = watch->session;
    struct observed *observed = watch->observed;
    const struct output_place place = output_place_of(session);
    struct applied_list list;
    struct kube *kube;

    if (servers_management(&kube, &session->servers, err) < 0
        || gitops_read(&list, kube, &place, session->arena, err) < 0)
        return -1;
    for (size_t i = 0; i < observed->count; i++) {
        struct observation *former = former_of(watch, &observed->observations[i]);

        if (!is_applied(session, &observed->observations[i]))
            continue;
        fill_applied(watch, &observed->observations[i], &list, holds);
        if (former)
            fill_applied(watch, former, &list, holds_published);
    }
    return 0;
}

static bool any_applied(const struct session *session, const struct observed *observed)
{
    for (size_t i = 0; i < observed->count; i++)
        if (is_applied(session, &observed->observations[i]))
            return true;
    return false;
}

static void watch_gitops(struct watch *watch)
{
    struct session *session = watch->session;
    struct observed *observed = watch->observed;
    struct err err;

    if (!session->config->management.gitops || !any_applied(session, observed)
        || ask_gitops(watch, &err) == 0)
        return;
    progress_warn(session->progress, K20_GITOPS_UNKNOWN, err.text);
    for (size_t i = 0; i < observed->count; i++)
        if (is_applied(session, &observed->observations[i]))
            observed->observations[i].shown[SOURCE_APPLIED] =
                watch->formers[i].shown[SOURCE_APPLIED] =
                    (struct observed_value){ SEEN_UNKNOWN, arena_text(session->arena, err.text) };
}

/* --- clusters --- */

static bool delivered(const struct session *session, const struct observation *observation)
{
    return ledger_active_intermediate(&session->ledger, observation->virtual_mesh,
                                      observation->mesh)
           != NULL;
}

static void fill_cluster(struct observation *observation, const struct session *session,
                         const struct cluster_facts *facts)
{
    const struct observed_cluster cluster = { .known = facts->known,
                                              .why = facts->why,
                                              .refused = facts->refused,
                                              .bundles = facts->bundles,
                                              .bundle_count = facts->bundle_count,
                                              .istiod = facts->istiod,
                                              .at = facts->at,
                                              .delivered = delivered(session, observation) };

    observation_set_cluster(observation, &cluster, session->arena);
}

/* Whether pass_restart will look at the cluster. */
static bool wants_restarts(const struct plan *plan, const char *virtual_mesh)
{
    for (size_t i = 0; i < plan->virtual_mesh_count; i++) {
        const struct planned_virtual_mesh *mesh = &plan->virtual_meshes[i];

        if (mesh->trust && mesh->virtual_mesh && text_equal(mesh->trust->name, virtual_mesh))
            return mesh->virtual_mesh->mtls.auto_restart_pods;
    }
    return false;
}

static void watch_clusters(struct watch *watch)
{
    struct session *session = watch->session;
    struct observed *observed = watch->observed;
    struct cluster_facts *facts = ARENA_NEW(session->arena, struct cluster_facts, observed->count);
    struct observation **owners = ARENA_NEW(session->arena, struct observation *, observed->count);
    size_t count = 0;

    for (size_t i = 0; i < observed->count; i++) {
        struct observation *observation = &observed->observations[i];
        const char *why;
        struct kube *kube =
            servers_cluster(&session->servers, observation->cluster, &why, session->arena);

        observation->watched = kube || *why;
        if (*why)
            observation->shown[SOURCE_ROOTS] = watch->formers[i].shown[SOURCE_ROOTS] =
                (struct observed_value){ SEEN_UNKNOWN, why };
        if (!kube)
            continue;
        owners[count] = observation;
        facts[count++] = (struct cluster_facts){
            .kube = kube,
            .cluster = observation->cluster,
            .namespace = observation->namespace,
            .shared = servers_shared(&session->servers, observation->cluster, session->arena),
            .restarts = !session->dry && wants_restarts(watch->plan, observation->virtual_mesh),
        };
    }
    cluster_read(facts, count, session->arena);
    for (size_t i = 0; i < count; i++) {
        struct observation *former = former_of(watch, owners[i]);

        fill_cluster(owners[i], session, &facts[i]);
        if (former)
            fill_cluster(former, session, &facts[i]);
    }
}

/* --- istiods --- */

/* The wanted intermediate, or a former one under the same root: a renewal changes nothing that a
 * gate waits for. */
static bool signs_as_wanted(const struct session *session, const struct observation *observation,
                            const struct hello *hello)
{
    const struct ledger_intermediate *now =
        ledger_find_intermediate(&session->ledger, observation->wanted.intermediate);

    for (const struct ledger_intermediate *row = session->ledger.intermediates; now && row;
         row = row->next)
        if (strcmp(row->virtual_mesh, now->virtual_mesh) == 0 && strcmp(row->mesh, now->mesh) == 0
            && strcmp(row->root, now->root) == 0 && tls_probe_shows(hello, row->id))
            return true;
    return false;
}

static void fill_signer(struct observation *observation, const struct session *session,
                        const struct hello *hello)
{
    const struct observed_signer signer = {
        .known = hello->known,
        .why = hello->why,
        .address = hello->address,
        .wanted = hello->known && signs_as_wanted(session, observation, hello),
    };

    observation_set_signer(observation, &signer, session->arena);
}

/* Roots that istiod's own certificate may end in: while a step waits, those of both. */
static const char *roots_of(const struct observation *observation, const struct observation *former)
{
    return former && former->wanted.root_count > observation->wanted.root_count
               ? former->wanted.bundle
               : observation->wanted.bundle;
}

static int watch_istiods(struct watch *watch, struct err *err)
{
    struct session *session = watch->session;
    struct observed *observed = watch->observed;
    struct hello *hellos = ARENA_NEW(session->arena, struct hello, observed->count);
    struct observation **owners = ARENA_NEW(session->arena, struct observation *, observed->count);
    struct http *http;
    size_t count = 0;

    for (size_t i = 0; i < observed->count; i++) {
        struct observation *observation = &observed->observations[i];
        const struct config_cluster *cluster =
            config_cluster(session->config, observation->cluster);

        if (!cluster || !cluster->istiod || text_empty(observation->wanted.intermediate))
            continue;
        owners[count] = observation;
        hellos[count++] =
            (struct hello){ .address = cluster->istiod,
                            .server_name = arena_printf(session->arena, "istiod.%s.svc",
                                                        observation->namespace),
                            .roots_pem = roots_of(observation, former_of(watch, observation)) };
    }
    if (count && servers_http(&http, &session->servers, err) < 0)
        return -1;
    if (count)
        tls_probe_all(http, hellos, count, session->arena);
    for (size_t i = 0; i < count; i++) {
        struct observation *former = former_of(watch, owners[i]);

        fill_signer(owners[i], session, &hellos[i]);
        if (former)
            fill_signer(former, session, &hellos[i]);
    }
    return 0;
}

static void warn_source(const struct session *session, const char *cluster,
                        enum evidence_source source, const char *why)
{
    switch (source) {
    case SOURCE_ROOTS:
        progress_warn(session->progress, K21_CLUSTER_UNKNOWN, cluster, why);
        break;
    case SOURCE_SIGNER:
        progress_warn(session->progress, K22_ISTIOD_UNKNOWN, cluster, why);
        break;
    case SOURCE_APPLIED: /* K20 says it once, not for each cluster */
    case SOURCE_COUNT:
        break;
    }
}

static void warn_unknown(const struct session *session, const struct observation *observation)
{
    for (int i = 0; i < SOURCE_COUNT; i++) {
        const struct observed_value *shown = &observation->shown[i];

        if (shown->seen == SEEN_UNKNOWN)
            warn_source(session, observation->cluster, (enum evidence_source)i, shown->text);
    }
}

static void weigh_formers(struct observed *out, const struct watch *watch)
{
    out->former = ARENA_NEW(watch->session->arena, struct evidence, out->count);
    for (size_t i = 0; i < out->count; i++)
        if (watch->formers[i].mesh)
            out->former[out->former_count++] = observation_weigh(&watch->formers[i]);
}

static struct evidence_policy make_policy(const struct session *session,
                                          const struct observed *observed)
{
    const char *cluster;
    const struct evidence_policy policy = observation_policy(
        &session->config->evidence, observed->observations, observed->count, &cluster);

    if (cluster)
        progress_warn(session->progress, K23_LEAVES_LIVE_LONGER, cluster,
                      clock_duration_text(policy.leaf_ttl, session->arena));
    return policy;
}

/* Before the stages that follow change records in memory.  Of each mesh this looks through the
 * certificates of the ledger, so only the command that shows it asks for it. */
static void find_loadings(struct observed *out, const struct session *session)
{
    out->loadings = ARENA_NEW(session->arena, struct loading, out->count);
    for (size_t i = 0; i < out->count; i++)
        out->loadings[i] = loading_of(&session->ledger, &out->observations[i], &out->policy,
                                      session->options->now);
}

void pass_observe(struct observed *out, struct session *session, const struct inputs *inputs,
                  const struct plan *plan)
{
    struct watch watch = { session, inputs, out, plan, map_new(session->arena), NULL };
    struct err err;

    out->policy = session->config->evidence;
    list_observations(out, session, plan);
    if (!out->count)
        return;
    list_formers(&watch, session->arena);
    watch_gitops(&watch);
    watch_clusters(&watch);
    servers_note_unreachable(&session->servers);
    if (watch_istiods(&watch, &err) < 0)
        progress_warn(session->progress, K24_ISTIODS_NOT_ASKED, err.text);
    /* The table of weft evidence shows them. */
    for (size_t i = 0; i < out->count && !session->options->command->shows_evidence; i++)
        warn_unknown(session, &out->observations[i]);
    out->evidence = ARENA_NEW(session->arena, struct evidence, out->count);
    for (size_t i = 0; i < out->count; i++)
        out->evidence[i] = observation_weigh(&out->observations[i]);
    weigh_formers(out, &watch);
    out->policy = make_policy(session, out);
    if (session->options->workloads)
        find_loadings(out, session);
}

void pass_observe_close(struct observed *observed)
{
    for (size_t i = 0; i < observed->applied_count; i++)
        snapshot_close(observed->applied[i]);
    observed->applied_count = 0;
}
