/* api/workload.h - discovered Workloads and registered clusters.  Private to api/. */
#ifndef WEFT_API_WORKLOAD_H
#define WEFT_API_WORKLOAD_H

#include "api/mesh.h"

struct schema;
extern const struct schema workload_schema, kubernetes_cluster_schema;

struct workload workload_decode(struct at at);
struct kubernetes_cluster kubernetes_cluster_decode(struct at at);

#endif
