/* delivery/format_sops.c - delivery as a Secret encrypted by SOPS for age recipients.
 *
 * The fingerprint is of the recipients' lines as they are in the configuration: another order is
 * another fingerprint and encrypts again, which is harmless, while two lists that differ can never
 * share one. A recipient that is listed twice is refused, because it is most likely a copy that
 * was to be changed. */
#include "delivery/format.h"
#include "delivery/method.h"

#include "base/digest.h"
#include "base/memory.h"
#include "delivery/sops.h"
#include <stdlib.h>
#include <string.h>

enum { RECIPIENTS_MAX = 32 }; /* each file names all of them */

struct sops_recipients {
    char *texts; /* the lines, NUL after each */
    struct age_recipient items[RECIPIENTS_MAX];
    size_t count;
    enum sops_mac mac;
    char fingerprint[65];
};

static void close_recipients(void *key)
{
    struct sops_recipients *recipients = key;

    if (recipients)
        free(recipients->texts);
    free(recipients);
}
AUTO_DEFINE(struct sops_recipients, close_recipients)

static int add_recipient(struct sops_recipients *out, const char *text, struct err *err)
{
    struct age_recipient *item = &out->items[out->count];

    if (out->count == RECIPIENTS_MAX)
        return err_set(err, ERR_INPUT, 0, "has more than %d entries", RECIPIENTS_MAX);
    if (age_recipient_read(item, text, err) < 0)
        return -1;
    for (size_t i = 0; i < out->count; i++)
        if (memcmp(out->items[i].key, item->key, AGE_KEY) == 0)
            return err_set(err, ERR_INPUT, 0, "%.16s... is there twice", text);
    out->count++;
    return 0;
}

/* One recipient a line. */
static int read_lines(struct sops_recipients *out, struct err *err)
{
    char *rest = out->texts;

    for (char *line; (line = strsep(&rest, "\n"));)
        if (*line && add_recipient(out, line, err) < 0)
            return -1;
    if (out->count == 0)
        return err_set(err, ERR_INPUT, 0, "is empty");
    return 0;
}

static int open_recipients(void **out, const struct recipient_file *file, int64_t now,
                           struct err *err)
{
    AUTO(close_recipients)
    struct sops_recipients *made = memory_grow(NULL, sizeof *made);

    (void)now; /* age recipients never expire */
    *made = (struct sops_recipients){ .texts = memory_grow(NULL, file->len + 1),
                                      .mac = file->sops_mac };
    memcpy(made->texts, file->bytes, file->len);
    made->texts[file->len] = '\0';
    sha256_hex(made->fingerprint, file->bytes, file->len);
    if (read_lines(made, err) < 0)
        return err_wrap(err, "%s: ageRecipients of cluster %s", file->path, file->cluster);
    *out = TAKE(made);
    return 0;
}

static const char *fingerprint(const void *key)
{
    return ((const struct sops_recipients *)key)->fingerprint;
}

static const char *variant(const void *key)
{
    return ((const struct sops_recipients *)key)->mac == SOPS_MAC_FULL ? "sops"
                                                                       : "sops, encrypted-only";
}

static int render(struct node **out, const void *key, const struct secret_object *object,
                  const struct cacerts *cacerts, struct arena *arena, struct err *err)
{
    const struct sops_recipients *recipients = key;
    struct cacerts_file files[CACERTS_FILES];
    struct sops_value values[CACERTS_FILES];
    struct sops_file file = {
        .manifest = node_map(arena),
        .values = values,
        .value_count = CACERTS_FILES,
        .recipients = recipients->items,
        .recipient_count = recipients->count,
        .mac = recipients->mac,
        .now = object->now,
    };

    cacerts_files(files, cacerts);
    for (size_t i = 0; i < CACERTS_FILES; i++)
        values[i] = (struct sops_value){ files[i].name, files[i].bytes, files[i].len };
    node_set_text(arena, file.manifest, "apiVersion", "v1");
    node_set_text(arena, file.manifest, "kind", "Secret");
    secret_object_allow_takeover(secret_object_metadata(file.manifest, object, arena), arena);
    node_set_text(arena, file.manifest, "type", "Opaque");
    if (sops_encrypt(&file, arena, err) < 0)
        return -1;
    *out = file.manifest;
    return 0;
}

const struct delivery_format format_sops = {
    .file_name = "age recipients",
    .how_to_get = "take the public key of the identity that Flux decrypts with (`age-keygen -y`)",
    .in_config = "ageRecipients",
    .open = open_recipients,
    .close = close_recipients,
    .fingerprint = fingerprint,
    .variant = variant,
    .render = render,
};
