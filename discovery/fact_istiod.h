/* discovery/fact_istiod.h - a Deployment that may be istiod, by its labels. */
#ifndef WEFT_DISCOVERY_FACT_ISTIOD_H
#define WEFT_DISCOVERY_FACT_ISTIOD_H

#include "discovery/read.h"

struct fact_istiod {
    bool labelled_app;       /* label app: istiod; else only istio: pilot */
    const char *revision;    /* label istio.io/rev; "default" when it has none */
    const char *version;     /* the image's tag, else what labels say; "": not known */
    const char *domain;      /* argument --domain; "": not given */
    const char *cluster_id;  /* CLUSTER_ID; "": not given */
    bool shared_mesh_config; /* SHARED_MESH_CONFIG: a second ConfigMap is merged */
    bool ready;              /* at least one replica */
};

/* NULL: it has none of istiod's labels. */
const struct fact_istiod *fact_istiod_read(const struct reader *reader, const struct node *item);

#endif
