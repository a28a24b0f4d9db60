/* app/commands/cluster_list.c - weft cluster list: what the configuration says of each cluster.
 * Asks no server, and shows no secret.
 *
 * It reads credentials only to say when they end: a kubeconfig's token is decoded as far as its
 * time, and never printed. A credential that cannot be read is a row with the reason and no error
 * of the command, because the other clusters are worth a row all the same. */
#include "app/commands/cluster_list.h"

#include "api/own_document.h"
#include "app/cluster_credential.h"
#include "app/cluster_survey.h"
#include "app/commands/command.h"
#include "app/usage.h"
#include "base/clock.h"
#include "base/write_json.h"
#include "ci/table.h"
#include "delivery/recipient.h"

/* "": nothing can be delivered to it. */
static const char *mode_of(const struct config_cluster *cluster)
{
    const struct delivery_method *method = delivery_method_of(cluster->delivery);
    const bool reached = !method->format ? cluster->server.present
                         : recipient_is_in_config(method)
                             ? cluster->age_recipient_count > 0
                             : config_recipient_file(cluster, method) != NULL;

    return reached ? enums_name(&delivery_modes, (int)cluster->delivery) : "";
}

static const char *expiry_text(const struct cluster_credential *credential, int64_t now,
                               struct arena *arena)
{
    if (!credential->expires)
        return "";
    return credential->expires <= now
               ? arena_printf(arena, "expired %s", clock_text(credential->expires, arena))
               : clock_text(credential->expires, arena);
}

static void print_table(struct text *out, const struct config *config,
                        const struct options *options, struct arena *arena)
{
    static const char *const header[] = { "CLUSTER",    "DELIVERY", "FEATURES",
                                          "CREDENTIAL", "EXPIRES",  "SERVER" };
    struct table table = table_new(arena, LENGTH(header), header);

    for (size_t i = 0; i < config->cluster_count; i++) {
        const struct config_cluster *cluster = &config->clusters[i];
        const struct cluster_credential credential =
            cluster_credential_read(&cluster->server, arena);

        table_cell(&table, cluster->name);
        table_cell(&table, mode_of(cluster));
        table_cell(&table, rights_features_text(cluster_survey_features(cluster), ",", arena));
        table_cell(&table, credential.kind);
        table_cell(&table, expiry_text(&credential, options->now, arena));
        table_cell(&table, *credential.why ? credential.why : credential.server);
    }
    table_print(out, &table);
}

static struct node *cluster_node(const struct config_cluster *cluster, struct arena *arena)
{
    const struct cluster_credential credential = cluster_credential_read(&cluster->server, arena);
    const uint32_t features = cluster_survey_features(cluster);
    struct node *out = node_map(arena), *list = node_list(arena);

    node_set_text(arena, out, "name", cluster->name);
    node_set_text(arena, out, "delivery", mode_of(cluster));
    for (int i = 0; i < FEATURE_COUNT; i++)
        if (features & (1u << i))
            node_add(list, node_string(arena, enums_name(&feature_names, i)));
    node_set(out, "features", list);
    node_set_text(arena, out, "credential", credential.kind);
    if (credential.expires)
        node_set_text(arena, out, "expires", clock_text(credential.expires, arena));
    node_set_text(arena, out, "server", credential.server);
    if (*credential.why)
        node_set_text(arena, out, "problem", credential.why);
    return out;
}

static void print_json(struct text *out, const struct config *config, struct arena *arena)
{
    struct node *list = node_list(arena), *root = own_document("ClusterList", arena);

    for (size_t i = 0; i < config->cluster_count; i++)
        node_add(list, cluster_node(&config->clusters[i], arena));
    node_set(root, "clusters", list);
    write_json(out, root, true);
}

int cluster_list(const struct options *options)
{
    AUTO(arena_free) struct arena *arena = arena_new();
    AUTO_TEXT out = { 0 };
    struct config config;
    int status;

    if (options->operands[1]) {
        usage_wrong(options->command, "cluster list takes no ", options->operands[1], NULL);
        return EXIT_USAGE;
    }
    if (!command_config(&config, options, arena, &status))
        return status;
    if (options->format == FORMAT_JSON)
        print_json(&out, &config, arena);
    else
        print_table(&out, &config, options, arena);
    return command_show(&out, options);
}
