/* k8s-job/client/list_cut.c - members of the items of a list that weft never reads.  Pure.
 * To build what is dropped afterwards would cost most of the time of a large list, so it goes while
 * the text is read.  A name belongs here only while no reader of a list needs it: to a reader the
 * member is there, and empty. */
#include "k8s-job/client/list_cut.h"

#include "base/text.h"
#include <string.h>

/* The values are lists or maps in Kubernetes' own kinds. */
static const char *const names[] = {
    "affinity",
    "images",
    "lifecycle",
    "livenessProbe",
    "managedFields",
    "readinessProbe",
    "resources",
    "securityContext",
    "startupProbe",
    "tolerations",
    "topologySpreadConstraints",
    "volumeMounts",
    "volumes",
};

/* An annotation: the whole object as kubectl applied it. */
static const char *const texts[] = { "kubectl.kubernetes.io/last-applied-configuration" };

static bool is_listed(const char *const *list, size_t count, const char *name, size_t len)
{
    for (size_t i = 0; i < count; i++)
        if (list[i][0] == name[0] && strlen(list[i]) == len && memcmp(list[i], name, len) == 0)
            return true;
    return false;
}

bool list_cut_has(const char *name, size_t len, bool is_text)
{
    return is_text ? is_listed(texts, LENGTH(texts), name, len)
                   : is_listed(names, LENGTH(names), name, len);
}
