/* vault/vault_answer.c - reads what Vault answered.  Asks nothing and opens nothing.
 *
 * Vault's status says little: 400 and 403 are used for many causes, and only the text tells them
 * apart. The table gives each cause its remedy; a row with a phrase comes before the one of the
 * same status without. Two properties decide what happens next: transient is worth a second
 * request, down means that the server as a whole cannot serve and other requests to it are spared.
 *
 * The server's own text goes to the log alone. It holds paths, accessors and times, and a status
 * in Git must be the same in each pass that fails alike. */
#include "vault/vault_answer.h"

#include "api/vault_path.h"
#include "base/armor.h"
#include "base/digest.h"
#include "base/parse_json.h"
#include "base/text.h"
#include "base/visible.h"
#include <string.h>

enum { SAID_MAX = 400, TOKEN_MAX = 4096, PEM_MAX = 64 * 1024 };

/* --- reading --- */

static const char *errors_of(const struct node *body, struct arena *arena)
{
    const struct node *list = node_find(body, "errors");
    AUTO_TEXT said = { 0 };

    for (const struct node *item = list ? list->first : NULL; item && said.len < SAID_MAX;
         item = item->next)
        if (node_text(item))
            text_addf(&said, "%s%s", said.len ? "; " : "", visible_text(node_text(item), arena));
    if (said.len > SAID_MAX)
        return arena_printf(arena, "%.*s...", (int)text_cut(said.bytes, SAID_MAX), said.bytes);
    return said.len ? arena_bytes(arena, said.bytes, said.len) : "";
}

void vault_answer_read(struct vault_answer *out, int status, const char *body, size_t len,
                       bool secret, struct arena *arena)
{
    const struct node *root = NULL;
    struct err ignored;
    int parsed = secret ? parse_json_secret(&root, body, len, arena, &ignored)
                        : parse_json(&root, body, len, arena, &ignored);

    *out = (struct vault_answer){ .status = status, .said = "" };
    if (parsed < 0 || root->kind != NODE_MAP)
        return;
    out->body = root;
    if (status >= 400)
        out->said = errors_of(root, arena);
}

/* --- failures --- */

static const struct {
    int status;
    const char *phrase; /* in what the server said; NULL: whatever it said */
    const char *text;
    bool transient, down;
} failures[] = {
    { 301, NULL, "redirects to another address: name the active node or a load balancer as server",
      false, true },
    { 302, NULL, "redirects to another address: name the active node or a load balancer as server",
      false, true },
    { 307, NULL, "redirects to another address: name the active node or a load balancer as server",
      false, true },
    { 308, NULL, "redirects to another address: name the active node or a load balancer as server",
      false, true },
    { 400, "invalid role name", "does not know the role: correct kubernetesAuth.role", false,
      false },
    { 400, "role_id", "does not take the AppRole: correct roleIdFile and secretIdFile of pki.vault",
      false, false },
    { 400, "secret", "does not take the AppRole: correct roleIdFile and secretIdFile of pki.vault",
      false, false },
    { 400, NULL, "refuses the request; the log has its reason", false, false },
    { 403, NULL,
      "denies the request: the token is not valid (any more), or its policy lacks update on this "
      "path",
      false, false },
    { 404, NULL, "has nothing at this path: correct caPath, or the namespace", false, false },
    { 405, NULL, "does not take the request at this path: correct caPath", false, false },
    { 412, NULL, "is a replica that lags behind: run the pass again", true, true },
    { 429, NULL, "is a standby or limits the rate of requests: run the pass again", true, true },
    { 472, NULL, "is a recovery standby: name the active node as server", true, true },
    { 473, NULL, "is a performance standby: name the active node as server", true, true },
    { 501, NULL, "is not initialized", false, true },
    { 502, NULL, "cannot be reached through its proxy", true, true },
    { 503, "sealed", "is sealed: unseal it", false, true },
    { 503, NULL, "is not available (sealed, or in maintenance)", true, true },
    { 504, NULL, "cannot be reached through its proxy", true, true },
};

/* The row of an answer; NULL: of none. */
static size_t row_of(const struct vault_answer *answer)
{
    size_t i = 0;

    while (i < LENGTH(failures)
           && (failures[i].status != answer->status
               || (failures[i].phrase && !strstr(answer->said, failures[i].phrase))))
        i++;
    return i;
}

bool vault_answer_is_transient(const struct vault_answer *answer)
{
    size_t row = row_of(answer);

    return row < LENGTH(failures) && failures[row].transient;
}

