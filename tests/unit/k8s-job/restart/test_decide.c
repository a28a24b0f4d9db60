/* tests/unit/k8s-job/restart/test_decide.c - the pure parts of rolling restarts: is it rolled out,
 * who is next, in what words. */
#include "base/parse.h"
#include "base/parse_json.h"
#include "k8s-job/observe/istiod.h"
#include "k8s-job/restart/advice.h"
#include "k8s-job/restart/decide.h"
#include "k8s-job/restart/text.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

enum { NOW = 1795431600, HOUR = 3600 };
#define EPOCH "0123456789abcdef"

static const struct node *json(const char *text, struct arena *arena)
{
    const struct node *node;
    struct err err = { .text = "" };

    if (parse_json(&node, text, strlen(text), arena, &err) < 0)
        fail_msg("%s: %s", err.text, text);
    return node;
}

/* -- One workload -- */

#define OBJECT(generation, spec, status)                                                           \
    "{\"metadata\":{\"generation\":" #generation ",\"resourceVersion\":\"77\"},\"spec\":{" spec    \
    "},\"status\":{" status "}}"
#define STATUS(seen, replicas, updated, available)                                                 \
    "\"observedGeneration\":" #seen ",\"replicas\":" #replicas ",\"updatedReplicas\":" #updated    \
    ",\"availableReplicas\":" #available
#define GAVE_UP                                                                                    \
    ",\"conditions\":[{\"type\":\"Available\",\"status\":\"True\",\"reason\":\"x\"},"              \
    "{\"type\":\"Progressing\",\"status\":\"False\",\"reason\":\"ProgressDeadlineExceeded\"}]"
#define DAEMONS(seen, want, updated, available)                                                    \
    "\"observedGeneration\":" #seen ",\"desiredNumberScheduled\":" #want                           \
    ",\"updatedNumberScheduled\":" #updated ",\"numberAvailable\":" #available
#define STATEFUL(seen, updated, ready, current)                                                    \
    "\"observedGeneration\":" #seen ",\"replicas\":3,\"updatedReplicas\":" #updated                \
    ",\"readyReplicas\":" #ready ",\"currentRevision\":\"" current "\",\"updateRevision\":\"new\""
#define ON_DELETE "\"updateStrategy\":{\"type\":\"OnDelete\"}"
#define PARTITION(n)                                                                               \
    "\"replicas\":3,\"updateStrategy\":{\"type\":\"RollingUpdate\",\"rollingUpdate\":{"            \
    "\"partition\":" #n "}}"

struct live_row {
    const char *sentence, *kind, *object;
    bool complete, stuck;
    const char *progress;
};

