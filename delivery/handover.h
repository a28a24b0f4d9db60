/* delivery/handover.h - from SealedSecrets to another way of delivery: two writers of one Secret
 * would bring back certificates of a former step. */
#ifndef WEFT_DELIVERY_HANDOVER_H
#define WEFT_DELIVERY_HANDOVER_H

#include "delivery/delivery.h"

/* -1 with ERR_REFUSED: what was delivered to this mesh last is a SealedSecret, whose controller
 * would write the former certificates back, and no operator has confirmed that it was deleted
 * (ANNOTATION_UNSEALED).  The err says what to do. */
MUST_USE int handover_check(const struct ledger *ledger, const struct delivery *delivery,
                            struct err *err);

/* An operator confirmed, in the specs, that the SealedSecret of this mesh's cluster was deleted.
 * That holds for what was delivered before the confirmation, and not for a SealedSecret that is
 * still on the output branch: a GitOps tool creates that again. */
bool handover_is_confirmed(const struct delivery *delivery, struct arena *arena);

#endif
