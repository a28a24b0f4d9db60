/* rotation/bundle.h - which roots a cluster trusts and which one signs for it; which change of a
 * bundle istiod takes without a restart.  Pure. */
#ifndef WEFT_ROTATION_BUNDLE_H
#define WEFT_ROTATION_BUNDLE_H

#include "base/compiler.h"
#include <stdbool.h>
#include <stddef.h>

enum { BUNDLE_MAX = 4 }; /* docs/rotation.md: more would make every handshake heavy */

/* Trust anchors (ids of self-signed roots) in the order of the file. */
struct bundle {
    const char *roots[BUNDLE_MAX];
    size_t count;
};

struct bundle bundle_of(const char *root); /* one root; "" gives an empty bundle */
bool bundle_has(const struct bundle *bundle, const char *root);
bool bundle_equal(const struct bundle *a, const struct bundle *b);
/* At the end, as docs/rotation.md wants it.  False: it is full, or root is in it. */
bool bundle_append(struct bundle *bundle, const char *root);
/* docs/rotation.md: equal, or one of them begins or ends with the whole other one.  Anything else
 * is dropped by istiod, the new intermediate with it, until istiod is restarted. */
bool bundle_change_allowed(const struct bundle *applied, const struct bundle *next);

/* The trust that one cacerts gives to a cluster: the roots that its workloads accept, and the root
 * under which their leaves are signed. */
struct material {
    const char *signer; /* anchor at the end of the chain of its intermediate */
    struct bundle bundle;
};

bool material_equal(const struct material *a, const struct material *b);
/* Workloads of a and b accept each other's leaves (docs/rotation.md). */
bool material_fits(const struct material *a, const struct material *b);

#endif
