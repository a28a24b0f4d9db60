/* state/key_id.h - the state says which state key its MACs and its sealed keys belong to. */
#ifndef WEFT_STATE_KEY_ID_H
#define WEFT_STATE_KEY_ID_H

#include "state/sql.h"

MUST_USE int key_id_record(const struct sql *sql, const char *key_id, struct err *err);
/* Another key takes the place of the one on record; the row needs its MAC again. */
MUST_USE int key_id_replace(const struct sql *sql, const char *key_id, struct err *err);
/* 1: the key is the one on record, 0: none is on record, -1: another one is. */
MUST_USE int key_id_check(const struct sql *sql, const char *key_id, struct err *err);
/* The failure of a state that has MACs but not the id of its key; returns -1. */
int key_id_missing(const struct sql *sql, struct err *err);

#endif
