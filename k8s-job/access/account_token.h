/* k8s-job/access/account_token.h - a kubeconfig for weft's own account in a cluster: its token, and
 * the server as another kubeconfig reaches it.  The token is in scratch arenas and the result
 * alone: release both with arena_shred. */
#ifndef WEFT_K8S_JOB_ACCESS_ACCOUNT_TOKEN_H
#define WEFT_K8S_JOB_ACCESS_ACCOUNT_TOKEN_H

#include "k8s-job/client/kube.h"
#include "k8s-job/client/target.h"

struct account_token {
    const char *token;   /* secret */
    const char *expires; /* RFC 3339; NULL: not before its Secret is deleted */
};

/* The token of the account's Secret, for which it waits some seconds: a controller fills it in.
 * Where there is no such token, a bound one (TokenRequest) that lasts as long as the API server
 * allows. */
MUST_USE int account_token_fetch(struct account_token *out, struct kube *kube, struct arena *arena,
                                 struct err *err);
/* A kubeconfig with that token, whose server and CA are those of target. */
const char *account_token_kubeconfig(const struct account_token *token, const struct target *target,
                                     struct arena *arena);

#endif
