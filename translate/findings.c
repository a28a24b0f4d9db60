/* translate/findings.c - gathers findings and finds the places that they belong to.  Judges
 * nothing.
 *
 * A status and a finding tell the same thing to different readers: a status repeats a diagnostic,
 * since its object may be all that a reader sees, while the list of findings has the diagnostic
 * itself, with its position. So what only repeats one is shortened here, and finding_follows marks
 * what another finding leads to, for counts that people compare with what they have to correct. A
 * finding without a position of its own gets that of its object, the nearest that there is. */
#include "translate/findings.h"

#include "api/object_place.h"
#include "api/specs_index.h"
#include <stdlib.h>
#include <string.h>

struct gathering {
    struct findings *out;
    const struct specs *specs;
};

/* Whose messages they are. */
struct owner {
    const char *kind;
    struct object_ref ref;
    const char *target_kind;
    struct object_ref target;
    struct place place;
};

/* "spec.meshes[1]" of "spec.meshes[1]: there is no ..."; "" when a text does not begin so. */
static const char *field_of(const char *text, struct arena *arena)
{
    size_t len = strcspn(text, " ");

    if (!text_starts(text, "spec.") || len < 2 || text[len] != ' ' || text[len - 1] != ':')
        return "";
    return arena_bytes(arena, text, len - 1);
}

/* What follows from a diag repeats it in a status, which may be all that a reader sees; here the
 * diag itself is in the list. */
static const char *own_text(const char *id, const char *text, struct arena *arena)
{
    const char *colon = strstr(text, ": ");

    if (strcmp(id, "E0") != 0 && strcmp(id, "A0") != 0)
        return text;
    return colon ? arena_bytes(arena, text, (size_t)(colon - text)) : text;
}

static void add_messages(struct gathering *g, const struct owner *owner, enum severity severity,
                         const struct messages *messages)
{
    for (size_t i = 0; i < messages->count; i++) {
        const struct origin origin = messages_origin(messages, i);

        if (strcmp(origin.id, V6_REMARK) == 0)
            continue; /* a diag says it */
        findings_add(g->out, (struct finding){
                                 .severity = severity,
                                 .id = origin.id,
                                 .kind = owner->kind,
                                 .ref = owner->ref,
                                 .target_kind = owner->target_kind,
                                 .target = owner->target,
                                 .place = origin.place.file ? origin.place : owner->place,
                                 .field = field_of(messages->texts[i], g->out->arena),
                                 .text = own_text(origin.id, messages->texts[i], g->out->arena),
                                 .remedy = origin.remedy,
                             });
    }
}

static struct place refused_place(const struct specs *specs, enum object_kind kind,
                                  struct object_ref ref)
{
    const struct refused *refused = specs_refused(specs, kind, ref);

    return refused ? refused->place : (struct place){ 0 };
}

static int compare_mesh_key(const void *key, const void *mesh)
{
    return strcmp(key, ((const struct mesh *)mesh)->meta.key);
}

static struct place mesh_place(const struct specs *specs, const char *key)
{
    const struct mesh *found = specs->mesh_count ? bsearch(key, specs->meshes, specs->mesh_count,
                                                           sizeof *specs->meshes, compare_mesh_key)
                                                 : NULL;

    return found ? found->meta.place : (struct place){ 0 };
}

static int compare_key(const void *key, const void *destination)
{
    return strcmp(key, ((const struct destination *)destination)->meta.key);
}

static struct place destination_place(const struct specs *specs, const char *key,
                                      struct arena *arena)
{
    const struct destination *found =
        specs->destination_count ? bsearch(key, specs->destinations, specs->destination_count,
                                           sizeof *specs->destinations, compare_key)
                                 : NULL;

    return found ? object_place_of_destination(found, arena) : (struct place){ 0 };
}

