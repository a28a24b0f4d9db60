/* discovery/mesh_config.h - MeshConfig (istio.io/docs/reference/config/istio.mesh.v1alpha1), as
 * istiod reads it from key "mesh" of its ConfigMap: the fields that discovery needs. */
#ifndef WEFT_DISCOVERY_MESH_CONFIG_H
#define WEFT_DISCOVERY_MESH_CONFIG_H

#include "discovery/label_selector.h"

struct mesh_config {
    const char *trust_domain;               /* "": not given */
    const char *root_namespace;             /* "": not given */
    const struct label_selector *selectors; /* discoverySelectors; none: every namespace */
    size_t selector_count;
    const char *const *export_to; /* defaultServiceExportTo */
    size_t export_to_count;
    bool dns_capture; /* proxyMetadata ISTIO_META_DNS_CAPTURE of the default proxy config */
};

/* False when text is no YAML map: then nothing is known of this mesh. */
bool mesh_config_read(struct mesh_config *out, const struct reader *reader, const char *text);

#endif
