/* state/anchor.c - self-signed ends of CAs, as text.
 *
 * The id of an anchor is the digest of its DER, as certificate.c computes it. It is taken from the
 * PEM text, because this file is included where libcrypto is not linked. */
#include "state/anchor.h"
#include "base/base64.h"

#include "base/digest.h"
#include "base/text.h"
#include <string.h>

static const char begin[] = "-----BEGIN CERTIFICATE-----", end[] = "-----END CERTIFICATE-----";

const char *anchor_pem(const struct ledger_root *root)
{
    const char *last = root->cert_pem, *next = root->chain_pem;

    while (next && (next = strstr(next, begin))) {
        last = next;
        next += sizeof begin - 1;
    }
    return last;
}

/* Our own PEM: base64 lines between two marks (certificate_pem). */
static const char *pem_id(const char *pem, struct arena *arena)
{
    const char *from = pem + sizeof begin - 1, *until = strstr(pem, end);
    AUTO_TEXT body = { 0 }, der = { 0 };
    char *hex = ARENA_NEW(arena, char, 65);

    for (; until && from < until; from++)
        if (*from != '\n')
            text_addc(&body, *from);
    if (!body.bytes || !base64_decode(&der, body.bytes, body.len))
        return "";
    sha256_hex(hex, der.bytes, der.len);
    return hex;
}

const char *anchor_id(const struct ledger_root *root, struct arena *arena)
{
    return text_empty(root->chain_pem) ? root->id : pem_id(anchor_pem(root), arena);
}

const char *anchor_find(const struct ledger *ledger, const char *id, struct arena *arena)
{
    for (const struct ledger_root *root = ledger->roots; root; root = root->next)
        if (text_equal(root->id, id) || text_equal(anchor_id(root, arena), id))
            return anchor_pem(root);
    return NULL;
}
