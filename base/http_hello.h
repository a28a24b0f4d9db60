/* base/http_hello.h - the certificates of a TLS hello, as digests.  Must not judge them: libcurl
 * has verified the chain. */
#ifndef WEFT_BASE_HTTP_HELLO_H
#define WEFT_BASE_HTTP_HELLO_H

#include "base/http_transfer.h"

/* The digests of what a hello was shown, from http_hello.c. */
int http_hello_chain(struct http_response *response, const struct transfer *transfer,
                     struct err *err);

#endif
