/* app/agent_cluster.c - the objects of an agent in its cluster.  Decides nothing.
 *
 * The keys Secret and cacerts are each written whole, by one server-side apply that is read back
 * (k8s-job/apply/cacerts_secret.h); so a run that is killed leaves each of them as before or as
 * after.  The keys are read again before each write.  The request is public; it is written last,
 * when the keys that it offers are stored. */
#include "app/agent_cluster.h"

#include "base/base64.h"
#include "base/fault.h"
#include "base/http_url.h"
#include "base/text.h"
#include "base/write_json.h"
#include "k8s-job/apply/cacerts_secret.h"
#include "k8s-job/client/objects.h"
#include "pki/cacerts_check.h"
#include "pki/csr_proof.h"
#include "version.h"

#define SERIAL_ANNOTATION "weft.dev/issuance-serial"
#define SPARE_FILE "spare.pem"
#define CURRENT_FILE "current.pem"
#define RENEWED_FILE "renewed-for"

enum { TOKEN_SECONDS = 600 };

static const char *path_of(const struct agent_cluster *cluster, const char *namespace,
                           const char *plural, const char *name)
{
    return arena_printf(cluster->arena, "/api/v1/namespaces/%s/%s/%s",
                        http_url_escape(namespace, cluster->arena), plural,
                        http_url_escape(name, cluster->arena));
}

/* --- reading --- */

/* *out is NULL when there is no such object. */
static int get(const struct node **out, const struct agent_cluster *cluster, const char *kind,
               const char *namespace, const char *name, struct err *err)
{
    const bool secret = text_equal(kind, "Secret");
    const struct kube_request request = {
        .method = "GET",
        .path = path_of(cluster, namespace, secret ? "secrets" : "configmaps", name),
        .secret = secret,
        .kind = kind,
        .name = name,
    };
    const char *what = arena_printf(cluster->arena, "read %s %s/%s", kind, namespace, name);
    struct kube_answer answer;

    *out = NULL;
    if (kube_do(cluster->kube, &answer, &request, cluster->arena, err) < 0)
        return err_wrap(err, "%s", what);
    if (answer.status == 404 && kube_answer_is_status(&answer))
        return 0;
    if (answer.status != 200 || !answer.body)
        return kube_answer_failure(err, &answer, what);
    *out = answer.body;
    return 0;
}

/* A data key of a Secret, decoded; in guarded memory.  NULL: it is not there, or no base64. */
static struct secret *data_of(const struct node *secret, const char *name)
{
    const char *text = node_get(secret, "data", name, NULL);
    struct text bytes = { .secret = true };
    struct secret *out = NULL;

    if (text && base64_decode(&bytes, text, strlen(text)) && bytes.len)
        out = secret_copy(bytes.bytes, bytes.len);
    text_free(&bytes);
    return out;
}

static int read_key(struct agent_key *out, const struct node *secret, const char *name,
                    struct err *err)
{
    AUTO(secret_free) struct secret *pem = data_of(secret, name);

    return agent_key_read(out, name, pem ? pem->bytes : NULL, pem ? pem->len : 0, err);
}

static int read_keys(struct agent_look *out, const struct agent_cluster *cluster, struct err *err)
{
    const struct node *secret;
    AUTO(secret_free) struct secret *renewed = NULL;

    if (get(&secret, cluster, "Secret", cluster->namespace, CSR_KEYS_NAME, err) < 0
        || read_key(&out->spare, secret, SPARE_FILE, err) < 0
        || read_key(&out->current, secret, CURRENT_FILE, err) < 0)
        return -1;
    renewed = data_of(secret, RENEWED_FILE);
    if (renewed)
        parse_int((const char *)renewed->bytes, 0, INT64_MAX, &out->renewed_for);
    return 0;
}

