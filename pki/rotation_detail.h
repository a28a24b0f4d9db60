/* pki/rotation_detail.h - the part of a record that has no column of its own, as JSON.  Pure. */
#ifndef WEFT_PKI_ROTATION_DETAIL_H
#define WEFT_PKI_ROTATION_DETAIL_H

#include "base/err.h"
#include "rotation/rotation.h"
#include "state/ledger.h"

/* In the arena.  clock false: without the clock of the last pass. */
const char *rotation_detail_write(const struct rotation *rotation, bool clock, struct arena *arena);
/* Sets what the detail of row holds; without one rotation stays as it is.  Texts share the row's
 * memory or the arena.  -1: no JSON, of a newer weft, or a position that no rotation can have. */
MUST_USE int rotation_detail_read(struct rotation *rotation, const struct ledger_rotation *row,
                                  struct arena *arena, struct err *err);

#endif
