/* app/pass/resolve.c - decodes the specs and resolves them; decides nothing itself.
 *
 * A mistake in one spec does not end the pass: what decodes is served, and each refused object is
 * a diagnostic, whose virtual mesh keeps the manifests of the last pass. Only what makes the whole
 * reading worthless is an error: a commit that cannot be read, a folder that is not there.
 *
 * The steps are separate because discovery lies between them: resolve_read has the specs of
 * people, resolve_join adds the specs that were found in clusters, where a spec from Git wins over
 * a found one that describes the same thing, and resolve_plan resolves both together. What the
 * configuration says of clusters is checked after the join, for a cluster may be known from
 * discovery alone. */
#include "app/pass/resolve.h"
#include "app/config_check.h"
#include "app/specs_source.h"
#include "base/plural.h"
#include "discovery/precedence.h"
#include "translate/resolve.h"
#include <string.h>

static int read_specs(struct resolved_specs *out, const struct session *session,
                      const struct inputs *inputs, struct err *err)
{
    const struct config *config = session->config;

    if (!inputs->specs_snapshot)
        return specs_source_folder(&out->specs, &out->files, session->options->specs,
                                   config->pod_namespace, session->arena, &out->diags, err);
    if (specs_source_snapshot(&out->specs, &out->files, inputs->specs_snapshot, config->specs.path,
                              config->pod_namespace, session->arena, &out->diags, err)
        < 0)
        return err_wrap(err, "read specs %.12s", inputs->specs_commit);
    return 0;
}

int resolve_read(struct resolved_specs *out, const struct session *session,
                 const struct inputs *inputs, struct err *err)
{
    const struct config_specs *config = &session->config->specs;
    struct arena *arena = session->arena;

    out->diags.arena = arena;
    if (read_specs(out, session, inputs, err) < 0)
        return -1;
    progress_end(session->progress, "%s: %s, %s, %s in %s",
                 inputs->specs_snapshot
                     ? arena_printf(arena, "%s at %.12s", config->ref, inputs->specs_commit)
                     : session->options->specs,
                 plural_count(out->specs.virtual_mesh_count, "virtual mesh", arena),
                 plural_count(out->specs.mesh_count, "mesh", arena),
                 plural_count(out->specs.destination_count, "destination", arena),
                 plural_count(out->files, "file", arena));
    return 0;
}

void resolve_join(struct resolved_specs *resolved, struct specs *found, struct findings *remarks,
                  const struct session *session)
{
    const struct specs own = resolved->specs;

    if (found)
        precedence_apply(&resolved->specs, remarks, &own, found, session->arena);
    config_check_clusters(session->config, &resolved->specs, session->arena, &resolved->diags);
    diags_sort(&resolved->diags);
}

int resolve_plan(struct plan *out, const struct session *session, const struct specs *specs,
                 const struct tree_reader *tip, struct err *err)
{
    const struct translate_options options = config_translate_options(session->config);

    if (translate_resolve(out, specs, &options, tip, session->arena, err) < 0)
        return err_wrap(err, "resolve the virtual meshes");
    return 0;
}

/* A refused spec may still ask for what its last good version did, so nothing may be removed
 * because of its absence. Where a file as a whole could not be read, it may have held any virtual
 * mesh, and each of them is unsure. */
bool resolve_is_unsure(const struct specs *specs, const char *virtual_mesh, struct arena *arena)
{
    for (const struct refused *refused = specs->refused; refused; refused = refused->next)
        if (refused->kind == KIND_VIRTUAL_MESH
            && strcmp(object_ref_text(refused->ref, arena), virtual_mesh) == 0)
            return true;
    return specs->incomplete;
}