/* A public file of cacerts as text; "": it is not there. */
static const char *file_of(const struct node *secret, const char *name, struct arena *arena)
{
    AUTO(secret_free) struct secret *bytes = data_of(secret, name);

    return bytes ? arena_bytes(arena, bytes->bytes, bytes->len) : "";
}

static bool is_current_key(const struct node *secret, const struct agent_key *current)
{
    AUTO(secret_free) struct secret *key = data_of(secret, "ca-key.pem");

    return key && current->pem && secret_equal(key, current->pem);
}

/* What the Secret holds counts as from an issuance only with the agent's own key. */
static void compare(struct agent_look *look, const struct agent_cluster *cluster,
                    const struct node *secret)
{
    const char *serial = node_get(secret, "metadata", "annotations", SERIAL_ANNOTATION, NULL);
    const struct issuance held = {
        .spki = look->current.spki,
        .files = { file_of(secret, "ca-cert.pem", cluster->arena),
                   file_of(secret, "cert-chain.pem", cluster->arena),
                   file_of(secret, "root-cert.pem", cluster->arena), NULL },
    };
    struct agent_facts *facts = &look->facts;

    if (!serial || !parse_int(serial, 1, INT64_MAX, &facts->held)
        || !is_current_key(secret, &look->current))
        return;
    look->holds = issuance_holds(&held, cluster->arena);
    look->holds.serial = facts->held;
    facts->equal = look->issued && issuance_is_held(&look->issuance, &look->holds);
    if (look->issued && !facts->equal && !facts->unfit
        && !cacerts_check_bundle(held.files.root_cert, look->issuance.files.root_cert))
        facts->unfit = "its root-cert.pem neither contains the one in place nor is part of it, so "
                       "istiod would not take it";
}

static const char *find_unfit(const struct agent_look *look, const struct agent_cluster *cluster)
{
    const struct agent_key *key =
        text_equal(look->issuance.spki, look->spare.spki) ? &look->spare : &look->current;
    struct err err;

    if (!key->key || !text_equal(key->spki, look->issuance.spki))
        return NULL; /* that there is no key for it is another matter */
    if (!text_equal(look->issuance.namespace, cluster->istio_namespace))
        return "it is for the istiod of another namespace";
    return agent_key_check(key, &look->issuance.files, cluster->now, cluster->arena, &err) < 0
               ? arena_text(cluster->arena, err.text)
               : NULL;
}

static int read_issuance(struct agent_look *out, const struct agent_cluster *cluster,
                         struct err *err)
{
    const struct node *map;

    if (get(&map, cluster, "ConfigMap", cluster->namespace, CSR_ISSUANCE_NAME, err) < 0)
        return -1;
    if (!map)
        return 0;
    if (issuance_read(&out->issuance, map, cluster->arena, err) < 0)
        return err_wrap(err, "ConfigMap %s/%s", cluster->namespace, CSR_ISSUANCE_NAME);
    out->issued = true;
    return 0;
}

int agent_cluster_look(struct agent_look *out, const struct agent_cluster *cluster, struct err *err)
{
    const struct node *cacerts;

    *out = (struct agent_look){ .issued = false };
    if (read_keys(out, cluster, err) < 0 || read_issuance(out, cluster, err) < 0
        || get(&cacerts, cluster, "Secret", cluster->istio_namespace, "cacerts", err) < 0)
        return -1;
    out->facts = (struct agent_facts){ .cluster = cluster->name,
                                       .spare = out->spare.spki,
                                       .current = out->current.spki,
                                       .renewed_for = out->renewed_for,
                                       .issuance = out->issued ? &out->issuance : NULL };
    if (out->issued)
        out->facts.unfit = find_unfit(out, cluster);
    if (cacerts)
        compare(out, cluster, cacerts);
    return 0;
}

void agent_cluster_close(struct agent_look *look)
{
    agent_key_close(&look->spare);
    agent_key_close(&look->current);
}

/* --- writing --- */

