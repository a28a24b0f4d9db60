/* app/commands/discover.c - weft discover: writes an inventory of what clusters consist of.
 * Changes nothing but the folder that the command line names. */
#include "app/commands/discover.h"
#include "app/commands/command.h"
#include "app/commands/discover_report.h"
#include "app/discovery_dump.h"
#include "app/discovery_servers.h"
#include "app/output_folder.h"
#include "base/intern.h"
#include "base/plural.h"
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
    struct filetree *tree; /* NULL: without --output */
    struct blob_memory *memory;
    struct err put; /* why a file cannot be made; kind ERR_NONE: all can */
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
    size_t i = 0;

    while (i < count && !text_equal(options->operands[i], cluster))
        i++;
    return i < count || !count;
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
    int result;

    result = job->options->explain ? explain_servers(job, &servers, err)
                                   : discovery_servers_each(&servers, job->options->operands,
                                                            name_count(job->options), take_summary,
                                                            job, job->arena, err);
    servers_close(&servers);
    return result;
}

static int discover_all(struct job *job, struct err *err)
{
    job->taken = map_new(job->arena);
    job->memory = blob_memory_new(job->arena);
    job->tree = job->options->output ? filetree_new(job->arena) : NULL;
    if ((job->options->from ? read_files(job, err) : read_servers(job, err)) < 0)
        return -1;
    return cluster_identity_check_all(job->identities, job->count, err);
}

static int write_tree(struct job *job, struct err *err)
{
    size_t files;

    if (!job->tree)
        return 0;
    if (output_folder_check(job->options->output, job->arena, err) < 0)
        return -1;
    *err = job->put;
    return err->kind == ERR_NONE ? output_folder_write(&files, job->options->output, job->tree,
                                                       job->memory, job->arena, err)
                                 : -1;
}

static int report(const struct job *job)
{
    const struct discover_report report = { job->clusters, job->unreachable, job->count,
                                            job->arena };
    AUTO_TEXT out = { 0 };
    bool found = true;

    if (job->options->explain)
        found = discover_report_explain(&out, &report, job->options->explain);
    else if (text_equal(job->options->format, "json"))
        discover_report_json(&out, &report);
    else if (text_equal(job->options->format, "yaml"))
        discover_report_yaml(&out, &report);
    else
        discover_report_table(&out, &report);
    for (size_t i = 0; i < job->count && !job->options->explain; i++)
        command_findings(stderr, arena_printf(job->arena, "cluster %s: ", job->clusters[i].cluster),
                         &job->clusters[i].findings, job->options);
    if (command_print(&out) != EXIT_CONVERGED)
        return EXIT_FAILED;
    return found ? discover_report_status(&report) : EXIT_FAILED;
}

int discover_main(const struct options *options)
{
    AUTO(arena_free) struct arena *arena = arena_new();
    struct job job = { .options = options, .arena = arena };
    struct config config;
    struct err err;
    int status;

    if (options->explain && !strchr(options->explain, '/')) {
        fprintf(stderr,
                "weft: --explain takes the NAMESPACE/NAME of a Service, not %s; see \"weft help "
                "discover\"\n",
                options->explain);
        return EXIT_USAGE;
    }
    if (!take_config(&job, &config, &status))
        return status;
    if (discover_all(&job, &err) < 0 || write_tree(&job, &err) < 0) {
        fprintf(stderr, "weft: %s\n", err.text);
        return EXIT_FAILED;
    }
    return report(&job);
}
