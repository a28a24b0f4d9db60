/* app/commands/evidence_workloads.h - what weft evidence --workloads adds to the evidence of
 * clusters. */
#ifndef WEFT_APP_COMMANDS_EVIDENCE_WORKLOADS_H
#define WEFT_APP_COMMANDS_EVIDENCE_WORKLOADS_H

#include "app/options.h"
#include "app/proxy_survey.h"
#include "base/node.h"
#include "base/text.h"

/* The clusters of virtual meshes that were asked for: a table of them, one of their workloads. */
void evidence_workloads_print(struct text *out, const struct proxy_survey *survey,
                              const struct options *options, struct arena *arena);
/* The same of one cluster, for JSON. */
struct node *evidence_workloads_node(const struct proxy_cluster *cluster, struct arena *arena);

#endif
