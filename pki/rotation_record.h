/* pki/rotation_record.h - the record of a rotation in a row of the ledger, and back.  Pure: JSON in
 * memory. */
#ifndef WEFT_PKI_ROTATION_RECORD_H
#define WEFT_PKI_ROTATION_RECORD_H

#include "base/err.h"
#include "rotation/rotation.h"
#include "state/ledger.h"

/* Everything of out lives in the arena or in the row.  A row without detail (an older state) is a
 * record at rest.  Also the way for app/ to see conditions and the step.  -1: the row's JSON
 * cannot be read. */
MUST_USE int rotation_record_load(struct rotation *out, const struct ledger_rotation *row,
                                  struct arena *arena, struct err *err);
/* The same, read once and kept with the row; NULL when it cannot be read.  Not to be changed. */
const struct rotation *rotation_record_peek(struct ledger_rotation *row, struct arena *arena);
/* That of a virtual mesh; NULL: it has none that can be read. */
const struct rotation *rotation_record_find(const struct ledger *ledger, const char *virtual_mesh);
/* Sets the row; changed only when something differs (the clock alone counts only while it rotates).
 * Texts go to the ledger's arena. */
void rotation_record_save(struct ledger_rotation *row, const struct rotation *rotation,
                          struct arena *arena);
/* Adds an empty row when there is none. */
struct ledger_rotation *rotation_record_row(struct ledger *ledger, const char *virtual_mesh);

/* conditions as the API writes them, a JSON list. */
const char *rotation_record_conditions(const struct rotation *rotation, struct arena *arena);

#endif
