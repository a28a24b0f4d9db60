/* delivery/escrow.c - a root to an escrow file and back.
 *
 * The recipients of a file are public, so anyone who knows them can encrypt one: what a file says
 * of itself proves nothing.  Its certificate decides about everything that it can decide about, and
 * only a root that the ledger or the output branch names is taken back.  The private key passes
 * through guarded memory alone. */
#include "delivery/escrow.h"

#include "base/text.h"
#include "delivery/age_decrypt.h"
#include "pki/certificate.h"
#include "pki/issuer_local.h"
#include "pki/key.h"
#include "pki/openssl.h"
#include "pki/rotation_record.h"
#include <string.h>

#define TITLE "weft escrow of a root, version 1"
#define END_CERTIFICATE "-----END CERTIFICATE-----\n"
#define BEGIN_CERTIFICATE "-----BEGIN CERTIFICATE-----\n"
#define BEGIN_KEY "-----BEGIN PRIVATE KEY-----\n"

bool escrow_wanted(const struct ledger_root *root)
{
    return root->key.len > 0 && root->state != KEY_DESTROYED;
}

/* --- into a file --- */

static int unseal_pem(struct secret **out, const struct ledger_root *root,
                      const struct custody *custody, struct err *err)
{
    const struct custody_row row = issuer_local_custody_row(root->id, root->spki);
    AUTO(secret_free) struct secret *der = NULL;

    if (custody_unseal(&der, custody, &row, root->key, err) < 0)
        return -1;
    return key_pem(out, der, err);
}

int escrow_seal(struct text *out, const struct ledger_root *root, const struct custody *custody,
                const struct age_recipient *recipients, size_t count, struct err *err)
{
    AUTO(secret_free) struct secret *pem = NULL;
    AUTO(secret_free) struct secret *plain = NULL;
    AUTO_TEXT public = { 0 };

    if (unseal_pem(&pem, root, custody, err) < 0)
        return -1;
    text_addf(&public, TITLE "\nvirtual mesh: %s\ngeneration: %u\norigin: %s\ncreated: %lld\n%s%s",
              root->virtual_mesh, root->generation, enums_name(&root_origins, (int)root->origin),
              (long long)root->created, root->cert_pem, root->chain_pem);
    plain = secret_new(public.len + pem->len);
    memcpy(plain->bytes, public.bytes, public.len);
    memcpy(plain->bytes + public.len, pem->bytes, pem->len);
    if (age_encrypt(out, recipients, count, plain->bytes, plain->len, err) < 0)
        return err_wrap(err, "encrypt root %.16s for escrow", root->id);
    return 0;
}

/* --- out of a file --- */

static int not_escrow(struct err *err, const char *why)
{
    return err_set(err, ERR_INPUT, 0, "the file opens, but is no escrow of a root: %s", why);
}

/* The value of a line "name: value" at *at, which moves on; NULL: another line is there. */
static const char *take_line(char **at, const char *name)
{
    char *value = *at, *end = strchr(*at, '\n');

    if (!end || !text_starts(value, name) || strncmp(value + strlen(name), ": ", 2) != 0)
        return NULL;
    *end = '\0';
    *at = end + 1;
    return value + strlen(name) + 2;
}

/* The order of the lines is fixed, and so is the version in the title: a file of a newer weft is
 * refused rather than read in part. */
static int read_facts(struct ledger_root *out, char **at, struct err *err)
{
    const char *virtual_mesh, *generation, *origin, *created;
    int64_t number = 0, when = 0;
    int kind;

    if (!text_starts(*at, TITLE "\n"))
        return not_escrow(err, "it does not begin with \"" TITLE "\"");
    *at += strlen(TITLE "\n");
    virtual_mesh = take_line(at, "virtual mesh");
    generation = virtual_mesh ? take_line(at, "generation") : NULL;
    origin = generation ? take_line(at, "origin") : NULL;
    created = origin ? take_line(at, "created") : NULL;
    if (!created || text_empty(virtual_mesh) || !strchr(virtual_mesh, '/')
        || !parse_int(generation, 1, UINT32_MAX, &number)
        || !parse_int(created, 0, INT64_MAX, &when)
        || (kind = enums_find(&root_origins, origin)) < 0 || kind == ORIGIN_ADOPTED)
        return not_escrow(err, "the lines before its certificates are damaged");
    out->virtual_mesh = virtual_mesh;
    out->generation = (uint32_t)number;
    out->origin = (enum root_origin)kind;
    out->created = when;
    return 0;
}

static int read_certificates(struct ledger_root *out, const char *pem, struct arena *arena,
                             struct err *err)
{
    const char *end = text_starts(pem, BEGIN_CERTIFICATE) ? strstr(pem, END_CERTIFICATE) : NULL;
    AUTO(X509_free) X509 *certificate = NULL;
    struct certificate_facts facts;

    if (!end)
        return not_escrow(err, "it has no certificate");
    end += strlen(END_CERTIFICATE);
    out->cert_pem = arena_bytes(arena, pem, (size_t)(end - pem));
    out->chain_pem = arena_text(arena, end);
    if (certificate_read(&certificate, "the root in escrow", out->cert_pem, strlen(out->cert_pem),
                         err)
            < 0
        || certificate_facts(&facts, certificate, arena, err) < 0)
        return -1;
    out->id = facts.id;
    out->spki = facts.spki;
    out->not_before = facts.not_before;
    out->not_after = facts.not_after;
    return 0;
}

