/* base/http_client.h - what an HTTP client is made of.  Only for http.c and http_all.c. */
#ifndef WEFT_BASE_HTTP_CLIENT_H
#define WEFT_BASE_HTTP_CLIENT_H

#include <curl/curl.h>

struct http {
    char *user_agent;
    CURLSH *share; /* keeps the connections of single requests */
    CURLM *multi;  /* for many; made at first use, keeps their connections */
    size_t pool;   /* how many it keeps */
};

#endif