/* clang-format off */
static const struct live_row live_rows[] = {
    { "a Deployment whose pods are all new and available is rolled out", "Deployment", OBJECT(2, "\"replicas\":2", STATUS(2, 2, 2, 2)), true, false, "" },
    { "what the controller says of an older template proves nothing", "Deployment", OBJECT(3, "\"replicas\":2", STATUS(2, 2, 2, 2)), false, false, "its newest template is not processed yet" },
    { "a controller that said nothing yet proves nothing", "Deployment", "{\"metadata\":{\"generation\":1},\"spec\":{\"replicas\":0}}", false, false, "its newest template is not processed yet" },
    { "one replica is still to be updated", "Deployment", OBJECT(2, "\"replicas\":2", STATUS(2, 3, 1, 2)), false, false, "1 of 2 replicas updated" },
    { "replicas that are not given are one", "Deployment", OBJECT(2, "", STATUS(2, 1, 0, 1)), false, false, "0 of 1 replicas updated" },
    { "an old pod still ends", "Deployment", OBJECT(2, "\"replicas\":2", STATUS(2, 3, 2, 2)), false, false, "1 of 3 replicas are old ones that still end" },
    { "a new pod is not available yet", "Deployment", OBJECT(2, "\"replicas\":2", STATUS(2, 2, 2, 1)), false, false, "1 of 2 replicas available" },
    { "a Deployment of no pods is rolled out", "Deployment", OBJECT(2, "\"replicas\":0", "\"observedGeneration\":2"), true, false, "" },
    { "Kubernetes gave up", "Deployment", OBJECT(2, "\"replicas\":2", STATUS(2, 3, 1, 2) GAVE_UP), false, true, "1 of 2 replicas updated" },
    { "it gave up an older template", "Deployment", OBJECT(3, "\"replicas\":2", STATUS(2, 3, 1, 2) GAVE_UP), false, false, "its newest template is not processed yet" },
    { "it gave up once, and got there later", "Deployment", OBJECT(2, "\"replicas\":2", STATUS(2, 2, 2, 2) GAVE_UP), true, false, "" },
    { "a DaemonSet with new pods on all nodes is rolled out", "DaemonSet", OBJECT(5, "", DAEMONS(5, 3, 3, 3)), true, false, "" },
    { "a DaemonSet on its way", "DaemonSet", OBJECT(5, "", DAEMONS(5, 3, 2, 3)), false, false, "2 of 3 pods updated" },
    { "a pod of a DaemonSet is not available", "DaemonSet", OBJECT(5, "", DAEMONS(5, 3, 3, 2)), false, false, "2 of 3 pods available" },
    { "a DaemonSet whose newest template was not seen", "DaemonSet", OBJECT(6, "", DAEMONS(5, 3, 3, 3)), false, false, "its newest template is not processed yet" },
    { "a DaemonSet with OnDelete waits for people", "DaemonSet", OBJECT(5, ON_DELETE, DAEMONS(5, 3, 1, 3)), false, false, "1 of 3 pods updated" },
    { "a StatefulSet of the newest revision is rolled out", "StatefulSet", OBJECT(2, "\"replicas\":3", STATEFUL(2, 3, 3, "new")), true, false, "" },
    { "its revision is not the current one", "StatefulSet", OBJECT(2, "\"replicas\":3", STATEFUL(2, 3, 3, "old")), false, false, "its revision is not the current one yet" },
    { "a pod of a StatefulSet is not ready", "StatefulSet", OBJECT(2, "\"replicas\":3", STATEFUL(2, 3, 2, "new")), false, false, "2 of 3 replicas ready" },
    { "a StatefulSet on its way", "StatefulSet", OBJECT(2, "\"replicas\":3", STATEFUL(2, 1, 3, "old")), false, false, "1 of 3 replicas updated" },
    { "a partition that rolled out its part", "StatefulSet", OBJECT(2, PARTITION(2), STATEFUL(2, 1, 3, "old")), true, false, "" },
    { "a partition that did not", "StatefulSet", OBJECT(2, PARTITION(1), STATEFUL(2, 1, 3, "old")), false, false, "1 of 2 replicas updated" },
    { "a partition above all pods rolls out nothing", "StatefulSet", OBJECT(2, PARTITION(9), STATEFUL(2, 0, 3, "old")), true, false, "" },
    { "a partition of none is no partition", "StatefulSet", OBJECT(2, PARTITION(0), STATEFUL(2, 3, 3, "old")), false, false, "its revision is not the current one yet" },
    { "with OnDelete the current revision never moves", "StatefulSet", OBJECT(2, "\"replicas\":3," ON_DELETE, STATEFUL(2, 3, 3, "old")), true, false, "" },
};
/* clang-format on */

static void rollouts_are_judged_as_kubectl_does(void **state)
{
    struct arena *arena = arena_new();

    (void)state;
    for (size_t i = 0; i < LENGTH(live_rows); i++) {
        const struct live_row *row = &live_rows[i];
        struct restart_live live = restart_live_of(row->kind, json(row->object, arena), arena);

        if (live.complete != row->complete || live.stuck != row->stuck
            || strcmp(live.progress, row->progress) != 0)
            fail_msg("%s: complete %d, stuck %d, \"%s\"", row->sentence, live.complete, live.stuck,
                     live.progress);
    }
    arena_free(arena);
}

static void a_template_tells_who_restarted_it(void **state)
{
    struct arena *arena = arena_new();
    struct restart_live live = restart_live_of(
        "Deployment",
        json("{\"metadata\":{\"resourceVersion\":\"9\"},\"spec\":{\"paused\":true,\"template\":{"
             "\"metadata\":{\"annotations\":{\"weft.dev/trust-epoch\":\"" EPOCH
             "\",\"kubectl.kubernetes.io/restartedAt\":\"2026-11-23T11:00:00Z\"}}}}}",
             arena),
        arena);

    (void)state;
    assert_string_equal(live.version, "9");
    assert_string_equal(live.epoch, EPOCH);
    assert_int_equal(live.at, NOW);
    assert_true(live.paused && !live.by_hand && live.partition == 0);
    live = restart_live_of("StatefulSet", json(OBJECT(1, PARTITION(2), STATUS(1, 3, 3, 3)), arena),
                           arena);
    assert_string_equal(live.epoch, "");
    assert_int_equal(live.at, 0);
    assert_int_equal(live.partition, 2);
    live = restart_live_of("DaemonSet", json(OBJECT(1, ON_DELETE, ""), arena), arena);
    assert_true(live.by_hand);
    live = restart_live_of("Deployment", json("[]", arena), arena);
    assert_false(live.complete);
    assert_string_equal(live.version, "");
    arena_free(arena);
}