static int apply(const struct agent_cluster *cluster, struct direct_write *write, struct err *err)
{
    write->kube = cluster->kube;
    write->cluster = cluster->name;
    cacerts_secret_apply(write, 1, cluster->arena);
    if (write->result == DIRECT_SAME || write->result == DIRECT_WRITTEN)
        return 0;
    return err_set(err, ERR_KUBE, 0, "%s", write->text ? write->text : "it could not be written");
}

static int write_keys(const struct agent_cluster *cluster, const struct agent_key *spare,
                      const struct agent_key *current, int64_t renewed_for, struct err *err)
{
    const char *renewed = arena_printf(cluster->arena, "%lld", (long long)renewed_for);
    struct direct_file files[3] = {
        { SPARE_FILE, (const char *)spare->pem->bytes, spare->pem->len },
        { RENEWED_FILE, renewed, strlen(renewed) },
    };
    struct direct_write write = {
        .namespace = cluster->namespace, .name = CSR_KEYS_NAME, .files = files, .file_count = 2
    };

    if (current->pem)
        files[write.file_count++] =
            (struct direct_file){ CURRENT_FILE, (const char *)current->pem->bytes,
                                  current->pem->len };
    if (apply(cluster, &write, err) < 0)
        return err_wrap(err, "store the agent's keys");
    FAULT("agent.keys");
    return 0;
}

static int make_spare(const struct agent_cluster *cluster, const struct agent_key *current,
                      int64_t renewed_for, struct err *err)
{
    AUTO_AGENT_KEY spare = { .pem = NULL };

    if (agent_key_make(&spare, err) < 0)
        return -1;
    return write_keys(cluster, &spare, current, renewed_for, err);
}

static int write_cacerts(const struct agent_cluster *cluster, const struct agent_look *look,
                         struct err *err)
{
    struct arena *arena = cluster->arena;
    struct cacerts files = look->issuance.files;
    struct node *labels = node_map(arena), *annotations = node_map(arena);
    struct cacerts_file all[CACERTS_FILES];
    struct direct_file out[CACERTS_FILES];
    struct direct_write write = { .namespace = cluster->istio_namespace,
                                  .name = "cacerts",
                                  .files = out,
                                  .file_count = CACERTS_FILES,
                                  .labels = labels,
                                  .annotations = annotations,
                                  .take_over = cluster->take_over };

    files.ca_key = look->current.pem;
    cacerts_files(all, &files);
    for (size_t i = 0; i < CACERTS_FILES; i++)
        out[i] = (struct direct_file){ all[i].name, all[i].bytes, all[i].len };
    node_set_text(arena, labels, "app.kubernetes.io/managed-by", "weft");
    node_set_text(arena, annotations, SERIAL_ANNOTATION,
                  arena_printf(arena, "%lld", (long long)look->issuance.serial));
    secret_object_allow_takeover(annotations, arena);
    if (apply(cluster, &write, err) < 0)
        return err_wrap(err, "write cacerts");
    FAULT("agent.cacerts");
    return 0;
}

int agent_cluster_do(const struct agent_cluster *cluster, enum agent_step step,
                     const struct agent_look *look, struct err *err)
{
    switch (step) {
    case AGENT_MAKE_SPARE:
        return make_spare(cluster, &look->current, look->issued ? look->issuance.serial : 0, err);
    case AGENT_PROMOTE:
        return make_spare(cluster, &look->spare, look->renewed_for, err);
    case AGENT_WRITE:
        return write_cacerts(cluster, look, err);
    case AGENT_REST:
        break;
    }
    return 0;
}

/* --- the request --- */

static int fetch_token(const char **out, const struct agent_cluster *cluster, const char *audience,
                       struct err *err)
{
    struct arena *arena = cluster->arena;
    const struct kube_request request = {
        .method = "POST",
        .path = arena_printf(arena, "%s/token",
                             path_of(cluster, cluster->namespace, "serviceaccounts", CSR_ACCOUNT)),
        .body = arena_printf(arena,
                             "{\"apiVersion\":\"authentication.k8s.io/v1\","
                             "\"kind\":\"TokenRequest\",\"spec\":{\"audiences\":[\"%s\"],"
                             "\"expirationSeconds\":%d}}",
                             audience, TOKEN_SECONDS),
        .secret = true,
    };
    struct kube_answer answer;

