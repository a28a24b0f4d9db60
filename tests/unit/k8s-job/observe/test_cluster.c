/* tests/unit/k8s-job/observe/test_cluster.c - what GitOps tools and clusters show, from objects as
 * the API gives them.
 */
#include "base/digest.h"
#include "base/parse.h"
#include "base/parse_json.h"
#include "k8s-job/client/objects.h"
#include "k8s-job/client/scheduler.h"
#include "k8s-job/observe/cluster.h"
#include "k8s-job/observe/gitops.h"
#include "tests/lib/workplace.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#include <cmocka.h>

#define DIGEST(c) "sha256:" c c c c c c c c c c c c c c c c
static const struct output_artifact artifacts[] = { { "east", DIGEST("aaaa"), "0123" },
                                                    { "west", DIGEST("bbbb"), "4567" },
                                                    { "west-2", DIGEST("bbbb"), "89ab" } };
static const struct output_place place_at_root = {
    .url = "https://git.example.com/mesh/rendered.git",
    .branch = "rendered",
    .path = "",
    .cluster_before = "rendered-clusters/",
    .cluster_after = "-next",
    .artifacts = artifacts,
    .artifact_count = LENGTH(artifacts),
};

static const struct node *json(const char *text, struct arena *arena)
{
    const struct node *node;
    struct err err = { .text = "" };

    if (parse_json(&node, text, strlen(text), arena, &err) < 0)
        fail_msg("%s: %s", err.text, text);
    return node;
}

#define COMMIT "0123456789abcdef0123456789abcdef01234567"

/* An Application; sync, operation, health and source as given. */
#define APP(source, status, more)                                                                  \
    "{\"metadata\":{\"namespace\":\"argocd\",\"name\":\"east\"},\"spec\":{" source "}" more        \
    ",\"status\":{\"reconciledAt\":\"2026-11-23T11:00:00Z\"," status "}}"
#define SOURCE(path)                                                                               \
    "\"source\":{\"repoURL\":\"https://git.example.com/mesh/"                                      \
    "rendered\",\"targetRevision\":\"rendered\",\"path\":\"" path                                  \
    "\",\"directory\":{\"recurse\":true}}"
#define READING(path, directory)                                                                   \
    "\"source\":{\"repoURL\":\"https://git.example.com/mesh/"                                      \
    "rendered\",\"targetRevision\":\"rendered\",\"path\":\"" path "\"" directory "}"
#define BRANCH(name)                                                                               \
    "\"source\":{\"repoURL\":\"https://git.example.com/mesh/"                                      \
    "rendered\",\"targetRevision\":\"" name                                                        \
    "\",\"path\":\"clusters/east\",\"directory\":{\"recurse\":true}}"
#define SYNC(s)                                                                                    \
    SYNC_OF(s, "\"destination\":{\"server\":\"https://east\",\"namespace\":\"\"}," SOURCE(         \
                   "clusters/east"))
#define SYNC_OF(s, compared)                                                                       \
    "\"sync\":{\"status\":\"" s "\",\"revision\":\"" COMMIT "\",\"comparedTo\":{" compared "}}"
#define REST_OF(compared) SYNC_OF("Synced", compared) "," DONE "," HEALTH("Healthy")
#define DONE "\"operationState\":{\"phase\":\"Succeeded\"}"
#define HEALTH(s) "\"health\":{\"status\":\"" s "\"}"
#define REST SYNC("Synced") "," DONE "," HEALTH("Healthy")

struct argo_row {
    const char *sentence, *application, *path;
    const char *cluster, *folder; /* cluster NULL: it is none of ours */
    bool settled;
    const char *why;
};

#define STALE "what it says is not about the source that it has now"
#define TO(server) "\"destination\":{\"server\":\"" server "\"},"

