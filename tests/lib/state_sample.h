/* tests/lib/state_sample.h - a ledger with something in every column, a folder to keep it in, and
 * comparison field by field. */
#ifndef WEFT_TESTS_LIB_STATE_SAMPLE_H
#define WEFT_TESTS_LIB_STATE_SAMPLE_H

#include "state/store.h"

/* Two rows in every list; variant changes every value but the keys. */
struct ledger sample_ledger(struct arena *arena, int variant);
/* Fails the running test at the first field that differs. */
void assert_same_ledger(const struct ledger *a, const struct ledger *b);
bool same_ledger(const struct ledger *a, const struct ledger *b);

/* A state key of this name, with a real MAC; the same name is the same key.  Lives until the end.
 */
const struct ledger_key *sample_key(const char *name);

/* A fresh folder and the path of a file in it; sample_clean removes it. */
struct sample_place {
    char folder[64];
    char file[96];
};
void sample_place(struct sample_place *out);
void sample_clean(const struct sample_place *place);
/* Opens, saves (the flags of every row are set), closes; fails the test if that fails. */
void sample_save(const char *path, struct ledger *ledger);
void sample_touch(struct ledger *ledger); /* sets changed on every row */
/* Opens and loads; fails the test if that fails. */
struct ledger sample_load(const char *path, enum store_mode mode, struct arena *arena);
/* The file's bytes; *len 0 and NULL when it does not exist. */
char *sample_bytes(const char *path, size_t *len, struct arena *arena);

#endif
