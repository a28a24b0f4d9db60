/* app/commands/discover.c - weft discover: writes an inventory of what clusters consist of.
 * Changes nothing but the folder that the command line names.
 *
 * Clusters are taken one after the other as they are read, and only a summary of each is kept: the
 * lists of a large cluster are many times the size of what the report says of it. --explain is the
 * exception, since it needs the services that were left out.
 *
 * With --diff or an inventory the last inventory is read first. Names of its objects are reserved
 * before any cluster is discovered; otherwise a new Service could take the name of an old one,
 * depending on the order of clusters, and the diff would show changes that no pass makes. */
#include "app/commands/discover.h"
#include "app/commands/command.h"
#include "app/commands/discover_diff.h"
#include "app/commands/discover_report.h"
#include "app/commands/inventory_source.h"
#include "app/discovery_dump.h"
#include "app/discovery_servers.h"
#include "app/inventory_read.h"
#include "app/output_folder.h"
#include "app/specs_commit.h"
#include "app/specs_source.h"
#include "base/intern.h"
#include "base/plural.h"
#include "base/write_json.h"
#include "base/write_yaml.h"
#include "discovery/cluster_identity.h"
#include "discovery/discovery_summary.h"
#include "discovery/inventory_tree.h"
#include <string.h>

struct job {
    const struct options *options;
    const struct config *config; /* NULL: none was named, and none is needed */
    struct discovery_settings settings;
    const char *pod_namespace;
    struct map *taken;
    struct discovery *clusters;          /* whole ones for --explain, else summaries */
    struct cluster_identity *identities; /* parallel to clusters */
    bool *unreachable;                   /* likewise; all false: read from files */
    size_t count;
    struct filetree *tree; /* NULL: neither --output nor --diff */
    struct blob_memory *memory;
    struct err put; /* why a file cannot be made; kind ERR_NONE: all can */
    /* --diff: what is compared with. */
    struct inventory_source former;
    const struct inventory_index *found; /* of former.found */
    struct specs written;
    struct diags mistakes; /* of the written ones */
    const char *with;
    struct arena *arena;
};

static bool take_config(struct job *job, struct config *config, int *status)
{
    job->pod_namespace = POD_NAMESPACE_DEFAULT;
    job->settings = discovery_settings_default(job->arena);
    if (job->options->from && !job->options->config) {
        command_confine(NULL, job->options, job->arena);
        return true;
    }
    if (!command_config(config, job->options, job->arena, status))
        return false;
    job->config = config;
    job->settings = config->discovery;
    job->pod_namespace = config->pod_namespace;
    return true;
}

static const struct discovery_settings *settings_of(const struct job *job, const char *cluster)
{
    const struct config_cluster *one = job->config ? config_cluster(job->config, cluster) : NULL;

    return one ? &one->discovery : &job->settings;
}

static void discover_cluster(struct discovery *out, const struct job *job,
                             const struct facts *facts, struct arena *arena)
{
    struct inventory *former = ARENA_NEW(arena, struct inventory, 1);
    struct discovery_request request = { .facts = facts,
                                         .settings = settings_of(job, facts->cluster),
                                         .former = former,
                                         .now = job->options->now,
                                         .pod_namespace = job->pod_namespace,
                                         .taken = job->taken };

    former->cluster = facts->cluster;
    if (job->former.origin != INVENTORY_UNUSED) {
        *former = inventory_of_index(job->found, facts->cluster, arena);
        request.seen =
            inventory_memory_seen(&job->former.memory, facts->cluster, &request.seen_count, arena);
    }
    discovery_run(out, &request, arena);
}

static void put_files(struct job *job, const struct discovery *one)
{
    struct blobs blobs = blob_memory_sink(job->memory);

    if (job->tree && job->put.kind == ERR_NONE)
        (void)!inventory_tree_put(job->tree, &one->inventory, &one->left_out, INVENTORY_FILE_MAX,
                                  &blobs, &job->put);
}

static void add_cluster(struct job *job, const struct facts *facts, const struct discovery *one,
                        bool unreachable)
{
    size_t same = job->count, parallel = job->count;

    *ARENA_PUSH(job->arena, job->identities, same) =
        (struct cluster_identity){ arena_text(job->arena, facts->cluster),
                                   arena_text(job->arena, cluster_identity_of(facts)) };
    *ARENA_PUSH(job->arena, job->unreachable, parallel) = unreachable;
    *ARENA_PUSH(job->arena, job->clusters, job->count) = *one;
}

/* The facts live as long as the job. */
static void take_whole(struct job *job, const struct facts *facts, bool unreachable)
{
    struct discovery one;

    discover_cluster(&one, job, facts, job->arena);
    put_files(job, &one);
    add_cluster(job, facts, &one, unreachable);
}