/* clang-format off */
static const struct argo_row argo_rows[] = {
    { "synced, healthy, at rest", APP(SOURCE("clusters/east"), REST, ""), "", "east", "", true, "" },
    { "a layer of a cluster", APP(SOURCE("./clusters/east/trust/"), REST_OF(SOURCE("./clusters/east/trust/")), ""), "", "east", "trust", true, "" },
    { "below an output path", APP(SOURCE("env/prod/clusters/east"), REST_OF(SOURCE("env/prod/clusters/east")), ""), "env/prod", "east", "", true, "" },
    { "beside the output path", APP(SOURCE("env/produced/clusters/east"), REST, ""), "env/prod", NULL, NULL, false, "" },
    { "another path", APP(SOURCE("weft"), REST, ""), "", NULL, NULL, false, "" },
    { "the folder of all clusters", APP(SOURCE("clusters"), REST, ""), "", NULL, NULL, false, "" },
    { "another repository", APP("\"source\":{\"repoURL\":\"https://git.example.com/mesh/other\",\"path\":\"clusters/east\"}", REST, ""), "", NULL, NULL, false, "" },
    { "another branch", APP("\"source\":{\"repoURL\":\"https://git.example.com/mesh/rendered\",\"targetRevision\":\"main\",\"path\":\"clusters/east\"}", REST, ""), "", NULL, NULL, false, "" },
    { "the default branch", APP("\"source\":{\"repoURL\":\"git@git.example.com:mesh/rendered.git\",\"targetRevision\":\"HEAD\",\"path\":\"clusters/east\",\"directory\":{\"recurse\":true}}", REST_OF("\"source\":{\"repoURL\":\"git@git.example.com:mesh/rendered.git\",\"targetRevision\":\"HEAD\",\"path\":\"clusters/east\"}"), ""), "", "east", "", true, "" },
    { "the branch of its cluster", APP(BRANCH("rendered-clusters/east-next"), REST_OF(BRANCH("rendered-clusters/east-next")), ""), "", "east", "", true, "" },
    { "the same by its full name", APP(BRANCH("refs/heads/rendered-clusters/east-next"), REST_OF(BRANCH("refs/heads/rendered-clusters/east-next")), ""), "", "east", "", true, "" },
    { "the branch of another cluster", APP(BRANCH("rendered-clusters/west-next"), REST_OF(BRANCH("rendered-clusters/west-next")), ""), "", NULL, NULL, false, "" },
    { "out of sync", APP(SOURCE("clusters/east"), SYNC("OutOfSync") "," DONE "," HEALTH("Healthy"), ""), "", "east", "", false, "its sync status is OutOfSync" },
    { "a sync is queued", APP(SOURCE("clusters/east"), REST, ",\"operation\":{\"sync\":{}}"), "", "east", "", false, "a sync is queued" },
    { "a sync runs", APP(SOURCE("clusters/east"), SYNC("Synced") ",\"operationState\":{\"phase\":\"Running\"}," HEALTH("Healthy"), ""), "", "east", "", false, "its last sync is Running" },
    { "never synced by an operation", APP(SOURCE("clusters/east"), SYNC("Synced") "," HEALTH("Healthy"), ""), "", "east", "", true, "" },
    { "degraded", APP(SOURCE("clusters/east"), SYNC("Synced") "," DONE "," HEALTH("Degraded"), ""), "", "east", "", false, "its health is Degraded" },
    { "no health", APP(SOURCE("clusters/east"), SYNC("Synced") "," DONE, ""), "", "east", "", false, "its health is Unknown" },
    { "no revision", APP(SOURCE("clusters/east"), "\"sync\":{\"status\":\"Synced\"}," DONE "," HEALTH("Healthy"), ""), "", "east", "", false, "it does not say which revision it compared" },
    { "compared for another folder", APP(SOURCE("clusters/east"), REST_OF(SOURCE("clusters/west")), ""), "", "east", "", false, STALE },
    { "compared with another repository", APP(SOURCE("clusters/east"), REST_OF("\"source\":{\"repoURL\":\"https://git.example.com/mesh/other\",\"targetRevision\":\"rendered\",\"path\":\"clusters/east\"}"), ""), "", "east", "", false, STALE },
    { "compared with another branch", APP(SOURCE("clusters/east"), REST_OF("\"source\":{\"repoURL\":\"https://git.example.com/mesh/rendered\",\"targetRevision\":\"main\",\"path\":\"clusters/east\"}"), ""), "", "east", "", false, STALE },
    { "compared with another cluster", APP(TO("https://east") SOURCE("clusters/east"), REST_OF(TO("https://west") SOURCE("clusters/east")), ""), "", "east", "", false, STALE },
    { "compared with its cluster", APP(TO("https://east") SOURCE("clusters/east"), REST, ""), "", "east", "", true, "" },
    { "it does not say what it compared", APP(SOURCE("clusters/east"), "\"sync\":{\"status\":\"Synced\",\"revision\":\"" COMMIT "\"}," DONE "," HEALTH("Healthy"), ""), "", "east", "", false, STALE },
    { "it had several sources", APP(SOURCE("clusters/east"), REST_OF("\"sources\":[{}]"), ""), "", "east", "", false, STALE },
    { "it reads no folder below", APP(READING("clusters/east", ""), REST, ""), "", NULL, NULL, false, "" },
    { "it reads none, and says so", APP(READING("clusters/east", ",\"directory\":{\"recurse\":false}"), REST, ""), "", NULL, NULL, false, "" },
    { "a folder without any below", APP(READING("clusters/east/trust", ""), REST_OF(SOURCE("clusters/east/trust")), ""), "", "east", "trust", true, "" },
    { "it leaves files out", APP(READING("clusters/east", ",\"directory\":{\"recurse\":true,\"exclude\":\"trust/*\"}"), REST, ""), "", NULL, NULL, false, "" },
    { "it leaves none out", APP(READING("clusters/east/trust", ",\"directory\":{\"exclude\":\"\"}"), REST_OF(SOURCE("clusters/east/trust")), ""), "", "east", "trust", true, "" },
    { "it takes some files", APP(READING("clusters/east", ",\"directory\":{\"recurse\":true,\"include\":\"mesh/*\"}"), REST, ""), "", NULL, NULL, false, "" },
    { "no status at all", "{\"metadata\":{\"namespace\":\"argocd\",\"name\":\"east\"},\"spec\":{" SOURCE("clusters/east") "}}", "", "east", "", false, "its sync status is Unknown" },
};
/* clang-format on */

