/* vault/vault_answer.h - what Vault answered: the parts that weft uses, and failures in words.
 * Pure. Nothing of an answer is trusted: certificates are texts until pki has judged them. */
#ifndef WEFT_VAULT_VAULT_ANSWER_H
#define WEFT_VAULT_VAULT_ANSWER_H

#include "base/arena.h"
#include "base/err.h"
#include "base/node.h"

enum { VAULT_ISSUERS_MAX = 64, VAULT_CHAIN_MAX = 8 };

struct vault_answer {
    int status;              /* HTTP */
    const struct node *body; /* NULL: none, or no JSON */
    const char *said;        /* the errors of the body in visible form, cut; "" */
};
/* body holds secrets when secret is true: see parse_json_secret. */
void vault_answer_read(struct vault_answer *out, int status, const char *body, size_t len,
                       bool secret, struct arena *arena);

/* Whether another try may go better: a standby, a lagging replica, a limit of rate, a proxy without
 * a server.  A sealed server stays sealed until an operator comes. */
bool vault_answer_is_transient(const struct vault_answer *answer);
/* Whether it is about the server, so that other requests would fail alike. */
bool vault_answer_is_down(const struct vault_answer *answer);
/* ERR_HTTP with the status.  The text is the same whenever the server fails alike: it becomes a
 * status, so it holds nothing that the server said.  Returns -1. */
int vault_answer_failure(struct err *err, const struct vault_answer *answer, const char *path);

/* auth.client_token of a login; in the arena of the answer. */
MUST_USE int vault_answer_token(const char **out, const struct vault_answer *answer,
                                struct err *err);
struct vault_issuer {
    const char *id;
    const char *certificate; /* PEM */
    const char *chain;       /* PEM, the issuer first */
};
/* Of GET <mount>/issuer/<ref>/json. */
MUST_USE int vault_answer_issuer(struct vault_issuer *out, const struct vault_answer *answer,
                                 struct arena *arena, struct err *err);
/* Ids of LIST <mount>/issuers. */
MUST_USE int vault_answer_issuers(const char ***out, size_t *count,
                                  const struct vault_answer *answer, struct arena *arena,
                                  struct err *err);
/* data.certificate of a signed request. */
MUST_USE int vault_answer_signed(const char **out, const struct vault_answer *answer,
                                 struct arena *arena, struct err *err);
/* SHA-256 of the DER of the first certificate of a PEM text, hex; false: there is none. */
bool vault_answer_fingerprint(char out[65], const char *pem);

#endif
