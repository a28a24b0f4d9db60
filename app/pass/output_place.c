/* app/pass/output_place.c - where GitOps tools find what a pass publishes.
 *
 * An Application or Kustomization is evidence only when it reads one of these places.  Artifacts
 * are recognised by their digest, which the pass that pushed them wrote into the state: the last
 * one of each cluster, and a few before it. */
#include "app/pass/output_place.h"
#include "app/pass/artifact_memory.h"
#include "sync/branch_pattern.h"

static void add_artifacts(struct output_place *place, const struct session *session)
{
    const struct artifact_memory memory =
        artifact_memory_read(&session->ledger, session->config, session->arena);
    struct output_artifact *list = NULL;
    size_t count = 0;

    for (size_t i = 0; i < memory.count; i++) {
        const struct artifact *one = &memory.items[i];

        *ARENA_PUSH(session->arena, list, count) =
            (struct output_artifact){ one->cluster, one->digest, one->commit };
        for (size_t k = 0; k < one->former_count; k++)
            *ARENA_PUSH(session->arena, list, count) =
                (struct output_artifact){ one->cluster, one->former[k].digest,
                                          one->former[k].commit };
    }
    place->artifacts = list;
    place->artifact_count = count;
}

struct output_place output_place_of(const struct session *session)
{
    const struct config_output *output = &session->config->output;
    struct output_place place = { .url = output->url,
                                  .branch = output->branch,
                                  .path = output->path };

    if (output->branches == BRANCHES_CLUSTER)
        branch_pattern_split(&place.cluster_before, &place.cluster_after, output->cluster_branch,
                             session->arena);
    add_artifacts(&place, session);
    return place;
}
