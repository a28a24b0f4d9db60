/* tests/unit/k8s-job/apply/test_cacerts_secret.c - cacerts written straight to clusters: what is
 * written, when it is not, and what is left in memory. */
#include "base/parse.h"
#include "base/parse_json.h"
#include "k8s-job/apply/cacerts_secret.h"
#include "k8s-job/apply/cacerts_secret_text.h"
#include "k8s-job/client/scheduler.h"
#include "tests/lib/traces.h"
#include "tests/lib/workplace.h"

#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

static const struct node *json(const char *text, struct arena *arena)
{
    const struct node *node;
    struct err err = { .text = "" };

    if (parse_json(&node, text, strlen(text), arena, &err) < 0)
        fail_msg("%s: %s", err.text, text);
    return node;
}

static const struct direct_file files[] = {
    { "ca-cert.pem", "a certificate", 13 },
    { "ca-key.pem", "the secret key of it", 20 },
};
#define CERT64 "YSBjZXJ0aWZpY2F0ZQ=="
#define KEY64 "dGhlIHNlY3JldCBrZXkgb2YgaXQ="

/* A Secret as the API gives it. */
#define OWNER(name, how, keys)                                                                     \
    "{\"manager\":\"" name "\",\"operation\":\"" how "\",\"fieldsV1\":{" keys "}}"
#define DATA(keys) "\"f:data\":{\".\":{}," keys "},\"f:type\":{}"
#define BOTH DATA("\"f:ca-cert.pem\":{},\"f:ca-key.pem\":{}")
#define OURS OWNER("weft", "Apply", BOTH)
#define SECRET(owners, type, data)                                                                 \
    "{\"kind\":\"Secret\",\"metadata\":{\"name\":\"cacerts\",\"resourceVersion\":\"7\","           \
    "\"managedFields\":[" owners "]},\"type\":\"" type "\",\"data\":{" data "}}"
#define GOOD_DATA "\"ca-cert.pem\":\"" CERT64 "\",\"ca-key.pem\":\"" KEY64 "\""
#define OLD_DATA "\"ca-cert.pem\":\"" CERT64 "\",\"ca-key.pem\":\"b2xk\""
#define STATUS(code, reason, message, details)                                                     \
    "{\"kind\":\"Status\",\"code\":" #code ",\"reason\":\"" reason "\",\"message\":\"" message     \
    "\",\"details\":{" details "}}"

#define OK(body)                                                                                   \
    {                                                                                              \
        .status = 200, .text = body                                                                \
    }
#define GOOD OK(SECRET(OURS, "Opaque", GOOD_DATA))
#define OLD OK(SECRET(OURS, "Opaque", OLD_DATA))
#define ABSENT                                                                                     \
    {                                                                                              \
        .status = 404, .text = STATUS(404, "NotFound", "secrets cacerts not found", "")            \
    }
#define STALE                                                                                      \
    {                                                                                              \
        .status = 409, .text = STATUS(409, "Conflict", "the object has been modified", "")         \
    }
#define DENIED(verb)                                                                               \
    {                                                                                              \
        .status = 403, .text = STATUS(403, "Forbidden", "User w cannot " verb, "")                 \
    }

enum { ANSWERS = 8 };

/* A server that gives its answers in turn, the last one repeatedly. */
struct cluster {
    struct exchange gets[ANSWERS], patches[ANSWERS];
    int get_count, patch_count;
    char patched[4096], path[256];
};

static void play(struct exchange *exchange, void *context)
{
    struct cluster *cluster = context;
    bool get = strcmp(exchange->method, "GET") == 0;
    int *count = get ? &cluster->get_count : &cluster->patch_count;
    const struct exchange *answers = get ? cluster->gets : cluster->patches;
    int at = *count;

    while (at > 0 && !answers[at].status && answers[at].action == SERVER_ANSWER)
        at--;
    *count += *count < ANSWERS - 1;
    if (!get) {
        snprintf(cluster->patched, sizeof cluster->patched, "%s", exchange->body);
        snprintf(cluster->path, sizeof cluster->path, "%s", exchange->path);
    }
    exchange->action = answers[at].action;
    exchange->status = answers[at].status;
    exchange->type = answers[at].type;
    exchange->text = answers[at].text;
}

