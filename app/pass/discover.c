/* app/pass/discover.c - asks the clusters, and turns the answers into the inventory of this pass.
 *
 * The last inventory is the commit that this state records (inventory_memory_last).  A pass that
 * is killed after the push and before the state is saved compares with the commit before, makes the
 * same tree again, and finds it on the branch.  The state is saved before anything is rendered: a
 * rendered inventory is one that the next pass knows.
 *
 * What is rendered is decoded from the bytes of the commit, never taken from memory, so the same
 * two commits render the same bytes, whichever installation reads the clusters.
 *
 * Of a large fleet little is in memory at a time: each cluster is read, judged and written as
 * blobs, and of it stay its summary and the ids of its files.  The objects of the last inventory
 * are an arena of their own, which goes when other objects are rendered. */
#include "app/pass/discover.h"
#include "app/discovery_servers.h"
#include "app/inventory_read.h"
#include "app/pass/inventory_branch.h"
#include "app/pass/inventory_memory.h"
#include "base/fault.h"
#include "base/plural.h"
#include "base/words.h"
#include "discovery/cluster_identity.h"
#include "discovery/discovery_summary.h"
#include "discovery/pod_addresses.h"
#include "sync/fetch.h"
#include "sync/snapshot.h"
#include <stdio.h>
#include <string.h>

#define REMOVALS_TRAILER "Weft-Allow-Removals"
#define REPLACE_TRAILER "Weft-Replace-Cluster"

struct discovering {
    struct discovered *out;
    struct session *session;
    struct inputs *inputs;
    struct inventory_memory memory;
    struct arena *old; /* of former */
    struct specs former;
    struct inventory_last last; /* commit is that of former */
};

/* Opens a commit of the inventory; *snapshot NULL: commit is "". */
static int open_commit(struct snapshot **snapshot, const struct discovering *d, const char *commit,
                       struct err *err)
{
    *snapshot = NULL;
    return *commit ? snapshot_open(snapshot, inputs_inventory(d->inputs), commit, err) : 0;
}

static int read_commit(struct specs *out, const struct discovering *d, const char *commit,
                       struct arena *arena, struct err *err)
{
    const struct session *session = d->session;
    AUTO(snapshot_close) struct snapshot *snapshot = NULL;

    *out = (struct specs){ .pod_namespace = session->config->pod_namespace };
    if (open_commit(&snapshot, d, commit, err) < 0
        || (snapshot && inventory_read_commit(out, snapshot, session->config, arena, err) < 0))
        return err_wrap(err, "read the inventory %.12s", commit);
    return 0;
}

/* When the branch was deleted and the remembered commit cannot be read, the operator wants a new
 * inventory. */
static int find_former(struct discovering *d, struct err *err)
{
    const struct config *config = d->session->config;

    d->memory = inventory_memory_read(d->session);
    if (inventory_memory_last(&d->last, &d->memory, inputs_inventory(d->inputs), config, err) < 0)
        return -1;
    if (read_commit(&d->former, d, d->last.commit, d->old, err) == 0)
        return 0;
    if (*d->last.tip)
        return err_wrap(err,
                        "use the last inventory (to have it made from the clusters alone, delete "
                        "branch %s)",
                        config->discovery.branch);
    progress_warn(d->session->progress, "%s; the inventory begins again", err->text);
    d->last.commit[0] = '\0';
    d->former = (struct specs){ .pod_namespace = config->pod_namespace };
    return 0;
}

/* --- what operators allowed --- */

static const char *const *agreed(const struct discovering *d, const char *option,
                                 const char *trailer, size_t *count)
{
    struct arena *arena = d->session->arena;
    const char *in_specs = inputs_specs_trailer(d->inputs, trailer, arena);

    return words_split(arena_printf(arena, "%s,%s", option ? option : "", in_specs ? in_specs : ""),
                       ", ", count, arena);
}

/* --- reading --- */

static struct removal_claims claims_of(const struct specs *specs, struct arena *arena)
{
    const char **names = NULL;
    size_t count = 0;

