/* app/vault_pool.c - opens the Vault servers that specs name and the configuration allows.  What
 * comes back is judged by pki/.
 *
 * Texts of errs become statuses in Git, so they are the same in each pass that fails alike; what a
 * server said goes to the log. */
#include "app/vault_pool.h"

#include "api/vault_path.h"
#include "app/vault_login.h"
#include "base/clock.h"
#include "base/http_url.h"
#include "pki/certificate.h"
#include "vault/vault_client.h"
#include <string.h>

/* A CA that a place has, and the path that signs with it. */
struct known_ca {
    const char *id, *path;
    struct known_ca *next;
};

struct vault_entry {
    const struct vault_ca *place;
    struct vault_path path;
    struct vault_client *client; /* NULL: failed says why */
    struct err failed;
    struct vault_issuer named; /* by the caPath; certificate NULL: not asked yet */
    struct known_ca *known;
    struct vault_entry *next;
};

/* --- opening --- */

static int check_transport(const struct config_vault *config, const struct vault_ca *place,
                           struct arena *arena, struct err *err)
{
    if (text_starts(place->server, "https://"))
        return 0;
    if (config->allow_insecure && http_url_is_loopback(place->server, arena))
        return 0;
    return err_set(err, ERR_INPUT, 0,
                   "%s is not encrypted: write its https:// address (http:// is for a server on "
                   "this machine, with pki.vault[].allowInsecure)",
                   place->server);
}

static int open_client(struct vault_entry *entry, struct vault_pool *pool, struct err *err)
{
    const struct vault_ca *place = entry->place;
    const struct config_vault *config;
    struct http *http;
    struct vault_server server = { .namespace = place->namespace,
                                   .ca_pem = place->ca_bundle,
                                   .tell = pool->tell,
                                   .tell_context = pool->tell_context };

    if (!vault_path_read(&entry->path, place->ca_path, pool->arena))
        return err_set(err, ERR_INPUT, 0, "%s signs no intermediate", place->ca_path);
    config = vault_login_allowed(pool->config, place, pool->arena);
    if (!config)
        return err_set(err, ERR_INPUT, 0,
                       "%s is no server that weft may log in to: add it to pki.vault of the "
                       "configuration",
                       place->server);
    if (check_transport(config, place, pool->arena, err) < 0
        || servers_http(&http, pool->servers, err) < 0)
        return -1;
    server.plain_http = text_starts(place->server, "http://");
    server.url = vault_login_base(place->server, pool->arena);
    entry->client = vault_client_open(http, &server);
    return vault_login_do(entry->client, config, place, pool->servers, err);
}

/* Everything that decides who answers and as whom weft asks. A place with another role is another
 * login. */
static bool same_place(const struct vault_ca *a, const struct vault_ca *b)
{
    return text_equal(a->server, b->server) && text_equal(a->namespace, b->namespace)
           && text_equal(a->ca_path, b->ca_path) && text_equal(a->ca_bundle, b->ca_bundle)
           && a->login == b->login && text_equal(a->mount_path, b->mount_path)
           && text_equal(a->role, b->role) && text_equal(a->mounted_sa_path, b->mounted_sa_path)
           && text_equal(a->secret_token_key, b->secret_token_key)
           && text_equal(a->token_secret.name, b->token_secret.name)
           && text_equal(a->token_secret.namespace, b->token_secret.namespace);
}

/* Opened once in a pass, also when that fails: each certificate would wait as long again. */
static int entry_of(struct vault_entry **out, struct vault_pool *pool, const struct vault_ca *place,
                    struct err *err)
{
    struct vault_entry *entry = pool->entries;

    while (entry && !same_place(entry->place, place))
        entry = entry->next;
    if (!entry) {
        entry = ARENA_NEW(pool->arena, struct vault_entry, 1);
        entry->place = place;
        entry->next = pool->entries;
        pool->entries = entry;
        if (open_client(entry, pool, &entry->failed) == 0)
            entry->failed.kind = ERR_NONE;
    }
    *out = entry;
    if (entry->failed.kind == ERR_NONE)
        return 0;
    *err = entry->failed;
    return -1;
}

