/* app/pass/lock.c - one pass at a time for an output branch, by a Lease of the management cluster;
 * and the time that servers report.  The Lease only saves useless work: what protects passes from
 * each other is Git's compare-and-swap. */
#include "app/pass/lock.h"
#include "k8s-job/apply/lease.h"
#include "k8s-job/messages.h"
#include "sync/clone.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* The first part of the id of this boot; "" where there is none. */
static const char *boot_id(struct arena *arena)
{
    FILE *file = fopen("/proc/sys/kernel/random/boot_id", "re");
    char id[9] = "";
    size_t len = file ? fread(id, 1, sizeof id - 1, file) : 0;

    if (file)
        fclose(file);
    return arena_bytes(arena, id, len);
}

/* No other process that runs has this name: containers may share their host's name and all be
 * process 1, but not the namespace of their processes, nor two machines the id of a boot. */
static const char *process_name(struct arena *arena)
{
    struct stat namespace = { 0 };
    char host[256] = "";

    if (gethostname(host, sizeof host - 1) < 0)
        strcpy(host, "somewhere");
    (void)stat("/proc/self/ns/pid", &namespace);
    return arena_printf(arena, "%s-%s-%llu-%ld", host, boot_id(arena),
                        (unsigned long long)namespace.st_ino, (long)getpid());
}

/* "<pod>/<uid>" lets others see that the pod is gone, so it is the name of a pod of the management
 * cluster only: another cluster's would never be found there, and its lease be taken from a pass
 * that runs. */
const char *pass_instance(const struct session *session)
{
    const char *pod = getenv("POD_NAME"), *uid = getenv("POD_UID");

    if (text_empty(pod) || text_empty(uid))
        return process_name(session->arena);
    return arena_printf(session->arena,
                        session->config->management.server.in_cluster ? "%s/%s" : "%s-%s", pod,
                        uid);
}

const char *pass_namespace(const struct kube *kube)
{
    const char *own = getenv("POD_NAMESPACE");

    if (!text_empty(own))
        return own;
    return *kube_namespace(kube) ? kube_namespace(kube) : "default";
}

static int ask(struct session *session, struct err *err)
{
    const struct config_output *output = &session->config->output;
    struct lease *lease = ARENA_NEW(session->arena, struct lease, 1);
    struct lease_claim claim = { .name = lease_name(output->url, output->branch, session->arena),
                                 .holder = pass_instance(session),
                                 .now = session->options->now };
    struct kube *kube;
    int taken;

    if (servers_management(&kube, &session->servers, err) < 0)
        return -1;
    claim.namespace = pass_namespace(kube);
    taken = lease_take(lease, kube, &claim, session->arena, err);
    if (taken == 1)
        session->lock = (struct pass_lock){ .state = LOCK_HELD, .lease = lease };
    return taken;
}

int pass_lock(struct session *session, struct err *err)
{
    int taken;

    if (session->dry || !session->config->management.present || !session->config->management.lease)
        return 0;
    if ((taken = ask(session, err)) == 0) {
        session->lock.state = LOCK_ELSEWHERE;
        session->lock.holder = arena_text(session->arena, err->text);
    } else if (taken < 0) {
        progress_warn(session->progress, K25_WITHOUT_LEASE, err->text);
    }
    servers_note_unreachable(&session->servers);
    return 0;
}

int pass_lock_keep(struct session *session, struct err *err)
{
    if (!session->lock.lease)
        return 0;
    if (lease_renew(session->lock.lease, err) < 0) {
        session->lock.state = LOCK_LOST;
        return err_wrap(err, "stop before the next step");
    }
    return 0;
}

void pass_lock_release(struct session *session)
{
    struct err err;

    if (session->lock.lease && lease_release(TAKE(session->lock.lease), &err) < 0)
        progress_note(session->progress, "the lease was not released, it expires: %s", err.text);
}

/* The earliest of all, so that a wait never ends too soon. */
int64_t pass_second_clock(const struct session *session, const struct inputs *inputs)
{
    const int64_t times[] = {
        session->servers.management ? kube_server_time(session->servers.management) : 0,
        inputs->specs_clone ? clone_server_time(inputs->specs_clone) : 0,
        inputs->output_clone ? clone_server_time(inputs->output_clone) : 0,
    };
    int64_t out = 0;

    if (session->options->now_text)
        return 0;
    for (size_t i = 0; i < LENGTH(times); i++)
        if (times[i] && (!out || times[i] < out))
            out = times[i];
    return out;
}