static void applications_are_read_strictly(void **state)
{
    struct arena *arena = arena_new();

    (void)state;
    for (size_t i = 0; i < LENGTH(argo_rows); i++) {
        const struct argo_row *row = &argo_rows[i];
        struct output_place place = place_at_root;
        struct applied_list list = { 0 };

        place.path = row->path;
        gitops_argo(&list, json(row->application, arena), &place, arena);
        if (list.count != (row->cluster != NULL))
            fail_msg("%s: %zu found", row->sentence, list.count);
        if (list.count == 0)
            continue;
        if (strcmp(list.items[0].cluster, row->cluster) != 0
            || strcmp(list.items[0].folder, row->folder) != 0
            || list.items[0].settled != row->settled || strcmp(list.items[0].why, row->why) != 0)
            fail_msg("%s: %s/%s %s", row->sentence, list.items[0].cluster, list.items[0].folder,
                     list.items[0].why);
        assert_string_equal(list.items[0].object, "Application argocd/east");
        assert_int_equal(list.items[0].unknown, strcmp(row->why, STALE) == 0);
    }
    arena_free(arena);
}

static void several_sources_have_their_own_revisions(void **state)
{
    struct arena *arena = arena_new();
    struct applied_list list = { 0 };

    (void)state;
    gitops_argo(&list,
                json(APP("\"sources\":[{\"repoURL\":\"https://other/x\",\"path\":\"clusters/a\"},"
                         "{\"repoURL\":\"https://git.example.com/mesh/"
                         "rendered\",\"targetRevision\":\"rendered\",\"path\":\"clusters/east\","
                         "\"directory\":{\"recurse\":true}}]",
                         "\"sync\":{\"status\":\"Synced\",\"revisions\":[\"ffff\",\"" COMMIT
                         "\"],\"comparedTo\":{\"sources\":[{\"repoURL\":\"https://other/"
                         "x\",\"path\":\"clusters/a\"},{\"repoURL\":\"https://git.example.com/"
                         "mesh/rendered\",\"targetRevision\":\"rendered\",\"path\":\"clusters/"
                         "east\"}]}}," DONE "," HEALTH("Healthy"),
                         ""),
                     arena),
                &place_at_root, arena);
    assert_int_equal(list.count, 1);
    assert_string_equal(list.items[0].revision, COMMIT);
    assert_int_equal(list.items[0].at, 1795431600);
    assert_true(list.items[0].settled);
    arena_free(arena);
}

#define KUSTOMIZATION(generation, spec, status)                                                    \
    "{\"metadata\":{\"namespace\":\"flux\",\"name\":\"east\",\"generation\":" #generation          \
    "},\"spec\":{\"path\":\"./clusters/east\"" spec                                                \
    "},\"status\":{\"observedGeneration\":3" status "}}"
#define READY(s, reason)                                                                           \
    ",\"conditions\":[{\"type\":\"Reconciling\",\"status\":\"False\"},{\"type\":\"Ready\","        \
    "\"status\":\"" s "\",\"reason\":\"" reason                                                    \
    "\",\"lastTransitionTime\":\"2026-11-23T11:00:00Z\"}]"
#define ATTEMPTED(commit) ",\"lastAttemptedRevision\":\"rendered@sha1:" commit "\""
#define BETWEEN "it is applying another revision"
#define APPLIED ",\"lastAppliedRevision\":\"rendered@sha1:" COMMIT "\""

struct flux_row {
    const char *sentence, *kustomization;
    bool settled;
    const char *why;
};

/* clang-format off */
static const struct flux_row flux_rows[] = {
    { "ready", KUSTOMIZATION(3, "", READY("True", "ReconciliationSucceeded") APPLIED), true, "" },
    { "suspended", KUSTOMIZATION(3, ",\"suspend\":true", READY("True", "x") APPLIED), false, "it is suspended" },
    { "not suspended in so many words", KUSTOMIZATION(3, ",\"suspend\":false", READY("True", "x") APPLIED), true, "" },
    { "its spec is newer", KUSTOMIZATION(4, "", READY("True", "x") APPLIED), false, "its newest spec is not processed yet" },
    { "not ready", KUSTOMIZATION(3, "", READY("False", "HealthCheckFailed") APPLIED), false, "Ready is False (HealthCheckFailed)" },
    { "at work once more on this revision", KUSTOMIZATION(3, "", READY("Unknown", "Progressing") ATTEMPTED(COMMIT) APPLIED), true, "" },
    { "at work on another revision", KUSTOMIZATION(3, "", READY("Unknown", "Progressing") ATTEMPTED("ffff") APPLIED), false, BETWEEN },
    { "at work, and it does not say on which", KUSTOMIZATION(3, "", READY("Unknown", "Progressing") APPLIED), false, BETWEEN },
    { "at work for the first time", KUSTOMIZATION(3, "", READY("Unknown", "Progressing")), false, "Ready is Unknown (Progressing)" },
    { "it does not know why", KUSTOMIZATION(3, "", READY("Unknown", "x") APPLIED), false, "Ready is Unknown (x)" },
    { "no condition", KUSTOMIZATION(3, "", APPLIED), false, "it has no condition Ready" },
    { "nothing applied", KUSTOMIZATION(3, "", READY("True", "x")), false, "it has applied no revision yet" },
};
/* clang-format on */