    for (size_t i = 0; i < specs->virtual_mesh_count; i++)
        for (size_t k = 0; k < specs->virtual_meshes[i].mesh_count; k++)
            *ARENA_PUSH(arena, names, count) = specs->virtual_meshes[i].meshes[k].name;
    return (struct removal_claims){ names, count };
}

/* The configuration, with addresses of pods for the clusters of which virtual meshes need them. */
static const struct config *config_of(const struct discovering *d, const struct specs *specs)
{
    struct arena *arena = d->session->arena;
    struct config *config = ARENA_NEW(arena, struct config, 1);
    AUTO(arena_free) struct arena *scratch = arena_new();
    AUTO(arena_free) struct arena *of_index = arena_new();
    const struct inventory_index *index = inventory_index_new(&d->former, of_index);
    struct config_cluster *clusters;

    *config = *d->session->config;
    clusters = ARENA_NEW(arena, struct config_cluster, config->cluster_count);
    for (size_t i = 0; i < config->cluster_count; i++) {
        const struct inventory former =
            inventory_of_index(index, config->clusters[i].name, scratch);

        clusters[i] = config->clusters[i];
        clusters[i].discovery.pod_addresses |=
            pod_addresses_wanted(specs, &former, clusters[i].name);
        arena_reset(scratch);
    }
    config->clusters = clusters;
    return config;
}

/* The reading of all clusters, one after the other. */
struct gathering {
    struct discovering *d;
    struct fleet_request request;
    struct fleet_reading reading;
    struct inventory_update *update;
    struct arena *scratch; /* of the reading */
    struct err err;        /* why a file cannot be made; kind ERR_NONE: all can */
};

static const struct fleet_member *members_of(const struct discovering *d,
                                             struct facts *const *clusters, size_t cluster_count)
{
    const struct session *session = d->session;
    struct arena *arena = session->arena;
    struct fleet_member *members = ARENA_NEW(arena, struct fleet_member, cluster_count);
    size_t count;
    const char *const *replaced =
        agreed(d, session->options->replace_cluster, REPLACE_TRAILER, &count);

    for (size_t i = 0; i < cluster_count; i++) {
        const char *cluster = arena_text(arena, clusters[i]->cluster);

        members[i] = (struct fleet_member){
            .cluster = cluster,
            .uid = arena_text(arena, cluster_identity_of(clusters[i])),
            .settings = &config_cluster(session->servers.config, cluster)->discovery,
            .replaced = text_listed(replaced, count, cluster),
        };
        members[i].read_at = inventory_memory_read_at(&d->memory, cluster);
        members[i].seen = inventory_memory_seen(&d->memory, cluster, &members[i].seen_count, arena);
    }
    return members;
}

static void begin_fleet(void *context, struct facts *const *clusters, size_t count)
{
    struct gathering *all = context;
    struct discovering *d = all->d;

    all->request.members = members_of(d, clusters, count);
    all->request.count = count;
    fleet_begin(&all->reading, &d->out->fleet, &all->request, d->session->arena, all->scratch);
}

/* What is kept of a cluster is what the report says of it, and its files. */
static void keep_cluster(struct gathering *all, const struct discovery *one)
{
    const struct discovery summary = discovery_summary(one, all->d->session->arena);

    if (all->err.kind == ERR_NONE && inventory_branch_put(all->update, one, &all->err) == 0)
        fleet_add(&all->reading, &summary);
}

static void take_cluster(void *context, const struct facts *facts, bool unreachable)
{
    AUTO(arena_free) struct arena *scratch = arena_new();
    struct gathering *all = context;
    struct discovery one;

    (void)unreachable;
    fleet_discover(&one, &all->reading, facts, scratch);
    keep_cluster(all, &one);
}

static void keep_leaving(struct gathering *all)
{
    const struct specs *former = all->request.former;

    for (size_t i = 0; i < former->cluster_count; i++) {
        AUTO(arena_free) struct arena *scratch = arena_new();
        struct discovery one;

        if (fleet_leave(&one, &all->reading, former->clusters[i].meta.name, scratch))
            keep_cluster(all, &one);
    }
    fleet_end(&all->reading);
}

