/* api/status.h - the status of a VirtualMesh and of an AccessPolicy, as the API writes it.
 * VirtualMesh API */
#ifndef WEFT_API_STATUS_H
#define WEFT_API_STATUS_H

#include "api/certificate.h"

enum approval_state { APPROVAL_PENDING, APPROVAL_ACCEPTED, APPROVAL_INVALID, APPROVAL_FAILED };
extern const struct enum_table approval_states;

/* What is known of a message besides its text.  Not part of a status; findings show it. */
struct origin {
    const char *id;     /* of the catalogue that it was made from, "W3"; "": of none */
    const char *remedy; /* the part of the text that says what to do; "": no such part is known */
    struct place place; /* file NULL: that of the object that has the status */
};

struct messages { /* a list of texts that grows */
    const char **texts;
    struct origin *origins; /* one for each text, or NULL: nothing is known of any */
    size_t count;
};
/* Adds a formatted text.  A format that is a constant of a message catalogue
 * (W3_SELECTOR_UNMATCHED) gives the message its id. */
#define messages_add(messages, arena, ...)                                                         \
    messages_format(messages, false, arena, #__VA_ARGS__, __VA_ARGS__)
/* The same, unless the text is there already. */
#define messages_add_once(messages, arena, ...)                                                    \
    messages_format(messages, true, arena, #__VA_ARGS__, __VA_ARGS__)
void messages_format(struct messages *messages, bool once, struct arena *arena, const char *source,
                     const char *fmt, ...) PRINTF_LIKE(5, 6);
/* Adds those of another list that are not there yet. */
void messages_append(struct messages *messages, struct arena *arena, const struct messages *more);
/* A copy that grows without the other. */
struct messages messages_copy(const struct messages *messages, struct arena *arena);
/* Adds a text that is not copied. */
void messages_share(struct messages *messages, struct arena *arena, struct origin origin,
                    const char *text);
/* A copy without those of one id. */
struct messages messages_without(const struct messages *messages, const char *id,
                                 struct arena *arena);
/* The position of the last one that was added. */
void messages_place(struct messages *messages, struct place place);
/* Nothing is known of a message that was copied without its origin. */
struct origin messages_origin(const struct messages *messages, size_t index);

/* In a format of a catalogue: separates what is wrong from what to do.  It is printed as "; ". */
#define REMEDY "\036"

struct target_status { /* ApprovalStatus of a mesh, a Destination */
    const char *key;
    enum approval_state state;
    uint32_t acceptance_order;
    struct messages errors, warnings;
};

/* ACCEPTED, without errors and warnings. */
bool status_target_accepted(const struct target_status *target);

struct rotation_condition {
    int64_t timestamp;
    enum rotation_state state;
    const char *message;
    const char *id; /* of its message in a catalogue: "R11"; NULL or "": recorded without one */
    struct messages errors;
};

struct vm_status {
    struct object_ref ref;
    int64_t observed_generation;
    enum approval_state state;
    struct messages errors;       /* of the object as a whole */
    struct messages warnings;     /* ours: remarks on the object as a whole */
    struct target_status *meshes; /* sorted by key */
    size_t mesh_count;
    struct target_status *destinations; /* sorted by key */
    size_t destination_count;
    const struct rotation_condition *conditions; /* oldest first */
    size_t condition_count;
    const struct shared_trust *deployed; /* deployedSharedTrust; NULL: nothing deployed */
};

struct policy_status {
    struct object_ref ref;
    int64_t observed_generation;
    enum approval_state state;
    struct messages errors, warnings;
    struct target_status *destinations;
    size_t destination_count;
    const char **workloads;
    size_t workload_count;
};

struct schema;
extern const struct schema status_virtual_mesh_schema, status_policy_schema;

/* status as the API writes it, lowerCamelCase, zero values left out.  full: every Destination; else
 * only those that are not simply accepted, and the counts stay in the caller's hands. */
struct node *status_encode_virtual_mesh(const struct vm_status *status, bool full,
                                        struct arena *arena);
struct node *status_encode_policy(const struct policy_status *status, struct arena *arena);

#endif
