/* tests/fuzz/fuzz_lease.c - any bytes as the Lease and the ConfigMap of a report that another
 * program left under our names.  What weft would write over them is read as weft's, and a second
 * time there is nothing to change. */
#include "base/parse_json.h"
#include "k8s-job/apply/lease.h"
#include "k8s-job/apply/report_configmap.h"
#include "tests/fuzz/expect.h"
#include <string.h>

enum { NOW = 1795431600 };

static const struct lease_claim claim = {
    .namespace = "weft", .name = "weft-0", .holder = "pod/uid", .now = NOW
};

static int64_t transitions(const struct node *lease)
{
    int64_t value = -1;

    EXPECT(parse_int(node_get(lease, "spec", "leaseTransitions", NULL), 0, INT64_MAX, &value));
    return value;
}

static void check_lease(const struct node *live, struct arena *arena)
{
    const char *version = node_get(live, "metadata", "resourceVersion", NULL);
    const char *before = node_get(live, "spec", "holderIdentity", NULL);
    struct node *taken = lease_object(live, &claim, claim.holder, NOW, arena), *again, *released;

    EXPECT(lease_look(taken, claim.holder, NOW) == LEASE_OURS);
    EXPECT(lease_look(taken, "other", NOW) == LEASE_TAKEN);
    EXPECT(lease_look(taken, "other", NOW + LEASE_DURATION_S + LEASE_MARGIN_S + 1)
           == LEASE_EXPIRED);
    /* The guard of the write: without it the server would not compare. */
    EXPECT(!version || text_equal(node_get(taken, "metadata", "resourceVersion", NULL), version));
    again = lease_object(taken, &claim, claim.holder, NOW + 1, arena);
    EXPECT(transitions(again) == transitions(taken));
    EXPECT(text_equal(node_get(again, "spec", "acquireTime", NULL),
                      node_get(taken, "spec", "acquireTime", NULL)));
    released = lease_object(taken, &claim, "", NOW, arena);
    EXPECT(lease_look(released, "other", NOW) == LEASE_FREE);
    if (!text_empty(before)
        && strcmp(before, claim.holder) != 0) /* a holder without a time stays */
        EXPECT(lease_look(live, claim.holder, 0) != LEASE_OURS
               && lease_look(live, claim.holder, 0) != LEASE_FREE);
}

static void check_report(const struct node *live, struct arena *arena)
{
    const struct vm_status status = { .ref = { "vm", "ns" }, .observed_generation = 3 };
    const struct status_post post = { .status = &status, .commit = "c0ffee", .now = NOW };
    bool changed = false, again = true;
    struct node *object = report_configmap_object(&post, "weft", live, &changed, arena);

    (void)report_configmap_object(&post, "weft", object, &again, arena);
    EXPECT(!again);
    EXPECT(text_equal(node_get(object, "metadata", "name", NULL),
                      report_configmap_name(&status.ref, arena)));
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
    AUTO(arena_free) struct arena *arena = arena_new();
    struct node *map = node_map(arena), *data = node_set(map, "data", node_map(arena));
    const struct node *live;
    struct err err;

    node_set_text(arena, data, "status.json", arena_bytes(arena, bytes, len));
    check_report(map, arena);
    if (parse_json(&live, (const char *)bytes, len, arena, &err) < 0)
        return 0;
    check_lease(live, arena);
    check_report(live, arena);
    return 0;
}