#define LABELS(own, pods)                                                                          \
    "{\"metadata\":{\"labels\":{" own "}},\"spec\":{\"template\":{\"metadata\":{\"labels\":{" pods \
    "}}}}}"

static void an_istiod_is_known_by_its_labels(void **state)
{
    struct arena *arena = arena_new();
    struct pair labels[2] = { { "app", "pilot" }, { "istio", "x" } };

    (void)state;
    assert_true(istiod_is(json(LABELS("\"app\":\"istiod\"", ""), arena), labels, 2));
    assert_true(istiod_is(
        json(LABELS("", "\"app\":\"pilot\",\"istio\":\"x\",\"more\":\"y\""), arena), labels, 2));
    assert_false(
        istiod_is(json(LABELS("", "\"app\":\"pilot\",\"istio\":\"y\""), arena), labels, 2));
    assert_false(istiod_is(json(LABELS("\"app\":\"web\"", ""), arena), NULL, 0));
    assert_false(istiod_is(json("{}", arena), labels, 2));
    arena_free(arena);
}

/* -- The order -- */

/* A workload is written as "gw=old" (a gateway), "istiod=done" or "shop/web=rolling". */
static const struct state_row {
    const char *name;
    struct restart_item item;
} state_rows[] = {
    { "old", { .found = true, .live = { .complete = true } } },
    { "other", { .found = true, .live = { .complete = true, .epoch = "fedcba9876543210" } } },
    { "done", { .found = true, .live = { .complete = true, .epoch = EPOCH, .at = NOW - HOUR } } },
    { "rolling", { .found = true, .live = { .epoch = EPOCH, .at = NOW - 60 } } },
    { "undated", { .found = true, .live = { .epoch = EPOCH } } },
    { "late", { .found = true, .live = { .epoch = EPOCH, .at = NOW - HOUR } } },
    { "stuck", { .found = true, .live = { .epoch = EPOCH, .at = NOW - 60, .stuck = true } } },
    { "taken",
      { .found = true, .recorded = true, .recorded_at = NOW - 60, .live = { .complete = true } } },
    { "taken-rolling", { .found = true, .recorded = true, .recorded_at = NOW - 60 } },
    { "taken-late", { .found = true, .recorded = true, .recorded_at = NOW - HOUR } },
    { "settled", { .found = true, .recorded = true, .recorded_settled = true } },
    { "paused", { .found = true, .live = { .paused = true, .complete = true } } },
    { "paused-after", { .found = true, .live = { .paused = true, .epoch = EPOCH, .at = 1 } } },
    { "by-hand", { .found = true, .live = { .by_hand = true } } },
    { "by-hand-after", { .found = true, .live = { .by_hand = true, .epoch = EPOCH, .at = 1 } } },
    { "by-hand-done",
      { .found = true, .live = { .by_hand = true, .epoch = EPOCH, .complete = true } } },
    { "partition-done",
      { .found = true, .live = { .partition = 2, .epoch = EPOCH, .complete = true } } },
    { "broken", { .found = true, .live = { .stuck = true } } },
    { "busy", { .found = true } },
    { "later", { .found = true, .deferred = true, .live = { .complete = true } } },
    { "gone", { .found = false } },
    { "refused", { .found = true, .refused = "cannot be read", .live = { .complete = true } } },
};

static struct restart_item item_named(const char *name, size_t len)
{
    struct restart_item item;

    for (size_t i = 0; i < LENGTH(state_rows); i++)
        if (strlen(state_rows[i].name) == len && memcmp(state_rows[i].name, name, len) == 0) {
            item = state_rows[i].item;
            item.live.epoch = item.live.epoch ? item.live.epoch : "";
            item.live.progress = item.live.complete ? "" : "1 of 2 replicas updated";
            return item;
        }
    fail_msg("no state %.*s", (int)len, name);
    return (struct restart_item){ .found = false };
}

static struct restart_item *parse_items(const char *text, size_t *count, struct arena *arena)
{
    struct restart_item *out = NULL;

    *count = 0;
    while (*text) {
        size_t len = strcspn(text, " ");
        const char *equals = memchr(text, '=', len), *slash = memchr(text, '/', len);
        struct restart_item item =
            item_named(equals + 1, (size_t)(text + (ptrdiff_t)len - equals - 1));
        const char *name = slash ? slash + 1 : text;

        item.kind = "Deployment";
        item.namespace = slash ? arena_bytes(arena, text, (size_t)(slash - text)) : "istio-system";
        item.name = arena_bytes(arena, name, (size_t)(equals - name));
        item.rank = slash                         ? RESTART_RANK_WORKLOAD
                    : text_starts(text, "istiod") ? RESTART_RANK_ISTIOD
                                                  : RESTART_RANK_GATEWAY;
        *ARENA_PUSH(arena, out, *count) = item;
        text += len + (text[len] == ' ');
    }
    return out;
}