static void kustomizations_are_read_strictly(void **state)
{
    struct arena *arena = arena_new();
    const struct node *repository = json("{\"spec\":{\"url\":\"ssh://git@git.example.com:2222/mesh/"
                                         "rendered\",\"ref\":{\"branch\":\"rendered\"}}}",
                                         arena);

    (void)state;
    for (size_t i = 0; i < LENGTH(flux_rows); i++) {
        struct applied_list list = { 0 };

        gitops_flux(&list, json(flux_rows[i].kustomization, arena), repository, &place_at_root,
                    arena);
        if (list.count != 1 || list.items[0].settled != flux_rows[i].settled
            || strcmp(list.items[0].why, flux_rows[i].why) != 0)
            fail_msg("%s: %zu, %s", flux_rows[i].sentence, list.count,
                     list.count ? list.items[0].why : "");
        assert_string_equal(list.items[0].cluster, "east");
        assert_int_equal(list.items[0].unknown, strcmp(flux_rows[i].why, BETWEEN) == 0);
        assert_true(!list.items[0].settled || strcmp(list.items[0].revision, COMMIT) == 0);
    }
    arena_free(arena);
}

struct branch_row {
    const char *sentence, *repository;
    size_t count;
};

/* clang-format off */
static const struct branch_row branch_rows[] = {
    { "our branch", "{\"spec\":{\"url\":\"https://git.example.com/mesh/rendered\",\"ref\":{\"branch\":\"rendered\"}}}", 1 },
    { "the default branch, which may be ours", "{\"spec\":{\"url\":\"https://git.example.com/mesh/rendered\"}}", 1 },
    { "another branch", "{\"spec\":{\"url\":\"https://git.example.com/mesh/rendered\",\"ref\":{\"branch\":\"main\"}}}", 0 },
    { "another repository", "{\"spec\":{\"url\":\"https://git.example.com/mesh/other\",\"ref\":{\"branch\":\"rendered\"}}}", 0 },
};
/* clang-format on */

static void kustomizations_of_other_branches_are_none_of_ours(void **state)
{
    struct arena *arena = arena_new();

    (void)state;
    for (size_t i = 0; i < LENGTH(branch_rows); i++) {
        struct applied_list list = { 0 };

        gitops_flux(&list, json(flux_rows[0].kustomization, arena),
                    json(branch_rows[i].repository, arena), &place_at_root, arena);
        if (list.count != branch_rows[i].count)
            fail_msg("%s: %zu", branch_rows[i].sentence, list.count);
    }
    arena_free(arena);
}

#define OF(kind, path, revision, attempted)                                                        \
    "{\"metadata\":{\"namespace\":\"flux-system\",\"name\":\"mesh\",\"generation\":3},"            \
    "\"spec\":{\"path\":\"" path "\",\"sourceRef\":{\"kind\":\"" kind "\",\"name\":\"m\"}},"       \
    "\"status\":{\"observedGeneration\":3,\"lastAppliedRevision\":\"" revision "\","               \
    "\"lastAttemptedRevision\":\"" attempted                                                       \
    "\",\"conditions\":[{\"type\":\"Ready\",\"status\":\""                                         \
    "True\",\"reason\":\"x\",\"lastTransitionTime\":\"2026-11-23T11:00:00Z\"}]}}"
#define OCI(path, revision) OF("OCIRepository", path, revision, revision)

struct artifact_row {
    const char *sentence, *kustomization;
    size_t count;
    const char *folder;
};

/* clang-format off */
static const struct artifact_row artifact_rows[] = {
    { "the last artifact", OCI("./", "latest@" DIGEST("aaaa")), 1, "" },
    { "by its digest alone", OCI("", "@" DIGEST("aaaa")), 1, "" },
    { "a part of it", OCI("./trust/", "latest@" DIGEST("aaaa")), 1, "trust" },
    { "the root as a dot", OCI(".", "latest@" DIGEST("aaaa")), 1, "" },
    { "an artifact that is not known", OCI("./", "latest@" DIGEST("cccc")), 0, "" },
    { "one that two clusters have", OCI("./", "latest@" DIGEST("bbbb")), 0, "" },
    { "no digest", OCI("./", "latest"), 0, "" },
    { "nothing yet", OCI("./", ""), 0, "" },
    { "another kind of source", OF("Bucket", "./", "latest@" DIGEST("aaaa"), "x"), 0, "" },
};
/* clang-format on */

static void artifacts_are_known_by_their_digest(void **state)
{
    struct arena *arena = arena_new();

    (void)state;
    for (size_t i = 0; i < LENGTH(artifact_rows); i++) {
        struct applied_list list = { 0 };

        gitops_flux_artifact(&list, json(artifact_rows[i].kustomization, arena), &place_at_root,
                             arena);
        if (list.count != artifact_rows[i].count)
            fail_msg("%s: %zu", artifact_rows[i].sentence, list.count);
        if (!list.count)
            continue;
        assert_string_equal(list.items[0].cluster, "east");
        assert_string_equal(list.items[0].folder, artifact_rows[i].folder);
        assert_string_equal(list.items[0].revision, "0123");
        assert_true(list.items[0].settled);
    }
    arena_free(arena);
}