struct direct_row {
    const char *sentence;
    struct exchange gets[ANSWERS], patches[ANSWERS];
    bool take_over;
    enum direct_result result;
    int get_count, patch_count;
    const char *said;
};

/* clang-format off */
static const struct direct_row direct_rows[] = {
    { "it is not there: it is made and read back", { ABSENT, GOOD }, { OK("{}") }, false, DIRECT_WRITTEN, 2, 1, NULL },
    { "it is there and ours: nothing is written", { GOOD }, { { 0 } }, false, DIRECT_SAME, 1, 0, NULL },
    { "one key differs: all are written", { OLD, GOOD }, { OK("{}") }, false, DIRECT_WRITTEN, 2, 1, NULL },
    { "it was made empty, so that the right to create is not needed", { OK(SECRET(OWNER("kubectl-create", "Update", "\"f:type\":{}"), "Opaque", "")), GOOD }, { OK("{}") }, false, DIRECT_WRITTEN, 2, 1, NULL },
    { "the same bytes, but without an owner: they become ours", { OK(SECRET("", "Opaque", GOOD_DATA)), GOOD }, { OK("{}") }, false, DIRECT_WRITTEN, 2, 1, NULL },
    { "ours, but by an update: it is applied, so that a key can go later", { OK(SECRET(OWNER("weft", "Update", BOTH), "Opaque", GOOD_DATA)), GOOD }, { OK("{}") }, false, DIRECT_WRITTEN, 2, 1, NULL },
    { "a key that is no longer wanted goes", { OK(SECRET(OWNER("weft", "Apply", DATA("\"f:ca-cert.pem\":{},\"f:ca-key.pem\":{},\"f:old.pem\":{}")), "Opaque", GOOD_DATA ",\"old.pem\":\"b2xk\"")), GOOD }, { OK("{}") }, false, DIRECT_WRITTEN, 2, 1, NULL },
    { "another one writes it", { OK(SECRET(OWNER("controller", "Update", BOTH), "Opaque", OLD_DATA)) }, { { 0 } }, false, DIRECT_FOREIGN, 1, 0, "Secret istio-system/cacerts of cluster east is written by \"controller\"" },
    { "even when it wrote the same bytes", { OK(SECRET(OWNER("controller", "Update", BOTH), "Opaque", GOOD_DATA)) }, { { 0 } }, false, DIRECT_FOREIGN, 1, 0, "clusters[].takeOver: true" },
    { "one of our keys was edited", { OK(SECRET(OWNER("weft", "Apply", DATA("\"f:ca-cert.pem\":{}")) "," OWNER("kubectl-edit", "Update", DATA("\"f:ca-key.pem\":{}")), "Opaque", OLD_DATA)) }, { { 0 } }, false, DIRECT_FOREIGN, 1, 0, "\"kubectl-edit\"" },
    { "two others write it", { OK(SECRET(OWNER("b", "Update", BOTH) "," OWNER("a", "Apply", BOTH) "," OWNER("b", "Apply", BOTH), "Opaque", GOOD_DATA)) }, { { 0 } }, false, DIRECT_FOREIGN, 1, 0, "by \"a\" and \"b\":" },
    { "taken over on purpose", { OK(SECRET(OWNER("controller", "Update", BOTH), "Opaque", OLD_DATA)), GOOD }, { OK("{}") }, true, DIRECT_WRITTEN, 2, 1, NULL },
    { "taken over before, and the other one still holds the same", { OK(SECRET(OURS "," OWNER("controller", "Update", BOTH), "Opaque", GOOD_DATA)) }, { { 0 } }, true, DIRECT_SAME, 1, 0, NULL },
    { "a field conflict is no fight", { ABSENT }, { { .status = 409, .text = STATUS(409, "Conflict", "Apply failed with conflicts: conflict with \\\"helm\\\" at 10:00", "\"causes\":[{\"reason\":\"FieldManagerConflict\",\"field\":\".data.ca-key.pem\",\"message\":\"conflict with \\\"helm\\\" using v1\"}]") } }, false, DIRECT_FOREIGN, 1, 1, "east is written by \"helm\": weft leaves it alone" },
    { "several are named in their own order, each once", { ABSENT }, { { .status = 409, .text = STATUS(409, "Conflict", "Apply failed with conflicts: conflict with \\\"helm\\\" at 10:00", "\"causes\":[{\"reason\":\"FieldManagerConflict\",\"field\":\".data.ca-key.pem\",\"message\":\"conflict with \\\"vault\\\" using v1 at 2026-11-23T10:00:00Z\"},{\"reason\":\"FieldManagerConflict\",\"field\":\".data.ca-key.pem\",\"message\":\"conflict with \\\"helm\\\"\"},{\"reason\":\"FieldManagerConflict\",\"field\":\".data.ca-key.pem\",\"message\":\"conflict with \\\"vault\\\"\"}]") } }, false, DIRECT_FOREIGN, 1, 1, "by \"helm\" and \"vault\": weft leaves" },
    { "words of another form are not repeated", { ABSENT }, { { .status = 409, .text = STATUS(409, "Conflict", "Apply failed with conflicts: conflict with \\\"helm\\\" at 10:00", "\"causes\":[{\"reason\":\"FieldManagerConflict\",\"field\":\".data.ca-key.pem\",\"message\":\"audit 17\"}]") } }, false, DIRECT_FOREIGN, 1, 1, "is written by another manager: weft leaves" },
    { "nor a name that quotes what was sent", { ABSENT }, { { .status = 409, .text = STATUS(409, "Conflict", "Apply failed with conflicts: conflict with \\\"helm\\\" at 10:00", "\"causes\":[{\"reason\":\"FieldManagerConflict\",\"field\":\".data.ca-key.pem\",\"message\":\"conflict with \\\"IHNlY3JldCBrZXkg\\\"\"}]") } }, false, DIRECT_FOREIGN, 1, 1, "is written by another manager: weft leaves" },
    { "changed meanwhile: read and written again", { OLD, OLD, GOOD }, { STALE, OK("{}") }, false, DIRECT_WRITTEN, 3, 2, NULL },
    { "changed meanwhile by another one", { OLD, OK(SECRET(OWNER("x", "Update", BOTH), "Opaque", OLD_DATA)) }, { STALE }, false, DIRECT_FOREIGN, 2, 1, "by \"x\"" },
    { "changed all the time: given up", { OLD }, { STALE }, false, DIRECT_FAILED, 5, 5, "it changes faster" },
    { "the answer was lost, the write was not", { OLD, GOOD }, { { .action = SERVER_RESET }, STALE }, false, DIRECT_WRITTEN, 2, 2, NULL },
    { "a server that is busy is asked again", { ABSENT, GOOD }, { { .status = 503, .text = "{}" }, OK("{}") }, false, DIRECT_WRITTEN, 2, 2, NULL },
    { "another type cannot be changed", { OK(SECRET("", "kubernetes.io/tls", OLD_DATA)) }, { { .status = 422, .text = STATUS(422, "Invalid", "type: field is immutable", "") } }, false, DIRECT_FAILED, 1, 1, "its type is kubernetes.io/tls, must be Opaque" },
    { "any other 422 is reported by its reason", { OLD }, { { .status = 422, .text = STATUS(422, "Invalid", "immutable is set", "") } }, false, DIRECT_FAILED, 1, 1, "HTTP 422 Invalid" },
    { "no right to read", { DENIED("get") }, { { 0 } }, false, DIRECT_FORBIDDEN, 1, 0, "needed on secrets in namespace istio-system: get for resourceNames [cacerts]" },
    { "no right to write", { OLD }, { DENIED("patch") }, false, DIRECT_FORBIDDEN, 1, 1, "needed on secrets in namespace istio-system: patch for resourceNames [cacerts]" },
    { "no right to make it", { ABSENT }, { DENIED("create") }, false, DIRECT_FORBIDDEN, 1, 1, "kubectl -n istio-system create secret generic cacerts" },
    { "no right to read back", { OLD, DENIED("get") }, { OK("{}") }, false, DIRECT_FORBIDDEN, 2, 1, "get for resourceNames" },
    { "what is read back is something else", { ABSENT, OK(SECRET(OURS, "Opaque", OLD_DATA)) }, { OK("{}") }, false, DIRECT_FAILED, 2, 1, "differs in ca-key.pem: is there an admission webhook" },
    { "and another client made it", { ABSENT, OK(SECRET(OURS "," OWNER("vault", "Update", BOTH), "Opaque", "")) }, { OK("{}") }, false, DIRECT_FAILED, 2, 1, "differs in ca-cert.pem, ca-key.pem: it is changed at once by \"vault\"" },
    { "what was written is gone", { OLD, ABSENT }, { OK("{}") }, false, DIRECT_FAILED, 2, 1, "another client deleted it at once" },
    { "it is being deleted", { OK("{\"kind\":\"Secret\",\"metadata\":{\"name\":\"cacerts\",\"deletionTimestamp\":\"2026-11-23T10:00:00Z\"}}") }, { { 0 } }, false, DIRECT_FAILED, 1, 0, "is being deleted" },
    { "the namespace is not there", { ABSENT }, { { .status = 404, .text = STATUS(404, "NotFound", "namespaces \\\"istio-system\\\" not found", "") } }, false, DIRECT_FAILED, 1, 1, "HTTP 404 NotFound, audit id audit-2; the server's own text may quote the key and is left out: look for it in its log; is its namespace there?" },
    { "a proxy's 404 makes no Secret", { { .status = 404, .type = "text/html", .text = "<html>" } }, { { 0 } }, false, DIRECT_FAILED, 1, 0, "not from the Kubernetes API" },
    { "no JSON", { { .status = 200, .type = "text/html", .text = "<html>" } }, { { 0 } }, false, DIRECT_FAILED, 1, 0, "not from the Kubernetes API" },
    { "a server that quotes what was sent", { ABSENT }, { { .status = 400, .text = STATUS(400, "BadRequest", "illegal base64 ...|IHNlY3JldCBrZXkg|...", "") } }, false, DIRECT_FAILED, 1, 1, "HTTP 400 BadRequest, audit id audit-2; the server's own text may quote" },
    { "no answer", { { .action = SERVER_RESET } }, { { 0 } }, false, DIRECT_FAILED, 5, 0, "Secret istio-system/cacerts of cluster east: tried 5 times" },
};
/* clang-format on */

