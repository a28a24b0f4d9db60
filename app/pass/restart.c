/* app/pass/restart.c - restarts of pods after new certificates.  Where autoRestartPods is set weft
 * restarts them, one batch in each pass; elsewhere a warning says what an operator must restart,
 * and when.
 *
 * The stage comes after the push, since pods that restart earlier would load what they have, and
 * its failure never fails a pass, since certificates are delivered by then.  Gateways restart
 * first, in one cluster at a time: they carry the traffic between clusters, and two that are down
 * together may cut off a Service.  What was restarted is stored whatever else failed, or the next
 * pass would restart the same pods again. */
#include "app/pass/restart.h"
#include "app/pass/branch.h"
#include "app/pass/cluster_split.h"
#include "app/pass/merged.h"
#include "app/pass/remark.h"
#include "base/clock.h"
#include "delivery/receipt.h"
#include "k8s-job/messages.h"
#include "k8s-job/restart/advice.h"
#include "k8s-job/restart/step.h"
#include "pki/cacerts_owner.h"
#include "pki/desired.h"
#include "pki/publication.h"
#include "pki/transfer.h"
#include <string.h>

struct restarting {
    struct session *session;
    const struct inputs *inputs;
    const struct specs *specs;
    const struct plan *plan;
    struct findings *remarks;
    const struct observed *observed;
    struct restart_cluster *list;
    struct owner {
        const struct planned_virtual_mesh *planned;
        const struct mesh_identity *mesh;
        bool held; /* by rotation.windows or freeze */
    } * owners;    /* of list */
    size_t count;
};

static const struct observation *observation_of(const struct observed *observed,
                                                const char *virtual_mesh, const char *mesh)
{
    for (size_t i = 0; i < observed->count; i++)
        if (strcmp(observed->observations[i].virtual_mesh, virtual_mesh) == 0
            && strcmp(observed->observations[i].mesh, mesh) == 0)
            return &observed->observations[i];
    return NULL;
}

/* When the material that a mesh is to hold was issued, in seconds since 1970. */
static int64_t issued_at(const struct session *session, const struct ledger_intermediate *row)
{
    const struct ledger_rotation *rotation =
        ledger_find_rotation(&session->ledger, row->virtual_mesh);

    return rotation && rotation->step && rotation->entered > row->created ? rotation->entered
                                                                          : row->created;
}

/* With pull requests it is on its way since the last merge, which may be long after that. */
static int64_t sent_at(const struct session *session, const struct inputs *inputs,
                       const struct ledger_intermediate *row)
{
    const int64_t issued = issued_at(session, row);
    const struct ledger_publication *last = branch_publication(session, inputs);

    return session->config->output.mode == OUTPUT_PULL_REQUEST && last && last->published > issued
               ? last->published
               : issued;
}

/* Time alone proves nothing about what still waits to be merged. */
static bool is_out(struct session *session, const struct inputs *inputs,
                   const struct trust_request *request, const struct mesh_identity *mesh)
{
    return session->config->output.mode == OUTPUT_PUSH
               ? session->dry || cluster_split_has(session, mesh->cluster)
               : merged_has(session, inputs, request->name, mesh->key);
}

static bool is_delivered(struct session *session, const struct inputs *inputs,
                         const struct observed *observed, const struct trust_request *request,
                         const struct mesh_identity *mesh, const char *mark)
{
    const struct ledger_intermediate *row =
        ledger_active_intermediate(&session->ledger, request->name, mesh->key);
    const struct delivery_claims claims = {
        .mark = mark,
        .receipts = config_delivery(session->config, mesh->cluster)->receipt > EVIDENCE_NONE,
        .receipt = receipts_hold(&session->ledger, request->name, mesh, session->arena),
        .issued = row && is_out(session, inputs, request, mesh),
        .since = row ? sent_at(session, inputs, row) : 0,
        .allowance = session->config->evidence.sync_allowance,
    };

    return observation_delivered(observation_of(observed, request->name, mesh->key), &claims,
                                 session->options->now);
}