#define PEM_A "-----BEGIN CERTIFICATE-----\nAAEC\n-----END CERTIFICATE-----\n"
#define PEM_B "-----BEGIN CERTIFICATE-----\r\nAw\r\nQF\r\n-----END CERTIFICATE-----"
#define PEM_BROKEN "-----BEGIN CERTIFICATE-----\n***\n-----END CERTIFICATE-----\n"

static void fingerprints_are_those_of_the_der(void **state)
{
    struct arena *arena = arena_new();
    char a[65], b[65];
    const char **got;
    size_t count;

    (void)state;
    sha256_hex(a, "\0\1\2", 3);
    sha256_hex(b, "\3\4\5", 3);
    got = cluster_pem_fingerprints("a comment\n" PEM_B PEM_A PEM_A PEM_BROKEN
                                   "-----BEGIN CERTIFICATE-----\nAA",
                                   &count, arena);
    assert_int_equal(count, 2);
    assert_true(strcmp(got[0], got[1]) < 0);
    assert_true((strcmp(got[0], a) == 0 && strcmp(got[1], b) == 0)
                || (strcmp(got[0], b) == 0 && strcmp(got[1], a) == 0));
    got = cluster_pem_fingerprints("", &count, arena);
    assert_int_equal(count, 0);
    arena_free(arena);
}

#define MAP(namespace, pem)                                                                        \
    "{\"metadata\":{\"name\":\"r\",\"namespace\":\"" namespace "\"},\"data\":{\"root-cert.pem\":"  \
                                                               "\"" pem "\"}}"
#define J_A "-----BEGIN CERTIFICATE-----\\nAAEC\\n-----END CERTIFICATE-----\\n"
#define J_B "-----BEGIN CERTIFICATE-----\\nAwQF\\n-----END CERTIFICATE-----\\n"

struct roots_row {
    const char *sentence;
    const char *maps[4];
    bool a_only, both;
};

/* clang-format off */
static const struct roots_row roots_rows[] = {
    { "every namespace has the old root", { MAP("x", J_A), MAP("y", J_A) }, true, false },
    { "every namespace has both, in any order", { MAP("x", J_A J_B), MAP("y", J_B J_A) }, false, true },
    { "one namespace lags behind", { MAP("x", J_A J_B), MAP("y", J_A) }, false, false },
    { "one namespace has nothing", { MAP("x", J_A), "{\"metadata\":{\"namespace\":\"y\"}}" }, false, false },
    { "there is no namespace", { NULL }, false, false },
};
/* clang-format on */

static bool roots_are(const struct cluster_facts *facts, const char **roots, size_t count)
{
    return observation_roots_equal(facts->bundles, facts->bundle_count, (const char *const *)roots,
                                   count);
}

static void every_namespace_counts(void **state)
{
    struct arena *arena = arena_new();
    size_t count;
    const char **both = cluster_pem_fingerprints(PEM_A PEM_B, &count, arena),
               **a = cluster_pem_fingerprints(PEM_A, &count, arena);

    (void)state;
    for (size_t i = 0; i < LENGTH(roots_rows); i++) {
        struct cluster_facts facts = { .known = true };

        for (size_t j = 0; roots_rows[i].maps[j]; j++)
            cluster_add_map(&facts, json(roots_rows[i].maps[j], arena), arena);
        if (roots_are(&facts, a, 1) != roots_rows[i].a_only
            || roots_are(&facts, both, 2) != roots_rows[i].both)
            fail_msg("%s", roots_rows[i].sentence);
        assert_false(roots_are(&facts, NULL, 0));
    }
    arena_free(arena);
}

/* What adoption needs: each root with its certificate, whatever form it came in. */
static void roots_come_with_their_certificates(void **state)
{
    struct arena *arena = arena_new();
    struct cluster_facts facts = { .known = true };
    const struct root_bundle *bundle;
    size_t count;

    (void)state;
    cluster_add_map(&facts, json(MAP("x", J_B J_A J_B), arena), arena);
    bundle = facts.bundles;
    assert_int_equal(bundle->count, 2);
    for (size_t i = 0; i < 2; i++) {
        const char **one = cluster_pem_fingerprints(bundle->pems[i], &count, arena);

        assert_int_equal(count, 1);
        assert_string_equal(one[0], bundle->roots[i]);
        assert_true(strcmp(bundle->pems[i], PEM_A) == 0
                    || strcmp(bundle->pems[i], "-----BEGIN CERTIFICATE-----\nAwQF\n"
                                               "-----END CERTIFICATE-----\n")
                           == 0);
    }
    /* Lines of 64, as other tools write them. */
    cluster_add_map(
        &facts,
        json(MAP("y", "-----BEGIN CERTIFICATE-----"
                      "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"
                      "-----END CERTIFICATE-----"),
             arena),
        arena);
    assert_string_equal(facts.bundles[1].pems[0],
                        "-----BEGIN CERTIFICATE-----\n"
                        "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA\nAAAA\n"
                        "-----END CERTIFICATE-----\n");
    arena_free(arena);
}

