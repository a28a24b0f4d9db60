/* discovery/mesh_config.c - what MeshConfig says of a mesh.  Pure.  Must not fill in defaults: who
 * asks knows whether an absent field means the former value or Istio's default.
 *
 * The text comes from a ConfigMap that operators edit, and is parsed with the limits of every YAML
 * that weft reads. One that is no map leaves the read without result (control_plane.c): Istio
 * would run on with what it loaded before, and which that was cannot be seen here. */
#include "discovery/mesh_config.h"

#include "base/parse_yaml.h"

static const struct label_selector *read_selectors(const struct reader *reader,
                                                   const struct node *list, size_t *count)
{
    const size_t room = list && list->kind == NODE_LIST ? list->count : 0;
    struct label_selector *selectors = ARENA_NEW(reader->arena, struct label_selector, room);

    *count = 0;
    for (const struct node *node = room ? list->first : NULL; node; node = node->next)
        selectors[(*count)++] = label_selector_read(reader, node);
    return selectors;
}

/* "helm --set" writes the boolean true where the API has a text. */
static bool captures_dns(const struct node *config)
{
    return text_equal(
        node_get(config, "defaultConfig", "proxyMetadata", "ISTIO_META_DNS_CAPTURE", NULL), "true");
}

bool mesh_config_read(struct mesh_config *out, const struct reader *reader, const char *text)
{
    AUTO(arena_free) struct arena *scratch = arena_new();
    struct diags diags = { .arena = scratch };
    const struct node *config;

    *out = (struct mesh_config){ .trust_domain = "", .root_namespace = "" };
    if (parse_yaml(&config, "mesh", text, strlen(text), scratch, &diags) < 0 || diags.errors
        || config->kind != NODE_MAP)
        return false;
    out->trust_domain = read_text(reader, config, "trustDomain");
    out->root_namespace = read_text(reader, config, "rootNamespace");
    out->selectors =
        read_selectors(reader, node_find(config, "discoverySelectors"), &out->selector_count);
    out->export_to =
        read_texts(reader, node_find(config, "defaultServiceExportTo"), &out->export_to_count);
    out->dns_capture = captures_dns(config);
    return true;
}