    if (kube_do(cluster->kube, &answer, &request, arena, err) < 0)
        return err_wrap(err, "get a token for the request");
    if (answer.status >= 300)
        return kube_answer_failure(err, &answer, "get a token for the request");
    *out = node_get(answer.body, "status", "token", NULL);
    if (text_empty(*out))
        return err_set(err, ERR_KUBE, answer.status,
                       "the API server gave no token for the request");
    return 0;
}

/* Says the same as the one that is there, which is not old. */
static bool is_fresh(const struct node *map, struct csr_request *request,
                     const struct agent_cluster *cluster)
{
    const char *text = node_get(map, "data", CSR_REQUEST_FILE, NULL);
    struct csr_request there, same = *request;
    struct err err;

    if (!text || text_empty(node_get(map, "data", CSR_TOKEN_FILE, NULL))
        || csr_request_read(&there, text, strlen(text), cluster->arena, &err) < 0)
        return false;
    same.made = there.made;
    same.csr = there.csr; /* EC signatures are random; spki says whether the key is the same */
    return text_equal(csr_request_text(&same, cluster->arena), text)
           && cluster->now - there.made < CSR_MAX_AGE / 2 && there.made <= cluster->now;
}

static struct node *request_object(const struct agent_cluster *cluster, const char *text,
                                   const char *token)
{
    struct arena *arena = cluster->arena;
    struct node *map = node_map(arena), *metadata, *data;

    node_set_text(arena, map, "apiVersion", "v1");
    node_set_text(arena, map, "kind", "ConfigMap");
    metadata = node_set(map, "metadata", node_map(arena));
    node_set_text(arena, metadata, "name", CSR_REQUEST_NAME);
    node_set_text(arena, metadata, "namespace", cluster->namespace);
    data = node_set(map, "data", node_map(arena));
    node_set_text(arena, data, CSR_REQUEST_FILE, text);
    node_set_text(arena, data, CSR_TOKEN_FILE, token);
    return map;
}

static int write_request(const struct agent_cluster *cluster, const struct csr_request *request,
                         struct err *err)
{
    const char *text = csr_request_text(request, cluster->arena), *token = NULL;
    struct kube_answer answer;

    if (fetch_token(&token, cluster, csr_request_audience(text, strlen(text), cluster->arena), err)
        < 0)
        return -1;
    if (objects_apply(cluster->kube, &answer,
                      path_of(cluster, cluster->namespace, "configmaps", CSR_REQUEST_NAME),
                      request_object(cluster, text, token), false, cluster->arena, err)
        < 0)
        return err_wrap(err, "publish the request");
    FAULT("agent.request");
    return 0;
}

int agent_cluster_publish(const struct agent_cluster *cluster, const struct agent_look *look,
                          const char *cannot, struct err *err)
{
    struct csr_request request = { .cluster = cluster->name,
                                   .namespace = cluster->istio_namespace,
                                   .agent = "weft " WEFT_VERSION,
                                   .made = cluster->now,
                                   .spki = look->spare.spki,
                                   .holds = look->holds,
                                   .cannot = cannot };
    const struct node *map;

    if (*cannot && look->issued)
        request.cannot_serial = look->issuance.serial;
    if (agent_key_request(&request.csr, &look->spare, cluster->name, cluster->arena, err) < 0
        || get(&map, cluster, "ConfigMap", cluster->namespace, CSR_REQUEST_NAME, err) < 0)
        return -1;
    if (map && is_fresh(map, &request, cluster))
        return 0;
    return write_request(cluster, &request, err);
}
