/* app/pass/agents.c - requests of agents: read, judged, compared with what was issued.
 *
 * A request is judged completely in each pass, token included, so nothing about an agent is
 * remembered but the keys that were certified, and those are in the ledger.  One that cannot be
 * read or proven closes no gate and takes no receipt back, as an API server that does not answer
 * with direct delivery; it yields no key.  Two clusters that show the same key get nothing at all:
 * one of them has copied it. */
#include "app/pass/agents.h"
#include "app/pass/session.h"
#include "base/digest.h"
#include "base/files.h"
#include "base/http_url.h"
#include "base/text.h"
#include "delivery/agent_step.h"
#include "delivery/issuance.h"
#include "delivery/path.h"
#include "delivery/receipt.h"
#include "k8s-job/client/scheduler.h"
#include "pki/csr_proof.h"
#include "pki/desired.h"
#include "translate/render.h"

/* One cluster that is asked. */
struct asking {
    struct session *session;
    const struct config_cluster *config; /* NULL: not in the configuration */
    struct csr_spare *spare;
    struct agent_report *report;
    bool asked; /* call was sent */
};

/* --- which are asked --- */

static bool has_agent(const struct session *session, const char *cluster)
{
    return config_delivery(session->config, cluster)->recipient == RECIPIENT_AGENT;
}

static void find(struct agents *out, const struct session *session, const struct observed *observed)
{
    out->spares = ARENA_NEW(session->arena, struct csr_spare, observed->count + 1);
    out->reports = ARENA_NEW(session->arena, struct agent_report, observed->count + 1);
    for (size_t i = 0; i < observed->count; i++) {
        const struct observation *observation = &observed->observations[i];
        const struct mesh_identity mesh = { .cluster = observation->cluster,
                                            .namespace = observation->namespace };
        const struct csr_spares known = agents_spares(out);

        if (has_agent(session, observation->cluster) && !csr_spare_find(&known, &mesh))
            out->spares[out->count++] = (struct csr_spare){ .cluster = observation->cluster,
                                                            .namespace = observation->namespace,
                                                            .spki = "",
                                                            .why = "" };
    }
}

static bool prepare(struct kube_call *call, struct asking *asking)
{
    struct session *session = asking->session;
    const char *why = "", *namespace = session->config->agent_namespace;

    call->kube = servers_cluster(&session->servers, asking->spare->cluster, &why, session->arena);
    if (!call->kube) {
        asking->spare->why =
            *why ? why
                 : arena_printf(session->arena,
                                "cluster %s has no API server to read the request from; set "
                                "kubeconfig or inCluster for it under clusters in %s",
                                asking->spare->cluster, session->config->file);
        return false;
    }
    call->request = (struct kube_request){
        .method = "GET",
        .path = arena_printf(session->arena, "/api/v1/namespaces/%s/configmaps/%s",
                             http_url_escape(namespace, session->arena), CSR_REQUEST_NAME),
        .kind = "ConfigMap",
        .name = CSR_REQUEST_NAME
    };
    return asking->asked = true;
}

/* --- judging --- */

static int read_keys(struct jwks *out, const struct asking *asking, struct err *err)
{
    const char *path = asking->config ? asking->config->account_keys : NULL;
    char *bytes;
    size_t len;

    if (!path)
        return err_set(err, ERR_INPUT, 0,
                       "serviceAccountKeys of cluster %s is not given in %s: fetch them with "
                       "\"kubectl get --raw /openid/v1/jwks\"",
                       asking->spare->cluster, asking->session->config->file);
    if (file_read(&bytes, &len, path, JWKS_BYTES_MAX, asking->session->arena, err) < 0)
        return err_wrap(err, "read serviceAccountKeys of cluster %s", asking->spare->cluster);
    return jwks_read(out, path, bytes, len, asking->session->arena, err);
}

static int prove(const struct asking *asking, const char *text, const char *token, struct err *err)
{
    struct session *session = asking->session;
    AUTO_JWKS keys = { .count = 0 };
    const struct csr_origin origin = { asking->spare->cluster, session->config->agent_namespace,
                                       &keys, session->options->now };

    if (read_keys(&keys, asking, err) < 0
        || csr_request_read(&asking->report->said, text, strlen(text), session->arena, err) < 0)
        return -1;
    return csr_proof_check(&asking->report->said, text, strlen(text), token, &origin,
                           session->arena, err);
}

