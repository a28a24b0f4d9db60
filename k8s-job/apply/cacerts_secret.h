/* k8s-job/apply/cacerts_secret.h - the Secret "cacerts" written straight to clusters by server-side
 * apply, never over keys of another field manager.  docs/kubernetes.md  No byte of a key stays
 * behind in ordinary memory. */
#ifndef WEFT_K8S_JOB_APPLY_CACERTS_SECRET_H
#define WEFT_K8S_JOB_APPLY_CACERTS_SECRET_H

#include "base/enums.h"
#include "k8s-job/client/kube.h"

/* One key of the Secret.  The bytes may lie in guarded memory: they are never copied into the
 * caller's arena, a log or a text. */
struct direct_file {
    const char *name;
    const char *bytes;
    size_t len;
};

enum direct_result {
    DIRECT_SAME,      /* it holds these bytes already, and they are ours: nothing was written */
    DIRECT_WRITTEN,   /* written and read back */
    DIRECT_FOREIGN,   /* another field manager owns keys of it; it was left alone */
    DIRECT_FORBIDDEN, /* a right is missing: the text names it */
    DIRECT_FAILED     /* anything else; not known to be written */
};
extern const struct enum_table direct_results; /* "same", "written", "foreign", ...: also a label */

/* The content of the Secret when it was read last, whatever the result of the write. */
enum direct_seen {
    DIRECT_UNSEEN, /* it was not read */
    DIRECT_HELD,   /* these bytes */
    DIRECT_OTHER,  /* other ones */
    DIRECT_MISSING /* no such Secret */
};

struct direct_write {
    /* in */
    struct kube *kube;
    const char *cluster;          /* for people */
    const char *namespace, *name; /* of the Secret */
    const struct direct_file *files;
    size_t file_count;                       /* all keys at once: one that is left out is removed */
    const struct node *labels, *annotations; /* maps of texts, nothing secret; NULL: none.  They
                                                alone are no reason to write. */
    bool take_over; /* take the keys from another owner: clusters[].takeOver */
    /* out */
    enum direct_result result;
    enum direct_seen seen;
    const char *text; /* for people; NULL when written or same.  Of DIRECT_FOREIGN the same in each
                         pass: names of managers, sorted, and nothing else of the server's text */
};
/* Writes in all clusters in parallel; an unreachable one delays no other.  All kubes must share one
 * struct http.  Rights: get, create and patch on this one Secret (resourceNames). */
void cacerts_secret_apply(struct direct_write *writes, size_t count, struct arena *arena);

/* The pure part: managers other than us that own keys of a live Secret, "a" or "a" and "b",
 * sorted; NULL: none. */
const char *cacerts_secret_foreign_owner(const struct node *live, struct arena *arena);

#endif
