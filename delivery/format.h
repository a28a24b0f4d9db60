/* delivery/format.h - how an encrypted manifest looks: a row of functions.  A new format is one
 * file, a name in delivery/method.h and a row in delivery/method.c. */
#ifndef WEFT_DELIVERY_FORMAT_H
#define WEFT_DELIVERY_FORMAT_H

#include "delivery/recipient.h"
#include "delivery/secret_object.h"
#include "pki/cacerts.h"

struct delivery_format {
    const char *file_name;  /* of what a recipient is opened from, for people */
    const char *how_to_get; /* the file: "fetch it with ..." */
    const char *in_config;  /* the key of weft.yaml that lists the recipients themselves, each a
                               line of the file's bytes then; NULL: they are in a file */
    int (*open)(void **out, const struct recipient_file *file, int64_t now, struct err *err);
    void (*close)(void *key);
    const char *(*fingerprint)(const void *key);
    /* Names the method and what was chosen of it beside the recipients: a delivery is rendered
     * again when it changes.  NULL: the method's name. */
    const char *(*variant)(const void *key);
    /* The manifest as a tree in arena, encrypted values only. */
    int (*render)(struct node **out, const void *key, const struct secret_object *object,
                  const struct cacerts *cacerts, struct arena *arena, struct err *err);
};

#endif
