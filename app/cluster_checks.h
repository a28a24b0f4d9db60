/* app/cluster_checks.h - what weft cluster check reports about each cluster: rights, credential,
 * Istio, gateways.
 */
#ifndef WEFT_APP_CLUSTER_CHECKS_H
#define WEFT_APP_CLUSTER_CHECKS_H

#include "app/cluster_survey.h"

enum check_result {
    CHECK_OK,
    CHECK_NOTE,    /* for information, nothing to do */
    CHECK_WARNING, /* works, and should be looked at */
    CHECK_UNKNOWN, /* could not be determined */
    CHECK_MISSING, /* a right: rule is what to add */
    CHECK_FAILED
};
extern const struct enum_table check_results; /* "ok", "note", "warning", ... */

/* What is checked; the names are part of the JSON. */
enum check_kind {
    CHECK_API,
    CHECK_IDENTITY,
    CHECK_CREDENTIAL,
    CHECK_RIGHTS,
    CHECK_EXCESS,
    CHECK_ISTIO,
    CHECK_FAULT,
    CHECK_ROOTS,
    CHECK_DNS,
    CHECK_GATEWAY,
    CHECK_AMBIENT,
    CHECK_KIND_COUNT
};
extern const struct enum_table check_kinds; /* "api server", "identity", ... */

struct cluster_check {
    const char *cluster;
    enum check_kind kind;
    enum check_result result;
    const char *text;
    const char *rule; /* a line of YAML to add to the rules of place; "" */
    const char *place;
};

struct cluster_checks {
    struct cluster_check *items; /* cluster by cluster, each in the order of enum check_kind */
    size_t count;
    bool answered; /* at least one cluster did */
};

/* features: bits to check for, 0: those that the configuration uses.  Reads only. */
struct cluster_checks cluster_checks_make(struct cluster_surveys *surveys, uint32_t features,
                                          int64_t now, struct arena *arena);

#endif
