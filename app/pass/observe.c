/* app/pass/observe.c - asks GitOps tools, clusters and their istiods what they hold, all at once;
 * sight.c judges.  Reads only, and a cluster that does not answer never stops a pass. */
#include "app/pass/observe.h"
#include "app/pass/facts.h"
#include "app/pass/pass.h"
#include "base/map.h"
#include "k8s-job/observe/tls_probe.h"
#include "pki/cacerts_owner.h"
#include "state/anchor.h"
#include "sync/fetch.h"
#include "sync/snapshot.h"
#include <string.h>

struct watch {
    struct pass *pass;
    struct map *snapshots; /* by commit: of the output branch, as clusters have applied them */
};

static void add_ours(struct observation *sight, const struct pass *pass)
{
    const struct ledger_rotation *row = ledger_find_rotation(&pass->ledger, sight->virtual_mesh);

    sight->deployed = "";
    for (const struct ledger_root *root = pass->ledger.roots; root; root = root->next) {
        const char *anchor;

        if (strcmp(root->virtual_mesh, sight->virtual_mesh) != 0 || root->state == KEY_RETIRED
            || root->state == KEY_DESTROYED)
            continue; /* of a root that is no more a cluster has to be led away */
        anchor = anchor_id(root, pass->arena);
        *ARENA_PUSH(pass->arena, sight->ours, sight->our_count) = anchor;
        if ((row && text_equal(row->deployed_root, root->id)) || !*sight->deployed)
            sight->deployed = anchor;
    }
}

static void add_sight(struct pass *pass, const struct trust_request *request,
                      const struct mesh_identity *mesh)
{
    struct observation *sight = ARENA_PUSH(pass->arena, pass->sights, pass->sight_count);

    *sight = (struct observation){ .virtual_mesh = request->name,
                                   .mesh = mesh->key,
                                   .cluster = mesh->cluster,
                                   .namespace = mesh->namespace,
                                   .path = pass_trust_path(pass, mesh, pass->arena) };
    desired_trust(&sight->wanted, &pass->ledger, request->name, mesh->key, pass->arena);
    add_ours(sight, pass);
}

static void list_sights(struct pass *pass)
{
    for (size_t i = 0; i < pass->plan.mesh_count; i++) {
        const struct trust_request *request = pass->plan.meshes[i].trust;

        for (size_t k = 0; request && k < request->mesh_count; k++)
            if (cacerts_owner_primary(request, &request->meshes[k]) == &request->meshes[k])
                add_sight(pass, request, &request->meshes[k]);
    }
}

/* --- GitOps tools --- */

static struct snapshot *snapshot_at(struct watch *watch, const char *revision)
{
    struct snapshot *snapshot = map_find(watch->snapshots, revision);
    struct err err;

    if (snapshot || !clone_has(watch->pass->output_clone, revision)
        || snapshot_open(&snapshot, watch->pass->output_clone, revision, &err) < 0)
        return snapshot;
    map_put(watch->snapshots, revision, snapshot);
    *ARENA_PUSH(watch->pass->arena, watch->pass->applied, watch->pass->applied_count) = snapshot;
    return snapshot;
}

/* Contents decide, not ancestry: a commit that is rebased, or followed by others, still holds the
 * same file. */
static bool holds(void *context, const char *revision, const struct observation *sight)
{
    struct watch *watch = context;
    struct pass *pass = watch->pass;
    const struct ledger_delivery *delivery = ledger_find_delivery(&pass->ledger, sight->path);
    struct snapshot *snapshot = *revision ? snapshot_at(watch, revision) : NULL;
    struct tree_reader reader;
    struct err err;
    char *bytes;
    size_t len;

    if (!snapshot || !delivery
        || !desired_material_fits(&pass->ledger, sight->virtual_mesh, sight->mesh, delivery->mark,
                                  pass->arena))
        return false; /* what could not be sealed is nowhere */
    reader = snapshot_reader(snapshot, pass->config->output.path, pass->arena);
    return reader.read(reader.context, sight->path, &bytes, &len, pass->arena, &err) == 0 && bytes
           && strcmp(bytes, delivery->content) == 0;
}

static int ask_gitops(struct watch *watch, struct err *err)
{
    struct pass *pass = watch->pass;
    const struct config_output *output = &pass->config->output;
    const struct output_place place = { output->url, output->branch, output->path };
    struct applied_list list;
    struct kube *kube;

    if (servers_management(&kube, &pass->servers, err) < 0
        || gitops_read(&list, kube, &place, pass->arena, err) < 0)
        return -1;
    for (size_t i = 0; i < pass->sight_count; i++)
        observation_applied(&pass->sights[i], &list, holds, watch, pass->arena);
    return 0;
}

static void watch_gitops(struct watch *watch)
{
    struct pass *pass = watch->pass;
    struct err err;

    if (!pass->config->management.gitops || pass->config->delivery == DELIVER_DIRECT
        || ask_gitops(watch, &err) == 0)
        return;
    progress_warn(pass->progress, "what Argo CD and Flux have applied is not known: %s", err.text);
    for (size_t i = 0; i < pass->sight_count; i++)
        pass->sights[i].applied =
            (struct observed_value){ SEEN_UNKNOWN, arena_text(pass->arena, err.text) };
}

/* --- clusters --- */

