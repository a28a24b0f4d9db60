/* api/status.h - the status of a VirtualMesh and of an AccessPolicy, as the API writes it.
 * VirtualMesh API */
#ifndef WEFT_API_STATUS_H
#define WEFT_API_STATUS_H

#include "api/certificate.h"

enum approval_state { APPROVAL_PENDING, APPROVAL_ACCEPTED, APPROVAL_INVALID, APPROVAL_FAILED };
extern const struct enum_table approval_states;

struct messages { /* a list of texts that grows */
    const char **texts;
    size_t count;
};
void messages_add(struct messages *messages, struct arena *arena, const char *fmt, ...)
    PRINTF_LIKE(3, 4);
void messages_add_once(struct messages *messages, const char *text, struct arena *arena);

struct target_status { /* ApprovalStatus of a mesh, a Destination */
    const char *key;
    enum approval_state state;
    uint32_t acceptance_order;
    struct messages errors, warnings;
};

/* ACCEPTED and nothing to say about it. */
bool target_simply_accepted(const struct target_status *target);

struct rotation_condition {
    int64_t timestamp;
    enum rotation_state state;
    const char *message;
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

/* status as the API writes it, lowerCamelCase, zero values left out.  full: every Destination; else
 * only those that are not simply accepted, and the counts stay in the caller's hands. */
struct node *encode_vm_status(const struct vm_status *status, bool full, struct arena *arena);
struct node *encode_policy_status(const struct policy_status *status, struct arena *arena);

#endif
