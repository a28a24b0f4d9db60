/* base/decode_value.h - scalars, lists and maps of strings out of a tree, each mistake a diag. Must
 * not know any kind. */
#ifndef WEFT_BASE_DECODE_VALUE_H
#define WEFT_BASE_DECODE_VALUE_H

#include "base/decode.h"

/* Scalars: absent gives the fallback; a wrong type or range gives a diag and the fallback. */
const char *at_text(const struct at *at, const char *fallback);
const char *at_need(const struct at *at); /* required, not empty; "" after a diag */
bool at_bool(const struct at *at, bool fallback);
int64_t at_int(const struct at *at, int64_t min, int64_t max,
               int64_t fallback); /* also takes "12" */
double at_float(const struct at *at, double min, double max, double fallback);
int at_enum(const struct at *at, const struct enum_table *table,
            int fallback); /* name, or number with a warning */

/* Go duration text ("1h", "1m30s", "250ms") to milliseconds, at least min; absent gives fallback.
 * Parts of a millisecond are a diag: Istio refuses them, and cut off they would be another value.
 */
int64_t at_duration(const struct at *at, int64_t min_ms, int64_t fallback);
const char *at_base64(const struct at *at,
                      size_t *len); /* decoded bytes in the arena; NULL: absent or bad */

/* Items of a list (0 when absent; a diag and 0 when not a list, or cut to max with a diag). */
size_t at_count(const struct at *at, size_t max);

/* Strings of a list or of a map (sorted by key), in the arena. */
const char **at_texts(const struct at *at, size_t max, size_t *count);
struct pair *at_pairs(const struct at *at, size_t max, size_t *count);

#endif