static struct direct_write a_write(struct kube *kube)
{
    return (struct direct_write){ .kube = kube,
                                  .cluster = "east",
                                  .namespace = "istio-system",
                                  .name = "cacerts",
                                  .files = files,
                                  .file_count = LENGTH(files) };
}

/* All keys in one request, and the guard against what came between. */
static void check_body(const struct direct_row *row, const struct cluster *cluster,
                       struct arena *arena)
{
    const struct node *body = json(cluster->patched, arena);
    const char *version = node_get(body, "metadata", "resourceVersion", NULL);

    assert_true(text_starts(cluster->path,
                            "/api/v1/namespaces/istio-system/secrets/cacerts?fieldManager=weft"));
    assert_int_equal(strstr(cluster->path, "force=true") != NULL, row->take_over);
    assert_string_equal(node_get(body, "data", "ca-cert.pem", NULL), CERT64);
    assert_string_equal(node_get(body, "data", "ca-key.pem", NULL), KEY64);
    assert_string_equal(node_get(body, "type", NULL), "Opaque");
    assert_string_equal(node_get(body, "metadata", "labels", "l", NULL), "1");
    assert_string_equal(node_get(body, "metadata", "annotations", "a", NULL), "2");
    assert_true(text_equal(version, row->gets[0].status == 404 ? NULL : "7"));
}

