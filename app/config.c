/* app/config.c - the configuration file to a struct; it opens nothing that the file names.
 *
 * Decoding needs no network and no file but this one, so a configuration can be checked anywhere.
 * All mistakes are found in one run; what a key names is looked at later (config_check_disk) and
 * only by commands that use it.
 *
 * The digest is of the bytes. A pass is idle when neither specs nor configuration changed, and a
 * comment that was edited costs one pass and no commit.
 *
 * Clusters are sorted by name after decoding: config_cluster bisects, and the order in the file
 * decides nothing. */
#include "app/config.h"
#include "api/schema_decode.h"
#include "app/config_branches.h"
#include "app/config_check.h"
#include "app/config_schema.h"
#include "base/digest.h"
#include "base/files.h"
#include "base/intern.h"
#include "base/parse_yaml.h"
#include "version.h"
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { CONFIG_BYTES_MAX = 1024 * 1024 };

/* The position of the value, or of the map that lacks it. */
static struct place place_of(const struct at *at, const struct config *config)
{
    for (const struct at *step = at; step; step = step->up)
        if (step->node)
            return node_place(step->node);
    return (struct place){ .file = config->file };
}

/* The positions that config_check.c reports its mistakes at. */
static void find_places(struct config *out, const struct at *root)
{
    const struct at specs = at_key(root, "specs"), output = at_key(root, "output");
    const struct at state = at_key(root, "state"), cache = at_key(root, "cache");
    const struct at specs_url = at_key(&specs, "url"), output_url = at_key(&output, "url");
    const struct at branch = at_key(&output, "branch");
    const struct at state_path = at_key(&state, "path"), cache_path = at_key(&cache, "path");

    out->specs.place = place_of(&specs_url, out);
    out->output.place = place_of(&output_url, out);
    out->output.branch_place = place_of(&branch, out);
    out->state_place = place_of(&state_path, out);
    out->cache_place = place_of(&cache_path, out);
}

/* The default cache folder is next to the state file. */
static const char *usual_cache(const char *state, struct arena *arena)
{
    const char *slash = strrchr(state, '/');

    return arena_printf(arena, "%.*s/cache", (int)(slash ? slash - state : 1), slash ? state : ".");
}

static int cluster_compare(const void *a, const void *b)
{
    const struct config_cluster *x = a, *y = b;

    return strcmp(x->name, y->name);
}

/* Each name once, with what it overrides of discovery, then sorted by it. */
static void finish_clusters(struct config *out, const struct at *root, struct arena *arena)
{
    const struct at list = at_key(root, "clusters");
    struct config_cluster *clusters = ARENA_NEW(arena, struct config_cluster, out->cluster_count);
    struct map *seen = map_new(arena);

    for (size_t i = 0; i < out->cluster_count; i++) {
        const struct at item = at_item(&list, i), name = at_key(&item, "name");

        clusters[i] = out->clusters[i];
        clusters[i].discovery =
            discovery_settings_overlay(&out->clusters[i].discovery, &out->discovery);
        clusters[i].delivery = clusters[i].own_delivery < 0
                                   ? out->delivery
                                   : (enum delivery_mode)clusters[i].own_delivery;
        if (*clusters[i].name && map_put(seen, clusters[i].name, &clusters[i]))
            at_error(&name, "cluster %s is listed twice; remove one", clusters[i].name);
    }
    if (out->cluster_count)
        qsort(clusters, out->cluster_count, sizeof *clusters, cluster_compare);
    out->clusters = clusters;
}

/* What a receipt proves, of each cluster that is delivered to in a way of its own. */
static void find_receipts(struct config *out, struct arena *arena)
{
    struct evidence_receipt *receipts = NULL;
    size_t count = 0;

    for (size_t i = 0; i < out->cluster_count; i++)
        if (out->clusters[i].delivery != out->delivery)
            *ARENA_PUSH(arena, receipts, count) =
                (struct evidence_receipt){ out->clusters[i].name,
                                           delivery_method_of(out->clusters[i].delivery)->receipt };
    out->evidence.receipt = delivery_method_of(out->delivery)->receipt;
    out->evidence.receipts = receipts;
    out->evidence.receipt_count = count;
}

