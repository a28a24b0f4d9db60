/* api/status.c - the fields of the status of a VirtualMesh and of an AccessPolicy.  Must not decide
 * a state.
 *
 * A message is a text and its origin: id, remedy and place. The texts alone are what the API has
 * in `errors` and `warnings`, and what records on the branch hold; ids and remedies live beside
 * them in memory, for reports. So a status can be read by a weft that has other texts, and no
 * decision depends on one.
 *
 * The record of a VirtualMesh leaves out Destinations that are simply accepted. They are most of a
 * status, and say no more than their number, which the record has. */
#include "api/status.h"

#include "api/encode.h"
#include "api/schema_encode.h"
#include "base/clock.h"
#include <assert.h>
#include <string.h>

static const char *const approval_state_names[] = {
    [APPROVAL_PENDING] = "PENDING",
    [APPROVAL_ACCEPTED] = "ACCEPTED",
    [APPROVAL_INVALID] = "INVALID",
    [APPROVAL_FAILED] = "FAILED",
};
const struct enum_table approval_states = ENUM_TABLE(approval_state_names);

static const char *const condition_status_names[] = { "True", "False", "Unknown" };
static const struct enum_table condition_statuses = ENUM_TABLE(condition_status_names);

static const struct origin no_origin = { .id = "", .remedy = "" };

/* "W3" of "W3_SELECTOR_UNMATCHED, i, k": a letter and digits before the first underscore. */
static const char *id_of(const char *source, struct arena *arena)
{
    size_t len = 1;

    if (*source < 'A' || *source > 'Z')
        return "";
    while (is_digit(source[len]))
        len++;
    return len > 1 && source[len] == '_' ? arena_bytes(arena, source, len) : "";
}

/* Replaces the mark by "; " and returns the text after it. */
static const char *split_remedy(char **text, struct arena *arena)
{
    char *mark = strchr(*text, REMEDY[0]);
    size_t before;

    if (!mark)
        return "";
    before = (size_t)(mark - *text);
    *text = arena_printf(arena, "%.*s; %s", (int)before, *text, mark + 1);
    return *text + before + strlen("; ");
}

static void push(struct messages *messages, struct arena *arena, const char *text,
                 struct origin origin)
{
    size_t origins = messages->count;

    *ARENA_PUSH(arena, messages->origins, origins) = origin;
    *ARENA_PUSH(arena, messages->texts, messages->count) = text;
}

static bool has_text(const struct messages *messages, const char *text)
{
    for (size_t i = 0; i < messages->count; i++)
        if (strcmp(messages->texts[i], text) == 0)
            return true;
    return false;
}

/* source is the text of the arguments, made by the preprocessor; the id is how the catalogue's
 * constant begins. So a message cannot be added under the id of another one. */
void messages_format(struct messages *messages, bool once, struct arena *arena, const char *source,
                     const char *fmt, ...)
{
    struct origin origin = no_origin;
    va_list args;
    char *text;

    va_start(args, fmt);
    text = arena_vprintf(arena, fmt, args);
    va_end(args);
    origin.id = id_of(source, arena);
    origin.remedy = split_remedy(&text, arena);
    if (!once || !has_text(messages, text))
        push(messages, arena, text, origin);
}

void messages_append(struct messages *messages, struct arena *arena, const struct messages *more)
{
    for (size_t i = 0; i < more->count; i++)
        if (!has_text(messages, more->texts[i]))
            push(messages, arena, more->texts[i], messages_origin(more, i));
}

struct messages messages_copy(const struct messages *messages, struct arena *arena)
{
    struct messages copy = { 0 };

    for (size_t i = 0; i < messages->count; i++)
        push(&copy, arena, messages->texts[i], messages_origin(messages, i));
    return copy;
}

void messages_share(struct messages *messages, struct arena *arena, struct origin origin,
                    const char *text)
{
    push(messages, arena, text, origin);
}

struct messages messages_without(const struct messages *messages, const char *id,
                                 struct arena *arena)
{
    struct messages out = { 0 };

    for (size_t i = 0; i < messages->count; i++)
        if (strcmp(messages_origin(messages, i).id, id) != 0)
            push(&out, arena, messages->texts[i], messages_origin(messages, i));
    return out;
}

void messages_place(struct messages *messages, struct place place)
{
    if (messages->count && messages->origins)
        messages->origins[messages->count - 1].place = place;
}

