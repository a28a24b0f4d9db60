/* api/record.h - weft/<namespace>.<name>.json on the output branch: what a later pass must know of
 * a VirtualMesh without any other memory. */
#ifndef WEFT_API_RECORD_H
#define WEFT_API_RECORD_H

#include "api/status.h"
#include "base/err.h"

/* The status file of the output branch, from which statuses are restored, and what translation
 * keeps. */
struct record {
    struct object_ref ref;
    const char *spec_digest; /* struct virtual_mesh.digest of the spec that was rendered last while
                                valid; "" = never */
    enum approval_state state; /* of the last pass */
    const char *const
        *meshes; /* keys of the Mesh objects that it claimed last while valid, sorted */
    size_t mesh_count;
    const struct pair *addresses; /* federated host -> address, only those that are not simply the
                                     first candidate (Q10) */
    size_t address_count;
    const struct vm_status
        *status; /* encode: without destinations that are simply accepted; decode: NULL */
    size_t accepted_destinations; /* how many of them there are */
    uint64_t state_counter; /* how often the state that it was written from had been saved; 0: that
                               state had no MACs, or there was none */
    const struct node
        *trust; /* public facts of the trust (fingerprints, serials, step); NULL: none */
};

/* More than any state is saved or any branch has commits.  What the branch says is written by
 * others, too: a larger number counts as this one, so that a counter that goes on from it never
 * ends. */
#define RECORD_COUNTER_MAX (UINT64_C(1) << 53)

/* "weft/<namespace>.<name>.json"; in the arena. */
const char *record_path(struct object_ref ref, struct arena *arena);
/* The bytes with which every record begins: how a file is known as one. */
extern const char record_head[];
/* Pretty JSON that begins with apiVersion and kind; no time but those of rotation conditions. */
void record_write(struct text *out, const struct record *record, struct arena *arena);
/* Two records that differ at most in sentences for people (warnings, errors, messages of
 * conditions) and in stateCounter.  False for what is not JSON. */
bool record_same_facts(const char *a, const char *b, struct arena *arena);
MUST_USE int record_read(struct record *out, const char *bytes, size_t len, struct arena *arena,
                         struct err *err);

#endif
