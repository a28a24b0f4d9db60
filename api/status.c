/* api/status.c - the status of a VirtualMesh and of an AccessPolicy as the API writes it.  Must not
 * decide a state. */
#include "api/status.h"
#include "api/certificate_encode.h"

#include "api/encode.h"
#include "base/clock.h"
#include <stdlib.h>
#include <string.h>

static const char *const approval_state_names[] = {
    [APPROVAL_PENDING] = "PENDING",
    [APPROVAL_ACCEPTED] = "ACCEPTED",
    [APPROVAL_INVALID] = "INVALID",
    [APPROVAL_FAILED] = "FAILED",
};
const struct enum_table approval_states = ENUM_TABLE(approval_state_names);

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

/* Puts "; " where the mark is and returns what stands behind it. */
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

void messages_share(struct messages *messages, struct arena *arena, const char *id,
                    const char *text)
{
    push(messages, arena, text, (struct origin){ .id = id, .remedy = "" });
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

static void encode_messages(struct arena *arena, struct node *map, const char *key,
                            const struct messages *messages)
{
    encode_texts(arena, map, key, messages->texts, messages->count);
}

static struct node *encode_target(const struct target_status *target, struct arena *arena)
{
    struct node *node = node_map(arena);

    encode_int(arena, node, "acceptanceOrder", target->acceptance_order);
    encode_enum(arena, node, "state", &approval_states, target->state);
    encode_messages(arena, node, "errors", &target->errors);
    encode_messages(arena, node, "warnings", &target->warnings);
    return node;
}

static int compare_targets(const void *a, const void *b)
{
    const struct target_status *const *x = a, *const *y = b;

    return strcmp((*x)->key, (*y)->key);
}

bool status_target_accepted(const struct target_status *target)
{
    return target->state == APPROVAL_ACCEPTED && !target->acceptance_order && !target->errors.count
           && !target->warnings.count;
}

/* A map sorted by key, whatever order the targets come in. */
static void encode_targets(struct arena *arena, struct node *map, const char *key,
                           const struct target_status *targets, size_t count, bool full)
{
    const struct target_status **shown = ARENA_NEW(arena, const struct target_status *, count);
    struct node *members = node_map(arena);
    size_t used = 0;

    for (size_t i = 0; i < count; i++)
        if (full || !status_target_accepted(&targets[i]))
            shown[used++] = &targets[i];
    if (!used)
        return;
    qsort(shown, used, sizeof(const struct target_status *), compare_targets);
    for (size_t i = 0; i < used; i++)
        node_set(members, shown[i]->key, encode_target(shown[i], arena));
    node_set(map, key, members);
}

static struct node *encode_condition(const struct rotation_condition *condition,
                                     struct arena *arena)
{
    struct node *node = node_map(arena);

    encode_text(arena, node, "timestamp", clock_text(condition->timestamp, arena));
    /* Always: a condition without it is neither a step nor a condition of Kubernetes. */
    node_set_text(arena, node, "state", enums_name(&rotation_states, (int)condition->state));
    encode_text(arena, node, "message", condition->message);
    encode_messages(arena, node, "errors", &condition->errors);
    return node;
}

struct node *status_encode_virtual_mesh(const struct vm_status *status, bool full,
                                        struct arena *arena)
{
    struct node *node = node_map(arena), *conditions = node_list(arena);

    encode_int(arena, node, "observedGeneration", status->observed_generation);
    encode_enum(arena, node, "state", &approval_states, status->state);
    encode_messages(arena, node, "errors", &status->errors);
    encode_messages(arena, node, "warnings", &status->warnings);
    encode_targets(arena, node, "meshes", status->meshes, status->mesh_count, true);
    encode_targets(arena, node, "destinations", status->destinations, status->destination_count,
                   full);
    for (size_t i = 0; i < status->condition_count; i++)
        node_add(conditions, encode_condition(&status->conditions[i], arena));
    if (status->condition_count)
        node_set(node, "conditions", conditions);
    if (status->deployed)
        node_set(node, "deployedSharedTrust",
                 certificate_encode_shared_trust(status->deployed, arena));
    return node;
}

struct node *status_encode_policy(const struct policy_status *status, struct arena *arena)
{
    struct node *node = node_map(arena);

    encode_int(arena, node, "observedGeneration", status->observed_generation);
    encode_enum(arena, node, "state", &approval_states, status->state);
    encode_targets(arena, node, "destinations", status->destinations, status->destination_count,
                   true);
    encode_texts(arena, node, "workloads", status->workloads, status->workload_count);
    encode_messages(arena, node, "errors", &status->errors);
    encode_messages(arena, node, "warnings", &status->warnings);
    return node;
}