struct origin messages_origin(const struct messages *messages, size_t index)
{
    return messages->origins ? messages->origins[index] : no_origin;
}

/* An API server limits the cost of rules by the length of lists. */
enum { CONDITIONS_MAX = 200 };

#define ROW_MESSAGES(of, key, member, ...)                                                         \
    SCHEMA_ROW(SCHEMA_MESSAGES, SCHEMA_TYPED(struct messages, of, member), key, __VA_ARGS__)
#define ROW_KEYED(of, key, member, number, table, ...)                                             \
    SCHEMA_ROW(SCHEMA_KEYED, SCHEMA_TYPED(struct target_status *, of, member), key,                \
               SCHEMA_COUNTED(of, number), .schema = &(table), __VA_ARGS__)

static const struct schema_field target_fields[] = {
    ROW_UINT32(struct target_status, "acceptanceOrder", acceptance_order,
               .doc = "Rank among the policies of the same target; the lowest wins."),
    ROW_ENUM(struct target_status, "state", state, approval_states,
             .doc = "Result for this target."),
    ROW_MESSAGES(struct target_status, "errors", errors, .doc = "Why it was not accepted."),
    ROW_MESSAGES(struct target_status, "warnings", warnings, .doc = "Remarks."),
};
static const struct schema target_schema = { .name = "ApprovalStatus",
                                             .doc = "The result for one target.",
                                             .size = sizeof(struct target_status),
                                             SCHEMA_FIELDS(target_fields) };
static_assert(offsetof(struct target_status, key) == 0, "SCHEMA_KEYED takes the first member");

bool status_target_accepted(const struct target_status *target)
{
    return target->state == APPROVAL_ACCEPTED && !target->acceptance_order && !target->errors.count
           && !target->warnings.count;
}

static void encode_timestamp(struct arena *arena, struct node *map,
                             const struct schema_field *field, const void *object)
{
    const struct rotation_condition *condition = object;

    encode_text(arena, map, field->key, clock_text(condition->timestamp, arena));
}

/* Without a state it is neither a step of a rotation nor a condition of Kubernetes, so the state is
 * always written.  The same list has conditions of Kubernetes; k8s-job writes those. */
static const struct schema_field condition_fields[] = {
    SCHEMA_ROW(SCHEMA_TEXT, 0, "timestamp", .encode = encode_timestamp,
               .doc = "When the step was entered (RFC 3339, UTC)."),
    ROW_ENUM(struct rotation_condition, "state", state, rotation_states, .always = true,
             .doc = "The step of a rotation."),
    ROW_TEXT(struct rotation_condition, "message", message, .doc = "What happened, for people."),
    ROW_MESSAGES(struct rotation_condition, "errors", errors, .doc = "Errors of this step."),
    SCHEMA_ROW(SCHEMA_TEXT, 0, "type", .foreign = true,
               .doc = "Type of a condition of Kubernetes, such as `Ready`."),
    SCHEMA_ROW(SCHEMA_ENUM, 0, "status", .names = &condition_statuses, .foreign = true,
               .doc = "Whether that condition holds."),
    ROW_TEXT(struct rotation_condition, "reason", id,
             .doc = "Why, in one word; of a step, the id of its message, such as `R11`."),
    SCHEMA_ROW(SCHEMA_TEXT, 0, "lastTransitionTime", .foreign = true,
               .doc = "Since when (RFC 3339, UTC)."),
    SCHEMA_ROW(SCHEMA_INT64, 0, "observedGeneration", .foreign = true,
               .doc = "`metadata.generation` that it is about."),
};
static const struct schema condition_schema = {
    .name = "Condition",
    .doc = "A condition of Kubernetes (`type`, `status`), or a step of a rotation (`state`, "
           "`timestamp`).",
    .size = sizeof(struct rotation_condition),
    SCHEMA_FIELDS(condition_fields),
    .rule = "(has(self.type) && has(self.status)) || has(self.state)",
    .rule_text = "a condition has type and status, a step of a rotation has state",
};

#define FOREIGN_FIELDS                                                                             \
    SCHEMA_ROW(SCHEMA_TEXT, 0, "observedCommit", .foreign = true,                                  \
               .doc = "Commit of the specs repository that led to this status."),                  \
        SCHEMA_ROW(SCHEMA_TEXT, 0, "outputCommit", .foreign = true,                                \
                   .doc = "Commit of the output branch at that time.")