/* Gateways carry the traffic between clusters, so they restart first, and in one cluster at a time.
 */
static bool is_gateway(const struct workload *workload)
{
    for (size_t i = 0; i < workload->pod_label_count; i++) {
        const struct pair *label = &workload->pod_labels[i];

        if ((strcmp(label->key, "istio") == 0 && text_ends(label->value, "gateway"))
            || strcmp(label->key, "gateway.networking.k8s.io/gateway-name") == 0)
            return true;
    }
    return false;
}

static bool belongs(const struct workload *workload, const struct trust_request *request,
                    const struct mesh_identity *mesh, struct arena *arena)
{
    const char *key = object_ref_key(workload->mesh, arena);

    for (size_t i = 0; i < request->mesh_count; i++)
        if (strcmp(request->meshes[i].key, key) == 0)
            return cacerts_owner_primary(request, &request->meshes[i]) == mesh;
    return false;
}

/* The name of a Workload that discovery made ends with its kind.  For any other name each kind is
 * tried; a kind that does not exist under that name is skipped. */
static void add_workload(struct restart_workload *list, size_t *count,
                         const struct workload *workload)
{
    static const char *const kinds[] = { "Deployment", "StatefulSet", "DaemonSet" };
    const char *kind = restart_kind(workload->meta.name);

    for (size_t i = 0; i < LENGTH(kinds); i++)
        if (!kind || strcmp(kind, kinds[i]) == 0)
            list[(*count)++] =
                (struct restart_workload){ kinds[i], workload->controller.namespace,
                                           workload->controller.name, is_gateway(workload) };
}

static void add_workloads(struct restart_cluster *out, const struct session *session,
                          const struct specs *specs, const struct trust_request *request,
                          const struct mesh_identity *mesh)
{
    AUTO(arena_free) struct arena *scratch = arena_new();
    AUTO(arena_free) struct arena *keys = arena_new();
    const struct workload **mine = NULL;
    struct restart_workload *list;
    size_t count = 0;

    for (size_t i = 0; i < specs->workload_count; i++) {
        if (belongs(&specs->workloads[i], request, mesh, keys))
            *ARENA_PUSH(scratch, mine, count) = &specs->workloads[i];
        arena_reset(keys);
    }
    list = ARENA_NEW(session->arena, struct restart_workload, 3 * count);
    for (size_t i = 0; i < count; i++)
        add_workload(list, &out->workload_count, mine[i]);
    out->workloads = list;
}

/* The labels that the specs give for istiod's pods. */
static void add_labels(struct restart_cluster *out, const struct specs *specs,
                       const struct mesh_identity *mesh)
{
    for (size_t i = 0; i < specs->mesh_count; i++) {
        const struct mesh *spec = &specs->meshes[i];

        if (strcmp(spec->meta.key, mesh->key) == 0) {
            out->istiod_labels = spec->pod_labels;
            out->istiod_label_count = spec->pod_label_count;
        }
    }
}

static void add_records(struct restart_cluster *out, const struct session *session,
                        const struct trust_request *request, const struct mesh_identity *mesh)
{
    struct restart_record *list = NULL;

    for (const struct ledger_restart *row = session->ledger.restarts; row; row = row->next)
        if (!row->gone && strcmp(row->virtual_mesh, request->name) == 0
            && strcmp(row->mesh, mesh->key) == 0)
            *ARENA_PUSH(session->arena, list, out->record_count) =
                (struct restart_record){ row->epoch, row->kind, row->namespace,
                                         row->name,  row->at,   row->settled != 0 };
    out->records = list;
}

/* --- rotation.windows and freeze --- */

static int64_t opens_at(const struct session *session, const struct restart_cluster *cluster)
{
    const struct calendar_subject subject = { cluster->virtual_mesh, &cluster->cluster, 1 };

    return calendar_opens(session->config->evidence.calendar, &subject, session->options->now);
}

