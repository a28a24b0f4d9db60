/* app/pass/inventory_branch.c - files of the inventory, and the commit that they become.  Decides
 * nothing about objects: discovery/ has done that.
 *
 * A cluster that was not read keeps the inventory of the last pass, with its list of left-out
 * objects: an API server that is down for an hour must not look like a cluster without services. A
 * dry pass puts the blobs into memory, and publish compares trees without pushing. */
#include "app/pass/inventory_branch.h"
#include "app/inventory_read.h"
#include "app/pass/branch.h"
#include "app/pass/signing.h"
#include "base/blobs.h"
#include "base/clock.h"
#include "base/plural.h"
#include "discovery/inventory_tree.h"
#include "version.h"
#include <string.h>

struct writing {
    struct inventory_update *update;
    const struct session *session;
};

void inventory_branch_begin(struct inventory_update *update, const struct tree_reader *former,
                            struct session *session, const struct inputs *inputs,
                            struct arena *arena)
{
    *update = (struct inventory_update){
        .former = former,
        .tree = filetree_new(arena),
        .to = session->dry ? blob_memory_sink(session->memory)
                           : clone_blobs(inputs_inventory(inputs)),
        .arena = arena,
    };
}

/* The list of a cluster that was not read is not known, so its file stays. */
static int copy_left_out(struct inventory_update *update, const char *cluster, struct err *err)
{
    const struct tree_reader *former = update->former;
    const char *path = arena_printf(update->arena, INVENTORY_FOLDER "/%s/left-out.tsv", cluster);
    struct git_id id;
    char *bytes;
    size_t len;

    if (former->read(former->context, path, &bytes, &len, update->arena, err) < 0)
        return -1;
    if (!bytes)
        return 0;
    if (update->to.put(update->to.context, &id, bytes, len, err) < 0)
        return -1;
    filetree_put(update->tree, path, &id);
    return 0;
}

int inventory_branch_put(struct inventory_update *update, const struct discovery *one,
                         struct err *err)
{
    const bool copied = one->outcome != DISCOVERY_READ;

    if (inventory_tree_put(update->tree, &one->inventory, copied ? NULL : &one->left_out,
                           INVENTORY_FILE_MAX, &update->to, err)
        < 0)
        return -1;
    return copied && one->inventory.known ? copy_left_out(update, one->cluster, err) : 0;
}

/* The tree follows from the reads and the last inventory of this state, not from the tip: so what
 * others wrote there shows as drift, and a push that lost a race needs no other tree. */
static int build(void *context, struct filetree **out, const struct tree_reader *tip,
                 struct arena *arena, struct err *err)
{
    struct writing *writing = context;

    (void)tip;
    (void)arena;
    (void)err;
    *out = writing->update->tree;
    return 0;
}

/* The header marks a file as one of weft; any other file in the folder is the work of another
 * author and stays. */
static bool owns(void *context, const char *path, const char *bytes, size_t len)
{
    const size_t header = strlen(inventory_tree_header);

    (void)context;
    (void)path;
    return len >= header && memcmp(bytes, inventory_tree_header, header) == 0;
}

static bool reaches(void *context, const char *dir)
{
    (void)context;
    return !*dir || text_equal(dir, INVENTORY_FOLDER) || text_starts(dir, INVENTORY_FOLDER "/");
}

static int sign(void *context, struct text *out, const char *bytes, size_t len, struct err *err)
{
    const struct writing *writing = context;

    return signing_sign(out, writing->session->signing_key, bytes, len, err);
}

static const char *istio_text(const struct discovery *one, struct arena *arena)
{
    const char *text = "";

    for (size_t i = 0; i < one->inventory.mesh_count; i++)
        text = arena_printf(arena, "%s%s%s", text, i ? ", " : ", Istio ",
                            *one->inventory.meshes[i].version ? one->inventory.meshes[i].version
                                                              : "of an unknown version");
    return text;
}

/* How each cluster got into this commit. */
static const char *how_read(const struct discovery *one, const struct session *session)
{
    struct arena *arena = session->arena;

    if (one->outcome == DISCOVERY_READ)
        return arena_printf(arena, "%s read at %s%s", one->cluster,
                            clock_text(session->options->now, arena), istio_text(one, arena));
    return arena_printf(arena, "%s %s: %s", one->cluster,
                        enums_name(&discovery_outcomes, (int)one->outcome), one->why);
}

static const struct trailer *trailers_of(size_t *count, const struct fleet *fleet,
                                         const struct session *session, const struct inputs *inputs)
{
    const struct trailer first[] = { { "Weft-Source", session->config->specs.url },
                                     { TRAILER_SOURCE_COMMIT, inputs->specs_commit },
                                     { "Weft-Version", WEFT_VERSION },
                                     { TRAILER_STATE, branch_state(session) },
                                     { TRAILER_INSTANCE, branch_instance(session->arena) } };
    const char *path = session->config->inventory.path;
    struct trailer *list =
        ARENA_NEW(session->arena, struct trailer, LENGTH(first) + 1 + fleet->count);

    memcpy(list, first, sizeof first);
    *count = LENGTH(first);
    if (*path)
        list[(*count)++] = (struct trailer){ TRAILER_INVENTORY_PATH, path };
    for (size_t i = 0; i < fleet->count; i++)
        list[(*count)++] =
            (struct trailer){ "Weft-Cluster", how_read(&fleet->clusters[i], session) };
    return list;
}

int inventory_branch_publish(struct publish_result *out, struct inventory_update *update,
                             const struct fleet *fleet, struct session *session,
                             const struct inputs *inputs, struct err *err)
{
    const struct config *config = session->config;
    struct writing writing = { update, session };
    struct publish_request request = {
        .branch = config->discovery.branch,
        .folder = config->inventory.path,
        .author_name = config->output.author_name,
        .author_email = config->output.author_email,
        .now = session->options->now,
        .subject = arena_printf(session->arena, "inventory of %s",
                                plural_count(fleet->count, "cluster", session->arena)),
        .build = build,
        .owns = owns,
        .reaches = reaches,
        .sign = session->signing_key ? sign : NULL,
        .context = &writing,
        .overwrite_drift =
            session->options->overwrite_drift || config->output.on_drift == DRIFT_OVERWRITE,
        .dry_run = session->dry,
    };

    request.trailers = trailers_of(&request.trailer_count, fleet, session, inputs);
    if (publish(out, inputs_inventory(inputs), &request, session->arena, err) < 0)
        return err_wrap(err, "publish the inventory to %s of %s", request.branch,
                        config_inventory_url(config));
    return 0;
}