static void every_answer_has_its_result(void **state)
{
    struct workplace place;

    (void)state;
    workplace_open(&place);
    for (size_t i = 0; i < LENGTH(direct_rows); i++) {
        const struct direct_row *row = &direct_rows[i];
        struct cluster *cluster = calloc(1, sizeof *cluster);
        struct server *server;
        struct direct_write write;

        memcpy(cluster->gets, row->gets, sizeof row->gets);
        memcpy(cluster->patches, row->patches, sizeof row->patches);
        server = server_start(play, cluster);
        write = a_write(workplace_kube(&place, server_port(server), "token: t"));
        write.take_over = row->take_over;
        write.labels = json("{\"l\":\"1\"}", place.arena);
        write.annotations = json("{\"a\":\"2\"}", place.arena);
        cacerts_secret_apply(&write, 1, place.arena);
        if (write.result != row->result || cluster->get_count != row->get_count
            || cluster->patch_count != row->patch_count
            || (row->said ? !write.text || !strstr(write.text, row->said) : write.text != NULL))
            fail_msg("%s: %s, %d gets, %d patches, \"%s\"", row->sentence,
                     enums_name(&direct_results, (int)write.result), cluster->get_count,
                     cluster->patch_count, write.text ? write.text : "");
        assert_true(write.result != DIRECT_FOREIGN || !strstr(write.text, "audit"));
        if (row->patch_count)
            check_body(row, cluster, place.arena);
        assert_true(!write.text || !strstr(write.text, "IHNlY3Jl"));
        kube_close(write.kube);
        server_stop(server);
        free(cluster);
    }
    workplace_close(&place);
}

