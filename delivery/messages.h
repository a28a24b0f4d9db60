/* delivery/messages.h - every sentence that the delivery of certificates puts into a status, under
 * the id that tests and docs/operations.md use.  A %s alone is the reason as an error
 * gave it. */
#ifndef WEFT_DELIVERY_MESSAGES_H
#define WEFT_DELIVERY_MESSAGES_H

#include "api/status.h"

#define S1_NOT_ENCRYPTED "%s"
#define S2_NOT_PREPARED "%s"
#define S3_NO_ACCESS "cacerts of cluster %s: %s"
#define S3_NO_SERVER                                                                               \
    "cluster %s has no API server to write cacerts to" REMEDY                                      \
    "set kubeconfig or inCluster for it under "                                                    \
    "clusters in %s"
#define S4_FOREIGN "%s"
#define S5_FORBIDDEN                                                                               \
    "weft may not write the Secret %s/%s of cluster %s" REMEDY                                     \
    "grant get and patch on it, and create until it exists"
#define S6_NOT_WRITTEN                                                                             \
    "the Secret %s/%s of cluster %s could not be written; the log of the pass tells why, and the " \
    "next pass tries again"

#define S7_CONFIRMED_TOO_EARLY                                                                     \
    "the annotation %s says that the SealedSecret cacerts of cluster %s was deleted, but the "     \
    "cluster gets its certificates as a SealedSecret, which a GitOps tool creates again" REMEDY    \
    "remove the cluster from the annotation (\"*\" is all clusters); after its delivery mode "     \
    "changed, delete the SealedSecret and confirm that"

#endif
