/* pki/csr_proof.c - checks where a request comes from.  Reads no key of a request. */
#include "pki/csr_proof.h"

#include "base/text.h"
#include "pki/jws.h"

/* The only one: a token for two audiences was asked for by something else than the agent. */
static const char *audience_of(const struct node *claims)
{
    const struct node *found = node_find(claims, "aud");

    if (found && found->kind == NODE_LIST)
        found = found->count == 1 ? found->first : NULL;
    return found && found->kind == NODE_STRING ? found->text : NULL;
}

static int check_time(const struct node *claims, int64_t now, struct err *err)
{
    const struct node *issued = node_find(claims, "iat");
    int64_t at;

    if (!issued || issued->kind != NODE_NUMBER || !parse_int(issued->text, 0, INT64_MAX / 2, &at))
        return csr_fault_set(err, CSR_TOKEN_FORM, "the token does not say when it was issued");
    if (at > now + CSR_SKEW)
        return csr_fault_set(err, CSR_TOKEN_EARLY,
                             "the token was issued in the future: compare the clocks of weft and "
                             "of the cluster");
    if (at < now - CSR_MAX_AGE)
        return csr_fault_set(err, CSR_TOKEN_OLD,
                             "the token was issued more than %d hours ago: see why the agent does "
                             "not run (the CronJob " CSR_ACCOUNT " in the cluster)",
                             CSR_MAX_AGE / 3600);
    return 0;
}

static int check_claims(const struct node *claims, const char *audience,
                        const struct csr_origin *origin, struct arena *arena, struct err *err)
{
    const char *account =
        arena_printf(arena, "system:serviceaccount:%s:" CSR_ACCOUNT, origin->namespace);

    if (!text_equal(node_get(claims, "sub", NULL), account))
        return csr_fault_set(err, CSR_TOKEN_SUBJECT,
                             "the token is not one of the service account %s/" CSR_ACCOUNT,
                             origin->namespace);
    if (!text_equal(audience_of(claims), audience))
        return csr_fault_set(err, CSR_TOKEN_CONTENT, "the token is not for this request");
    return check_time(claims, origin->now, err);
}

int csr_proof_check(const struct csr_request *request, const char *bytes, size_t len,
                    const char *token, const struct csr_origin *origin, struct arena *arena,
                    struct err *err)
{
    const struct node *claims = NULL;

    if (!text_equal(request->cluster, origin->cluster))
        return csr_fault_set(err, CSR_OTHER_CLUSTER,
                             "it was found in cluster %s and says that it is of another: run the "
                             "agent there with the name that weft knows the cluster by",
                             origin->cluster);
    if (jws_verify(&claims, token, origin->keys, arena, err) < 0)
        return -1;
    return check_claims(claims, csr_request_audience(bytes, len, arena), origin, arena, err);
}
