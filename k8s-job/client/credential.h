/* k8s-job/client/credential.h - the token or certificate of the next request, and when it is
 * fetched again.  docs/kubernetes.md */
#ifndef WEFT_K8S_JOB_CLIENT_CREDENTIAL_H
#define WEFT_K8S_JOB_CLIENT_CREDENTIAL_H

#include "base/http.h"
#include "k8s-job/client/target.h"

enum { TOKEN_AGE_MS = 60000 }; /* a token file is read again when older than this */

struct credential {
    const struct target *target;
    struct arena *arena;
    char *token; /* malloc, wiped when replaced; NULL: none */
    bool fetched;
    int64_t fetched_ms; /* monotonic */
    int64_t expires;    /* of an exec plugin's answer, seconds since 1970; 0: unknown */
    const char *cert_pem, *key_pem;
    struct err failed; /* of the exec plugin, which is not run again in this pass */
};

/* Makes it fresh enough for a request at now_ms; force: whatever its age (after a 401).  An exec
 * plugin that failed once is not run again: each request of a pass would wait for it. */
MUST_USE int credential_fresh(struct credential *credential, bool force, int64_t now_ms,
                              struct err *err);
/* Runs the exec plugins of those that need one, some side by side: credential_fresh
 * returns their failures.  Each credential at most once in the list, whose order is lost. */
void credential_fetch_all(struct credential **credentials, size_t count, int64_t now_ms);
/* A new one may differ from the old one: there is a file or a plugin. */
bool credential_renewable(const struct credential *credential);
/* Puts it into the peer. */
void credential_apply(const struct credential *credential, struct http_peer *peer);
/* Wipes and releases the token. */
void credential_wipe(struct credential *credential);
/* Cuts a byte order mark off the front and white space off the end; false when a byte is left that
 * no header may hold. */
bool credential_clean_token(char *token);

#endif
