/* api/workload.h - decodes discovered Workloads and registered clusters. */
#ifndef WEFT_API_WORKLOAD_H
#define WEFT_API_WORKLOAD_H

#include "api/mesh.h"

struct workload workload_decode(struct at at);
struct kubernetes_cluster kubernetes_cluster_decode(struct at at);

#endif