struct order_row {
    const char *sentence, *items;
    const char
        *how; /* words: undelivered vault unlooked lagging seen rootless turn batch1 batch2 */
    enum restart_stage stage;
    const char *picks;   /* names, each with a blank before */
    const char *outcome; /* "finished", "failed", "look" or "" */
    size_t left;
    const char *text; /* part of the line for people */
};

/* clang-format off */
static const struct order_row order_rows[] = {
    { "nothing is restarted before the new cacerts is there", "istiod=old shop/web=old", "undelivered", RESTART_DELIVERY, "", "", 0, "waits until the new cacerts is in the cluster" },
    { "istiod comes first", "istiod=old gw=old shop/web=old", "", RESTART_CONTROL_PLANE, " istiod", "", 0, "control plane: 0 of 1 restarted" },
    { "a restart for an earlier issue does not count", "istiod=other gw=old", "", RESTART_CONTROL_PLANE, " istiod", "", 0, "" },
    { "each revision of istiod is restarted", "istiod=old istiod-canary=old", "", RESTART_CONTROL_PLANE, " istiod istiod-canary", "", 0, "" },
    { "the batch does not count for istiods", "istiod=old istiod-canary=old", "batch1", RESTART_CONTROL_PLANE, " istiod istiod-canary", "", 0, "" },
    { "a revision that has the epoch is not restarted again", "istiod=done istiod-canary=old", "", RESTART_CONTROL_PLANE, " istiod-canary", "", 0, "1 of 2 restarted" },
    { "all wait until istiod is rolled out", "istiod=rolling gw=old shop/web=old", "", RESTART_CONTROL_PLANE, "", "", 0, "control plane: 0 of 1 restarted, waits for Deployment istio-system/istiod (1 of 2 replicas updated)" },
    { "one revision of istiod is enough to hold all", "istiod=done istiod-canary=rolling gw=old", "", RESTART_CONTROL_PLANE, "", "", 0, "waits for Deployment istio-system/istiod-canary" },
    { "a paused istiod holds all, and is named", "istiod=paused gw=old", "", RESTART_CONTROL_PLANE, "", "", 1, "for an operator: Deployment istio-system/istiod is paused (kubectl -n istio-system rollout resume deployment/istiod)" },
    { "an istiod that is not complete is not disturbed", "istiod=busy gw=old", "", RESTART_CONTROL_PLANE, "", "", 0, "waits for Deployment istio-system/istiod, which is not complete before its restart (1 of 2 replicas updated)" },
    { "an istiod that may not be patched holds all", "istiod=refused gw=old", "", RESTART_CONTROL_PLANE, "", "", 1, "Deployment istio-system/istiod cannot be read" },
    { "where no istiod is, nothing is restarted", "gw=old shop/web=old", "", RESTART_CONTROL_PLANE, "", "", 0, "there is no Deployment of istiod in namespace istio-system" },
    { "an istiod that failed stops the order", "istiod=stuck gw=old", "", RESTART_CONTROL_PLANE, "", "failed", 0, "stopped: Deployment istio-system/istiod that was restarted at 2026-11-23T10:59:00Z is not rolled out (ProgressDeadlineExceeded, 1 of 2 replicas updated); check its pods (kubectl -n istio-system rollout status deployment/istiod)" },
    { "Vault's control plane is never restarted", "gw=old", "vault", RESTART_GATEWAYS, " gw", "", 0, "" },
    { "workloads are looked at when istiod is done", "istiod=done", "unlooked", RESTART_ROOTS, "", "look", 0, "control plane: restarted" },
    { "with Vault they are looked at once", "", "vault unlooked", RESTART_ROOTS, "", "look", 0, "" },
    { "they are not looked at before", "istiod=rolling", "unlooked", RESTART_CONTROL_PLANE, "", "", 0, "" },
    { "gateways wait for the roots of every namespace", "istiod=taken gw=old shop/web=old", "lagging", RESTART_ROOTS, "", "", 0, "istio-ca-root-cert does not hold the new roots yet in namespace shop and 1 more" },
    { "roots that fall back hold what is left", "istiod=taken gw=done shop/a=done shop/b=old", "lagging", RESTART_ROOTS, "", "", 0, "" },
    { "roots that do not come long after istiod's restart stop the order", "istiod=done gw=old", "lagging", RESTART_ROOTS, "", "failed", 0, "stopped: istio-ca-root-cert does not hold the new roots in namespace shop and 1 more although istiod was restarted long ago, so it loaded something else: check that the Secret istio-system/cacerts is the new one" },
    { "roots that came to some namespaces are waited for in the others", "istiod=done gw=old", "lagging seen", RESTART_ROOTS, "", "", 0, "does not hold the new roots yet" },
    { "without a restart of istiod they are only waited for", "gw=old", "vault lagging", RESTART_ROOTS, "", "", 0, "" },
    { "unknown roots are never passed", "istiod=done gw=old", "lagging rootless", RESTART_ROOTS, "", "", 0, "which ones the cluster must hold is not known" },
    { "gateways come before workloads", "istiod=done gw=old gw2=old shop/web=old", "", RESTART_GATEWAYS, " gw gw2", "", 0, "gateways: 0 of 2 restarted" },
    { "gateways are restarted in batches", "istiod=done gw=old gw2=old gw3=old", "batch2", RESTART_GATEWAYS, " gw gw2", "", 0, "" },
    { "one that rolls takes a place of the batch", "istiod=done gw=rolling gw2=old gw3=old", "batch2", RESTART_GATEWAYS, " gw2", "", 0, "gateways: 0 of 3 restarted, waits for Deployment istio-system/gw (1 of 2 replicas updated)" },
    { "workloads wait until gateways are rolled out", "istiod=done gw=rolling shop/web=old", "", RESTART_GATEWAYS, "", "", 0, "" },
    { "a gateway in another rollout is waited for", "istiod=done gw=busy shop/web=old", "", RESTART_GATEWAYS, "", "", 0, "waits for Deployment istio-system/gw, which is not complete before its restart" },
    { "gateways of one cluster after those of the other", "istiod=done gw=old", "turn", RESTART_GATEWAYS, "", "", 0, "gateways: 0 of 1 restarted, waits for the gateways of cluster east" },
    { "a gateway that failed stops the order", "istiod=done gw=late gw2=old shop/web=old", "", RESTART_GATEWAYS, "", "failed", 0, "stopped: Deployment istio-system/gw that was restarted at 2026-11-23T10:00:00Z is not rolled out (1 of 2 replicas updated)" },
    { "a paused gateway is named, and does not hold the workloads", "istiod=done gw=paused shop/web=old", "", RESTART_WORKLOADS, " web", "", 1, "Deployment istio-system/gw is paused" },
    { "a gateway that is gone is passed over", "istiod=done gw=gone shop/web=old", "", RESTART_WORKLOADS, " web", "", 0, "" },
    { "workloads go namespace by namespace", "istiod=done gw=done a/x=old a/y=old b/z=old", "", RESTART_WORKLOADS, " x y", "", 0, "workloads: 0 of 3 restarted" },
    { "the next namespace waits for the last workload of the one before", "istiod=done a/x=done a/y=rolling b/z=old", "", RESTART_WORKLOADS, "", "", 0, "workloads: 1 of 3 restarted, waits for Deployment a/y" },
    { "then it begins", "istiod=done a/x=done a/y=settled b/z=old", "", RESTART_WORKLOADS, " z", "", 0, "workloads: 2 of 3 restarted" },
    { "at most a batch is unfinished", "istiod=done a/x=rolling a/y=old a/z=old", "batch2", RESTART_WORKLOADS, " y", "", 0, "" },
    { "a full batch waits", "istiod=done a/x=rolling a/y=rolling a/z=old", "batch2", RESTART_WORKLOADS, "", "", 0, "" },
    { "a workload whose annotation was removed is not restarted twice", "istiod=taken a/x=taken", "", RESTART_DONE, "", "finished", 0, "2 of 2 workloads restarted" },
    { "while it rolls it is waited for", "istiod=done a/x=taken-rolling a/y=old", "batch1", RESTART_WORKLOADS, "", "", 0, "" },
    { "when it is late it failed", "istiod=done a/x=taken-late a/y=old", "", RESTART_WORKLOADS, "", "failed", 0, "" },
    { "a restart without a date is never late", "istiod=done a/x=undated", "", RESTART_WORKLOADS, "", "", 0, "" },
    { "a workload that failed stops the order", "istiod=done a/x=stuck a/y=old b/z=old", "", RESTART_WORKLOADS, "", "failed", 0, "nothing else is restarted in this cluster until it is rolled out" },
    { "a workload that was stuck before is left alone, and stops no other", "istiod=done a/x=broken a/y=old", "", RESTART_WORKLOADS, " y", "", 1, "Deployment a/x was stuck before its restart (1 of 2 replicas updated), so it is not restarted until it is repaired" },
    { "another rollout is not disturbed, and holds no other", "istiod=done a/x=busy b/z=old", "", RESTART_WORKLOADS, " z", "", 0, "" },
    { "it is waited for at last", "istiod=done a/x=busy b/z=done", "", RESTART_WORKLOADS, "", "", 0, "waits for Deployment a/x, which is not complete" },
    { "what could not be patched now is for the next pass", "istiod=done a/x=later", "", RESTART_WORKLOADS, "", "", 0, "" },
    { "a paused workload is named; nothing else is left", "istiod=done a/x=paused a/y=done", "", RESTART_DONE, "", "", 1, "2 of 3 workloads restarted; for an operator: Deployment a/x is paused (kubectl -n a rollout resume deployment/x)" },
    { "one that was paused after its restart is named", "istiod=done a/x=paused-after", "", RESTART_DONE, "", "", 1, "is paused" },
    { "with OnDelete the template is changed", "istiod=done a/x=by-hand", "", RESTART_WORKLOADS, " x", "", 0, "" },
    { "which takes no place of the batch", "istiod=done a/x=by-hand a/y=old a/z=old", "batch1", RESTART_WORKLOADS, " x y", "", 0, "" },
    { "and a full batch does not hold it", "istiod=done a/x=rolling a/y=by-hand", "batch1", RESTART_WORKLOADS, " y", "", 0, "" },
    { "then a person deletes the pods, and may take long", "istiod=done a/x=by-hand-after", "", RESTART_DONE, "", "", 1, "has the strategy OnDelete: delete its pods by hand (1 of 2 replicas updated)" },
    { "then it is done", "istiod=done a/x=by-hand-done", "", RESTART_DONE, "", "finished", 0, "" },
    { "a partition leaves pods to a person", "istiod=done a/x=partition-done", "", RESTART_DONE, "", "", 1, "keeps the pods below ordinal 2 by its partition" },
    { "a workload without rights is named, and stops no other", "istiod=done a/x=refused a/y=old", "", RESTART_WORKLOADS, " y", "", 1, "Deployment a/x cannot be read" },
    { "a workload that is gone is passed over", "istiod=done a/x=gone a/y=done", "", RESTART_DONE, "", "finished", 0, "2 of 2 workloads restarted" },
    { "many are named by a few", "istiod=done a/a=paused a/b=paused a/c=paused a/d=paused a/e=paused", "", RESTART_DONE, "", "", 5, "; and 2 more" },
    { "all is done", "istiod=done gw=settled a/x=done b/y=settled", "", RESTART_DONE, "", "finished", 0, "4 of 4 workloads restarted" },
    { "a mesh without workloads ends with istiod", "istiod=done", "", RESTART_DONE, "", "finished", 0, "1 of 1 workload restarted" },
};
/* clang-format on */