static int take_spare(const struct asking *asking, struct err *err)
{
    const struct csr_request *said = &asking->report->said;

    if (!text_equal(said->namespace, asking->spare->namespace))
        return csr_fault_set(err, CSR_OTHER_CLUSTER,
                             "it is for the istiod in namespace %s, and an agent serves one "
                             "namespace of its cluster",
                             said->namespace);
    asking->report->proven = true;
    return csr_spare_take(asking->spare, said->csr, asking->session->arena, err);
}

static int judge(const struct asking *asking, const struct kube_call *call, struct err *err)
{
    const char *text, *token;

    if (call->err.kind != ERR_NONE) {
        *err = call->err;
        return -1;
    }
    if (call->answer.status == 404 && kube_answer_is_status(&call->answer))
        return err_set(
            err, ERR_INPUT, 0, "there is no ConfigMap %s/%s: deploy the agent in cluster %s",
            asking->session->config->agent_namespace, CSR_REQUEST_NAME, asking->spare->cluster);
    if (call->answer.status != 200)
        return kube_answer_failure(err, &call->answer, "read the request");
    text = node_get(call->answer.body, "data", CSR_REQUEST_FILE, NULL);
    token = node_get(call->answer.body, "data", CSR_TOKEN_FILE, NULL);
    if (!text || !token)
        return csr_fault_set(err, CSR_UNREADABLE,
                             "it lacks " CSR_REQUEST_FILE " or " CSR_TOKEN_FILE);
    if (prove(asking, text, token, err) < 0)
        return -1;
    return take_spare(asking, err);
}

/* A status in Git says the same in each pass; the log has what the server said. */
static void settle(struct asking *asking, const struct kube_call *call)
{
    struct session *session = asking->session;
    struct err err;

    if (asking->asked && judge(asking, call, &err) == 0)
        return;
    if (asking->asked)
        asking->spare->why = call->err.kind != ERR_NONE
                                 ? "its API server does not answer; the log has why"
                                 : arena_text(session->arena, err.text);
    if (!session->dry)
        progress_warn(session->progress, "cluster %s, request of its agent: %s",
                      asking->spare->cluster, asking->asked ? err.text : asking->spare->why);
}

static void drop_shared(struct agents *agents, struct arena *arena)
{
    bool *shared = ARENA_NEW(arena, bool, agents->count + 1);

    for (size_t i = 0; i < agents->count; i++)
        for (size_t k = 0; k < agents->count; k++)
            shared[i] |= i != k && agents->spares[i].key
                         && text_equal(agents->spares[i].spki, agents->spares[k].spki);
    for (size_t i = 0; i < agents->count; i++)
        if (shared[i])
            csr_spare_drop(&agents->spares[i],
                           "another cluster shows the same key: one of them copied it; delete the "
                           "Secret " CSR_KEYS_NAME " in both");
}

/* Of what was issued for a mesh last; 0: nothing. */
static int64_t issued_serial(const struct session *session, const struct mesh_identity *mesh)
{
    const struct ledger_delivery *row =
        ledger_find_delivery(&session->ledger, delivery_path(mesh, session->arena));

    return row && row->recipient.kind == RECIPIENT_AGENT
               ? issuance_serial(row->content, session->arena)
               : 0;
}

/* Its agent has no key for what is deployed there. */
static bool is_lost(const struct session *session, const struct csr_spare *spare,
                    const struct agent_report *report)
{
    const struct mesh_identity mesh = { .cluster = spare->cluster, .namespace = spare->namespace };

    return report->proven && report->said.cannot_serial > 0
           && text_starts(report->said.cannot, AGENT_NO_KEY)
           && issued_serial(session, &mesh) == report->said.cannot_serial;
}

const struct agents *agents_read(struct session *session, const struct observed *observed)
{
    struct agents *out = session->agents;
    struct kube_call *calls;
    struct asking *asking;
    size_t sent = 0;

    if (out)
        return out;
    out = session->agents = ARENA_NEW(session->arena, struct agents, 1);
    find(out, session, observed);
    calls = ARENA_NEW(session->arena, struct kube_call, out->count + 1);
    asking = ARENA_NEW(session->arena, struct asking, out->count + 1);
    for (size_t i = 0; i < out->count; i++) {
        asking[i] =
            (struct asking){ session, config_cluster(session->config, out->spares[i].cluster),
                             &out->spares[i], &out->reports[i], false };
        if (prepare(&calls[sent], &asking[i]))
            sent++;
    }
    kube_all(calls, sent, session->arena);
    for (size_t i = 0, at = 0; i < out->count; i++)
        settle(&asking[i], &calls[asking[i].asked ? at++ : at]);
    drop_shared(out, session->arena);
    for (size_t i = 0; i < out->count; i++)
        out->spares[i].lost = is_lost(session, &out->spares[i], &out->reports[i]);
    return out;
}

