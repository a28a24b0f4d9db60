/* app/discovery_servers.h - lists of API servers for discovery, from the clusters of the
 * configuration. */
#ifndef WEFT_APP_DISCOVERY_SERVERS_H
#define WEFT_APP_DISCOVERY_SERVERS_H

#include "app/server_pool.h"
#include "discovery/facts.h"

struct discovery_servers {
    struct facts **clusters; /* sorted by name, after facts_end */
    bool *unreachable;       /* parallel: the server gave no answer, or its kubeconfig is unusable;
                                why is that of its list of namespaces */
    size_t count;
};

/* Reads the clusters of the configuration that have a server and do not say "discover: false", or
 * those that are named alone; all at once, within the budget of each server.  What is wrong with a
 * cluster is in its facts; -1 when there is no such cluster. */
MUST_USE int discovery_servers_read(struct discovery_servers *out, struct servers *servers,
                                    const char *const *names, size_t name_count,
                                    struct arena *arena, struct err *err);

#endif
