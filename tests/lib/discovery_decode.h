/* tests/lib/discovery_decode.h - the settings of discovery for one cluster, by the tables with
 * which the configuration decodes them. */
#ifndef WEFT_TESTS_LIB_DISCOVERY_DECODE_H
#define WEFT_TESTS_LIB_DISCOVERY_DECODE_H

#include "api/schema_decode.h"
#include "discovery/discovery_settings.h"

/* An entry of "clusters", as far as discovery goes. */
struct decoded_cluster {
    const char *name;
    struct discovery_settings settings;
};

/* Either may be absent. */
static inline struct discovery_settings discovery_decode(struct at block, struct at entry)
{
    static const struct schema_field fields[] = {
        ROW_TEXT(struct decoded_cluster, "name", name, .doc = "Its name."),
        DISCOVERY_CLUSTER_ROWS(struct decoded_cluster, settings),
    };
    static const struct schema schema = { .name = "Cluster",
                                          .size = sizeof(struct decoded_cluster),
                                          SCHEMA_FIELDS(fields) };
    struct discovery_settings all = { 0 };
    struct decoded_cluster cluster = { 0 };

    schema_decode(&all, &discovery_settings_schema, &block, "discovery");
    discovery_settings_finish(&all, block.with->arena);
    schema_decode(&cluster, &schema, &entry, "clusters[0]");
    return discovery_settings_overlay(&cluster.settings, &all);
}

#endif
