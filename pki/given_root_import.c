/* pki/given_root_import.c - given CAs become rows of the ledger.
 *
 * A given CA enters the ledger as KEY_NEXT, like a generated one: only the state machine makes it
 * the root that clusters trust. Its key is sealed under the state key at once. A CA belongs to one
 * virtual mesh, because two that share it would trust each other without either of them saying so.
 * A CA whose key was destroyed gets it back when it is given again. The import of a dry pass works
 * on a copy of the rows (given_root_import_ahead), and given_root_import_take moves over exactly
 * the rows that changed, so planning never leaves a key in the ledger. */
#include "pki/given_root_import.h"

#include "base/text.h"
#include "pki/certificate.h"
#include "pki/issuer.h"
#include "pki/issuer_local.h"
#include "pki/openssl.h"
#include <string.h>

bool given_root_import_wanted(const struct shared_trust *shared)
{
    return shared->kind == CA_ROOT && shared->source == ROOT_SECRET;
}

static uint32_t root_count(const struct ledger *ledger, const char *virtual_mesh)
{
    uint32_t count = 0;

    for (const struct ledger_root *root = ledger->roots; root; root = root->next)
        count += text_equal(root->virtual_mesh, virtual_mesh);
    return count;
}

static struct ledger_root *add_row(struct ledger *ledger, const char *virtual_mesh,
                                   const struct given_root *given, int64_t now)
{
    uint32_t generation = root_count(ledger, virtual_mesh) + 1;
    struct ledger_root *row = ledger_add_root(ledger);

    row->id = given->id;
    row->virtual_mesh = arena_text(ledger->arena, virtual_mesh);
    row->generation = generation;
    row->created = now;
    row->cert_pem = given->cert_pem;
    row->chain_pem = given->chain_pem;
    row->spki = given->spki;
    row->not_before = given->not_before;
    row->not_after = given->not_after;
    return row;
}

/* The root that a cluster was adopted with belongs to no virtual mesh, and may be given to one. */
static struct ledger_root *known_row(const struct ledger *ledger, const char *id)
{
    struct ledger_root *row = ledger_find_root(ledger, id);

    return row && !text_empty(row->virtual_mesh) ? row : NULL;
}

/* Without custody only that there is a key counts. */
static int seal_key(struct sealed *out, const struct custody *custody,
                    const struct given_root *given, struct arena *arena, struct err *err)
{
    const struct custody_row bound = issuer_local_custody_row(given->id, given->spki);

    if (custody)
        return custody_seal(out, custody, &bound, given->key_der, arena, err);
    *out = (struct sealed){ (const unsigned char *)"", 1 };
    return 0;
}

/* It came from where it comes from now, and nothing is missing. */
static bool is_ready(const struct ledger_root *row, enum root_origin origin)
{
    return row->origin == origin && issuer_can_sign(row)
           && (row->state == KEY_NEXT || row->state == KEY_ACTIVE);
}

/* A row for a CA that was not seen before; or the key again for one whose key had been destroyed,
 * or that now comes from elsewhere. */
int given_root_import_add(struct ledger *ledger, const char *virtual_mesh,
                          const struct given_root *given, enum root_origin origin,
                          const struct custody *custody, int64_t now, struct err *err)
{
    struct ledger_root *row = known_row(ledger, given->id);
    struct sealed key = { 0 };

    if (row && !text_equal(row->virtual_mesh, virtual_mesh))
        return err_set(err, ERR_INPUT, 0,
                       "the given CA is the root of virtual mesh %s already; virtual meshes do not "
                       "share one",
                       row->virtual_mesh);
    if (row && is_ready(row, origin))
        return 0;
    if (given->key_der && seal_key(&key, custody, given, ledger->arena, err) < 0)
        return -1;
    if (!row)
        row = add_row(ledger, virtual_mesh, given, now);
    if (row->state != KEY_ACTIVE || row->origin == origin)
        row->state = KEY_NEXT;
    row->origin = origin;
    if (key.len)
        row->key = key;
    row->changed = true;
    return 0;
}

int given_root_import(const char **id, struct ledger *ledger, const struct trust_request *request,
                      const struct custody *custody, const struct issue_options *options,
                      struct err *err)
{
    const struct root_reader *reader = options->given;
    struct object_ref secret = request->shared->secret;
    AUTO_ROOT_FILES files = { .count = 0 };
    struct given_root given = { 0 };
    int result;

    if (!reader)
        return err_set(err, ERR_INPUT, 0,
                       "Could not find provided ca signing secret (%s.%s.): weft has no access to "
                       "Secrets here; name the API server that has it (management), or a folder "
                       "with given CAs (pki.givenRoots)",
                       secret.name, secret.namespace);
    if (reader->read(reader->context, &files, secret, err) < 0)
        return err_wrap(err, "Could not find provided ca signing secret (%s.%s.)", secret.name,
                        secret.namespace);
    if (given_root_read(&given, &files, secret, options->now, ledger->arena, err) < 0)
        return -1;
    *id = given.id;
    result = given_root_import_add(ledger, request->name, &given, ORIGIN_GIVEN, custody,
                                   options->now, err);
    given_root_close(&given);
    return result;
}

struct ledger given_root_import_ahead(const struct ledger *ledger, struct arena *arena)
{
    struct ledger ahead = *ledger;
    struct ledger_root **end = &ahead.roots;

    ahead.arena = arena;
    ahead.last.roots = NULL;
    for (const struct ledger_root *row = ledger->roots; row; row = row->next) {
        *end = ARENA_NEW(arena, struct ledger_root, 1);
        **end = *row;
        (*end)->changed = false; /* so that what changes is known: given_root_import_take */
        end = &(*end)->next;
    }
    return ahead;
}

static struct ledger_root *same_row(const struct ledger *ledger, const struct ledger_root *row)
{
    struct ledger_root *at = ledger->roots;

    while (at && (!text_equal(at->id, row->id) || !text_equal(at->virtual_mesh, row->virtual_mesh)))
        at = at->next;
    return at;
}

void given_root_import_take(struct ledger *ledger, const struct ledger *ahead)
{
    for (const struct ledger_root *row = ahead->roots; row; row = row->next) {
        struct ledger_root *to = row->changed ? same_row(ledger, row) : NULL;
        struct ledger_root *next;

        if (!row->changed)
            continue;
        if (!to)
            to = ledger_add_root(ledger);
        next = to->next;
        *to = *row;
        to->next = next;
    }
}

int given_root_import_adopt(struct ledger *ledger, const char *id, const char *pem, int64_t now,
                            struct err *err)
{
    AUTO(X509_free) X509 *cert = NULL;
    struct certificate_facts facts;
    struct ledger_root *row;

    if (ledger_find_root(ledger, id))
        return 0;
    if (certificate_read(&cert, "the root of a cluster", pem, strlen(pem), err) < 0
        || certificate_facts(&facts, cert, ledger->arena, err) < 0)
        return -1;
    row = ledger_add_root(ledger);
    row->id = facts.id;
    row->virtual_mesh = "";
    row->state = KEY_DESTROYED;
    row->origin = ORIGIN_ADOPTED;
    row->cert_pem = arena_text(ledger->arena, pem);
    row->chain_pem = "";
    row->spki = facts.spki;
    row->not_before = facts.not_before;
    row->not_after = facts.not_after;
    row->created = now;
    return 0;
}
