/* k8s-job/access/rights_yaml.h - the table of rights as manifests: account, Roles and bindings of a
 * cluster, and as the rules of the Helm chart.  Pure. */
#ifndef WEFT_K8S_JOB_ACCESS_RIGHTS_YAML_H
#define WEFT_K8S_JOB_ACCESS_RIGHTS_YAML_H

#include "base/text.h"
#include "k8s-job/access/rights.h"

/* weft's account in a cluster that it reaches from outside. */
#define RIGHTS_NAMESPACE "weft-system"
#define RIGHTS_ACCOUNT "weft-remote"
#define RIGHTS_TOKEN "weft-remote-token"

/* Namespace, ServiceAccount and the Secret of its token. */
void rights_yaml_account(struct text *out);
/* Roles and ClusterRoles with their bindings.  show_optional: optional rights that are not wished
 * follow as comments. */
void rights_yaml_roles(struct text *out, const struct rights_wish *wish, bool show_optional,
                       struct arena *arena);

/* The files of k8s-job/deploy/cluster: "discover.yaml"; NULL after the last one. */
const char *rights_yaml_file(size_t n);
void rights_yaml_write_file(struct text *out, size_t n, struct arena *arena);
/* The templates "weft.rights.<role>.<cluster|istio|workloads>" of the chart. */
void rights_yaml_write_chart(struct text *out, struct arena *arena);

#endif
