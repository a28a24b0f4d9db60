/* base/http_all.h - many requests at once on one thread, with a queue for each host.  Must not
 * retry. */
#ifndef WEFT_BASE_HTTP_ALL_H
#define WEFT_BASE_HTTP_ALL_H

#include "base/http.h"

void http_all(struct http *http, struct http_job *jobs, size_t count, size_t in_flight,
              size_t per_host, struct arena *arena);

#endif