/* discovery.branch is the older name of inventory.branch. */
static void finish_inventory(struct config *out, const struct at *root)
{
    const struct at block = at_key(root, "inventory");
    const struct at branch = at_key(&block, "branch"), auth = at_key(&block, "auth");
    const char *older = out->discovery.branch, *given = out->inventory.branch;

    if (given && !text_equal(older, INVENTORY_BRANCH_DEFAULT) && !text_equal(older, given))
        at_error(&branch, "is %s, and discovery.branch, its older name, is %s; remove that", given,
                 older);
    if (given)
        out->discovery.branch = given;
    if (out->inventory.has_auth && !out->inventory.url)
        at_error(&auth, "has no effect without inventory.url: output.auth counts, which is for the "
                        "same repository");
}

static void decode_config(struct config *out, const struct node *root,
                          const struct config_decoder *decoder)
{
    const struct at at = at_root(root, &decoder->decoder);

    out->evidence = evidence_policy_default;
    schema_decode(out, &config_schema, &at, "");
    find_places(out, &at);
    discovery_settings_finish(&out->discovery, decoder->decoder.arena);
    finish_inventory(out, &at);
    finish_clusters(out, &at, decoder->decoder.arena);
    if (!out->cache_path)
        out->cache_path = usual_cache(out->state_path, decoder->decoder.arena);
    out->evidence.calendar = config_calendar(out->windows, out->window_count, out->freezes,
                                             out->freeze_count, decoder->decoder.arena);
    out->management.present = out->management.server.present;
    find_receipts(out, decoder->decoder.arena);
}

int config_read(struct config *out, const char *file, struct arena *arena, struct diags *diags,
                struct err *err)
{
    const char *slash = strrchr(file, '/');
    const struct config_decoder decoder = {
        .decoder = { diags, arena, intern_new(arena) },
        .folder = slash ? arena_bytes(arena, file, (size_t)(slash - file) + 1) : "",
    };
    const struct node *root;
    char *bytes;
    size_t len;

    *out = (struct config){ .file = file };
    if (access(file, F_OK) < 0 && errno == ENOENT)
        return err_set(err, ERR_INPUT, errno,
                       "there is no configuration %s: name one with -c FILE or WEFT_CONFIG, or "
                       "write one with \"weft init\"; docs/configuration.md has every key",
                       file);
    if (file_read(&bytes, &len, file, CONFIG_BYTES_MAX, arena, err) < 0)
        return err_wrap(err, "read the configuration (-c FILE)");
    sha256_hex(out->digest, bytes, len);
    if (parse_yaml(&root, file, bytes, len, arena, diags) < 0)
        return 0;
    decode_config(out, root, &decoder);
    config_check_urls(out, arena, diags);
    config_pull_finish(out, arena, diags);
    config_branches_finish(out, arena, diags);
    return 0;
}

const char *config_inventory_url(const struct config *config)
{
    return config->inventory.url ? config->inventory.url : config->output.url;
}

/* Credentials of one repository are never shown to another. */
const struct config_auth *config_inventory_auth(const struct config *config)
{
    return config->inventory.url ? &config->inventory.auth : &config->output.auth;
}

struct translate_options config_translate_options(const struct config *config)
{
    return (struct translate_options){
        .program = "weft " WEFT_VERSION,
        .file_per_service = config->output.granularity == GRANULARITY_SERVICE,
        .external_services = config->output.external_services,
        .callers_only = config->output.import_scope == IMPORT_SCOPE_CALLERS,
    };
}

const struct config_cluster *config_cluster(const struct config *config, const char *name)
{
    struct config_cluster wanted = { .name = name };

    if (!config->cluster_count)
        return NULL;
    return bsearch(&wanted, config->clusters, config->cluster_count, sizeof wanted,
                   cluster_compare);
}

const struct delivery_method *config_delivery(const struct config *config, const char *cluster)
{
    const struct config_cluster *found = config_cluster(config, cluster);

    return delivery_method_of(found ? found->delivery : config->delivery);
}

const char *config_recipient_file(const struct config_cluster *cluster,
                                  const struct delivery_method *method)
{
    return method->recipient == RECIPIENT_AGENT ? cluster->account_keys : cluster->recipient_file;
}

bool config_has_agents(const struct config *config)
{
    bool any = delivery_method_of(config->delivery)->recipient == RECIPIENT_AGENT;

    for (size_t i = 0; i < config->cluster_count; i++)
        any |= delivery_method_of(config->clusters[i].delivery)->recipient == RECIPIENT_AGENT;
    return any;
}
