/* tests/lib/real_direct.c - direct delivery and report maps against a real API server. */
#include "base/base64.h"
#include "tests/lib/real.h"

#include "k8s-job/apply/cacerts_secret.h"
#include "k8s-job/apply/report_configmap.h"
#include "k8s-job/client/scheduler.h"
#include "tests/lib/traces.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <cmocka.h>

#define SECRET_PATH "/api/v1/namespaces/NS/secrets/cacerts"
#define FOUR "ca-cert.pem", "ca-key.pem", "cert-chain.pem", "root-cert.pem"

/* The four files, each with this text in it. */
static struct direct_write a_write(struct real *real, struct kube *kube, const char *text)
{
    static const char *const names[] = { FOUR };
    struct direct_file *files = ARENA_NEW(real->place.arena, struct direct_file, LENGTH(names));

    for (size_t i = 0; i < LENGTH(names); i++) {
        const char *bytes = arena_printf(real->place.arena, "%s of %s", names[i], text);

        files[i] = (struct direct_file){ names[i], bytes, strlen(bytes) };
    }
    return (struct direct_write){ .kube = kube,
                                  .cluster = "c",
                                  .namespace = real->namespace,
                                  .name = "cacerts",
                                  .files = files,
                                  .file_count = LENGTH(names) };
}

static void apply(struct real *real, struct direct_write *write, enum direct_result want)
{
    cacerts_secret_apply(write, 1, real->place.arena);
    if (write->result != want)
        fail_msg("%s: %s", enums_name(&direct_results, (int)write->result),
                 write->text ? write->text : "");
}

static const char *version_of(struct real *real)
{
    struct kube_answer live = ask(real, "GET", format(real, SECRET_PATH, ""), NULL, NULL);

    return node_get(live.body, "metadata", "resourceVersion", NULL);
}

void cacerts_are_written_straight(void **state)
{
    NEED_REAL(real);
    struct direct_write write = a_write(real, real->kube, "one");
    struct node *labels = node_map(real->place.arena);
    const char *version;
    struct kube_answer live;

    node_set_text(real->place.arena, labels, "app.kubernetes.io/managed-by", "weft");
    write.labels = labels;
    apply(real, &write, DIRECT_WRITTEN);
    version = version_of(real);
    apply(real, &write, DIRECT_SAME);
    assert_string_equal(version_of(real), version);
    write = a_write(real, real->kube, "two");
    write.file_count = 3; /* the fourth key goes */
    apply(real, &write, DIRECT_WRITTEN);
    live = ask(real, "GET", format(real, SECRET_PATH, ""), NULL, NULL);
    assert_null(node_get(live.body, "data", "root-cert.pem", NULL));
    assert_string_equal(node_get(live.body, "data", "ca-key.pem", NULL),
                        "Y2Eta2V5LnBlbSBvZiB0d28=");
    assert_string_equal(node_get(live.body, "type", NULL), "Opaque");
    apply(real, &write, DIRECT_SAME);
}

/* As kubectl apply writes it, and as a controller does; then a person edits what is ours. */
void another_owner_of_cacerts_is_not_fought(void **state)
{
    NEED_REAL(real);
    struct direct_write write = a_write(real, real->kube, "one");
    const char *version;

    make(real,
         format(real, "/api/v1/namespaces/NS/secrets?fieldManager=kubectl-client-side-apply", ""),
         "{\"metadata\":{\"name\":\"cacerts\"},\"data\":{\"ca-key.pem\":\"b2xk\"}}");
    version = version_of(real);
    apply(real, &write, DIRECT_FOREIGN);
    assert_non_null(strstr(write.text, "\"kubectl-client-side-apply\""));
    assert_non_null(strstr(write.text, "takeOver"));
    assert_string_equal(version_of(real), version);
    write.take_over = true;
    apply(real, &write, DIRECT_WRITTEN);
    write.take_over = false;
    apply(real, &write, DIRECT_SAME); /* it is ours alone now */
    assert_int_equal(ask(real, "PATCH", format(real, SECRET_PATH "?fieldManager=kubectl-edit", ""),
                         "application/merge-patch+json", "{\"data\":{\"ca-key.pem\":\"b2xk\"}}")
                         .status,
                     200);
    apply(real, &write, DIRECT_FOREIGN);
    assert_non_null(strstr(write.text, "\"kubectl-edit\""));
    /* An update cannot change the type of a Secret. */
    (void)ask(real, "DELETE", format(real, SECRET_PATH, ""), NULL, "{}");
    make(real, format(real, "/api/v1/namespaces/NS/secrets", ""),
         "{\"metadata\":{\"name\":\"cacerts\"},\"type\":\"example.com/x\"}");
    write.take_over = true;
    apply(real, &write, DIRECT_FAILED);
    assert_non_null(strstr(write.text, "its type is example.com/x, must be Opaque"));
}

/* A kubeconfig of a ServiceAccount that was given these rights on Secrets. */
static struct kube *account_of(struct real *real, const char *rules)
{
    AUTO_TEXT ca = { 0 };
    const char *pem = real->kube->target.ca_pem, *config;
    struct kube_answer token;
    struct kube *kube = NULL;
    struct err err = { .text = "" };

