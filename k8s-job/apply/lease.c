/* k8s-job/apply/lease.c - takes, renews and releases a Lease by compare-and-swap on its
 * resourceVersion.
 *
 * Every write carries the resourceVersion that was read, so of two passes one gets a 409.  A 409
 * may also be the answer to a retry of our own write, so confirm reads the Lease and compares
 * holder and time.  A Lease of another holder is taken only when the holder's pod has ended, by its
 * uid, or when the duration has passed by the server's clock plus a margin: two local clocks are
 * never compared. A Lease without a valid renewTime counts as renewed just now; an operator has to
 * delete it. */
#include "k8s-job/apply/lease.h"
#include "base/http_url.h"
#include "base/write_json.h"

#include "base/clock.h"
#include "base/digest.h"
#include "base/write.h"
#include "k8s-job/client/answer.h"

#include <assert.h>
#include <string.h>

#define LEASE_API "coordination.k8s.io/v1"

const char *lease_micro_time(int64_t seconds, struct arena *arena)
{
    const char *text = clock_text(seconds, arena);

    return arena_printf(arena, "%.*s.000000Z", (int)strlen(text) - 1, text);
}

const char *lease_name(const char *repository, const char *branch, struct arena *arena)
{
    const char *both = arena_printf(arena, "%s\n%s", repository, branch);
    char hex[65];

    sha256_hex(hex, both, strlen(both));
    return arena_printf(arena, "weft-%.16s", hex);
}

static int64_t number(const struct node *live, const char *key, int64_t fallback)
{
    const char *text = node_get(live, "spec", key, NULL);
    int64_t value;

    return text && parse_int(text, 0, INT32_MAX, &value) ? value : fallback;
}

/* Both times are of the server's clock: its Date header, and a renewTime that time_of_renewal
 * derived from an earlier one. */
enum lease_state lease_look(const struct node *live, const char *holder, int64_t server_time)
{
    const char *now_holder = node_get(live, "spec", "holderIdentity", NULL);
    const char *renewed = node_get(live, "spec", "renewTime", NULL);
    int64_t since;

    if (text_empty(now_holder))
        return LEASE_FREE;
    if (strcmp(now_holder, holder) == 0)
        return LEASE_OURS;
    if (!renewed || !clock_parse(renewed, &since))
        return LEASE_TAKEN;
    return server_time
                   > since + number(live, "leaseDurationSeconds", LEASE_DURATION_S) + LEASE_MARGIN_S
               ? LEASE_EXPIRED
               : LEASE_TAKEN;
}

static const char *kept(const struct node *live, const char *key, const char *fallback)
{
    const char *text = node_get(live, "spec", key, NULL);

    return text ? text : fallback;
}

/* An int32 of the API: after the largest one it begins again, so that it always differs. */
static int64_t next_transition(const struct node *live)
{
    int64_t before = number(live, "leaseTransitions", 0);

    return before < INT32_MAX ? before + 1 : 0;
}

struct node *lease_object(const struct node *live, const struct lease_claim *claim,
                          const char *holder, int64_t now, struct arena *arena)
{
    struct node *object = node_map(arena), *metadata, *spec;
    bool same = text_equal(node_get(live, "spec", "holderIdentity", NULL), holder);
    bool release = !*holder;
    const char *time = lease_micro_time(now, arena);

    node_set_text(arena, object, "apiVersion", LEASE_API);
    node_set_text(arena, object, "kind", "Lease");
    metadata = node_set(object, "metadata", node_map(arena));
    node_set_text(arena, metadata, "name", claim->name);
    node_set_text(arena, metadata, "namespace", claim->namespace);
    node_set_text(arena, metadata, "resourceVersion",
                  node_get(live, "metadata", "resourceVersion", NULL));
    spec = node_set(object, "spec", node_map(arena));
    node_set_text(arena, spec, "holderIdentity", holder);
    node_set_int(arena, spec, "leaseDurationSeconds",
                 release             ? 1
                 : claim->duration_s ? claim->duration_s
                                     : LEASE_DURATION_S);
    node_set_text(arena, spec, "acquireTime",
                  same || release ? kept(live, "acquireTime", time) : time);
    node_set_text(arena, spec, "renewTime", time);
    node_set_int(arena, spec, "leaseTransitions",
                 live && !same && !release ? next_transition(live)
                                           : number(live, "leaseTransitions", 0));
    return object;
}