bool vault_answer_is_down(const struct vault_answer *answer)
{
    size_t row = row_of(answer);

    return row < LENGTH(failures) ? failures[row].down : answer->status >= 500;
}

int vault_answer_failure(struct err *err, const struct vault_answer *answer, const char *path)
{
    size_t row = row_of(answer);

    if (answer->status < 300)
        return err_set(err, ERR_HTTP, answer->status,
                       "answers %s with something else than Vault's JSON: is a proxy in between?",
                       path);
    if (row < LENGTH(failures))
        return err_set(err, ERR_HTTP, answer->status, "%s (%s: %d)", failures[row].text, path,
                       answer->status);
    return err_set(err, ERR_HTTP, answer->status, "fails (%s: %d); the log has its reason", path,
                   answer->status);
}

/* --- the parts --- */

static int lacks(struct err *err, const char *what)
{
    return err_set(err, ERR_HTTP, 200, "its answer lacks %s", what);
}

static bool is_token(const char *token)
{
    size_t len = token ? strlen(token) : 0;

    for (size_t i = 0; i < len; i++)
        if (token[i] <= ' ' || token[i] > '~')
            return false;
    return len > 0 && len <= TOKEN_MAX;
}

int vault_answer_token(const char **out, const struct vault_answer *answer, struct err *err)
{
    *out = node_get(answer->body, "auth", "client_token", NULL);
    return is_token(*out) ? 0 : lacks(err, "a token");
}

static bool is_pem(const char *text)
{
    return text && strlen(text) <= PEM_MAX && strstr(text, ARMOR_BEGIN("CERTIFICATE"));
}

/* Vault strips the last newline, and joined lines would end in "----------BEGIN". At most
 * VAULT_CHAIN_MAX certificates: the list comes from outside, and each of them is parsed later. */
static const char *chain_of(const struct node *list, struct arena *arena)
{
    AUTO_TEXT chain = { 0 };
    size_t count = 0;

    for (const struct node *item = list ? list->first : NULL; item && count < VAULT_CHAIN_MAX;
         item = item->next, count++)
        if (is_pem(node_text(item)))
            text_addf(&chain, "%s\n", node_text(item));
    return chain.len ? arena_bytes(arena, chain.bytes, chain.len) : "";
}

int vault_answer_issuer(struct vault_issuer *out, const struct vault_answer *answer,
                        struct arena *arena, struct err *err)
{
    const struct node *data = node_find(answer->body, "data");
    const char *certificate = node_get(data, "certificate", NULL);
    const char *id = node_get(data, "issuer_id", NULL);

    if (!is_pem(certificate))
        return lacks(err, "the certificate of the issuer");
    if (!id || !vault_path_is_issuer(id))
        return lacks(err, "the id of the issuer (Vault 1.11 and OpenBao have it)");
    *out = (struct vault_issuer){ .id = arena_text(arena, id),
                                  .certificate = arena_text(arena, certificate),
                                  .chain = chain_of(node_find(data, "ca_chain"), arena) };
    return 0;
}

int vault_answer_issuers(const char ***out, size_t *count, const struct vault_answer *answer,
                         struct arena *arena, struct err *err)
{
    const struct node *keys = node_find(node_find(answer->body, "data"), "keys");

    *out = NULL;
    *count = 0;
    if (!keys || keys->kind != NODE_LIST)
        return lacks(err, "the list of issuers");
    for (const struct node *item = keys->first; item && *count < VAULT_ISSUERS_MAX;
         item = item->next)
        if (node_text(item) && vault_path_is_issuer(node_text(item)))
            *ARENA_PUSH(arena, *out, *count) = arena_text(arena, node_text(item));
    return 0;
}

int vault_answer_signed(const char **out, const struct vault_answer *answer, struct arena *arena,
                        struct err *err)
{
    const char *certificate = node_get(answer->body, "data", "certificate", NULL);

    if (!is_pem(certificate))
        return lacks(err, "the certificate");
    *out = arena_text(arena, certificate);
    return 0;
}

bool vault_answer_fingerprint(char out[65], const char *pem)
{
    const char *begin = strstr(pem, ARMOR_BEGIN("CERTIFICATE"));
    AUTO_TEXT der = { 0 };

    if (!begin || armor_read(&der, "CERTIFICATE", begin, strlen(begin)) != ARMOR_FINE || !der.len)
        return false;
    sha256_hex(out, der.bytes, der.len);
    return true;
}