/* The key in a server's words, in any form, anywhere in its answer.  K: "secret key". */
static const char *const quotations[] = {
    "the secret key of it",
    KEY64,
    "IHNlY3JldCBrZXkg",
    "7468652073656372657426b6579206f66206974",
    "74:68:65:20:73:65:63:72:65:74",
    "[116 104 101 32 115 101 99 114 101 116 32 107 101 121]",
    "[]byte{0x74, 0x68, 0x65, 0x20, 0x73, 0x65, 0x63, 0x72, 0x65, 0x74}",
    "t h e s e c r e t k e y",
    "ti fo yek terces eht",
    "map[ca-key.pem:[116 104 101 32 115]]",
    "dGhl IHNl Y3Jl dCBr ZXkg",
    "THE SECRET KEY OF IT",
    "\\x74\\x68\\x65\\x20\\x73",
};

/* pattern with each "%1$s" replaced. */
static void replace_all(char *out, size_t size, const char *pattern, const char *with)
{
    size_t len = 0;

    for (const char *p = pattern; *p; p++)
        if (text_starts(p, "%1$s")) {
            len += (size_t)snprintf(out + len, size - len, "%s", with);
            p += 3;
        } else {
            out[len++] = *p;
        }
    out[len] = '\0';
}

/* Where an answer may have words: message, reason, the parts of a cause, a manager's name. */
static const char *const answers_with[] = {
    "{\"kind\":\"Status\",\"code\":422,\"reason\":\"Invalid\",\"message\":\"%1$s\"}",
    "{\"kind\":\"Status\",\"code\":422,\"reason\":\"%1$s\",\"message\":\"\"}",
    "{\"kind\":\"Status\",\"code\":422,\"message\":\"x\",\"details\":{\"name\":\"%1$s\",\"causes\":"
    "["
    "{\"field\":\"%1$s\",\"reason\":\"%1$s\",\"message\":\"%1$s\"},"
    "{\"field\":\"data[%1$s]\",\"reason\":\"FieldValueInvalid\",\"message\":\"%1$s\"},"
    "{\"field\":\"data[ca-key.pem]\",\"reason\":\"%1$s\",\"message\":\"%1$s\"}]}}",
    "%1$s",
};

