/* discovery/fact_namespace.h - a Namespace (core/v1), as far as discovery needs it. */
#ifndef WEFT_DISCOVERY_FACT_NAMESPACE_H
#define WEFT_DISCOVERY_FACT_NAMESPACE_H

#include "discovery/read.h"

#define NAMESPACE_OF_IDENTITY "kube-system" /* its uid is the identity of the cluster */

/* The annotation discovery.mesh.gloo.solo.io/enabled of a Service or Namespace. */
enum consent { CONSENT_NONE, CONSENT_TAKE, CONSENT_LEAVE };

struct fact_namespace {
    const char *name;
    const char *uid; /* of kube-system alone; else "" */
    const struct pair *labels;
    size_t label_count;
    enum consent consent;
};

struct fact_namespace fact_namespace_read(const struct reader *reader, const struct node *item);
/* What the annotations of an item say: "true" takes it in, "false" keeps it out, anything else
 * is neither. */
enum consent fact_namespace_consent(const struct node *item);

#endif