#define GENERATION_DOC                                                                             \
    "`metadata.generation` of the spec that was processed last; it moves only when the live spec " \
    "is the one in Git."

static const struct schema_field virtual_mesh_fields[] = {
    ROW_INT64(struct vm_status, "observedGeneration", observed_generation, .doc = GENERATION_DOC),
    ROW_ENUM(struct vm_status, "state", state, approval_states,
             .doc = "Whether the VirtualMesh was accepted as a whole."),
    ROW_MESSAGES(struct vm_status, "errors", errors, .doc = "Errors of the object as a whole."),
    ROW_MESSAGES(struct vm_status, "warnings", warnings,
                 .doc = "Remarks on the object as a whole."),
    ROW_KEYED(struct vm_status, "meshes", meshes, mesh_count, target_schema,
              .doc = "Result for each mesh, by name.namespace.cluster of its Mesh."),
    ROW_KEYED(struct vm_status, "destinations", destinations, destination_count, target_schema,
              .doc = "Result for each federated Destination, by its name.namespace.cluster; above "
                     "5,000 only those that are not accepted."),
    ROW_LIST(struct vm_status, "conditions", conditions, condition_count, condition_schema,
             .max = CONDITIONS_MAX,
             .doc = "Conditions of Kubernetes first, then the steps of rotations, oldest first."),
    ROW_POINTER(struct vm_status, "deployedSharedTrust", deployed, shared_trust_schema,
                .doc = "The trust that is deployed; when it differs from the spec, a rotation is "
                       "due."),
    FOREIGN_FIELDS,
};
const struct schema status_virtual_mesh_schema = { .name = "VirtualMeshStatus",
                                                   .doc = "Written by weft.",
                                                   .size = sizeof(struct vm_status),
                                                   SCHEMA_FIELDS(virtual_mesh_fields) };

static const struct schema_field policy_fields[] = {
    ROW_INT64(struct policy_status, "observedGeneration", observed_generation,
              .doc = GENERATION_DOC),
    ROW_ENUM(struct policy_status, "state", state, approval_states,
             .doc = "Whether the AccessPolicy was accepted as a whole."),
    ROW_KEYED(struct policy_status, "destinations", destinations, destination_count, target_schema,
              .doc = "Result for each Destination that the policy selects, by its "
                     "name.namespace.cluster; above 5,000 only those that are not accepted."),
    SCHEMA_ROW(SCHEMA_TEXTS, SCHEMA_TYPED(const char **, struct policy_status, workloads),
               "workloads", SCHEMA_COUNTED(struct policy_status, workload_count),
               .doc = "Keys of the Workloads that the policy lets in."),
    ROW_MESSAGES(struct policy_status, "errors", errors, .doc = "Errors of the object as a whole."),
    ROW_MESSAGES(struct policy_status, "warnings", warnings,
                 .doc = "Remarks on the object as a whole."),
    SCHEMA_ROW(SCHEMA_LIST, 0, "conditions", .schema = &condition_schema, .max = CONDITIONS_MAX,
               .foreign = true, .doc = "Conditions of Kubernetes."),
    FOREIGN_FIELDS,
};
const struct schema status_policy_schema = { .name = "AccessPolicyStatus",
                                             .doc = "Written by weft.",
                                             .size = sizeof(struct policy_status),
                                             SCHEMA_FIELDS(policy_fields) };

/* The targets that are more than simply accepted. */
static struct target_status *noteworthy(const struct target_status *targets, size_t *count,
                                        struct arena *arena)
{
    struct target_status *kept = ARENA_NEW(arena, struct target_status, *count);
    size_t used = 0;

    for (size_t i = 0; i < *count; i++)
        if (!status_target_accepted(&targets[i]))
            kept[used++] = targets[i];
    *count = used;
    return kept;
}

struct node *status_encode_virtual_mesh(const struct vm_status *status, bool full,
                                        struct arena *arena)
{
    struct vm_status shown = *status;

    if (!full)
        shown.destinations = noteworthy(shown.destinations, &shown.destination_count, arena);
    return schema_encode(&shown, &status_virtual_mesh_schema, arena);
}

struct node *status_encode_policy(const struct policy_status *status, struct arena *arena)
{
    return schema_encode(status, &status_policy_schema, arena);
}
