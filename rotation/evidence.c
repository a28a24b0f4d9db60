/* rotation/evidence.c - what receipts prove, cluster by cluster.  Pure. */
#include "rotation/evidence.h"

#include <string.h>

enum evidence_level evidence_receipt_level(const struct evidence_policy *policy,
                                           const char *cluster)
{
    for (size_t i = 0; i < policy->receipt_count; i++)
        if (strcmp(policy->receipts[i].cluster, cluster) == 0)
            return policy->receipts[i].level;
    return policy->receipt;
}
