/* app/pass/preflight.c - the list of things to look at before a rotation, each with a verdict. */
#include "app/pass/preflight.h"
#include "app/pass/deliver.h"
#include "app/pass/trust.h"
#include "base/clock.h"
#include "delivery/recipient.h"
#include "pki/issuer.h"
#include <assert.h>
#include <string.h>

static const char *const verdict_names[] = {
    [PREFLIGHT_OK] = "ok",
    [PREFLIGHT_UNKNOWN] = "unknown",
    [PREFLIGHT_BAD] = "bad",
};
static_assert(LENGTH(verdict_names) == PREFLIGHT_BAD + 1, "every verdict has a name");
const struct enum_table preflight_verdicts = ENUM_TABLE(verdict_names);

struct listing {
    struct session *session;
    struct preflight *list;
    size_t count;
};

static void add(struct listing *to, const char *cluster, const char *what,
                enum preflight_verdict verdict, const char *text)
{
    *ARENA_PUSH(to->session->arena, to->list, to->count) =
        (struct preflight){ cluster, what, verdict, text };
}

static void add_leaves(struct listing *to, const struct observation *observation)
{
    int64_t said = to->session->config->evidence.leaf_ttl, seen = observation_leaf_ttl(observation);
    struct arena *arena = to->session->arena;

    if (seen > said)
        add(to, observation->cluster, "leaf life", PREFLIGHT_BAD,
            arena_printf(arena,
                         "istiod issues workload certificates of up to %s "
                         "(MAX_WORKLOAD_CERT_TTL, DEFAULT_WORKLOAD_CERT_TTL), evidence.leafTTL "
                         "says %s: gates wait the longer time",
                         clock_duration_text(seen, arena), clock_duration_text(said, arena)));
    else
        add(to, observation->cluster, "leaf life", PREFLIGHT_OK,
            arena_printf(arena, "at most %s", clock_duration_text(said, arena)));
}

static void add_istiod(struct listing *to, const struct observation *observation)
{
    const struct istiod_facts *istiod = &observation->istiod;

    if (!istiod->found) {
        add(to, observation->cluster, "istiod", PREFLIGHT_UNKNOWN,
            observation->watched ? "no Deployment with the label app=istiod was found"
                                 : "nobody looks: name its API server under clusters");
        return;
    }
    add(to, observation->cluster, "istiod", istiod->rolled_out ? PREFLIGHT_OK : PREFLIGHT_BAD,
        istiod->rolled_out ? (*istiod->version ? istiod->version : "version not known")
                           : "a rollout of istiod is under way, or stuck");
    add(to, observation->cluster, "several roots",
        istiod->multi_root ? PREFLIGHT_OK : PREFLIGHT_BAD,
        istiod->multi_root ? "ISTIO_MULTIROOT_MESH=true"
                           : "ISTIO_MULTIROOT_MESH is not true: istiod takes a changed bundle only "
                             "when it is restarted");
    add(to, observation->cluster, "roots by push", PREFLIGHT_OK,
        istiod->xds_agent ? "PROXY_CONFIG_XDS_AGENT=true"
                          : "no: proxies learn new roots with their next certificate");
    add_leaves(to, observation);
}

static void add_seen(struct listing *to, const char *cluster, const char *what,
                     const struct observed_value *observation)
{
    static const enum preflight_verdict verdicts[] = {
        [SEEN_NOTHING] = PREFLIGHT_UNKNOWN,
        [SEEN_UNKNOWN] = PREFLIGHT_UNKNOWN,
        [SEEN_OTHER] = PREFLIGHT_BAD,
        [SEEN_WANTED] = PREFLIGHT_OK,
    };

    add(to, cluster, what, verdicts[observation->seen],
        observation->seen == SEEN_NOTHING ? "nobody looks" : observation->text);
}

static void add_cluster(struct listing *to, const struct observation *observation)
{
    const struct delivery_method *method = delivery_method_of(to->session->config->delivery);
    struct err err;

    add_istiod(to, observation);
    add_seen(to, observation->cluster, "roots in use", &observation->shown[SOURCE_ROOTS]);
    if (!method->format)
        return;
    add_seen(to, observation->cluster, "commit applied", &observation->shown[SOURCE_APPLIED]);
    if (deliver_recipient_check(to->session, observation->cluster, &err) < 0)
        add(to, observation->cluster, recipient_file_name(method), PREFLIGHT_BAD,
            arena_text(to->session->arena, err.text));
    else
        add(to, observation->cluster, recipient_file_name(method), PREFLIGHT_OK, "valid");
}

/* Without the old key nothing can be renewed under the old root, and there is no way back. */
static void add_key(struct listing *to, const char *virtual_mesh)
{
    const struct ledger_root *root = NULL;

    for (const struct ledger_root *row = to->session->ledger.roots; row; row = row->next)
        if (row->state == KEY_ACTIVE && strcmp(row->virtual_mesh, virtual_mesh) == 0)
            root = row;
    if (root)
        add(to, "", "key of the old root", issuer_can_sign(root) ? PREFLIGHT_OK : PREFLIGHT_BAD,
            issuer_can_sign(root) ? "at hand"
                                  : "is gone: there is no way back once step 2 is committed");
}

struct preflight *preflight_list(size_t *count, struct session *session,
                                 const struct observed *observed, const char *virtual_mesh)
{
    struct listing listing = { .session = session };

    add_key(&listing, virtual_mesh);
    for (size_t i = 0; i < observed->count; i++)
        if (strcmp(observed->observations[i].virtual_mesh, virtual_mesh) == 0)
            add_cluster(&listing, &observed->observations[i]);
    *count = listing.count;
    return listing.list;
}