/* --- asking --- */

static int ask_named(struct vault_entry *entry, struct arena *arena, struct err *err)
{
    if (entry->named.certificate)
        return 0;
    return vault_client_issuer(&entry->named, entry->client, entry->path.mount, entry->path.issuer,
                               arena, err);
}

static int find(void *context, struct remote_ca_answer *out, const struct vault_ca *place,
                struct arena *arena, struct err *err)
{
    struct vault_pool *pool = context;
    struct vault_entry *entry;

    (void)arena;
    if (entry_of(&entry, pool, place, err) < 0 || ask_named(entry, pool->arena, err) < 0)
        return -1;
    *out = (struct remote_ca_answer){ entry->named.certificate, entry->named.chain };
    return 0;
}

/* The caPath itself when it has that CA, since policies may allow no other path; else that of the
 * issuer which has it. */
static int find_path(const char **out, struct vault_entry *entry, struct vault_pool *pool,
                     const char *ca, struct err *err)
{
    struct vault_issuer issuer;
    char has[65];

    if (ask_named(entry, pool->arena, err) < 0)
        return -1;
    if (vault_answer_fingerprint(has, entry->named.certificate) && text_equal(has, ca)) {
        *out = entry->path.sign;
        return 0;
    }
    if (vault_client_find(&issuer, entry->client, entry->path.mount, ca, pool->arena, err) < 0)
        return -1;
    *out =
        arena_printf(pool->arena, "%s/issuer/%s/sign-intermediate", entry->path.mount, issuer.id);
    return 0;
}

static int path_of(const char **out, struct vault_entry *entry, struct vault_pool *pool,
                   const char *ca, struct err *err)
{
    struct known_ca *known = entry->known;

    while (known && !text_equal(known->id, ca))
        known = known->next;
    if (!known) {
        struct known_ca found = { .id = ca, .next = entry->known };

        if (find_path(&found.path, entry, pool, ca, err) < 0)
            return -1;
        known = entry->known = ARENA_NEW(pool->arena, struct known_ca, 1);
        *known = found;
    }
    *out = known->path;
    return 0;
}

/* Vault counts from its own clock, which went on since the pass read ours: without that time the
 * certificate of a young CA would begin after the moment at which the pass judges it. */
static int64_t backdate(const struct vault_pool *pool, const struct remote_ca_wish *wish)
{
    int64_t seconds = wish->backdate + (clock_monotonic_ms() - pool->began_ms) / 1000;

    return seconds < CA_BACKDATE ? seconds : CA_BACKDATE;
}

static int sign(void *context, struct remote_ca_answer *out, const struct vault_ca *place,
                const struct remote_ca_wish *wish, struct arena *arena, struct err *err)
{
    struct vault_pool *pool = context;
    const struct vault_signing signing = { .csr = wish->csr,
                                           .common_name = wish->common_name,
                                           .org = wish->org,
                                           .uri = wish->uri,
                                           .path_length = wish->path_length,
                                           .not_after = clock_text(wish->not_after, arena),
                                           .backdate = backdate(pool, wish) };
    struct vault_entry *entry;
    const char *path;

    if (entry_of(&entry, pool, place, err) < 0 || path_of(&path, entry, pool, wish->ca, err) < 0)
        return -1;
    return vault_client_sign(&out->certificate, entry->client, path, &signing, arena, err);
}

struct remote_ca vault_pool_remote(struct vault_pool *pool)
{
    return (struct remote_ca){ find, sign, pool };
}

void vault_pool_close(struct vault_pool *pool)
{
    for (struct vault_entry *entry = pool->entries; entry; entry = entry->next)
        vault_client_close(TAKE(entry->client));
    pool->entries = NULL;
}