static const char *const lagging[] = { "shop", "web" };

static struct restart_facts facts_of(const struct order_row *row, struct arena *arena)
{
    struct restart_facts facts = {
        .epoch = EPOCH,
        .now = NOW,
        .deadline_s = 1800,
        .batch = strstr(row->how, "batch1")   ? 1
                 : strstr(row->how, "batch2") ? 2
                                              : 5,
        .delivered = !strstr(row->how, "undelivered"),
        .control_plane = !strstr(row->how, "vault"),
        .namespace = "istio-system",
        .workloads_read = !strstr(row->how, "unlooked"),
        .stale_namespaces = lagging,
        .stale_count = strstr(row->how, "lagging") ? 2 : 0,
        .roots_seen = strstr(row->how, "seen") != NULL,
        .roots_known = !strstr(row->how, "rootless"),
        .before = strstr(row->how, "turn") ? "east" : NULL,
    };

    facts.items = parse_items(row->items, &facts.count, arena);
    return facts;
}

static const char *picks_of(const struct restart_facts *facts, struct restart_decision decision,
                            struct arena *arena)
{
    const char *out = "";

    for (size_t i = 0; i < decision.pick_count; i++)
        out = arena_printf(arena, "%s %s", out, facts->items[decision.picks[i]].name);
    return out;
}

