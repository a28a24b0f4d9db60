/* delivery/recipient.c - opens and closes recipients by the format of their method.  Encrypts
 * nothing. */
#include "delivery/recipient.h"

#include "base/memory.h"
#include "delivery/format.h"
#include <assert.h>
#include <stdlib.h>

int recipient_open(struct recipient **out, const struct delivery_method *method,
                   const struct recipient_file *file, int64_t now, struct err *err)
{
    void *key = NULL;
    struct recipient *recipient;

    if (!method->format)
        return err_set(err, ERR_REFUSED, 0, "delivery %s of cluster %s encrypts nothing",
                       method->name, file->cluster);
    if (method->format->open(&key, file, now, err) < 0)
        return -1;
    recipient = memory_grow(NULL, sizeof *recipient);
    *recipient = (struct recipient){ method, key };
    *out = recipient;
    return 0;
}

void recipient_close(struct recipient *recipient)
{
    if (!recipient)
        return;
    recipient->method->format->close(recipient->key);
    free(recipient);
}

const char *recipient_fingerprint(const struct recipient *recipient)
{
    return recipient->method->format->fingerprint(recipient->key);
}

/* Part of what the ledger remembers of a delivery: another variant is encrypted again, although
 * keys and recipients are the same. */
const char *recipient_variant(const struct recipient *recipient)
{
    const struct delivery_format *format = recipient->method->format;

    return format->variant ? format->variant(recipient->key) : recipient->method->name;
}

bool recipient_is_in_config(const struct delivery_method *method)
{
    return method->format && method->format->in_config;
}

const char *recipient_missing(const struct delivery_method *method, const char *cluster,
                              const char *config_file, struct arena *arena)
{
    assert(method->format);
    if (method->format->in_config)
        return arena_printf(arena,
                            "cluster %s has no %s: %s and list it as %s of the cluster in %s",
                            cluster, method->format->file_name, method->format->how_to_get,
                            method->format->in_config, config_file);
    return arena_printf(arena, "cluster %s has no %s: %s and name the file under clusters in %s",
                        cluster, method->format->file_name, method->format->how_to_get,
                        config_file);
}

const char *recipient_file_name(const struct delivery_method *method)
{
    assert(method->format);
    return method->format->file_name;
}
