/* k8s-job/observe/api_lists.h - the lists that discovery needs, from the API servers of many
 * clusters at once.  Never Secrets, never pods.  docs/discovery.md
 * Everything that is asked of one server together may cost the budget of its struct kube
 * (kube_budget_default); a list that does not fit is unread, not partly read. */
#ifndef WEFT_K8S_JOB_OBSERVE_API_LISTS_H
#define WEFT_K8S_JOB_OBSERVE_API_LISTS_H

#include "k8s-job/client/kube.h"

enum api_list_end {
    API_LIST_COMPLETE, /* to its last page, at one resourceVersion; also when the server does not
                          know an API that Kubernetes itself does not bring along */
    API_LIST_REFUSED,  /* 403: why has the rule to add; 401: the credential is not accepted */
    API_LIST_UNREAD    /* anything else, such as silence, a skipped page, an answer of a proxy */
};

struct api_list {
    /* in */
    struct kube *kube;
    const char *resource;  /* "services" */
    const char *namespace; /* NULL: all namespaces */
    const char *object;    /* the one object of this name; NULL: all.  The right to list it alone,
                              by resourceNames, is enough */
    /* Gets each item, which is gone when it returns.  NULL: drop the items so far, the list
     * begins again; never for a list with a namespace or an object, which may be one part of many
     * and so comes in one piece. */
    void (*each)(void *context, const struct node *item);
    void *context;
    /* out */
    enum api_list_end end;
    const char *why;     /* in the arena; "": it is complete */
    struct err *failure; /* in the arena: as the server gave it; NULL: it is complete */
    int64_t at;          /* of its first page, by the server's clock; 0: it does not say */
};

bool api_lists_knows(const char *resource);
/* Reads all of them side by side; a server that does not answer delays no other one. */
void api_lists_read(struct api_list *lists, size_t count, struct arena *arena);

#endif
