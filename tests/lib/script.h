/* tests/lib/script.h - an API server that answers by a list, and remembers what it was asked. */
#ifndef WEFT_TESTS_LIB_SCRIPT_H
#define WEFT_TESTS_LIB_SCRIPT_H

#include "k8s-job/client/scheduler.h"
#include "tests/lib/workplace.h"

/* What the server does: answers[n] for the n-th request, the last one for all further ones. */
struct script {
    struct workplace place;
    struct server *server;
    struct exchange answers[8];
    int count;
    char tokens[8][64]; /* Authorization of each request */
    char last_path[512], last_type[64], last_body[512], last_method[16], accept[64];
    const char *new_token; /* written to the token file after the first request */
};

int script_setup(void **state);
int script_teardown(void **state);
struct kube *script_kube(struct script *script, const char *credential);

static const struct kube_request the_read = { .method = "GET", .path = "/x" };

#define STATUS(code, reason, message)                                                              \
    "{\"kind\":\"Status\",\"apiVersion\":\"v1\",\"status\":\"Failure\",\"code\":" #code            \
    ",\"reason\":\"" reason "\",\"message\":\"" message "\"}"
#define OK                                                                                         \
    {                                                                                              \
        .status = 200, .text = "{\"kind\":\"Thing\"}"                                              \
    }
#define DENIED                                                                                     \
    {                                                                                              \
        .status = 401, .text = STATUS(401, "Unauthorized", "Unauthorized")                         \
    }

#define TEST(name) cmocka_unit_test_setup_teardown(name, script_setup, script_teardown)

#endif