static int read_key(struct escrowed *out, const void *pem, size_t len, struct err *err)
{
    AUTO(EVP_PKEY_free) EVP_PKEY *key = NULL;
    char spki[65];

    if (key_of_pem(&key, "the root in escrow", pem, len, err) < 0 || key_spki(spki, key, err) < 0)
        return -1;
    if (!text_equal(spki, out->root.spki))
        return err_set(err, ERR_CRYPTO, 0,
                       "the private key in the file is not that of its certificate %.16s: the file "
                       "was put together from two, and nothing of it is taken",
                       out->root.id);
    return key_der(&out->key_der, key, err);
}

int escrow_open(struct escrowed *out, const struct age_identities *identities, const void *bytes,
                size_t len, struct arena *arena, struct err *err)
{
    AUTO(secret_free) struct secret *plain = NULL;
    const char *key;
    char *public;

    *out = (struct escrowed){ .root = { .state = KEY_NEXT } };
    if (age_decrypt(&plain, identities, bytes, len, err) < 0)
        return -1;
    if (memchr(plain->bytes, '\0', plain->len)
        || !(key = strstr((const char *)plain->bytes, BEGIN_KEY))
        || strstr((const char *)plain->bytes, "PRIVATE KEY") != key + strlen("-----BEGIN "))
        return not_escrow(err, "it has no private key in PEM");
    public = arena_bytes(arena, plain->bytes, (size_t)(key - (const char *)plain->bytes));
    if (read_facts(&out->root, &public, err) < 0
        || read_certificates(&out->root, public, arena, err) < 0)
        return -1;
    return read_key(out, key, plain->len - (size_t)(key - (const char *)plain->bytes), err);
}

void escrow_close(struct escrowed *escrowed)
{
    if (escrowed->key_der)
        secret_free(TAKE(escrowed->key_der));
}

/* --- into the ledger --- */

static struct ledger_root *find_row(const struct ledger *ledger, const struct ledger_root *root)
{
    struct ledger_root *row = ledger->roots;

    while (
        row
        && (!text_equal(row->id, root->id) || !text_equal(row->virtual_mesh, root->virtual_mesh)))
        row = row->next;
    return row;
}

static int seal_key(struct sealed *out, const struct escrowed *escrowed,
                    const struct custody *custody, struct arena *arena, struct err *err)
{
    const struct custody_row row = issuer_local_custody_row(escrowed->root.id, escrowed->root.spki);

    return custody_seal(out, custody, &row, escrowed->key_der, arena, err);
}

static int give_key(struct ledger_root *row, const struct escrowed *escrowed,
                    const struct custody *custody, struct arena *arena, struct err *err)
{
    if (row->state == KEY_DESTROYED)
        return err_set(err, ERR_REFUSED, 0,
                       "root %.16s was replaced, and its key destroyed on purpose; it is not taken "
                       "back.  To go back to it is a rotation of its own",
                       row->id);
    if (seal_key(&row->key, escrowed, custody, arena, err) < 0)
        return -1;
    row->changed = true;
    return 0;
}

static int check_branch(const struct escrowed *escrowed, const struct escrow_deployed *deployed,
                        struct err *err)
{
    const struct ledger_root *root = &escrowed->root;

    if (!deployed->named)
        return err_set(err, ERR_REFUSED, 0,
                       "neither the state nor the record of virtual mesh %s on the output branch "
                       "names root %.16s: a file in escrow proves nothing by itself.  Check that "
                       "output.url and output.branch are those that the clusters apply, and "
                       "restore that branch first if it was lost",
                       root->virtual_mesh, root->id);
    if (deployed->step >= 2)
        return err_set(
            err, ERR_REFUSED, 0,
            "virtual mesh %s was in step %d of a rotation when its state was lost: which "
            "root each cluster trusts stands only in the state.  Restore a backup of "
            "the state; an older one continues from the record on the output branch",
            root->virtual_mesh, deployed->step);
    return 0;
}

/* The trust goes on from what is deployed; without a record of a rotation, it is at rest. */
static void go_on(struct ledger *ledger, const struct ledger_root *root)
{
    struct ledger_rotation *row = rotation_record_row(ledger, root->virtual_mesh);

    if (!text_empty(row->deployed_root))
        return;
    row->deployed_root = root->id;
    row->changed = true;
}

static int add_root(struct ledger *ledger, const struct escrowed *escrowed,
                    const struct escrow_deployed *deployed, const struct custody *custody,
                    struct err *err)
{
    struct ledger_root *row, *next;
    struct sealed key;

    if (check_branch(escrowed, deployed, err) < 0
        || seal_key(&key, escrowed, custody, ledger->arena, err) < 0)
        return -1;
    row = ledger_add_root(ledger);
    next = row->next;
    *row = escrowed->root;
    row->next = next;
    row->changed = true;
    row->key = key;
    row->state = text_equal(deployed->root, row->id) ? KEY_ACTIVE : KEY_NEXT;
    if (row->state == KEY_ACTIVE)
        go_on(ledger, row);
    return 0;
}

int escrow_restore(bool *there, struct ledger *ledger, const struct escrowed *escrowed,
                   const struct escrow_deployed *deployed, const struct custody *custody,
                   struct err *err)
{
    struct ledger_root *row = find_row(ledger, &escrowed->root);

    *there = row && row->key.len > 0;
    if (*there)
        return 0;
    return row ? give_key(row, escrowed, custody, ledger->arena, err)
               : add_root(ledger, escrowed, deployed, custody, err);
}
