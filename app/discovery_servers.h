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

enum { DISCOVERY_SERVERS_AT_ONCE = 32 }; /* clusters whose lists are asked for at the same time */

/* Reads the clusters of the configuration that have a server and do not say "discover: false", or
 * those that are named alone, within the budget of each server.  What is wrong with a
 * cluster is in its facts; -1 when there is no such cluster. */
MUST_USE int discovery_servers_read(struct discovery_servers *out, struct servers *servers,
                                    const char *const *names, size_t name_count,
                                    struct arena *arena, struct err *err);

/* The same, but take gets each cluster, in the same order, once it is read; its facts are gone when
 * take returns, so that those of few clusters are held at once.  arena must outlive servers. */
typedef void discovery_servers_take(void *context, const struct facts *facts, bool unreachable);
/* Gets all clusters before the first of them is read, when only their namespaces are known. */
typedef void discovery_servers_named(void *context, struct facts *const *clusters, size_t count);
struct discovery_servers_taker {
    discovery_servers_named *named; /* NULL: not needed */
    discovery_servers_take *take;
    void *context;
};
MUST_USE int discovery_servers_each(struct servers *servers, const char *const *names,
                                    size_t name_count, const struct discovery_servers_taker *taker,
                                    struct arena *arena, struct err *err);

#endif
