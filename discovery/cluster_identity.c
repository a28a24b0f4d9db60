/* discovery/cluster_identity.c - whether a name still belongs to the same cluster.  Pure.
 * The uid of Namespace kube-system is made once in the life of a cluster.  Two contexts that were
 * swapped would otherwise read as thousands of removals and additions, all of them plausible. */
#include "discovery/cluster_identity.h"

const char *cluster_identity_of(const struct facts *facts)
{
    const struct fact_namespace *namespace = facts_namespace(facts, NAMESPACE_OF_IDENTITY);

    return namespace ? namespace->uid : "";
}

/* A read that does not say which cluster it is of would make the inventory forget its identity, and
 * the next read could be of any other cluster. */
static int unknown(const struct facts *facts, const char *known, struct err *err)
{
    const bool listed = facts_namespace(facts, NAMESPACE_OF_IDENTITY) != NULL;

    return err_set(err, listed ? ERR_REFUSED : ERR_KUBE, 0,
                   "%s does not show the uid of Namespace " NAMESPACE_OF_IDENTITY
                   ", so it may be another cluster than before (the inventory has %s): let weft "
                   "list that Namespace, or say that the cluster was replaced: \"weft run "
                   "--replace-cluster %s\", or the trailer \"Weft-Replace-Cluster: %s\" on the "
                   "specs commit",
                   facts->cluster, known, facts->cluster, facts->cluster);
}

int cluster_identity_check(const struct facts *facts, const struct inventory *former, bool replaced,
                           struct err *err)
{
    const char *known =
        former->known ? meta_annotation(&former->self.meta, ANNOTATION_CLUSTER_UID) : NULL;
    const char *uid = cluster_identity_of(facts);

    if (replaced || text_empty(known) || text_equal(known, uid))
        return 0;
    if (text_empty(uid))
        return unknown(facts, known, err);
    return err_set(err, ERR_REFUSED, 0,
                   "%s is another cluster than before (Namespace " NAMESPACE_OF_IDENTITY
                   " has uid %s, the inventory has %s); correct its kubeconfig, or say that it was "
                   "replaced: \"weft run --replace-cluster %s\", or the trailer "
                   "\"Weft-Replace-Cluster: %s\" on the specs commit",
                   facts->cluster, uid, known, facts->cluster, facts->cluster);
}

int cluster_identity_check_all(const struct cluster_identity *all, size_t count, struct err *err)
{
    for (size_t i = 0; i < count; i++)
        for (size_t k = i + 1; k < count; k++)
            if (!text_empty(all[i].uid) && text_equal(all[i].uid, all[k].uid))
                return err_set(err, ERR_INPUT, 0,
                               "%s and %s are one cluster (Namespace " NAMESPACE_OF_IDENTITY
                               " has uid %s in both); correct a kubeconfig, or remove one of them",
                               all[i].cluster, all[k].cluster, all[i].uid);
    return 0;
}
