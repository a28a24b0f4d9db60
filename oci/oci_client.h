/* oci/oci_client.h - requests to one OCI registry, with the credentials that it asks for.
 *
 * Follows the OCI distribution spec 1.1 and the token authentication of distribution.  No redirect
 * is followed.  A password goes to the registry, and to a token server only where it is the
 * registry itself or the one that was named; a token goes to the registry. */
#ifndef WEFT_OCI_OCI_CLIENT_H
#define WEFT_OCI_OCI_CLIENT_H

#include "base/http.h"

/* Texts must outlive the client. */
struct oci_server {
    const char *base;                /* "https://registry.example.com", as of oci_reference */
    const char *token_server;        /* URL of another server that may get the password; NULL */
    const char *username, *password; /* NULL: none */
    const char *ca_pem;              /* NULL: the system's roots */
    const char *proxy;               /* NULL: by the environment */
    bool plain_http;                 /* http:// is allowed; oci_reference_make checked the host */
    int64_t budget_ms;               /* of all requests and waits together; 0: five minutes */
};

struct oci_client;
/* Nothing is sent. */
struct oci_client *oci_client_open(struct http *http, const struct oci_server *server);
void oci_client_close(struct oci_client *client); /* NULL is fine */
AUTO_DEFINE(struct oci_client, oci_client_close)

struct oci_call {
    const char *method;
    const char *path;       /* below the registry, or a whole URL of the same server */
    const char *repository; /* whose token is needed */
    const char *accept;     /* media type; NULL: any */
    const char *type;       /* of the body */
    const char *body;       /* NULL: none */
    size_t body_len;
};

/* 0 for an answer, which the caller judges; waits where the registry asks for it.  -1: no answer,
 * credentials that were refused, or the budget is used up; after that each call fails alike. */
MUST_USE int oci_client_do(struct http_response *out, struct oci_client *client,
                           const struct oci_call *call, struct arena *arena, struct err *err);
/* Whether each further call would fail. */
bool oci_client_is_down(const struct oci_client *client);
/* An answer that does not do: its status and the registry's words, or where it redirects to. */
int oci_client_refused(struct err *err, const char *what, const struct http_response *response,
                       struct arena *arena);

#endif