static bool has_begun(const struct restart_cluster *cluster)
{
    for (size_t i = 0; i < cluster->record_count; i++)
        if (strcmp(cluster->records[i].epoch, cluster->epoch) == 0)
            return true;
    return false;
}

/* Restarts for new certificates begin in a window; what has begun is finished, and an emergency
 * does not wait. */
static bool hold(struct restarting *r, struct restart_cluster *cluster, struct object_ref ref)
{
    const struct session *session = r->session;
    const int64_t opens = opens_at(session, cluster);

    if (!cluster->delivered || opens == session->options->now || has_begun(cluster)
        || publication_is_immediate(&session->ledger, cluster->virtual_mesh))
        return false;
    cluster->delivered = false; /* nothing is looked at and nothing restarted */
    remark_warning(r->remarks, ref, K30_RESTARTS_WAIT, cluster->cluster,
                   opens == CALENDAR_NEVER ? "the configuration changes"
                                           : clock_text(opens, session->arena));
    return true;
}

static void add_cluster(struct restarting *r, const struct planned_virtual_mesh *planned,
                        const struct mesh_identity *mesh)
{
    struct session *session = r->session;
    const struct observed *observed = r->observed;
    struct restart_cluster *out = &r->list[r->count];
    struct trust_wanted *wanted = ARENA_NEW(session->arena, struct trust_wanted, 1);
    const char *why;
    struct kube *kube = servers_cluster(&session->servers, mesh->cluster, &why, session->arena);

    desired_trust(wanted, &session->ledger, planned->trust->name, mesh->key, session->arena);
    if (!*wanted->mark)
        return;
    if (!kube)
        remark_warning(r->remarks, planned->status.ref, K2_RESTARTS_NO_SERVER, mesh->cluster,
                       *why ? why : K2_NO_SERVER_CONFIGURED);
    if (!kube && !*why)
        return; /* left out of the configuration on purpose; K2 has said so */
    *out = (struct restart_cluster){
        .kube = kube, /* NULL: kept in the list, because its gateways may be rolling out */
        .why = why,
        .cluster = mesh->cluster,
        .virtual_mesh = planned->trust->name,
        .namespace = mesh->namespace,
        .epoch = wanted->mark,
        .delivered = is_delivered(session, r->inputs, observed, planned->trust, mesh, wanted->mark),
        .control_plane = true,
        .roots = wanted->roots,
        .root_count = wanted->root_count,
        .shared = servers_shared(&session->servers, mesh->cluster, session->arena),
        .now = session->options->now,
    };
    add_labels(out, r->specs, mesh);
    add_workloads(out, session, r->specs, planned->trust, mesh);
    add_records(out, session, planned->trust, mesh);
    r->owners[r->count++] = (struct owner){ planned, mesh, hold(r, out, planned->status.ref) };
}

static bool asks_for_restarts(const struct planned_virtual_mesh *planned)
{
    return planned->trust && planned->virtual_mesh && planned->virtual_mesh->mtls.auto_restart_pods;
}

static void list_clusters(struct restarting *r)
{
    struct session *session = r->session;
    size_t most = 0;

    for (size_t i = 0; i < r->plan->virtual_mesh_count; i++)
        most += asks_for_restarts(&r->plan->virtual_meshes[i])
                    ? r->plan->virtual_meshes[i].trust->mesh_count
                    : 0;
    r->list = ARENA_NEW(session->arena, struct restart_cluster, most);
    r->owners = ARENA_NEW(session->arena, struct owner, most);
    for (size_t i = 0; i < r->plan->virtual_mesh_count; i++) {
        const struct planned_virtual_mesh *planned = &r->plan->virtual_meshes[i];

        if (asks_for_restarts(planned))
            remark_warning(r->remarks, planned->status.ref, K1_RESTARTS_ON);
        for (size_t k = 0; asks_for_restarts(planned) && k < planned->trust->mesh_count; k++)
            if (cacerts_owner_primary(planned->trust, &planned->trust->meshes[k])
                == &planned->trust->meshes[k])
                add_cluster(r, planned, &planned->trust->meshes[k]);
    }
}