static int64_t server_now(const struct kube_answer *answer, const struct lease_claim *claim)
{
    return answer->server_time ? answer->server_time : claim->now;
}

/* Remembers the object that the server holds for us. */
static void remember_object(struct lease *lease, const struct node *object)
{
    lease->object = object;
    lease->renewed_ms = clock_monotonic_ms();
    lease->transitions = number(object, "leaseTransitions", 0);
}

/* After a 409: 1 if the Lease is as we wrote it, 0 if another pass wrote it, -1. */
static int confirm(struct lease *lease, const struct node *object, struct err *err)
{
    struct kube_request request = { .method = "GET",
                                    .path = lease->path,
                                    .kind = "Lease",
                                    .name = lease->claim.name,
                                    .urgent = true };
    struct kube_answer answer;

    if (kube_do(lease->kube, &answer, &request, lease->arena, err) < 0)
        return -1;
    if (answer.status != 200 || !answer.body
        || !text_equal(kept(answer.body, "holderIdentity", ""), kept(object, "holderIdentity", ""))
        || !text_equal(kept(answer.body, "renewTime", ""), kept(object, "renewTime", "")))
        return 0;
    remember_object(lease, answer.body);
    return 1;
}

/* 1: written, 0: another pass wrote it first, -1. */
static int write_object(struct lease *lease, const struct node *object, struct err *err)
{
    bool new = !node_get(object, "metadata", "resourceVersion", NULL);
    struct kube_request request = {
        .method = new ? "POST" : "PUT", .kind = "Lease", .name = lease->claim.name, .urgent = true
    };
    struct kube_answer answer;
    AUTO_TEXT body = { 0 };

    write_json(&body, object, false);
    request.body = body.bytes;
    request.path = new ? arena_printf(lease->arena, "/apis/" LEASE_API "/namespaces/%s/leases",
                                      http_url_escape(lease->claim.namespace, lease->arena))
                       : lease->path;
    if (kube_do(lease->kube, &answer, &request, lease->arena, err) < 0)
        return -1;
    if (answer.status == 409)
        return confirm(lease, object, err);
    if (answer.status >= 300 || !answer.body)
        return kube_answer_failure(err, &answer, "write the lease");
    remember_object(lease, answer.body);
    return 1;
}

static bool pod_ended(const struct node *pod, const char *uid)
{
    const char *phase = node_get(pod, "status", "phase", NULL);

    return !text_equal(node_get(pod, "metadata", "uid", NULL), uid)
           || text_equal(phase, "Succeeded") || text_equal(phase, "Failed");
}

/* Whether the holder's pod has ended: "<pod>/<uid>" that does not exist any more, or is Succeeded
 * or Failed.  False when that is not known. */
static bool holder_gone(struct lease *lease, const char *holder)
{
    const char *slash = strchr(holder, '/');
    struct kube_request request = { .method = "GET", .kind = "Pod", .urgent = true };
    struct kube_answer answer;
    struct err ignored;

    if (!slash || slash == holder)
        return false;
    request.path = arena_printf(
        lease->arena, "/api/v1/namespaces/%s/pods/%s",
        http_url_escape(lease->claim.namespace, lease->arena),
        http_url_escape(arena_bytes(lease->arena, holder, (size_t)(slash - holder)), lease->arena));
    if (kube_do(lease->kube, &answer, &request, lease->arena, &ignored) < 0)
        return false;
    if (answer.status == 404)
        return kube_answer_is_status(&answer);
    return answer.status == 200 && answer.body && pod_ended(answer.body, slash + 1);
}

static int refuse_taken(const struct lease *lease, const struct node *live, struct err *err)
{
    const char *since = kept(live, "acquireTime", "?"), *renewed = kept(live, "renewTime", "?");

    err_set(
        err, ERR_REFUSED, 0,
        "another pass holds the lease %s/%s: %s, since %s (renewed %s, for %lld s).  It ends by "
        "itself; if that pass is surely dead, delete the Lease",
        lease->claim.namespace, lease->claim.name, kept(live, "holderIdentity", "?"), since,
        renewed, (long long)number(live, "leaseDurationSeconds", LEASE_DURATION_S));
    return 0;
}

