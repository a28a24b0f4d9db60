/* k8s-job/client/objects.h - reading lists and writing objects: pages, server-side apply.
 * docs/kubernetes.md
 */
#ifndef WEFT_K8S_JOB_CLIENT_OBJECTS_H
#define WEFT_K8S_JOB_CLIENT_OBJECTS_H

#include "k8s-job/client/kube.h"

#define KUBE_MANAGER "weft" /* fieldManager of every write */

/* All pages of a list.  Items of built-in kinds carry no kind and apiVersion themselves. */
struct kube_list {
    const char *kind, *api_version; /* of an item */
    struct kube_item {
        const struct node *node;
    } * items;
    size_t count;
};

enum { LIST_PAGE = 500, LIST_RESTARTS = 3 };

/* One list among many: objects_list_begin for each, objects_list_all for all at once,
 * objects_list_end for each. */
struct kube_list_reader {
    struct kube_call call;
    const char *path;
    struct kube_list list;
    int restarts;
    bool paged;
    const char *kind;  /* of the items */
    const char *token; /* of the next page; NULL: there is none */
    const char *wrong; /* what is wrong with a page: then the list is unread.  NULL: nothing yet */
    struct err spent;  /* there were too many pages; kind ERR_NONE: no */
    int64_t at;        /* server_time of the first page: all pages are of that moment */
    /* Set after objects_list_begin: gets each item instead of list, which stays empty; what it is
     * given is gone when it returns.  NULL: drop the items so far, the list begins again or is
     * unread. */
    void (*each)(void *context, const struct node *item);
    void *context; /* of each */
};
/* kind: of the items ("ConfigMap"); a list of anything else is unread, and so is one whose items
 * are no list of objects with names, whose token repeats, or that has more pages than one server
 * may have in a pass. */
void objects_list_begin(struct kube_list_reader *reader, struct kube *kube, const char *kind,
                        const char *path, struct arena *arena);
void objects_list_all(struct kube_list_reader *readers, size_t count, struct arena *arena);
/* The path of the page after continue_token (NULL: the first); limit 0: everything at once.  Pure.
 */
const char *objects_list_page_path(const char *path, unsigned limit, const char *continue_token,
                                   struct arena *arena);
/* -1 and err when a page could not be read: then nothing is known, not even the first pages. */
MUST_USE int objects_list_end(struct kube_list *out, struct kube_list_reader *reader,
                              struct err *err);

/* A list from one server.  When a page's token is too old (410) it starts again from the beginning:
 * an inconsistent list could make us delete what is there. */
MUST_USE int objects_list(struct kube_list *out, struct kube *kube, const char *kind,
                          const char *path, struct arena *arena, struct err *err);

/* The call that applies object at path (with "/status" for the status) on the server's side.  force
 * takes fields from others. */
struct kube_call objects_apply_call(struct kube *kube, const char *path, const struct node *object,
                                    bool force, struct arena *arena);
/* A 409 that says: other managers own fields of the object that was applied. */
bool objects_field_conflict(const struct kube_answer *answer);
/* Applies; an answer of 400 or more is -1 with its text. */
MUST_USE int objects_apply(struct kube *kube, struct kube_answer *answer, const char *path,
                           const struct node *object, bool force, struct arena *arena,
                           struct err *err);

#endif
