/* k8s-job/client/retry.h - which failed request is sent again, and when.  docs/kubernetes.md
 * Pure: no clock, no socket, no randomness of its own. */
#ifndef WEFT_K8S_JOB_CLIENT_RETRY_H
#define WEFT_K8S_JOB_CLIENT_RETRY_H

#include <stdbool.h>
#include <stdint.h>

/* The limits of a client. */
struct retry_limits {
    int tries;            /* in all */
    int64_t base_ms;      /* doubled with each try */
    int64_t cap_ms;       /* of one wait of ours */
    int64_t after_max_ms; /* of one wait that the server asks for */
    int timeouts;         /* tries that may end without an answer before the time limit */
    long connect_ms;      /* until a connection is there; 0: 10 s */
};
extern const struct retry_limits retry_limits_default; /* 5, 250 ms, 15 s, 60 s, 2, 10 s */

/* What came of the last try. */
struct retry_case {
    bool idempotent; /* doing it twice is the same as once */
    int tries;       /* so far, at least 1 */
    int timeouts;    /* of these, those without an answer before the time limit */
    int status;      /* HTTP; 0: no answer */
    bool hopeless;   /* a 500 that cannot change: "field not declared in schema", "request is
                        too large" */
    int64_t after_s; /* Retry-After in seconds; -1: none */
    bool credential_renewable, credential_renewed;
};

enum retry_action { RETRY_STOP, RETRY_WAIT, RETRY_CREDENTIAL };

struct retry {
    enum retry_action action;
    int64_t wait_ms; /* RETRY_WAIT */
};

/* What follows the last try.  random: in [0, 1), for full jitter. */
struct retry retry_decide(struct retry_case last, const struct retry_limits *limits, double random);
/* Whether a request may be sent twice: reads, server-side apply, and writes that carry what they
 * were computed from (a resourceVersion, or a precondition on a deletion). */
bool retry_idempotent(const char *method, const char *content_type, const char *body);
/* Whether the message of a 500 shows that another try cannot help. */
bool retry_hopeless(const char *message);

#endif