static void the_order_is_kept(void **state)
{
    struct arena *arena = arena_new();

    (void)state;
    for (size_t i = 0; i < LENGTH(order_rows); i++) {
        const struct order_row *row = &order_rows[i];
        struct restart_facts facts = facts_of(row, arena);
        struct restart_decision got = restart_decide(&facts, arena);
        const char *outcome = got.finished         ? "finished"
                              : got.failed         ? "failed"
                              : got.read_workloads ? "look"
                                                   : "";
        const char *picks = picks_of(&facts, got, arena);
        const char *words = restart_text(&got, &facts, arena);

        if (got.stage != row->stage || strcmp(picks, row->picks) != 0
            || strcmp(outcome, row->outcome) != 0 || got.left != row->left
            || !strstr(words, row->text) || text_empty(words) || strchr(words, '\n'))
            fail_msg("%s:\n  %s, picks\"%s\", \"%s\", %zu left\n  %s", row->sentence,
                     enums_name(&restart_stages, (int)got.stage), picks, outcome, got.left, words);
    }
    arena_free(arena);
}

static void workloads_ahead_are_counted(void **state)
{
    struct arena *arena = arena_new();
    struct order_row row = { "", "istiod=done istiod-old=gone", "unlooked", 0, "", "", 0, "" };
    struct restart_facts facts = facts_of(&row, arena);
    struct restart_decision got;

    (void)state;
    facts.unread_count = 40;
    got = restart_decide(&facts, arena);
    assert_int_equal(got.restarted, 1);
    assert_int_equal(got.total, 41);
    arena_free(arena);
}