static bool delivered(const struct pass *pass, const struct observation *sight)
{
    return ledger_active_intermediate(&pass->ledger, sight->virtual_mesh, sight->mesh) != NULL;
}

static void watch_clusters(struct watch *watch)
{
    struct pass *pass = watch->pass;
    struct cluster_facts *facts = ARENA_NEW(pass->arena, struct cluster_facts, pass->sight_count);
    struct observation **owners = ARENA_NEW(pass->arena, struct observation *, pass->sight_count);
    size_t count = 0;

    for (size_t i = 0; i < pass->sight_count; i++) {
        struct observation *sight = &pass->sights[i];
        const char *why;
        struct kube *kube = servers_cluster(&pass->servers, sight->cluster, &why, pass->arena);

        sight->watched = kube || *why;
        if (*why)
            sight->roots = (struct observed_value){ SEEN_UNKNOWN, why };
        if (!kube)
            continue;
        owners[count] = sight;
        facts[count++] = (struct cluster_facts){ .kube = kube,
                                                 .cluster = sight->cluster,
                                                 .namespace = sight->namespace };
    }
    cluster_read(facts, count, pass->arena);
    for (size_t i = 0; i < count; i++)
        observation_cluster(owners[i], &facts[i], delivered(pass, owners[i]), pass->arena);
}

/* --- istiods --- */

/* The wanted intermediate, or a former one under the same root: a renewal changes nothing that a
 * gate waits for. */
static bool signs_as_wanted(const struct pass *pass, const struct observation *sight,
                            const struct hello *hello)
{
    const struct ledger_intermediate *now =
        ledger_active_intermediate(&pass->ledger, sight->virtual_mesh, sight->mesh);

    for (const struct ledger_intermediate *row = pass->ledger.intermediates; now && row;
         row = row->next)
        if (strcmp(row->virtual_mesh, now->virtual_mesh) == 0 && strcmp(row->mesh, now->mesh) == 0
            && strcmp(row->root, now->root) == 0 && tls_probe_shows(hello, row->id))
            return true;
    return false;
}

static void judge_hello(struct observation *sight, const struct pass *pass,
                        const struct hello *hello)
{
    if (!hello->known)
        sight->signer = (struct observed_value){ SEEN_UNKNOWN, hello->why };
    else if (signs_as_wanted(pass, sight, hello))
        sight->signer = (struct observed_value){
            SEEN_WANTED,
            arena_printf(pass->arena, "as it should, with intermediate %.8s or its forerunner",
                         sight->wanted.intermediate)
        };
    else
        sight->signer = (struct observed_value){
            SEEN_OTHER,
            arena_printf(pass->arena, "istiod at %s does not sign with intermediate %.8s yet",
                         hello->address, sight->wanted.intermediate)
        };
}

static int watch_istiods(struct watch *watch, struct err *err)
{
    struct pass *pass = watch->pass;
    struct hello *hellos = ARENA_NEW(pass->arena, struct hello, pass->sight_count);
    struct observation **owners = ARENA_NEW(pass->arena, struct observation *, pass->sight_count);
    struct http *http;
    size_t count = 0;

    for (size_t i = 0; i < pass->sight_count; i++) {
        struct observation *sight = &pass->sights[i];
        const struct config_cluster *cluster = config_cluster(pass->config, sight->cluster);

        if (!cluster || !cluster->istiod || text_empty(sight->wanted.intermediate))
            continue;
        owners[count] = sight;
        hellos[count++] = (struct hello){ .address = cluster->istiod,
                                          .server_name = arena_printf(pass->arena, "istiod.%s.svc",
                                                                      sight->namespace),
                                          .roots_pem = sight->wanted.bundle };
    }
    if (count && servers_http(&http, &pass->servers, err) < 0)
        return -1;
    if (count)
        tls_probe_all(http, hellos, count, pass->arena);
    for (size_t i = 0; i < count; i++)
        judge_hello(owners[i], pass, &hellos[i]);
    return 0;
}

static void tell_unknown(struct pass *pass)
{
    if (pass->options->command == COMMAND_EVIDENCE)
        return; /* its table tells */
    for (size_t i = 0; i < pass->sight_count; i++) {
        const struct observation *sight = &pass->sights[i];

        if (sight->roots.seen == SEEN_UNKNOWN)
            progress_warn(pass->progress, "cluster %s: %s", sight->cluster, sight->roots.text);
        if (sight->signer.seen == SEEN_UNKNOWN)
            progress_warn(pass->progress, "cluster %s, istiod: %s", sight->cluster,
                          sight->signer.text);
    }
}

void pass_observe(struct pass *pass)
{
    struct watch watch = { pass, map_new(pass->arena) };
    struct err err;

    list_sights(pass);
    if (!pass->sight_count)
        return;
    watch_gitops(&watch);
    watch_clusters(&watch);
    servers_note_unreachable(&pass->servers);
    if (watch_istiods(&watch, &err) < 0)
        progress_warn(pass->progress, "istiods were not asked: %s", err.text);
    tell_unknown(pass);
    pass->evidence = ARENA_NEW(pass->arena, struct evidence, pass->sight_count);
    for (size_t i = 0; i < pass->sight_count; i++)
        pass->evidence[i] = observation_weigh(&pass->sights[i]);
}