static const int refusals[] = { 400, 403, 404, 409, 422, 500 };

static void check_refusal(struct workplace *place, const char *body, int status,
                          const char *quotation)
{
    struct cluster *cluster = calloc(1, sizeof *cluster);
    struct server *server;
    struct direct_write write;

    cluster->gets[0] = (struct exchange)OLD;
    cluster->patches[0] = (struct exchange){ .status = status, .text = body };
    server = server_start(play, cluster);
    write = a_write(workplace_kube(place, server_port(server), "token: t"));
    cacerts_secret_apply(&write, 1, place->arena);
    assert_non_null(write.text);
    if (strstr(write.text, quotation))
        fail_msg("HTTP %d: %s", status, write.text);
    if (!strstr(write.text, "is written by \"") && !strstr(write.text, "audit id"))
        fail_msg("HTTP %d: no audit id: %s", status, write.text);
    kube_close(write.kube);
    server_stop(server);
    free(cluster);
}

/* No filter knows all forms, so nothing of what the server says freely is passed on. */
static void a_refused_key_is_never_quoted(void **state)
{
    struct workplace place;

    (void)state;
    workplace_open(&place);
    for (size_t i = 0; i < LENGTH(quotations); i++)
        for (size_t j = 0; j < LENGTH(answers_with); j++) {
            char text[2048];

            replace_all(text, sizeof text, answers_with[j], quotations[i]);
            check_refusal(&place, text, refusals[(i + j) % LENGTH(refusals)],
                          strncmp(quotations[i], "\\\\x", 3) == 0 ? "x74" : quotations[i]);
        }
    workplace_close(&place);
}

/* What is known beforehand is reported. */
static void a_refused_field_is_named(void **state)
{
    static const char body[] =
        STATUS(422, "Invalid", "words",
               "\"causes\":[{\"field\":\"data[ca-key.pem]\",\"reason\":\"FieldValueInvalid\"},"
               "{\"field\":\"type\",\"reason\":\"FieldValueForbidden\"}]");
    struct kube_answer answer = {
        .status = 422, .reason = "Invalid", .message = "words", .audit_id = "7-a", .type = ""
    };
    static const char *const keys[] = { "ca-cert.pem", "ca-key.pem", NULL };
    AUTO(arena_free) struct arena *arena = arena_new();
    struct err err = { .text = "" };

    (void)state;
    answer.body = json(body, arena);
    assert_int_equal(cacerts_secret_text_of(&err, &answer, "x", keys), -1);
    assert_true(text_starts(err.text,
                            "x: HTTP 422 Invalid, field data[ca-key.pem]: "
                            "FieldValueInvalid, field type: FieldValueForbidden, audit id "
                            "7-a; "));
    assert_null(strstr(err.text, "words;"));
}

struct seen_row {
    const char *sentence;
    struct exchange gets[ANSWERS], patches[ANSWERS];
    enum direct_seen seen;
};