struct csr_spares agents_spares(const struct agents *agents)
{
    return agents ? (struct csr_spares){ agents->spares, agents->count }
                  : (struct csr_spares){ NULL, 0 };
}

void agents_close(struct agents *agents)
{
    for (size_t i = 0; agents && i < agents->count; i++)
        csr_spare_drop(&agents->spares[i], "");
}

/* --- receipts --- */

static const struct agent_report *report_of(const struct agents *agents,
                                            const struct mesh_identity *mesh)
{
    const struct csr_spares spares = agents_spares(agents);
    const struct csr_spare *spare = csr_spare_find(&spares, mesh);

    return spare ? &agents->reports[spare - spares.list] : NULL;
}

/* An earlier intermediate under the same root, and the bundle of now: a renewal that has not
 * arrived sets no wait back. */
static bool is_former(const struct session *session, const struct ledger_intermediate *now,
                      const struct receipt *receipt, const struct csr_holds *holds)
{
    char bundle[65];

    sha256_hex(bundle, receipt->cacerts.root_cert, strlen(receipt->cacerts.root_cert));
    if (!text_equal(bundle, holds->root_cert))
        return false;
    for (const struct ledger_intermediate *row = session->ledger.intermediates; row;
         row = row->next)
        if (text_equal(row->spki, holds->spki) && text_equal(row->mesh, now->mesh)
            && text_equal(row->virtual_mesh, now->virtual_mesh) && text_equal(row->root, now->root))
            return true;
    return false;
}

/* What the cluster itself reports may go to the branch as it is. */
static int record(struct session *session, const struct trusted *trusted,
                  const struct receipt *receipt, struct err *err)
{
    const struct ledger_delivery *row;

    if (receipt_record(&row, &session->ledger, receipt, err) < 0)
        return -1;
    map_put(trusted->proven, row->path, trusted->proven);
    return 0;
}

/* What was issued last may be of a former step: a pass that was killed, or could not render, leaves
 * a ledger that is ahead of it. So the report is compared with what the receipt would say. */
static int note(struct session *session, const struct resolved_specs *resolved,
                const struct trusted *trusted, const struct trust_request *request,
                const struct mesh_identity *mesh, const struct csr_holds *holds, struct err *err)
{
    const struct ledger_intermediate *now =
        ledger_active_intermediate(&session->ledger, request->name, mesh->key);
    const struct delivery delivery = { .request = request,
                                       .mesh = mesh,
                                       .header = rendered_by_weft,
                                       .owner = resolved->specs.pod_namespace,
                                       .now = session->options->now };
    struct receipt receipt;

    if (!now || issued_serial(session, mesh) == 0
        || receipt_plan(&receipt, &session->ledger, &delivery, session->custody, err) < 0
        || !receipt.path)
        return 0; /* nothing was issued that it could hold */
    receipt.by_agent = true;
    if (receipt_is_held(&receipt, holds))
        return record(session, trusted, &receipt, err);
    if (!is_former(session, now, &receipt, holds))
        receipt_invalidate(&session->ledger, &receipt, true);
    return 0;
}

int agents_note(struct session *session, const struct resolved_specs *resolved,
                const struct trusted *trusted, const struct requests *requests, struct err *err)
{
    const struct agents *agents = session->agents;

    if (!agents || agents->count == 0)
        return 0;
    for (size_t i = 0; i < requests->count; i++)
        for (size_t k = 0; k < requests->list[i]->mesh_count; k++) {
            const struct mesh_identity *mesh = &requests->list[i]->meshes[k];
            const struct agent_report *report = report_of(agents, mesh);

            if (report && report->proven
                && note(session, resolved, trusted, requests->list[i], mesh, &report->said.holds,
                        err)
                       < 0)
                return -1;
        }
    return store_save(session->store, &session->ledger, err);
}