/* Play a cluster to its end: every pick rolls for one round.  Istiod is alone first, at most a
 * batch rolls, a namespace begins when the one before is over, and everything is restarted exactly
 * once.
 */
static void a_whole_cluster_comes_to_its_end(void **state)
{
    static const struct order_row row = {
        "",
        "istiod=old gw=old gw2=old a/1=old a/2=old a/3=old b/1=old b/2=busy c/1=paused c/2=gone",
        "batch2",
        0,
        "",
        "",
        0,
        ""
    };
    struct arena *arena = arena_new();
    struct restart_facts facts = facts_of(&row, arena);
    struct restart_decision got = { .finished = false };
    size_t picked[16] = { 0 };
    int rounds = 0;

    (void)state;
    for (; !got.finished && rounds < 20; rounds++) {
        size_t rolling = 0;

        for (size_t i = 0; i < facts.count; i++)
            if (facts.items[i].found && text_equal(facts.items[i].live.epoch, EPOCH))
                facts.items[i].live.complete = true;
        facts.items[7].live.complete = rounds > 5;
        facts.items[8].live.paused = rounds <= 8;
        got = restart_decide(&facts, arena);
        for (size_t i = 0; i < got.pick_count; i++) {
            struct restart_item *item = &facts.items[got.picks[i]];

            picked[got.picks[i]]++;
            rolling++;
            item->live.epoch = EPOCH;
            item->live.at = NOW;
            item->live.complete = false;
        }
        assert_true(rolling <= 2);
        facts.now += 60;
    }
    assert_true(got.finished);
    for (size_t i = 0; i < facts.count; i++)
        assert_int_equal(picked[i], i == 9 ? 0 : 1);
    assert_true(rounds < 20);
    arena_free(arena);
}

static void every_stage_has_a_name(void **state)
{
    (void)state;
    for (int i = 0; i <= RESTART_DONE; i++) {
        assert_non_null(enums_name(&restart_stages, i));
        assert_int_equal(enums_find(&restart_stages, enums_name(&restart_stages, i)), i);
    }
}

/* -- What people must restart -- */

struct advice_row {
    const char *sentence;
    struct restart_istiod istiod;
    enum restart_reason reason;
    const char *text; /* part of the advice */
};

#define NOTHING "no istiod needs a restart"
#define ONCE "istiod of east must be restarted once: "