/* clang-format off */
static const struct seen_row seen_rows[] = {
    { "it was made", { ABSENT, GOOD }, { OK("{}") }, DIRECT_HELD },
    { "it is as it was", { GOOD }, { { 0 } }, DIRECT_HELD },
    { "another one wrote the same bytes", { OK(SECRET(OWNER("controller", "Update", BOTH), "Opaque", GOOD_DATA)) }, { { 0 } }, DIRECT_HELD },
    { "another one wrote other bytes", { OK(SECRET(OWNER("controller", "Update", BOTH), "Opaque", OLD_DATA)) }, { { 0 } }, DIRECT_OTHER },
    { "it differs and may not be written", { OLD }, { DENIED("patch") }, DIRECT_OTHER },
    { "it is not there and may not be made", { ABSENT }, { DENIED("create") }, DIRECT_MISSING },
    { "what was read back is something else", { ABSENT, OLD }, { OK("{}") }, DIRECT_OTHER },
    { "what was written is gone", { OLD, ABSENT }, { OK("{}") }, DIRECT_MISSING },
    { "it may not be read", { DENIED("get") }, { { 0 } }, DIRECT_UNSEEN },
    { "a proxy does not find it", { { .status = 404, .type = "text/html", .text = "<html>" } }, { { 0 } }, DIRECT_UNSEEN },
};
/* clang-format on */

/* Whatever came of writing it. */
static void what_the_cluster_held_is_told(void **state)
{
    struct workplace place;

    (void)state;
    workplace_open(&place);
    for (size_t i = 0; i < LENGTH(seen_rows); i++) {
        struct cluster *cluster = calloc(1, sizeof *cluster);
        struct server *server;
        struct direct_write write;

        memcpy(cluster->gets, seen_rows[i].gets, sizeof seen_rows[i].gets);
        memcpy(cluster->patches, seen_rows[i].patches, sizeof seen_rows[i].patches);
        server = server_start(play, cluster);
        write = a_write(workplace_kube(&place, server_port(server), "token: t"));
        cacerts_secret_apply(&write, 1, place.arena);
        if (write.seen != seen_rows[i].seen)
            fail_msg("%s: %d", seen_rows[i].sentence, (int)write.seen);
        kube_close(write.kube);
        server_stop(server);
        free(cluster);
    }
    workplace_close(&place);
}

/* One cluster is dead, one says no: the third one gets its Secret all the same. */
static void clusters_do_not_wait_for_each_other(void **state)
{
    struct workplace place;
    struct cluster good = { .gets = { ABSENT, GOOD }, .patches = { OK("{}") } };
    struct cluster closed = { .gets = { DENIED("get") } };
    struct server *servers[3] = { server_start(play, &closed), server_start(play, &closed),
                                  server_start(play, &good) };
    static const enum direct_result want[3] = { DIRECT_FAILED, DIRECT_FORBIDDEN, DIRECT_WRITTEN };
    struct direct_write writes[3];

    (void)state;
    workplace_open(&place);
    for (int i = 0; i < 3; i++)
        writes[i] = a_write(workplace_kube(&place, server_port(servers[i]), "token: t"));
    server_stop(servers[0]);
    cacerts_secret_apply(writes, 3, place.arena);
    for (int i = 0; i < 3; i++) {
        assert_int_equal(writes[i].result, want[i]);
        kube_close(writes[i].kube);
    }
    cacerts_secret_apply(NULL, 0, place.arena);
    server_stop(servers[1]);
    server_stop(servers[2]);
    workplace_close(&place);
}

/* Keeps what was written and gives it back; busy at first. */
struct store {
    char data[1 << 16], answer[1 << 17];
    bool busy;
};

static void keep(struct exchange *exchange, void *context)
{
    struct store *store = context;
    const char *data = strstr(exchange->body, "\"data\":{");

    if (strcmp(exchange->method, "PATCH") == 0 && !store->busy) {
        store->busy = true;
        exchange->status = 503;
        exchange->text = "{}";
    } else if (data) {
        snprintf(store->data, sizeof store->data, "%.*s}", (int)strcspn(data, "}"), data);
    } else if (!*store->data) {
        exchange->status = 404;
        exchange->text = STATUS(404, "NotFound", "no", "");
        return;
    }
    if (exchange->status == 200) {
        snprintf(
            store->answer, sizeof store->answer,
            "{\"kind\":\"Secret\",\"metadata\":{\"name\":\"cacerts\",\"managedFields\":[" OWNER(
                "weft", "Apply", DATA("\"f:ca-key.pem\":{}")) "]},%s}",
            store->data);
        exchange->text = store->answer;
    }
}