/* Where a part has no place, that of the whole is the nearest. */
static void add_target(struct gathering *g, struct owner owner, const char *kind,
                       struct place place, const struct target_status *target)
{
    if (!target->errors.count && !target->warnings.count)
        return;
    owner.target_kind = kind;
    owner.target = object_ref_of_key(target->key, g->out->arena);
    owner.place = place.file ? place : owner.place;
    add_messages(g, &owner, SEVERITY_ERROR, &target->errors);
    add_messages(g, &owner, SEVERITY_WARNING, &target->warnings);
}

static void add_virtual_mesh(struct gathering *g, const struct planned_virtual_mesh *planned)
{
    const struct vm_status *status = &planned->status;
    const struct virtual_mesh *spec = planned->virtual_mesh;
    const struct owner owner = {
        .kind = "VirtualMesh",
        .ref = status->ref,
        .target_kind = "",
        .place = spec && spec->meta.place.file
                     ? spec->meta.place
                     : refused_place(g->specs, KIND_VIRTUAL_MESH, status->ref),
    };

    add_messages(g, &owner, SEVERITY_ERROR, &status->errors);
    add_messages(g, &owner, SEVERITY_WARNING, &status->warnings);
    for (size_t i = 0; i < status->mesh_count; i++)
        add_target(g, owner, "Mesh", mesh_place(g->specs, status->meshes[i].key),
                   &status->meshes[i]);
    for (size_t i = 0; i < status->destination_count; i++)
        if (status->destinations[i].errors.count || status->destinations[i].warnings.count)
            add_target(g, owner, "Destination",
                       destination_place(g->specs, status->destinations[i].key, g->out->arena),
                       &status->destinations[i]);
}

static struct place policy_place(const struct specs *specs, struct object_ref ref)
{
    const struct access_policy *policy = specs_access_policy(specs, ref);

    return policy ? policy->meta.place : refused_place(specs, KIND_ACCESS_POLICY, ref);
}

/* What a policy means for a Destination is corrected in the policy: its place counts. */
static void add_policy(struct gathering *g, const struct policy_status *status)
{
    struct owner owner = { .kind = "AccessPolicy", .ref = status->ref, .target_kind = "" };

    owner.place = policy_place(g->specs, status->ref);
    add_messages(g, &owner, SEVERITY_ERROR, &status->errors);
    add_messages(g, &owner, SEVERITY_WARNING, &status->warnings);
    for (size_t i = 0; i < status->destination_count; i++)
        add_target(g, owner, "Destination", owner.place, &status->destinations[i]);
}

static void add_diags(struct gathering *g, const struct diags *diags)
{
    for (const struct diag *diag = diags->first; diag; diag = diag->next)
        findings_add(g->out,
                     (struct finding){
                         .severity = diag->level == DIAG_ERROR ? SEVERITY_ERROR : SEVERITY_WARNING,
                         .id = diag->id,
                         .kind = "",
                         .target_kind = "",
                         .place = diag->place,
                         .field = diag->path,
                         .text = diag->text,
                         .remedy = "",
                     });
}

void findings_gather(struct findings *out, const struct diags *diags, const struct specs *specs,
                     const struct plan *plan)
{
    struct gathering g = { out, specs };

    add_diags(&g, diags);
    for (size_t i = 0; i < plan->virtual_mesh_count; i++)
        add_virtual_mesh(&g, &plan->virtual_meshes[i]);
    for (size_t i = 0; i < plan->policy_count; i++)
        add_policy(&g, &plan->policies[i]);
}

/* E0 and A0 repeat a diag, E15 and A12 are what a diag of a Mesh leads to; a mesh without a gateway
 * (D6) is M6. */
bool finding_follows(const struct finding *finding)
{
    static const char *const ids[] = { "E0", "E15", "A0", "A12", "D6" };

    for (size_t i = 0; finding->severity == SEVERITY_ERROR && i < LENGTH(ids); i++)
        if (strcmp(finding->id, ids[i]) == 0)
            return true;
    return false;
}
