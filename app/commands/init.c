/* app/commands/init.c - weft init: writes the files that are missing in a folder, and overwrites
 * none. Meshes come from dumps (--from), or from the clusters of a weft.yaml that is there already.
 *
 * Every file is created and never replaced, so init can be run again in a folder that is in use:
 * what is there is kept, and named as such. A state key is made only where there was no weft.yaml.
 * A configuration that was there names its own key, and a second one lying beside it would sooner
 * or later be mounted in its place. */
#include "app/commands/init.h"

#include "app/cluster_survey.h"
#include "app/commands/command.h"
#include "app/discovery_dump.h"
#include "app/starter.h"
#include "base/files.h"
#include "pki/state_key.h"

#include <string.h>
#include <unistd.h>

struct job {
    const struct options *options;
    const char *folder;
    const struct config *config; /* the weft.yaml of the folder; NULL: there is none yet */
    struct object_ref *meshes;
    size_t count;
    struct arena *arena;
};

static const char *path_of(const struct job *job, const char *name)
{
    return text_equal(job->folder, ".") ? name
                                        : arena_printf(job->arena, "%s/%s", job->folder, name);
}

/* --- meshes --- */

static void take_meshes(struct job *job, const struct discovery *found)
{
    for (size_t i = 0; i < found->inventory.mesh_count; i++) {
        const struct meta *meta = &found->inventory.meshes[i].meta;

        *ARENA_PUSH(job->arena, job->meshes, job->count) =
            (struct object_ref){ meta->name, meta->namespace };
    }
    if (found->outcome != DISCOVERY_READ)
        fprintf(stderr, "weft: cluster %s has no mesh in the example: %s\n", found->cluster,
                found->why);
}

static int from_dumps(struct job *job, struct err *err)
{
    const struct discovery_settings settings = discovery_settings_default(job->arena);
    struct map *taken = map_new(job->arena);
    struct discovery_dump dump;

    if (discovery_dump_read(&dump, job->options->from, job->arena, err) < 0)
        return -1;
    for (size_t i = 0; i < dump.count; i++) {
        struct inventory *former = ARENA_NEW(job->arena, struct inventory, 1);
        struct discovery_request request = { .facts = dump.clusters[i],
                                             .settings = &settings,
                                             .former = former,
                                             .now = job->options->now,
                                             .pod_namespace = POD_NAMESPACE_DEFAULT,
                                             .taken = taken };
        struct discovery found;

        former->cluster = dump.clusters[i]->cluster;
        discovery_run(&found, &request, job->arena);
        take_meshes(job, &found);
    }
    return 0;
}

static bool any_server(const struct config *config)
{
    for (size_t i = 0; config && i < config->cluster_count; i++)
        if (config->clusters[i].server.present)
            return true;
    return false;
}

static int from_servers(struct job *job, struct err *err)
{
    struct cluster_surveys surveys;
    int result;

    if (!any_server(job->config))
        return 0;
    result =
        cluster_survey_read(&surveys, job->config, NULL, 0, job->options->now, job->arena, err);
    for (size_t i = 0; result == 0 && i < surveys.count; i++)
        take_meshes(job, &surveys.items[i].found);
    cluster_survey_close(&surveys);
    return result;
}

/* --- files --- */

static bool is_there(const struct job *job, const char *name)
{
    return access(path_of(job, name), F_OK) == 0;
}

static void tell(const struct job *job, const char *name, bool made)
{
    if (!job->options->quiet)
        printf("%s %s\n", made ? "wrote" : "kept ", path_of(job, name));
}

static int write_file(const struct job *job, const struct starter_file *file,
                      const struct starter *starter, struct err *err)
{
    const char *path = path_of(job, file->path);
    AUTO_TEXT text = { 0 };

    if (is_there(job, file->path)) {
        tell(job, file->path, false);
        return 0;
    }
    file->write(&text, starter);
    if (file_make_folders(file_folder(path, job->arena), 0755, err) < 0
        || file_create(path, text.bytes, text.len, 0644, err) < 0)
        return -1;
    tell(job, file->path, true);
    return 0;
}

static int write_key(const struct job *job, struct err *err)
{
    const char *name = "state.key";

    if (is_there(job, name)) {
        tell(job, name, false);
        return 0;
    }
    if (state_key_create(path_of(job, name), err) < 0)
        return -1;
    tell(job, name, true);
    return 0;
}

static int write_all(struct job *job, struct err *err)
{
    const char *pod_namespace = job->config ? job->config->pod_namespace : POD_NAMESPACE_DEFAULT;
    const struct starter starter = { job->meshes, job->count, pod_namespace };

    if (file_make_folders(job->folder, 0755, err) < 0
        || file_make_folders(path_of(job, "state"), 0700, err) < 0)
        return -1;
    for (const struct starter_file *file = starter_files(); file->path; file++)
        if (write_file(job, file, &starter, err) < 0)
            return -1;
    return job->config ? 0 : write_key(job, err);
}

/* --- the command --- */

/* A configuration that is there says which clusters may be asked; else nothing needs the network.
 */
static bool take_config(struct job *job, struct config *config, int *status)
{
    struct options options = *job->options;

    options.output = job->folder;
    if (!is_there(job, "weft.yaml")) {
        command_confine(NULL, &options, job->arena);
        return true;
    }
    options.config = path_of(job, "weft.yaml");
    if (!command_config(config, &options, job->arena, status))
        return false;
    job->config = config;
    return true;
}

int init_main(const struct options *options)
{
    AUTO(arena_free) struct arena *arena = arena_new();
    struct job job = { .options = options,
                       .folder = options->operands[0] ? options->operands[0] : ".",
                       .arena = arena };
    struct config config;
    struct err err;
    int status;

    if (!take_config(&job, &config, &status))
        return status;
    if ((options->from ? from_dumps(&job, &err) : from_servers(&job, &err)) < 0
        || write_all(&job, &err) < 0)
        return command_failed(&err);
    return EXIT_CONVERGED;
}