#define ISTIOD(image, env, status)                                                                 \
    "{\"metadata\":{\"name\":\"istiod\",\"generation\":2},\"spec\":{\"replicas\":2,\"template\":{" \
    "\"metadata\":{"                                                                               \
    "\"annotations\":{\"weft.dev/trust-epoch\":\"e1\"}},"                                          \
    "\"spec\":{\"containers\":[{\"name\":\"istio-proxy\",\"image\":\"x:9\"},{\"name\":"            \
    "\"discovery\",\"image\":\"" image "\",\"env\":[" env "]}]}}},"                                \
    "\"status\":{" status "}}"
#define OUT "\"observedGeneration\":2,\"replicas\":2,\"updatedReplicas\":2,\"availableReplicas\":2"

#define ENV(name, value) "{\"name\":\"" name "\",\"value\":\"" value "\"}"

#define XDS                                                                                        \
    "\"data\":{\"mesh\":\"defaultConfig: {proxyMetadata: {PROXY_CONFIG_XDS_AGENT: 'true'}}\"}"

/* A cluster with two namespaces and an istiod; or one where a right is missing; Argo CD there, Flux
 * not installed. */
static void play(struct exchange *exchange, void *context)
{
    const bool *forbidden = context;

    if (*forbidden && strstr(exchange->path, "/configmaps")) {
        exchange->status = 403;
        exchange->text = "{\"kind\":\"Status\",\"code\":403,\"reason\":\"Forbidden\",\"message\":"
                         "\"configmaps is forbidden\"}";
    } else if (text_starts(
                   exchange->path,
                   "/api/v1/configmaps?fieldSelector=metadata.name%3Distio-ca-root-cert&limit=")) {
        exchange->text =
            "{\"kind\":\"ConfigMapList\",\"items\":[" MAP("x", J_A) "," MAP("y", J_A) "]}";
    } else if (text_starts(exchange->path, "/apis/apps/v1/namespaces/istio-system/"
                                           "deployments?labelSelector=app%3Distiod")) {
        exchange->text = "{\"kind\":\"DeploymentList\",\"items\":[" ISTIOD(
            "p:1.24", ENV("ISTIO_MULTIROOT_MESH", "true"),
            OUT) ",{\"metadata\":{\"name\":\"istiod-canary\",\"labels\":{\"istio.io/"
                 "rev\":\"canary\"}},"
                 "\"spec\":{\"template\":{\"spec\":{\"containers\":[{\"name\":\"discovery\","
                 "\"image\":\"p:1.26\"}]}}}}]}";
    } else if (strcmp(exchange->path, "/api/v1/namespaces/istio-system/configmaps/istio") == 0
               || strcmp(exchange->path, "/api/v1/namespaces/istio-system/configmaps/istio-canary")
                      == 0) {
        exchange->text =
            strstr(exchange->path, "istio-canary")
                ? "{\"kind\":\"ConfigMap\",\"metadata\":{\"name\":\"istio-canary\"}," XDS "}"
                : "{\"kind\":\"ConfigMap\",\"metadata\":{\"name\":\"istio\"}," XDS "}";
    } else if (strstr(exchange->path, "/applications")) {
        exchange->text =
            "{\"kind\":\"ApplicationList\",\"items\":[" APP(SOURCE("clusters/east"), REST, "") "]}";
    } else {
        exchange->status = 404;
        exchange->type = "text/plain";
        exchange->text = "404 page not found\n";
    }
}

static void clusters_are_asked_at_once(void **state)
{
    struct workplace place;
    bool yes = true, no = false;
    struct server *open = server_start(play, &no), *closed = server_start(play, &yes);
    struct cluster_facts facts[3] = { { .cluster = "a" }, { .cluster = "b" }, { .cluster = "c" } };
    struct applied_list applied;
    struct err err = { .text = "" };
    int ports[3] = { server_port(open), server_port(closed), 0 }, gone = server_nowhere(&ports[2]);

    (void)state;
    workplace_open(&place);
    for (int i = 0; i < 3; i++) {
        facts[i].kube = workplace_kube(&place, ports[i], "token: t");
        facts[i].namespace = "istio-system";
    }
    cluster_read(facts, 3, place.arena);
    assert_true(facts[0].known && facts[0].istiod.found);
    assert_int_equal(facts[0].bundle_count, 1);
    assert_int_equal(facts[0].bundles[0].namespaces, 2);
    assert_int_equal(facts[0].istiod.deployments, 2);
    assert_string_equal(facts[0].istiod.version, "1.24, 1.26");
    assert_true(facts[0].istiod.xds_agent);
    assert_false(facts[0].istiod.multi_root || facts[0].istiod.rolled_out);
    assert_int_equal(facts[0].at, 1795431600);
    assert_false(facts[1].known || facts[2].known);
    assert_non_null(
        strstr(facts[1].why, "ConfigMaps istio-ca-root-cert: list: configmaps is forbidden"));
    assert_string_equal(facts[1].refused,
                        "grant list of the ConfigMaps istio-ca-root-cert of all namespaces");
    assert_non_null(strstr(facts[2].why, "refused"));
    assert_null(facts[2].refused); /* no server */
    assert_null(facts[0].refused);
    if (gitops_read(&applied, facts[0].kube, &place_at_root, place.arena, &err) < 0)
        fail_msg("%s", err.text);
    assert_int_equal(applied.count, 1);
    assert_int_equal(gitops_read(&applied, facts[2].kube, &place_at_root, place.arena, &err), -1);
    for (int i = 0; i < 3; i++)
        kube_close(facts[i].kube);
    server_stop(open);
    server_stop(closed);
    close(gone);
    workplace_close(&place);
}