/* clang-format off */
static const struct advice_row advice_rows[] = {
    { "nothing changed", { "east", "1.27.1", .known = true, .multi_root = true }, RESTART_REASON_NONE, NOTHING },
    { "a new intermediate under the same roots is reloaded", { "east", "1.27.1", .intermediate = true, .known = true }, RESTART_REASON_NONE, NOTHING },
    { "also where istiod was not observed", { "east", "", .intermediate = true }, RESTART_REASON_NONE, NOTHING },
    { "a root more is reloaded by an istiod of several roots", { "east", "1.27.1", .bundle = true, .known = true, .multi_root = true }, RESTART_REASON_NONE, NOTHING },
    { "and dropped by one without", { "east", "1.27.1", .bundle = true, .known = true }, RESTART_REASON_SINGLE_ROOT, ONCE "it runs without ISTIO_MULTIROOT_MESH=true" },
    { "which may be unknown", { "east", "1.27.1", .bundle = true }, RESTART_REASON_NOT_OBSERVED, ONCE "weft has not observed whether it runs with ISTIO_MULTIROOT_MESH=true" },
    { "the first cacerts needs a restart, whatever the flags", { "east", "1.27.1", .first = true, .bundle = true, .known = true, .multi_root = true }, RESTART_REASON_FIRST, ONCE "it reads its first cacerts only when it starts" },
    { "other roots at once are taken by none", { "east", "1.31.0", .bundle = true, .swapped = true, .known = true, .multi_root = true }, RESTART_REASON_SWAPPED, "deployment/istiod, then restart the gateways and the workloads; all other proxies fetch" },
    { "but then the end does not say that nothing else needs a restart", { "east", "1.31.0", .bundle = true, .swapped = true }, RESTART_REASON_SWAPPED, "refuse each other until they have new certificates" },
    { "roots that are exchanged are a change of the roots, whatever else is said", { "east", "1.31.0", .intermediate = true, .swapped = true, .known = true, .multi_root = true }, RESTART_REASON_SWAPPED, ONCE "the roots are replaced at once" },
    { "1.19 does not reload roots", { "east", "1.19.7-distroless", .bundle = true, .known = true, .multi_root = true }, RESTART_REASON_OLD_ISTIOD, ONCE "its version of Istio does not reload" },
    { "1.19 reloads an intermediate", { "east", "1.19.7", .intermediate = true, .known = true }, RESTART_REASON_NONE, NOTHING },
    { "1.17 reloads nothing", { "east", "1.17.0", .intermediate = true, .known = true }, RESTART_REASON_OLD_ISTIOD, ONCE },
    { "1.20 reloads roots", { "east", "1.20.0", .bundle = true, .known = true, .multi_root = true }, RESTART_REASON_NONE, NOTHING },
    { "a version that is none says nothing", { "east", "latest", .bundle = true, .known = true, .multi_root = true }, RESTART_REASON_NONE, NOTHING },
    { "with Vault istiod is not restarted", { "east", "1.17.0", .vault = true, .first = true, .bundle = true, .swapped = true }, RESTART_REASON_NONE, NOTHING },
};
/* clang-format on */

static void advice_is_what_the_issue_asks_for(void **state)
{
    struct arena *arena = arena_new();

    (void)state;
    for (size_t i = 0; i < LENGTH(advice_rows); i++) {
        const struct advice_row *row = &advice_rows[i];
        const struct restart_advice advice = restart_advice(
            &(struct restart_need){ .istiods = &row->istiod, .count = 1, .leaf_ttl = 86400 },
            arena);

        if (restart_reason(&row->istiod) != row->reason
            || (!strstr(advice.text, row->text) && !strstr(advice.remedy, row->text)))
            fail_msg("%s: %d, %s; %s", row->sentence, (int)restart_reason(&row->istiod),
                     advice.text, advice.remedy);
        assert_int_equal(*advice.remedy == '\0', row->reason == RESTART_REASON_NONE);
    }
    arena_free(arena);
}

static void clusters_are_grouped_by_reason(void **state)
{
    struct restart_istiod istiods[9] = { { "a", "1.27.1", .first = true },
                                         { "b", "1.27.1", .bundle = true },
                                         { "c", "1.27.1", .intermediate = true } };
    struct arena *arena = arena_new();
    struct restart_advice advice;

    (void)state;
    for (size_t i = 3; i < 9; i++)
        istiods[i] = (struct restart_istiod){ "n", "1.27.1", .first = true };
    advice = restart_advice(
        &(struct restart_need){ istiods, 9, .namespace = "mesh", .leaf_ttl = 3600 }, arena);
    assert_non_null(
        strstr(advice.text, "istiod of a, n, n, n, n and 2 more must be restarted once"));
    assert_non_null(strstr(advice.text, "istiod of b must be restarted once"));
    assert_non_null(strstr(advice.remedy, "kubectl -n mesh rollout restart"));
    assert_non_null(strstr(advice.remedy, "within 1h"));
    assert_string_equal(restart_advice(&(struct restart_need){ .leaf_ttl = 86400 }, arena).text,
                        NOTHING);
    arena_free(arena);
}

static void kinds_end_the_names_of_workloads(void **state)
{
    (void)state;
    assert_string_equal(restart_kind("web-shop-east-deployment"), "Deployment");
    assert_string_equal(restart_kind("log-shop-east-daemonset"), "DaemonSet");
    assert_string_equal(restart_kind("db-shop-east-statefulset"), "StatefulSet");
    assert_null(restart_kind("web-shop-east-replicaset"));
    assert_null(restart_kind(""));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(rollouts_are_judged_as_kubectl_does),
        cmocka_unit_test(a_template_tells_who_restarted_it),
        cmocka_unit_test(an_istiod_is_known_by_its_labels),
        cmocka_unit_test(the_order_is_kept),
        cmocka_unit_test(workloads_ahead_are_counted),
        cmocka_unit_test(a_whole_cluster_comes_to_its_end),
        cmocka_unit_test(every_stage_has_a_name),
        cmocka_unit_test(advice_is_what_the_issue_asks_for),
        cmocka_unit_test(clusters_are_grouped_by_reason),
        cmocka_unit_test(kinds_end_the_names_of_workloads),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