static int take_if_free(struct lease *lease, const struct kube_answer *answer, struct err *err)
{
    const struct node *live = answer->status == 404 ? NULL : answer->body;
    int64_t now = server_now(answer, &lease->claim);
    int written;

    if (live && lease_look(live, lease->claim.holder, now) == LEASE_TAKEN
        && !holder_gone(lease, kept(live, "holderIdentity", "")))
        return refuse_taken(lease, live, err);
    written = write_object(
        lease, lease_object(live, &lease->claim, lease->claim.holder, now, lease->arena), err);
    if (written == 0)
        err_set(err, ERR_REFUSED, 0, "another pass took the lease %s/%s at the same moment",
                lease->claim.namespace, lease->claim.name);
    return written;
}

int lease_take(struct lease *out, struct kube *kube, const struct lease_claim *claim,
               struct arena *arena, struct err *err)
{
    struct kube_request request = {
        .method = "GET", .kind = "Lease", .name = claim->name, .urgent = true
    };
    struct kube_answer answer;

    *out = (struct lease){ .kube = kube, .claim = *claim, .arena = arena };
    out->path =
        arena_printf(arena, "/apis/" LEASE_API "/namespaces/%s/leases/%s",
                     http_url_escape(claim->namespace, arena), http_url_escape(claim->name, arena));
    request.path = out->path;
    if (kube_do(kube, &answer, &request, arena, err) < 0)
        return err_wrap(err, "lease %s/%s", claim->namespace, claim->name);
    if (answer.status != 404 && (answer.status != 200 || !answer.body))
        return kube_answer_failure(err, &answer, "read the lease");
    return take_if_free(out, &answer, err);
}

static int lost(const struct lease *lease, struct err *err)
{
    return err_set(err, ERR_REFUSED, 0,
                   "the lease %s/%s was taken over by another pass: this one stops here, and the "
                   "next one continues",
                   lease->claim.namespace, lease->claim.name);
}

static int64_t duration_ms(const struct lease *lease)
{
    return (lease->claim.duration_s ? lease->claim.duration_s : LEASE_DURATION_S) * (int64_t)1000;
}

/* The time to write: that of the last renewal plus the monotonic time since, so that it follows the
 * server's clock. */
static int64_t time_of_renewal(const struct lease *lease)
{
    int64_t last;

    if (!clock_parse(kept(lease->object, "renewTime", ""), &last))
        last = lease->claim.now;
    return last + (clock_monotonic_ms() - lease->renewed_ms) / 1000;
}

/* Renewed at a third of its duration, so that later steps of the pass can try again before it
 * ends. A renewal that failed for want of an answer is not the loss of the Lease: until the
 * duration has passed no other pass may take it. */
int lease_renew(struct lease *lease, struct err *err)
{
    int64_t age = clock_monotonic_ms() - lease->renewed_ms;
    int written;

    assert(lease->object); /* lease_take returned 1 */
    if (age < duration_ms(lease) / 3)
        return 0;
    written = write_object(lease,
                           lease_object(lease->object, &lease->claim, lease->claim.holder,
                                        time_of_renewal(lease), lease->arena),
                           err);
    if (written == 0)
        return lost(lease, err);
    /* Not renewed, but not yet over: the next step may try again. */
    if (written < 0 && age < duration_ms(lease))
        return 0;
    return written < 0 ? err_wrap(err, "renew the lease %s", lease->claim.name) : 0;
}

/* The holder becomes empty and the duration one second, as client-go leaves it; deleting the Lease
 * would need one more right, and would lose the count of transitions. */
int lease_release(struct lease *lease, struct err *err)
{
    int written = write_object(
        lease, lease_object(lease->object, &lease->claim, "", time_of_renewal(lease), lease->arena),
        err);

    return written == 0 ? lost(lease, err) : written < 0 ? -1 : 0;
}