static int read_clusters(struct discovering *d, const struct specs *specs,
                         struct inventory_update *update, struct err *err)
{
    AUTO(arena_free) struct arena *scratch = arena_new();
    struct session *session = d->session;
    struct gathering all = { .d = d,
                             .update = update,
                             .scratch = scratch,
                             .request = { .former = &d->former,
                                          .claims = claims_of(specs, session->arena),
                                          .now = session->options->now,
                                          .pod_namespace = session->config->pod_namespace } };
    const struct discovery_servers_taker taker = { begin_fleet, take_cluster, &all };

    session->servers.config = config_of(d, specs);
    all.request.allowed =
        agreed(d, session->options->allow_removals, REMOVALS_TRAILER, &all.request.allowed_count);
    if (discovery_servers_each(&session->servers, NULL, 0, &taker, session->arena, err) < 0)
        return -1;
    servers_note_unreachable(&session->servers);
    keep_leaving(&all);
    if (all.err.kind != ERR_NONE) {
        *err = all.err;
        return -1;
    }
    for (size_t i = 0; i < d->out->fleet.findings.count; i++)
        findings_add(&d->out->remarks, d->out->fleet.findings.items[i]);
    return 0;
}

/* --- the commit --- */

static void tell(const struct discovering *d)
{
    const struct publish_result *result = &d->out->result;
    const struct fleet *fleet = &d->out->fleet;
    const char *branch = d->session->config->discovery.branch;
    struct arena *arena = d->session->arena;
    size_t read = 0;

    for (size_t i = 0; i < fleet->count; i++)
        read += fleet->clusters[i].outcome == DISCOVERY_READ;
    if (!result->change_count)
        progress_end(d->session->progress, "%zu of %s read, nothing changed: %s stays at %.12s",
                     read, plural_count(fleet->count, "cluster", arena), branch,
                     *result->commit ? result->commit : "nothing");
    else if (d->session->dry)
        progress_end(d->session->progress, "%zu of %s read: would change %s of %s", read,
                     plural_count(fleet->count, "cluster", arena),
                     plural_count(result->change_count, "file", arena), branch);
    else
        progress_end(d->session->progress, "%zu of %s read: %s is now %.12s", read,
                     plural_count(fleet->count, "cluster", arena), branch, result->commit);
}

/* Saved before anything is rendered. */
static int remember(struct discovering *d, struct err *err)
{
    struct session *session = d->session;

    if (session->dry)
        return 0;
    FAULT("pass.inventory.pushed");
    inventory_memory_write(session, d->out->result.commit, &d->out->fleet);
    if (store_save(session->store, &session->ledger, err) < 0)
        return -1;
    FAULT("pass.inventory.saved");
    return 0;
}

/* The objects of the commit; while that is the last inventory, they are decoded already. */
static int take_found(struct discovering *d, const struct inventory_update *update, struct err *err)
{
    struct discovered *out = d->out;
    const struct session *session = d->session;

    snprintf(out->commit, sizeof out->commit, "%s",
             session->dry && out->result.change_count ? "" : out->result.commit);
    if (text_equal(out->commit, d->last.commit) && *out->commit) {
        out->found = d->former;
        out->memory = TAKE(d->old);
        return 0;
    }
    arena_free(TAKE(d->old));
    out->memory = arena_new();
    if (session->dry && out->result.change_count)
        return inventory_read_tree(&out->found, update->tree, session->memory,
                                   session->config->pod_namespace, out->memory, err);
    return read_commit(&out->found, d, out->commit, out->memory, err);
}

/* The inventory that the state records is not here: it stayed in another repository, or its history
 * was rewritten.  A cluster that cannot be read has nothing to keep then, and its Services would go
 * from all others. */