/* What is kept of a cluster is what the report says of it, and its files. */
static void take_summary(void *context, const struct facts *facts, bool unreachable)
{
    AUTO(arena_free) struct arena *scratch = arena_new();
    struct job *job = context;
    struct discovery one;

    discover_cluster(&one, job, facts, scratch);
    put_files(job, &one);
    one = discovery_summary(&one, job->arena);
    add_cluster(job, facts, &one, unreachable);
}

static size_t name_count(const struct options *options)
{
    size_t count = 0;

    while (count < OPERANDS_MAX && options->operands[count])
        count++;
    return count;
}

static bool is_asked_for(const struct options *options, const char *cluster)
{
    const size_t count = name_count(options);

    return !count || text_listed(options->operands, count, cluster);
}

static struct facts *facts_named(const struct discovery_dump *dump, const char *name)
{
    for (size_t i = 0; i < dump->count; i++)
        if (text_equal(dump->clusters[i]->cluster, name))
            return dump->clusters[i];
    return NULL;
}

static int read_files(struct job *job, struct err *err)
{
    const struct options *options = job->options;
    struct discovery_dump dump;

    if (discovery_dump_read(&dump, options->from, job->arena, err) < 0)
        return -1;
    for (size_t i = 0; i < name_count(options); i++)
        if (!facts_named(&dump, options->operands[i]))
            return err_set(err, ERR_INPUT, 0, "%s has no folder %s", options->from,
                           options->operands[i]);
    for (size_t i = 0; i < dump.count; i++)
        if (is_asked_for(options, dump.clusters[i]->cluster))
            take_whole(job, dump.clusters[i], false);
    return 0;
}

static int explain_servers(struct job *job, struct servers *servers, struct err *err)
{
    struct discovery_servers read;

    if (discovery_servers_read(&read, servers, job->options->operands, name_count(job->options),
                               job->arena, err)
        < 0)
        return -1;
    for (size_t i = 0; i < read.count; i++)
        take_whole(job, read.clusters[i], read.unreachable[i]);
    return 0;
}

static int read_servers(struct job *job, struct err *err)
{
    struct servers servers = { .config = job->config };
    const struct discovery_servers_taker taker = { .take = take_summary, .context = job };
    int result;

    result = job->options->explain
                 ? explain_servers(job, &servers, err)
                 : discovery_servers_each(&servers, job->options->operands,
                                          name_count(job->options), &taker, job->arena, err);
    servers_close(&servers);
    return result;
}

/* Each object of the last inventory keeps its name, as in a pass. */
static void reserve_names(const struct job *job)
{
    const struct specs *found = &job->former.found;

    for (size_t i = 0; i < found->cluster_count; i++) {
        const struct inventory former =
            inventory_of_index(job->found, found->clusters[i].meta.name, job->arena);

        discovery_reserve(job->taken, &former, job->arena);
    }
}

static int discover_all(struct job *job, struct err *err)
{
    job->taken = map_new(job->arena);
    job->memory = blob_memory_new(job->arena);
    job->tree = job->options->output || job->options->diff ? filetree_new(job->arena) : NULL;
    job->found = inventory_index_new(&job->former.found, job->arena);
    reserve_names(job);
    if ((job->options->from ? read_files(job, err) : read_servers(job, err)) < 0)
        return -1;
    return cluster_identity_check_all(job->identities, job->count, err);
}

static int write_tree(struct job *job, struct err *err)
{
    size_t files;

    if (!job->options->output)
        return 0;
    if (output_folder_check(job->options->output, job->arena, err) < 0)
        return -1;
    *err = job->put;
    return err->kind == ERR_NONE ? output_folder_write(&files, job->options->output, job->tree,
                                                       job->memory, job->arena, err)
                                 : -1;
}

/* --- what is compared with --- */

static int read_folder(struct job *job, struct err *err)
{
    size_t files;

    job->with = job->options->specs;
    return specs_source_folder(&job->written, &files, job->options->specs, job->pod_namespace,
                               job->arena, &job->mistakes, err);
}

static int read_repository(struct job *job, struct err *err)
{
    static const char *const tip[] = { NULL };
    struct specs_commit commit = { .diags = { .arena = job->arena } };

    job->with =
        arena_printf(job->arena, "%s of %s", job->config->specs.ref, job->config->specs.url);
    if (specs_commit_read(&commit, tip, 1, job->config, job->arena, err) < 0)
        return -1;
    job->written = commit.specs;
    job->mistakes = commit.diags;
    return 0;
}

static int read_inventory(struct job *job, struct err *err)
{
    if (inventory_source_find(&job->former, job->config, job->options->inventory, job->arena, err)
        < 0)
        return -1;
    job->with = job->former.text;
    job->written = job->former.found;
    return 0;
}