/* Istiods that publish their roots elsewhere: what the lists answer, by a part of their path. */
struct elsewhere {
    const char *deployments; /* items */
    const char *part;        /* of the path of the list that has the roots */
    const char *roots;       /* that list; NULL: 403 */
};
#define WITH_ENV(env) "{\"kind\":\"DeploymentList\",\"items\":[" ISTIOD("p:1.30", env, OUT) "]}"
#define RENAMED ENV("PILOT_CA_CERT_CONFIGMAP", "our-roots")
#define TRUST_BUNDLES ENV("ENABLE_CLUSTER_TRUST_BUNDLE_API", "true")
#define OUR_MAPS                                                                                   \
    "{\"kind\":\"ConfigMapList\",\"items\":[{\"metadata\":{\"name\":\"our-roots\","                \
    "\"namespace\":\"x\"},\"data\":{\"root-cert.pem\":\"" J_A "\"}}]}"
#define BUNDLE(name)                                                                               \
    "{\"kind\":\"ClusterTrustBundleList\",\"items\":[{\"metadata\":{\"name\":\"" name              \
    "\"},\"spec\":{\"trustBundle\":\"" J_B "\"}}]}"

static void play_elsewhere(struct exchange *exchange, void *context)
{
    const struct elsewhere *world = context;

    exchange->status = 404;
    exchange->text = "{\"kind\":\"Status\",\"code\":404,\"message\":\"not found\"}";
    if (strstr(exchange->path, "/deployments?"))
        exchange->text = world->deployments;
    else if (strstr(exchange->path, world->part))
        exchange->text = world->roots;
    else if (strstr(exchange->path, "istio-ca-root-cert"))
        exchange->text = "{\"kind\":\"ConfigMapList\",\"items\":[" MAP("x", J_B) "]}";
    else
        return;
    exchange->status = exchange->text ? 200 : 403;
    if (!exchange->text)
        exchange->text = "{\"kind\":\"Status\",\"code\":403,\"message\":\"no\"}";
}

/* The roots that a cluster shows: "<source> of <namespace>", or why it is unknown. */
static const char *roots_of(const struct elsewhere *world, struct arena *arena)
{
    struct workplace place;
    struct server *server = server_start(play_elsewhere, (void *)(uintptr_t)world);
    struct cluster_facts facts = { .cluster = "a", .namespace = "istio-system" };
    AUTO_TEXT out = { 0 };

    workplace_open(&place);
    facts.kube = workplace_kube(&place, server_port(server), "token: t");
    cluster_read(&facts, 1, place.arena);
    for (size_t i = 0; i < facts.bundle_count; i++)
        text_addf(&out, "%s%s of %s", i ? ", " : "",
                  facts.bundles[i].source ? facts.bundles[i].source : "usual",
                  facts.bundles[i].namespace);
    if (!facts.known)
        text_addf(&out, "%s", facts.refused ? facts.refused : facts.why);
    kube_close(facts.kube);
    server_stop(server);
    workplace_close(&place);
    return arena_text(arena, out.bytes);
}

static void roots_are_read_where_istiod_publishes_them(void **state)
{
    static const struct {
        struct elsewhere world;
        const char *wanted;
    } rows[] = {
        { { WITH_ENV(""), "none", "" }, "usual of x" },
        { { WITH_ENV(RENAMED), "our-roots", OUR_MAPS }, "our-roots of x" },
        { { WITH_ENV(RENAMED), "our-roots", NULL },
          "grant list of the ConfigMaps our-roots of all namespaces" },
        { { WITH_ENV(RENAMED), "our-roots", "{\"kind\":\"ConfigMapList\",\"items\":[]}" },
          "istiod publishes its roots in ConfigMaps our-roots, and there is none" },
        { { WITH_ENV(TRUST_BUNDLES), "istio.io%3Aistiod-ca%3Aroot-cert",
            BUNDLE("istio.io:istiod-ca:root-cert") },
          "ClusterTrustBundle istio.io:istiod-ca:root-cert of " },
        { { WITH_ENV(TRUST_BUNDLES "," RENAMED), "istio.io%3Aistiod-ca%3Aour-roots",
            BUNDLE("istio.io:istiod-ca:our-roots") },
          "ClusterTrustBundle istio.io:istiod-ca:our-roots of " },
        { { WITH_ENV(TRUST_BUNDLES), "certificates.k8s.io/v1/clustertrustbundles",
            BUNDLE("istio.io:istiod-ca:root-cert") },
          "ClusterTrustBundle istio.io:istiod-ca:root-cert of " },
        { { WITH_ENV(TRUST_BUNDLES), "certificates.k8s.io/v1beta1/clustertrustbundles",
            BUNDLE("istio.io:istiod-ca:root-cert") },
          "ClusterTrustBundle istio.io:istiod-ca:root-cert of " },
        { { WITH_ENV(TRUST_BUNDLES), "clustertrustbundles", NULL },
          "grant list of the ClusterTrustBundle istio.io:istiod-ca:root-cert "
          "(certificates.k8s.io)" },
    };
    AUTO(arena_free) struct arena *arena = arena_new();

    (void)state;
    for (size_t i = 0; i < LENGTH(rows); i++)
        assert_string_equal(roots_of(&rows[i].world, arena), rows[i].wanted);
}

