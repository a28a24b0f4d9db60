/* tests/lib/workplace.c - see workplace.h. */
#include "tests/lib/workplace.h"

#include "base/files.h"
#include "k8s-job/client/scheduler.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

void workplace_open(struct workplace *out)
{
    struct err err;

    strcpy(out->folder, "/tmp/weft-kube-XXXXXX");
    assert_non_null(mkdtemp(out->folder));
    out->arena = arena_new();
    assert_int_equal(http_open(&out->http, "weft/test", &err), 0);
}

void workplace_close(struct workplace *place)
{
    struct err err;

    http_close(place->http);
    arena_free(place->arena);
    assert_int_equal(file_remove_folders(place->folder, &err), 0);
}

static const char *write_mode(struct workplace *place, const char *name, const char *content,
                              unsigned mode)
{
    const char *path = arena_printf(place->arena, "%s/%s", place->folder, name);
    struct err err = { .text = "" };

    if (file_write(path, content, strlen(content), mode, &err) < 0)
        fail_msg("%s", err.text);
    return path;
}

const char *workplace_write(struct workplace *place, const char *name, const char *content)
{
    return write_mode(place, name, content, 0600);
}

const char *workplace_script(struct workplace *place, const char *name, const char *content)
{
    return write_mode(place, name, content, 0700);
}

struct kube *workplace_kube(struct workplace *place, int port, const char *user)
{
    const char *config =
        arena_printf(place->arena,
                     "current-context: c\ncontexts: [{name: c, context: {cluster: k, user: u}}]\n"
                     "clusters: [{name: k, cluster: {server: 'http://127.0.0.1:%d'}}]\n"
                     "users: [{name: u, user: {%s}}]\n",
                     port, user);
    const char *path = workplace_write(place, "kubeconfig", config);
    struct kube_source source = { .kubeconfig = path, .allow_exec = true, .allow_insecure = true };
    struct kube *kube = NULL;
    struct err err = { .text = "" };

    if (kube_open(&kube, &source, place->http, &err) < 0)
        fail_msg("%s", err.text);
    kube->secrets_in_clear = true; /* the loopback alone */
    kube->limits.base_ms = 1;
    kube->limits.after_max_ms = 5;
    return kube;
}