/* The server in a process of its own, with memory of its own; its port. */
static int start_apart(pid_t *child)
{
    int ends[2], port = 0;

    assert_int_equal(pipe(ends), 0);
    *child = fork();
    if (*child == 0) {
        struct store *store = calloc(1, sizeof *store);

        port = server_port(server_start(keep, store));
        if (write(ends[1], &port, sizeof port) < 0)
            _exit(1);
        for (;;)
            pause();
    }
    assert_int_equal(read(ends[0], &port, sizeof port), sizeof port);
    close(ends[0]);
    close(ends[1]);
    return port;
}

static void end_apart(pid_t child)
{
    kill(child, SIGKILL);
    waitpid(child, NULL, 0);
}

/* Made, read back, and found to be the same; then the search itself is tried with a request that
 * does not say that it is secret. */
static void no_byte_of_a_key_stays_behind(void **state)
{
    struct workplace place;
    struct vault vault = vault_new(8192);
    struct direct_file file = { "ca-key.pem", vault.bytes, 1704 };
    struct direct_write write;
    struct kube_answer answer;
    struct err err = { .text = "" };
    pid_t child;
    int port = start_apart(&child);

    (void)state;
    vault_fill(&vault, 1704);
    workplace_open(&place);
    write = a_write(workplace_kube(&place, port, "token: t"));
    write.files = &file;
    write.file_count = 1;
    for (int i = 0; i < 2; i++) {
        cacerts_secret_apply(&write, 1, place.arena);
        if (write.result != (i ? DIRECT_SAME : DIRECT_WRITTEN))
            fail_msg("%s", write.text);
    }
    assert_false(trace_left(&vault));
    if (kube_do(write.kube, &answer,
                &(struct kube_request){ .method = "GET", .path = "/", .secret = true }, place.arena,
                &err)
        < 0)
        fail_msg("%s", err.text);
    assert_true(trace_left(&vault)); /* the tree and the body, in the arena */
    arena_erase(place.arena);
    assert_false(trace_left(&vault));
    kube_close(write.kube);
    end_apart(child);
    workplace_close(&place);
    vault_free(&vault);
}

static void what_is_not_said_to_be_secret_stays(void **state)
{
    struct workplace place;
    struct vault vault = vault_new(8192);
    struct direct_file file = { "ca-key.pem", vault.bytes, 1704 };
    struct direct_write write;
    struct kube_answer answer;
    struct err err = { .text = "" };
    pid_t child;
    int port = start_apart(&child);

    (void)state;
    vault_fill(&vault, 1704);
    workplace_open(&place);
    write = a_write(workplace_kube(&place, port, "token: t"));
    write.files = &file;
    write.file_count = 1;
    cacerts_secret_apply(&write, 1, place.arena);
    assert_false(trace_left(&vault));
    if (kube_do(write.kube, &answer, &(struct kube_request){ .method = "GET", .path = "/" },
                place.arena, &err)
        < 0)
        fail_msg("%s", err.text);
    arena_erase(place.arena);
    assert_true(trace_left(&vault));
    kube_close(write.kube);
    end_apart(child);
    workplace_close(&place);
    vault_free(&vault);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_answer_has_its_result),
        cmocka_unit_test(a_refused_key_is_never_quoted),
        cmocka_unit_test(a_refused_field_is_named),
        cmocka_unit_test(what_the_cluster_held_is_told),
        cmocka_unit_test(clusters_do_not_wait_for_each_other),
        cmocka_unit_test(no_byte_of_a_key_stays_behind),
        cmocka_unit_test(what_is_not_said_to_be_secret_stays),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
