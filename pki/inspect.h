/* pki/inspect.h - public facts about the trust of one VirtualMesh, for status, the record on the
 * output branch and `weft trust`.  Never a key. */
#ifndef WEFT_PKI_INSPECT_H
#define WEFT_PKI_INSPECT_H

#include "base/err.h"
#include "base/node.h"
#include "state/ledger.h"

struct trust_fact {
    const char *name;        /* CN, or O */
    const char *subject;     /* RFC 2253 */
    const char *fingerprint; /* SHA-256 of the DER, hex: the row's id */
    const char *serial;      /* hex */
    const char *key;         /* "RSA 4096", "EC P-256" */
    int64_t not_before, not_after;
    enum key_state state;
    uint32_t generation;
    const char *mesh, *cluster; /* "" for a root */
    const char *root;           /* id of the root that signed it; its own for a root */
};

struct trust_facts {
    struct trust_fact *roots; /* oldest first */
    size_t root_count;
    struct trust_fact *intermediates; /* in use now, by mesh key */
    size_t intermediate_count;
    const char *rotation; /* id of the one that runs or ran last; "": none */
    int step;             /* 0: at rest */
    const char *deployed; /* id of the CA whose trust clusters hold at rest; "" */
};

/* Roots that are not destroyed, and active intermediates.  -1 when a certificate in the ledger
 * cannot be read. */
MUST_USE int inspect_trust(struct trust_facts *out, const struct ledger *ledger,
                           const char *virtual_mesh, struct arena *arena, struct err *err);
/* The same for struct record.trust: {"roots": [...], "intermediates": [...], "rotation": {"id":
 * "r1-0123abcd", "step": 2, "deployed": fingerprint}}; no clock in it. NULL:
 * nothing was issued. */
struct node *inspect_node(const struct trust_facts *facts, struct arena *arena);

#endif
