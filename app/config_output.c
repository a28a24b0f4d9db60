/* app/config_output.c - compares repositories by their URLs, and reports nothing. */
#include "app/config_output.h"
#include "base/url.h"
#include <string.h>

const char *config_output_short_ref(const struct config *config)
{
    static const char heads[] = "refs/heads/";
    const char *ref = config->specs.ref;

    return text_starts(ref, heads) ? ref + strlen(heads) : ref;
}

const char *config_output_specs(const struct config *config, struct arena *arena)
{
    return url_same_text(config->specs.url, config->output.url, arena)
               ? config_output_short_ref(config)
               : NULL;
}

const char *config_output_inventory(const struct config *config, struct arena *arena)
{
    const char *url = config->inventory.url;

    if (!config->discovery.enabled || (url && !url_same_text(url, config->output.url, arena)))
        return NULL;
    return config->discovery.branch;
}
