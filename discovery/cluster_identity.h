/* discovery/cluster_identity.h - whether a name still belongs to the same cluster. */
#ifndef WEFT_DISCOVERY_CLUSTER_IDENTITY_H
#define WEFT_DISCOVERY_CLUSTER_IDENTITY_H

#include "base/err.h"
#include "discovery/facts.h"
#include "discovery/inventory.h"

/* The uid of Namespace kube-system; "" when it was not read. */
const char *cluster_identity_of(const struct facts *facts);
/* -1 when the former inventory is that of another cluster, unless replaced says that it may be. */
MUST_USE int cluster_identity_check(const struct facts *facts, const struct inventory *former,
                                    bool replaced, struct err *err);
/* -1 when two of these are one cluster; both names are in err. */
struct cluster_identity {
    const char *cluster, *uid; /* uid "": not known */
};
MUST_USE int cluster_identity_check_all(const struct cluster_identity *all, size_t count,
                                        struct err *err);

#endif
