/* app/pass/trailers.c - what a commit on the output branch says of itself. */
#include "app/pass/trailers.h"
#include "app/pass/artifact_memory.h"
#include "app/pass/branch.h"
#include "base/text.h"
#include "pki/rotation_request.h"
#include "version.h"
#include <assert.h>

/* The virtual meshes of this pass; cut when there are many. */
static const char *names_of(const struct session *session, const struct plan *plan)
{
    const char *names = "";

    for (size_t i = 0; i < plan->virtual_mesh_count && i < 10; i++)
        names = arena_printf(session->arena, "%s%s%s/%s", names, i ? ", " : "",
                             plan->virtual_meshes[i].status.ref.namespace,
                             plan->virtual_meshes[i].status.ref.name);
    if (plan->virtual_mesh_count > 10)
        names =
            arena_printf(session->arena, "%s and %zu more", names, plan->virtual_mesh_count - 10);
    return names;
}

enum { ROTATIONS_MAX = 20, REQUESTS_MAX = 20, ARTIFACTS_MAX = 100 };

static void add(struct trailers *to, const char *token, const char *value)
{
    assert(to->count < TRAILERS_MAX);
    to->list[to->count++] = (struct trailer){ token, value };
}

/* The step of each rotation, and why it is there: an operator's request is in the last condition.
 */
static void add_rotations(struct trailers *to, const struct session *session,
                          const struct plan *plan)
{
    const size_t most = to->count + ROTATIONS_MAX;

    for (size_t i = 0; i < plan->virtual_mesh_count && to->count < most; i++) {
        const struct vm_status *status = &plan->virtual_meshes[i].status;
        const char *name = object_ref_text(status->ref, session->arena);
        const struct ledger_rotation *row = ledger_find_rotation(&session->ledger, name);
        const struct rotation_condition *last =
            status->condition_count ? &status->conditions[status->condition_count - 1] : NULL;

        if (row && last && row->state != ROTATION_NOT_ROTATING)
            add(to, TRAILER_ROTATION,
                arena_printf(session->arena, "%s %s/%d %s: %s", name, row->id, row->step,
                             enums_name(&rotation_states, (int)row->state), last->message));
    }
}

/* Requests of operators that no commit has yet. */
static void add_requests(struct trailers *to, const struct session *session)
{
    const size_t most = to->count + REQUESTS_MAX;

    for (const struct ledger_rotation *row = session->ledger.rotations; row && to->count < most;
         row = row->next) {
        const char *requests = rotation_request_summary(&session->ledger, row->virtual_mesh);

        if (*requests)
            add(to, TRAILER_OPERATOR,
                arena_printf(session->arena, "%s: %s", row->virtual_mesh, requests));
    }
}

/* An artifact names its commit, so only the next commit can name the artifact. */
static void add_artifacts(struct trailers *to, const struct session *session,
                          const struct inputs *inputs)
{
    const struct artifact_memory memory =
        artifact_memory_read(&session->ledger, session->config, session->arena);
    size_t told = 0, left = 0;

    for (size_t i = 0; i < memory.count; i++)
        if (*inputs->output_tip && text_equal(memory.items[i].commit, inputs->output_tip)) {
            if (told < ARTIFACTS_MAX)
                add(to, TRAILER_ARTIFACT,
                    arena_printf(session->arena, "%s %s", memory.items[i].cluster,
                                 memory.items[i].digest));
            told++;
        }
    left = told > ARTIFACTS_MAX ? told - ARTIFACTS_MAX : 0;
    if (left)
        add(to, TRAILER_ARTIFACT, arena_printf(session->arena, "and %zu more", left));
}

void trailers_fill(struct trailers *out, const struct session *session, const struct inputs *inputs,
                   const struct plan *plan)
{
    out->count = 0;
    add(out, TRAILER_SOURCE, session->config->specs.url);
    add(out, TRAILER_SOURCE_COMMIT, inputs->specs_commit);
    if (!text_empty(inputs->specs_signer))
        add(out, TRAILER_SIGNER, inputs->specs_signer);
    if (*inputs->inventory_commit)
        add(out, TRAILER_INVENTORY, inputs->inventory_commit);
    add(out, TRAILER_VERSION, WEFT_VERSION);
    add(out, TRAILER_DIGEST, arena_printf(session->arena, "sha256:%s", inputs->digest));
    add(out, TRAILER_VIRTUAL_MESHES, names_of(session, plan));
    add(out, TRAILER_STATE, branch_state(session));
    add(out, TRAILER_INSTANCE, branch_instance(session->arena));
    out->counter = &out->list[out->count];
    add(out, TRAILER_COUNTER, "");
    out->certificates = &out->list[out->count];
    add(out, TRAILER_CERTIFICATES, "");
    if (session->config->output.attestations == ATTESTATIONS_NOTE)
        add(out, TRAILER_ATTESTATION, "note");
    add_rotations(out, session, plan);
    add_requests(out, session);
    add_artifacts(out, session, inputs);
}