static struct ledger_restart *row_of(struct ledger *ledger, const struct owner *owner,
                                     const struct restart_record *record)
{
    struct ledger_restart *row;

    for (row = ledger->restarts; row; row = row->next)
        if (!row->gone && strcmp(row->virtual_mesh, owner->planned->trust->name) == 0
            && strcmp(row->mesh, owner->mesh->key) == 0 && strcmp(row->epoch, record->epoch) == 0
            && strcmp(row->kind, record->kind) == 0
            && strcmp(row->namespace, record->namespace) == 0
            && strcmp(row->name, record->name) == 0)
            return row;
    row = ledger_add_restart(ledger);
    row->virtual_mesh = owner->planned->trust->name;
    row->mesh = owner->mesh->key;
    row->epoch = record->epoch;
    row->kind = record->kind;
    row->namespace = record->namespace;
    row->name = record->name;
    return row;
}

/* Restarts that were issued are stored whatever else failed.  Those for earlier certificates are
 * removed once the cluster has answered: until then its gateways may still be rolling out. */
static void store_records(struct session *session, const struct owner *owner,
                          const struct restart_cluster *cluster)
{
    for (size_t i = 0; i < cluster->changed_count; i++) {
        struct ledger_restart *row = row_of(&session->ledger, owner, &cluster->changed[i]);

        row->at = cluster->changed[i].at;
        row->settled = cluster->changed[i].settled;
        row->changed = true;
    }
    for (struct ledger_restart *row = session->ledger.restarts; cluster->known && row;
         row = row->next)
        if (strcmp(row->virtual_mesh, owner->planned->trust->name) == 0
            && strcmp(row->mesh, owner->mesh->key) == 0 && strcmp(row->epoch, cluster->epoch) != 0)
            row->gone = row->changed = true;
}

/* A cluster without a connection has the remark of add_cluster already. */
static void remark_restarts(struct findings *remarks, const struct session *session,
                            const struct owner *owner, const struct restart_cluster *cluster)
{
    const struct planned_virtual_mesh *planned = owner->planned;
    const struct object_ref ref = planned->status.ref;

    if (!cluster->kube || owner->held)
        return;
    if (!cluster->known)
        remark_warning(remarks, ref, K5_RESTARTS_UNKNOWN, cluster->cluster, cluster->why);
    else if (cluster->failed)
        remark_failure(remarks, ref, K3_RESTARTS_STOPPED, cluster->cluster, cluster->text);
    else if (!cluster->finished)
        remark_warning(remarks, ref, K4_RESTARTS_UNFINISHED, cluster->cluster, cluster->text);
    if (cluster->known && !cluster->failed && cluster->changed_count)
        progress_note(session->progress, "%s: " K4_RESTARTS_UNFINISHED, planned->trust->name,
                      cluster->cluster, cluster->text);
}

static void restart_clusters(struct restarted *out, struct restarting *r)
{
    struct session *session = r->session;
    size_t finished = 0;

    list_clusters(r);
    if (!r->count)
        return;
    progress_begin(session->progress, "restart");
    restart_step(r->list, r->count, session->arena);
    for (size_t i = 0; i < r->count; i++) {
        store_records(session, &r->owners[i], &r->list[i]);
        remark_restarts(r->remarks, session, &r->owners[i], &r->list[i]);
        finished += r->list[i].known && r->list[i].finished;
    }
    out->clusters = r->list;
    out->count = r->count;
    progress_end(session->progress, "%zu of %zu clusters done", finished, r->count);
}

/* --- without autoRestartPods --- */

static const struct ledger_intermediate *former_of(const struct ledger *ledger,
                                                   const struct ledger_intermediate *now)
{
    const struct mesh_identity place = { .cluster = now->cluster, .namespace = now->namespace };

    return transfer_former(ledger, &place, 0, now);
}

