/* tests/lib/real.c - see real.h. */
#include "tests/lib/real.h"
#include "k8s-job/client/answer.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <cmocka.h>

struct kube_answer ask(struct real *real, const char *method, const char *path, const char *type,
                       const char *body)
{
    struct kube_answer answer;
    struct err err = { .text = "" };

    if (kube_do(real->kube, &answer,
                &(struct kube_request){
                    .method = method, .path = path, .content_type = type, .body = body },
                real->place.arena, &err)
        < 0)
        fail_msg("%s", err.text);
    return answer;
}

void make(struct real *real, const char *path, const char *body)
{
    struct kube_answer answer = ask(real, "POST", path, NULL, body);
    struct err err;

    if (answer.status != 201) {
        kube_answer_failure(&err, &answer, path);
        fail_msg("%s", err.text);
    }
}

const char *format(struct real *real, const char *fmt, const char *value)
{
    const char *at = strstr(fmt, "NS");
    const char *text = "";

    for (; at; fmt = at + 2, at = strstr(fmt, "NS"))
        text = arena_printf(real->place.arena, "%s%.*s%s", text, (int)(at - fmt), fmt,
                            real->namespace);
    text = arena_printf(real->place.arena, "%s%s", text, fmt);
    at = strstr(text, "VALUE");
    return at ? arena_printf(real->place.arena, "%.*s%s%s", (int)(at - text), text, value, at + 5)
              : text;
}

int real_setup(void **state)
{
    const char *kubeconfig = getenv("WEFT_TEST_KUBECONFIG");
    struct real *real;
    struct err err = { .text = "" };

    *state = NULL;
    if (!kubeconfig)
        return 0;
    real = calloc(1, sizeof *real);
    workplace_open(&real->place);
    if (kube_open(&real->kube, &(struct kube_source){ .kubeconfig = kubeconfig }, real->place.http,
                  &err)
        < 0)
        fail_msg("%s", err.text);
    real->namespace =
        arena_printf(real->place.arena, "t-%lld-%d", (long long)time(NULL), rand() % 100000);
    make(real, "/api/v1/namespaces", format(real, "{\"metadata\":{\"name\":\"NS\"}}", ""));
    *state = real;
    return 0;
}

int real_teardown(void **state)
{
    struct real *real = *state;

    if (!real)
        return 0;
    kube_close(real->kube);
    workplace_close(&real->place);
    free(real);
    return 0;
}
