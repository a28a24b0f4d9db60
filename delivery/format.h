/* delivery/format.h - one way of delivery: a row of functions.  A new way is one row in deliver.c
 * and one file. */
#ifndef WEFT_DELIVERY_FORMAT_H
#define WEFT_DELIVERY_FORMAT_H

#include "delivery/delivery.h"
#include "delivery/secret_object.h"

struct delivery_format {
    int (*open)(void **out, const char *cluster, const char *file, const char *key_text, size_t len,
                int64_t now, struct err *err);
    void (*close)(void *key);
    const char *(*fingerprint)(const void *key);
    int64_t (*not_after)(const void *key);
    /* The manifest as a tree in arena, encrypted values only. */
    int (*render)(struct node **out, const void *key, const struct secret_object *object,
                  const struct cacerts *cacerts, struct arena *arena, struct err *err);
};

extern const struct delivery_format mode_sealed_secret;

#endif