/* The folder that is named, else the inventory, else, while discovery is off, the specs of the
 * configuration: so the same command shows the way before and after that is switched on. */
static int read_base(struct job *job, struct err *err)
{
    const struct options *options = job->options;

    if (!options->diff)
        return 0;
    if (options->specs)
        return read_folder(job, err);
    if (options->inventory || (job->config && job->config->discovery.enabled))
        return read_inventory(job, err);
    if (job->config)
        return read_repository(job, err);
    return err_set(err, ERR_INPUT, 0,
                   "--diff needs what to compare with: --specs DIR, --inventory DIR, or a "
                   "configuration (-c)");
}

/* --- output --- */

/* What was found is decoded from the bytes that a pass would commit, as the other side was.
 * Comparing structs would miss what encoding and decoding change. */
static int compare(struct comparison *out, const struct job *job, struct err *err)
{
    const char **read = NULL;
    size_t count = 0;
    struct specs found;

    *err = job->put;
    if (err->kind != ERR_NONE
        || inventory_read_tree(&found, job->tree, job->memory, job->pod_namespace, job->arena, err)
               < 0)
        return -1;
    for (size_t i = 0; i < job->count; i++)
        if (job->clusters[i].outcome == DISCOVERY_READ)
            *ARENA_PUSH(job->arena, read, count) = job->clusters[i].cluster;
    comparison_make(out, &job->written, &found, read, count, job->arena);
    return 0;
}

static void print_node(struct text *out, const struct node *node, enum output_format format)
{
    if (format == FORMAT_JSON)
        write_json(out, node, true);
    else
        write_yaml(out, node);
}

static void print_findings(const struct job *job)
{
    for (size_t i = 0; i < job->count; i++)
        command_findings(stderr, arena_printf(job->arena, "cluster %s: ", job->clusters[i].cluster),
                         &job->clusters[i].findings, job->options);
}

static int report_diff(const struct job *job, struct err *err)
{
    const struct discover_report report = { job->clusters, job->unreachable, job->count,
                                            job->arena };
    struct comparison comparison;
    const struct discover_diff diff = { &comparison, job->with,
                                        job->former.origin == INVENTORY_UNUSED, &report };
    const enum output_format format = job->options->format;
    AUTO_TEXT out = { 0 };

    if (compare(&comparison, job, err) < 0)
        return -1;
    if (format == FORMAT_JSON || format == FORMAT_YAML)
        print_node(&out, discover_diff_node(&diff), format);
    else
        discover_diff_text(&out, &diff);
    command_diags(stderr, &job->mistakes);
    print_findings(job);
    return command_print(&out) == EXIT_CONVERGED ? discover_diff_status(&diff) : EXIT_FAILED;
}

static int report(const struct job *job)
{
    const struct discover_report report = { job->clusters, job->unreachable, job->count,
                                            job->arena };
    AUTO_TEXT out = { 0 };
    bool found = true;

    if (job->options->explain)
        found = discover_report_explain(&out, &report, job->options->explain);
    else if (job->options->format == FORMAT_JSON)
        discover_report_json(&out, &report);
    else if (job->options->format == FORMAT_YAML)
        discover_report_yaml(&out, &report);
    else
        discover_report_table(&out, &report);
    if (!job->options->explain)
        print_findings(job);
    if (command_print(&out) != EXIT_CONVERGED)
        return EXIT_FAILED;
    return found ? discover_report_status(&report) : EXIT_FAILED;
}

/* False: EXIT_USAGE. */
static bool options_agree(const struct options *options)
{
    if (options->explain && !strchr(options->explain, '/')) {
        fprintf(stderr,
                "weft: --explain takes the NAMESPACE/NAME of a Service, not %s; see \"weft help "
                "discover\"\n",
                options->explain);
        return false;
    }
    if ((options->specs || options->inventory) && !options->diff) {
        fprintf(stderr, "weft: %s is what --diff compares with; see \"weft help discover\"\n",
                options->specs ? "--specs" : "--inventory");
        return false;
    }
    return true;
}

static int discover(struct job *job, struct err *err)
{
    if (read_base(job, err) < 0 || discover_all(job, err) < 0 || write_tree(job, err) < 0)
        return -1;
    return job->options->diff ? report_diff(job, err) : report(job);
}

int discover_main(const struct options *options)
{
    AUTO(arena_free) struct arena *arena = arena_new();
    struct job job = { .options = options, .mistakes = { .arena = arena }, .arena = arena };
    struct config config;
    struct err err;
    int status;

    if (!options_agree(options))
        return EXIT_USAGE;
    if (!take_config(&job, &config, &status))
        return status;
    AUTO_SCRATCH scratch =
        job.config && options->diff ? scratch_open(&config, arena) : (struct scratch){ NULL };

    if ((status = discover(&job, &err)) < 0)
        return command_failed(&err);
    return status;
}
