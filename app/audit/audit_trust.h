/* app/audit/audit_trust.h - the trust of the fleet as the records of one commit have it. */
#ifndef WEFT_APP_AUDIT_AUDIT_TRUST_H
#define WEFT_APP_AUDIT_AUDIT_TRUST_H

#include "base/node.h"
#include "sync/snapshot.h"
#include <stdbool.h>

struct audit_certificate {
    const char *virtual_mesh;
    const char *mesh, *cluster; /* "": a root */
    const char *name, *serial, *fingerprint;
    const char *root;                   /* fingerprint of its issuer; its own for a root */
    const char *state;                  /* of a root: "active", "retired", ...; else "" */
    const char *not_before, *not_after; /* RFC 3339 */
};

struct audit_virtual_mesh {
    const char *name; /* "namespace/name" */
    const char *state;
    const char *rotation; /* id; "": never rotated */
    int step;             /* 0: at rest */
    const char *deployed; /* fingerprint of the root whose trust clusters hold at rest; "" */
    uint64_t counter;     /* how often the state had been saved; 0: not known */
    struct audit_certificate *certificates; /* roots first */
    size_t count;
};

struct audit_trust {
    struct audit_virtual_mesh *virtual_meshes; /* by path of their records */
    size_t count;
    const char *damaged; /* path of the first record that cannot be read; NULL: none */
};

/* Appends the certificates of struct record.trust (NULL: none); out->name is set. */
void audit_trust_add(struct audit_virtual_mesh *out, const struct node *trust, struct arena *arena);
/* snapshot NULL: nothing; folder: output.path. */
MUST_USE int audit_trust_read(struct audit_trust *out, struct snapshot *snapshot,
                              const char *folder, struct arena *arena, struct err *err);
/* NULL: absent. */
const struct audit_virtual_mesh *audit_trust_find(const struct audit_trust *trust,
                                                  const char *virtual_mesh);
/* Whether a certificate with that fingerprint is there. */
bool audit_trust_has(const struct audit_trust *trust, const char *fingerprint);
static inline bool audit_certificate_is_root(const struct audit_certificate *certificate)
{
    return !*certificate->cluster;
}

#endif
