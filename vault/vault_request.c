/* vault/vault_request.c - bodies of requests to Vault.  Pure: no clock, no socket.
 *
 * use_csr_values is false: subject and names come from these fields and not from the request, so
 * that what was decided is what is signed, and pki/ compares the result with it anyway.
 * exclude_cn_from_sans keeps Vault from adding the common name as a DNS name of a CA.
 *
 * The login is written by hand into a text that is wiped. A tree of nodes would copy the secret
 * into an arena. */
#include "vault/vault_request.h"

#include "base/arena.h"
#include "base/write_json.h"

void vault_request_login(struct text *out, const struct vault_credential *login)
{
    const bool kubernetes = login->auth == VAULT_AUTH_KUBERNETES;

    text_adds(out, kubernetes ? "{\"role\":" : "{\"role_id\":");
    write_json_string(out, login->role, strlen(login->role));
    text_adds(out, kubernetes ? ",\"jwt\":" : ",\"secret_id\":");
    write_json_string(out, login->secret, strlen(login->secret));
    text_addc(out, '}');
}

void vault_request_sign(struct text *out, const struct vault_signing *signing)
{
    AUTO(arena_free) struct arena *arena = arena_new();
    struct node *body = node_map(arena);

    node_set_text(arena, body, "csr", signing->csr);
    node_set_text(arena, body, "common_name", signing->common_name);
    node_set_text(arena, body, "organization", signing->org);
    node_set_text(arena, body, "uri_sans", signing->uri);
    node_set_bool(arena, body, "exclude_cn_from_sans", true);
    node_set_bool(arena, body, "use_csr_values", false);
    node_set_int(arena, body, "max_path_length", signing->path_length);
    node_set_text(arena, body, "not_after", signing->not_after);
    node_set_text(arena, body, "not_before_duration",
                  arena_printf(arena, "%llds", (long long)signing->backdate));
    node_set_text(arena, body, "format", "pem");
    write_json(out, body, false);
}