static int check_kept(const struct discovering *d, struct err *err)
{
    const struct config *config = d->session->config;
    const struct fleet *fleet = &d->out->fleet;

    if (!*d->memory.commit || d->last.remembered)
        return 0;
    for (size_t i = 0; i < fleet->count; i++)
        if (fleet->clusters[i].outcome != DISCOVERY_READ && !fleet->clusters[i].inventory.known
            && inventory_memory_read_at(&d->memory, fleet->clusters[i].cluster))
            return err_set(err, ERR_REFUSED, 0,
                           "cluster %s cannot be read, and branch %s of %s does not have its last "
                           "inventory: push commit %.12s, which has it, to that branch, or let "
                           "weft read the cluster: %s",
                           fleet->clusters[i].cluster, config->discovery.branch,
                           config_inventory_url(config), d->memory.commit, fleet->clusters[i].why);
    return 0;
}

/* The tree of files goes as soon as its commit is there; a dry pass reads it instead of a commit,
 * and the places of its objects name its files. */
static int update(struct discovering *d, const struct specs *specs, struct err *err)
{
    AUTO(arena_free) struct arena *own = arena_new();
    AUTO(snapshot_close) struct snapshot *former = NULL;
    struct tree_reader files = tree_reader_empty;
    struct inventory_update update;

    if (open_commit(&former, d, d->last.commit, err) < 0)
        return -1;
    if (former)
        files = snapshot_reader(former,
                                inventory_read_path(former, d->session->config, d->session->arena),
                                d->session->arena);
    inventory_branch_begin(&update, &files, d->session, d->inputs,
                           d->session->dry ? d->session->arena : own);
    if (read_clusters(d, specs, &update, err) < 0 || check_kept(d, err) < 0
        || inventory_branch_publish(&d->out->result, &update, &d->out->fleet, d->session, d->inputs,
                                    err)
               < 0)
        return -1;
    tell(d);
    return remember(d, err) < 0 ? -1 : take_found(d, &update, err);
}

/* An old state, of which nothing is asked or remembered. */
static int take_given(struct discovering *d, const char *ref, struct err *err)
{
    struct discovered *out = d->out;

    if (clone_fetch(inputs_inventory(d->inputs), out->commit, ref, false, err) < 0)
        return err_wrap(err, "fetch the inventory (--inventory)");
    return read_commit(&out->found, d, out->commit, d->session->arena, err);
}

static int take_last(struct discovering *d, struct err *err)
{
    if (find_former(d, err) < 0)
        return -1;
    snprintf(d->out->commit, sizeof d->out->commit, "%s", d->last.commit);
    d->out->found = d->former;
    d->out->memory = TAKE(d->old);
    return 0;
}

static int discover_or_take(struct discovering *d, const struct specs *specs, enum discover_how how,
                            struct err *err)
{
    const char *given = d->session->options->inventory;

    progress_begin(d->session->progress, "discover");
    if (inputs_open_inventory(d->inputs, d->session, err) < 0)
        return -1;
    if (given)
        return take_given(d, given, err);
    if (how == DISCOVER_LAST)
        return take_last(d, err);
    return find_former(d, err) < 0 ? -1 : update(d, specs, err);
}

int pass_discover(struct discovered *out, struct session *session, struct inputs *inputs,
                  const struct specs *specs, enum discover_how how, struct err *err)
{
    struct discovering d = { .out = out, .session = session, .inputs = inputs };
    int result;

    *out = (struct discovered){ .remarks = { .arena = session->arena } };
    out->used = session->options->inventory || session->config->discovery.enabled;
    if (!out->used)
        return 0;
    d.old = arena_new();
    result = discover_or_take(&d, specs, how, err);
    arena_free(d.old);
    return result;
}

void pass_discover_close(struct discovered *discovered)
{
    arena_free(discovered->memory);
    discovered->memory = NULL;
}

bool discovered_waits(const struct discovered *discovered)
{
    bool waits = discovered->fleet.held > 0;

    for (size_t i = 0; i < discovered->fleet.count; i++)
        waits |= discovered->fleet.clusters[i].outcome == DISCOVERY_REFUSED;
    return waits;
}
