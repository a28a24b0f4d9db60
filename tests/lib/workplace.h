/* tests/lib/workplace.h - a folder for the files of one test: kubeconfigs, tokens, scripts. */
#ifndef WEFT_TESTS_LIB_WORKPLACE_H
#define WEFT_TESTS_LIB_WORKPLACE_H

#include "base/arena.h"
#include "k8s-job/client/kube.h"
#include "tests/lib/api_server.h"

struct workplace {
    char folder[64];
    struct arena *arena;
    struct http *http;
};
void workplace_open(struct workplace *out);
void workplace_close(struct workplace *place);
/* Writes a file into the folder and gives its path; mode 0600 unless executable. */
const char *workplace_write(struct workplace *place, const char *name, const char *content);
const char *workplace_script(struct workplace *place, const char *name, const char *content);
/* An opened server at http://127.0.0.1:port with user members such as "token: x"; patient: real
 * waits, else 1 ms. */
struct kube *workplace_kube(struct workplace *place, int port, const char *user);

#endif