/* Whether no source shows the intermediate as loaded, and leaves from before it may still be valid.
 */
static bool is_fresh(const struct session *session, const struct observed *observed,
                     const struct observation *observation, const struct ledger_intermediate *row)
{
    const struct evidence_policy *policy = &observed->policy;

    return session->options->now
               < issued_at(session, row) + policy->leaf_ttl + policy->sync_allowance
           && !(observation && observation_proves(observation, EVIDENCE_LOADED)
                && strcmp(observation->wanted.intermediate, row->id) == 0);
}

static bool add_need(struct restart_istiod *out, const struct session *session,
                     const struct observed *observed, const struct planned_virtual_mesh *planned,
                     const struct mesh_identity *mesh)
{
    const struct observation *observation =
        observation_of(observed, planned->trust->name, mesh->key);
    const struct ledger_intermediate *row =
        ledger_active_intermediate(&session->ledger, planned->trust->name, mesh->key);
    const struct ledger_rotation *rotation =
        ledger_find_rotation(&session->ledger, planned->trust->name);
    const struct ledger_intermediate *former = row ? former_of(&session->ledger, row) : NULL;
    int step = rotation ? rotation->step : 0;
    bool at_once = publication_is_immediate(&session->ledger, planned->trust->name);

    if (!row || !is_fresh(session, observed, observation, row))
        return false;
    *out = (struct restart_istiod){
        .cluster = mesh->cluster,
        .version = observation && observation->istiod.found ? observation->istiod.version : "",
        .first = !former,
        .bundle = step == 1 || step == 3,
        .swapped = former && strcmp(former->root, row->root) != 0
                   && (planned->virtual_mesh->mtls.strategy == STRATEGY_NONE || at_once),
        .intermediate = former != NULL,
        .known = observation && observation->istiod.found,
        .multi_root = observation && observation->istiod.multi_root,
    };
    return restart_reason(out) != RESTART_REASON_NONE;
}

/* What an operator must restart.  It goes into the status and the report only, because it depends
 * on the time of the pass. */
static void advise(struct findings *remarks, const struct session *session,
                   const struct observed *observed, const struct planned_virtual_mesh *planned)
{
    struct restart_istiod *list =
        ARENA_NEW(session->arena, struct restart_istiod, planned->trust->mesh_count);
    struct restart_need need = { .istiods = list, .leaf_ttl = session->config->evidence.leaf_ttl };
    struct restart_advice advice;

    for (size_t i = 0; i < planned->trust->mesh_count; i++) {
        const struct mesh_identity *mesh = &planned->trust->meshes[i];

        if (cacerts_owner_primary(planned->trust, mesh) != mesh)
            continue;
        need.namespace = mesh->namespace;
        need.count += add_need(&list[need.count], session, observed, planned, mesh);
    }
    if (!need.count)
        return;
    advice = restart_advice(&need, session->arena);
    remark_warning(remarks, planned->status.ref, K6_RESTART_NEEDED, advice.text, advice.remedy);
}

void pass_restart(struct restarted *out, struct session *session, const struct inputs *inputs,
                  const struct observed *observed, const struct specs *specs,
                  const struct plan *plan)
{
    struct restarting r = { .session = session,
                            .inputs = inputs,
                            .observed = observed,
                            .specs = specs,
                            .plan = plan,
                            .remarks = &out->remarks };

    *out = (struct restarted){ .remarks = { .arena = session->arena } };
    if (session->dry)
        return;
    restart_clusters(out, &r);
    for (size_t i = 0; i < plan->virtual_mesh_count; i++) {
        const struct planned_virtual_mesh *planned = &plan->virtual_meshes[i];

        if (planned->trust && planned->virtual_mesh && !planned->retained
            && !asks_for_restarts(planned))
            advise(&out->remarks, session, observed, planned);
    }
}
