/* rotation/renewal.h - when an intermediate or a root has to be replaced (docs/rotation.md).  Pure
 * arithmetic, seconds. */
#ifndef WEFT_ROTATION_RENEWAL_H
#define WEFT_ROTATION_RENEWAL_H

#include "rotation/evidence.h"

struct lifetime {
    int64_t not_before, not_after;
    double grace_ratio; /* share of the life that is left when it is renewed; 0.10 of the API */
};

/* T + 2P + K: an intermediate with less left makes istiod clamp leaves. */
int64_t renewal_reserve(const struct evidence_policy *policy);
/* How long before its end an intermediate is renewed at the latest: max(ratio x life, reserve),
 * never more than two thirds of the life. */
int64_t renewal_window(struct lifetime life, const struct evidence_policy *policy);
/* When it is renewed: at the start of that window, or up to a quarter of it earlier, always the
 * same for one name, so that a fleet does not renew in one commit. */
int64_t renewal_time(struct lifetime life, const struct evidence_policy *policy, const char *name);
/* How long before its end a root has to start its rotation: max(ratio x life, 3 x (T + P + K) + the
 * intermediates' window). */
int64_t renewal_root_window(struct lifetime life, int64_t intermediate_ttl,
                            double intermediate_ratio, const struct evidence_policy *policy);
/* What a new root must have left to be worth a rotation: 3 x (T + sync + K) + a life of an
 * intermediate. */
int64_t renewal_root_least(int64_t intermediate_ttl, const struct evidence_policy *policy);

#endif
