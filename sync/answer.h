/* sync/answer.h - what a web server's answer means where Git's was expected.  Private to sync/. */
#ifndef WEFT_SYNC_ANSWER_H
#define WEFT_SYNC_ANSWER_H

#include "base/http.h"
#include "sync/transport/peer.h"

/* 0: an answer 200 of that content type; else -1 and ERR_HTTP with the status: what is wrong and
 * what to do.  arena is for texts on the way. */
MUST_USE int answer_check(const struct http_response *response, const struct peer *peer,
                          const char *type, struct arena *arena, struct err *err);

/* The server, or a proxy before it, is busy (429, 502, 503, 504), or the connection broke before an
 * answer: the same request may work in a moment. */
bool answer_is_transient(const struct http_response *response);
/* The milliseconds that Retry-After asks for, in seconds or as a date (RFC 9110, 10.2.3; a date is
 * compared with the answer's own Date); -1: it asks for none. */
int64_t answer_wait_ms(const struct http_response *response);

#endif