    make(real, format(real, "/api/v1/namespaces/NS/serviceaccounts", ""),
         "{\"metadata\":{\"name\":\"weft\"}}");
    make(real, format(real, "/apis/rbac.authorization.k8s.io/v1/namespaces/NS/roles", ""),
         format(real, "{\"metadata\":{\"name\":\"weft\"},\"rules\":[VALUE]}", rules));
    make(real, format(real, "/apis/rbac.authorization.k8s.io/v1/namespaces/NS/rolebindings", ""),
         format(real,
                "{\"metadata\":{\"name\":\"weft\"},\"roleRef\":{\"apiGroup\":"
                "\"rbac.authorization.k8s.io\",\"kind\":\"Role\",\"name\":\"weft\"},"
                "\"subjects\":[{\"kind\":\"ServiceAccount\",\"name\":\"weft\",\"namespace\":"
                "\"NS\"}]}",
                ""));
    token = ask(real, "POST", format(real, "/api/v1/namespaces/NS/serviceaccounts/weft/token", ""),
                NULL, "{\"spec\":{}}");
    base64_encode(&ca, pem, strlen(pem));
    config = arena_printf(
        real->place.arena,
        "current-context: c\ncontexts: [{name: c, context: {cluster: k, user: u}}]\n"
        "clusters: [{name: k, cluster: {server: '%s', certificate-authority-data: %s}}]\n"
        "users: [{name: u, user: {token: %s}}]\n",
        kube_server(real->kube), ca.bytes, node_get(token.body, "status", "token", NULL));
    if (kube_open(
            &kube,
            &(struct kube_source){ .kubeconfig = workplace_write(&real->place, "account", config) },
            real->place.http, &err)
        < 0)
        fail_msg("%s", err.text);
    return kube;
}

#define RIGHT(verbs, more)                                                                         \
    "{\"apiGroups\":[\"\"],\"resources\":[\"secrets\"],\"verbs\":[" verbs "]" more "}"

/* Server-side apply creates at the object's own URL, so that even the right to create can be
 * limited to the name. */
void rights_on_one_secret_suffice(void **state)
{
    NEED_REAL(real);
    struct kube *kube =
        account_of(real, RIGHT("\"get\",\"create\",\"patch\"", ",\"resourceNames\":[\"cacerts\"]"));
    struct direct_write write = a_write(real, kube, "one"), another = write;

    apply(real, &write, DIRECT_WRITTEN);
    apply(real, &write, DIRECT_SAME);
    another.name = "other";
    apply(real, &another, DIRECT_FORBIDDEN);
    assert_non_null(strstr(another.text, "get for resourceNames [other]"));
    kube_close(kube);
}

/* Who does not want to grant that creates it empty, once. */
void an_empty_secret_spares_the_right_to_create(void **state)
{
    NEED_REAL(real);
    struct kube *kube =
        account_of(real, RIGHT("\"get\",\"patch\"", ",\"resourceNames\":[\"cacerts\"]"));
    struct direct_write write = a_write(real, kube, "one");

    apply(real, &write, DIRECT_FORBIDDEN);
    assert_non_null(strstr(write.text, "create and patch for resourceNames [cacerts]"));
    make(real, format(real, "/api/v1/namespaces/NS/secrets?fieldManager=kubectl-create", ""),
         "{\"metadata\":{\"name\":\"cacerts\"}}");
    apply(real, &write, DIRECT_WRITTEN);
    apply(real, &write, DIRECT_SAME);
    kube_close(kube);
}

/* TLS, and everything that the libraries do on the way. */
void a_real_exchange_leaves_no_key(void **state)
{
    NEED_REAL(real);
    struct vault vault = vault_new(8192);
    struct direct_file file = { "ca-key.pem", vault.bytes, 1704 };
    struct direct_write write = a_write(real, real->kube, "");

    vault_fill(&vault, 1704);
    write.files = &file;
    write.file_count = 1;
    apply(real, &write, DIRECT_WRITTEN);
    apply(real, &write, DIRECT_SAME);
    assert_false(trace_left(&vault));
    vault_free(&vault);
}

void a_status_without_crd_goes_to_a_map(void **state)
{
    NEED_REAL(real);
    struct vm_status status = { .ref = { "absent", real->namespace }, .state = APPROVAL_INVALID };
    struct status_post post = { .status = &status, .now = time(NULL), .commit = "c1" };
    struct kube_answer live;

    messages_add(&status.errors, real->place.arena, "no such mesh");
    for (int round = 0; round < 3; round++) {
        if (round == 2)
            status.state = APPROVAL_FAILED;
        post.now += 100;
        post.commit = round ? "c2" : "c1";
        status_apply(real->kube, &post, 1, real->place.arena);
        assert_true(post.result == POST_NO_CRD || post.result == POST_NO_OBJECT);
        report_configmap_apply(real->kube, real->namespace, &post, 1, real->place.arena);
        if (post.result != (round == 1 ? POST_REPORTED_UNCHANGED : POST_REPORTED))
            fail_msg("%d: %s", round, post.text);
    }
    live =
        ask(real, "GET", format(real, "/api/v1/namespaces/NS/configmaps/weft-report-NS.absent", ""),
            NULL, NULL);
    assert_non_null(strstr(node_get(live.body, "data", "status.json", NULL), "\"FAILED\""));
    assert_non_null(strstr(node_get(live.body, "data", "status.json", NULL), "no such mesh"));
}