/* A cluster of many namespaces: each page as large as a real one. */
struct crowd {
    struct text pages[2]; /* in the middle, the last one */
    int page_count, expire_at, maps, lists;
};

static void write_crowd(struct crowd *crowd, int page_count)
{
    crowd->page_count = page_count;
    for (int last = 0; last < 2; last++) {
        struct text *page = &crowd->pages[last];

        text_addf(page,
                  "{\"kind\":\"ConfigMapList\",\"metadata\":{\"continue\":\"%s\"},\"items\":[",
                  last ? "" : "next-00");
        for (int i = 0; i < LIST_PAGE; i++) {
            text_addf(page,
                      "%s{\"metadata\":{\"name\":\"r\",\"namespace\":\"n-%d\",\"managedFields\":\"%"
                      "0600d\"},",
                      i ? "," : "", i, 0);
            text_adds(page, "\"data\":{\"root-cert.pem\":\"-----BEGIN CERTIFICATE-----");
            for (int k = 0; k < 400; k++)
                text_adds(page, i == 7 ? "BBBB" : "AAAA");
            text_adds(page, "-----END CERTIFICATE-----\"}}");
        }
        text_adds(page, "]}");
    }
}

static void play_crowd(struct exchange *exchange, void *context)
{
    struct crowd *crowd = context;
    char token[16];

    if (!strstr(exchange->path, "/configmaps?")) {
        exchange->text = "{\"kind\":\"DeploymentList\",\"items\":[]}";
        return;
    }
    crowd->lists += strstr(exchange->path, "continue=") == NULL;
    if (!strstr(exchange->path, "continue="))
        crowd->maps = 0;
    if (++crowd->maps == crowd->expire_at) {
        crowd->expire_at = 0;
        exchange->status = 410;
        exchange->text = "{\"kind\":\"Status\",\"reason\":\"Expired\"}";
        return;
    }
    if (crowd->maps < crowd->page_count) /* each page has a token of its own */
        sprintf(token, "next-%02d", crowd->maps),
            memcpy(strstr(crowd->pages[0].bytes, "next-"), token, 7);
    exchange->text = crowd->pages[crowd->maps == crowd->page_count].bytes;
}

static long peak_kib(void)
{
    struct rusage usage;

    getrusage(RUSAGE_SELF, &usage);
    return usage.ru_maxrss;
}

/* What is kept is what differs, not what was read; a list that begins again is counted once. */
static void a_large_cluster_takes_little_memory(void **state)
{
    enum { PAGES = 30 };
    struct workplace place;
    struct crowd crowd = { .expire_at = PAGES };
    struct cluster_facts facts = { .cluster = "a", .namespace = "istio-system" };
    struct server *server;
    size_t used;
    long peak;

    (void)state;
    write_crowd(&crowd, PAGES);
    server = server_start(play_crowd, &crowd);
    workplace_open(&place);
    facts.kube = workplace_kube(&place, server_port(server), "token: t");
    used = arena_used(place.arena);
    peak = peak_kib();
    cluster_read(&facts, 1, place.arena);
    used = arena_used(place.arena) - used;
    printf("%d namespaces, %zu bytes a page: %zu bytes are kept, the peak of the process rose by "
           "%ld KiB\n",
           PAGES * LIST_PAGE, crowd.pages[0].len, used, peak_kib() - peak);
    if (!facts.known)
        fail_msg("%s", facts.why);
    assert_int_equal(crowd.lists, 2);
    assert_int_equal(facts.bundle_count, 2);
    assert_int_equal(facts.bundles[0].namespaces, PAGES * (LIST_PAGE - 1));
    assert_int_equal(facts.bundles[1].namespaces, PAGES);
    assert_string_equal(facts.bundles[1].namespace, "n-7");
    assert_int_equal(facts.at, 1795431600);
    assert_true(used < 32 * 1024);
    kube_close(facts.kube);
    server_stop(server);
    workplace_close(&place);
    text_free(&crowd.pages[0]);
    text_free(&crowd.pages[1]);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(applications_are_read_strictly),
        cmocka_unit_test(several_sources_have_their_own_revisions),
        cmocka_unit_test(kustomizations_are_read_strictly),
        cmocka_unit_test(kustomizations_of_other_branches_are_none_of_ours),
        cmocka_unit_test(artifacts_are_known_by_their_digest),
        cmocka_unit_test(fingerprints_are_those_of_the_der),
        cmocka_unit_test(every_namespace_counts),
        cmocka_unit_test(roots_come_with_their_certificates),
        cmocka_unit_test(clusters_are_asked_at_once),
        cmocka_unit_test(roots_are_read_where_istiod_publishes_them),
        cmocka_unit_test(a_large_cluster_takes_little_memory),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
