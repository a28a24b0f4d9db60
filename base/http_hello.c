/* base/http_hello.c - the certificates of a TLS hello, as digests.  Must not judge them: libcurl
 * has verified the chain. */
#include "base/http_hello.h"
#include "base/base64.h"

#include "base/digest.h"
#include <string.h>

#define BEGIN "-----BEGIN CERTIFICATE-----"
#define END "-----END CERTIFICATE-----"

/* Digest of the DER in one PEM certificate; NULL: it is none. */
static const char *digest_of(const char *pem, struct arena *arena)
{
    const char *begin = strstr(pem, BEGIN), *end = begin ? strstr(begin, END) : NULL;
    AUTO_TEXT packed = { 0 };
    AUTO_TEXT der = { 0 };
    char hex[65];

    if (!end)
        return NULL;
    for (const char *p = begin + strlen(BEGIN); p < end; p++)
        if ((unsigned char)*p > ' ')
            text_addc(&packed, *p);
    if (packed.len == 0 || !base64_decode(&der, packed.bytes, packed.len))
        return NULL;
    sha256_hex(hex, der.bytes, der.len);
    return arena_text(arena, hex);
}

/* libcurl describes each certificate in several lines; "Cert:" is its PEM. */
static const char *digest_of_lines(const struct curl_slist *lines, struct arena *arena)
{
    for (; lines; lines = lines->next)
        if (strncmp(lines->data, "Cert:", 5) == 0)
            return digest_of(lines->data + 5, arena);
    return NULL;
}

int http_hello_chain(struct http_response *response, const struct transfer *transfer,
                     struct err *err)
{
    struct curl_certinfo *info = NULL;

    if (curl_easy_getinfo(transfer->easy, CURLINFO_CERTINFO, &info) || !info)
        return err_set(err, ERR_HTTP, 0, "%s: libcurl does not give the certificates",
                       transfer->target);
    for (int i = 0; i < info->num_of_certs; i++) {
        const char *digest = digest_of_lines(info->certinfo[i], transfer->arena);

        if (!digest)
            return err_set(err, ERR_HTTP, 0, "%s: a certificate that it shows cannot be read",
                           transfer->target);
        *ARENA_PUSH(transfer->arena, response->chain, response->chain_count) = digest;
    }
    return response->chain_count > 0
               ? 0
               : err_set(err, ERR_HTTP, 0, "%s: it shows no certificate", transfer->target);
}
