/* tests/unit/k8s-job/access/test_review.c - what an API server grants beyond what is needed, and
 * what its answers mean. */
#include "base/compiler.h"
#include "k8s-job/access/review.h"
#include "tests/lib/api_server.h"
#include "tests/lib/check.h"

#include <stdlib.h>

static const char *const istio[] = { "istio-system" }, *const maps[] = { "istio" };

static struct grant *needed(size_t *count, struct arena *arena)
{
    const struct rights_wish wish = { .features = FEATURE(DISCOVERY) | FEATURE(DIRECT),
                                      .istio_namespaces = istio,
                                      .istio_count = 1,
                                      .mesh_configs = maps,
                                      .config_count = 1 };

    return rights_grants(&wish, count, arena);
}

static const char *excess_of(const char *rules, const char *namespace, struct arena *arena)
{
    struct diags diags = { .arena = arena };
    size_t count, excess;
    const struct grant *grants = needed(&count, arena);
    const char **list =
        review_excess(yaml(rules, &diags), grants, count, namespace, &excess, arena);
    AUTO_TEXT out = { 0 };

    text_adds(&out, "");
    for (size_t i = 0; i < excess; i++)
        text_addf(&out, "%s\n", list[i]);
    return arena_text(arena, out.bytes);
}

struct row {
    const char *sentence, *rules, *namespace, *excess;
};
static const struct row rows[] = {
    { "what is needed is not too much",
      "[{verbs: [list], apiGroups: [''], resources: [services, namespaces]}]", "istio-system", "" },
    { "another verb is", "[{verbs: [list, get], apiGroups: [''], resources: [services]}]",
      "istio-system", "get services\n" },
    { "another object is",
      "[{verbs: [get], apiGroups: [''], resources: [secrets], resourceNames: [cacerts, other]}]",
      "istio-system", "get secrets other\n" },
    { "all objects are, where one is needed",
      "[{verbs: [get], apiGroups: [''], resources: [secrets]}]", "istio-system", "get secrets\n" },
    { "a right of istiod's namespace is, when it holds everywhere",
      "[{verbs: [get], apiGroups: [''], resources: [secrets], resourceNames: [cacerts]}]", NULL,
      "get secrets cacerts\n" },
    { "all of everything is", "[{verbs: ['*'], apiGroups: ['*'], resources: ['*']}]", NULL,
      "* *.*\n" },
    { "what every account has is not, and each is said once",
      "[{verbs: [create], apiGroups: [authorization.k8s.io], resources: "
      "[selfsubjectaccessreviews]}, "
      "{verbs: [list], apiGroups: [certificates.k8s.io], resources: [clustertrustbundles]}, "
      "{verbs: [get], apiGroups: [apps], resources: [deployments]}, "
      "{verbs: [get], apiGroups: [apps], resources: [deployments]}]",
      "istio-system", "get deployments.apps\n" },
    { "rules of another shape are left out", "[{verbs: x}, 1, {apiGroups: [''], resources: [a]}]",
      NULL, "" },
};

static void excess_is_what_no_grant_covers(void **state)
{
    (void)state;
    for (size_t i = 0; i < LENGTH(rows); i++) {
        AUTO(arena_free) struct arena *arena = arena_new();

        CASE(rows[i].sentence);
        assert_string_equal(excess_of(rows[i].rules, rows[i].namespace, arena), rows[i].excess);
    }
}

/* Grants lists of namespaces alone, and has no answer for Secrets. */
static void answer(struct exchange *exchange, void *context)
{
    (void)context;
    exchange->status = 201;
    if (strstr(exchange->path, "selfsubjectrulesreviews"))
        exchange->text = "{\"kind\":\"SelfSubjectRulesReview\",\"status\":{\"incomplete\":true,"
                         "\"resourceRules\":[]}}";
    else if (strstr(exchange->body, "\"secrets\""))
        exchange->text = "{\"kind\":\"SelfSubjectAccessReview\",\"status\":{}}";
    else if (strstr(exchange->body, "\"resource\":\"namespaces\"")
             && !strstr(exchange->body, "\"namespace\":"))
        exchange->text = "{\"kind\":\"SelfSubjectAccessReview\",\"status\":{\"allowed\":true}}";
    else
        exchange->text = "{\"kind\":\"SelfSubjectAccessReview\",\"status\":{\"allowed\":false}}";
}

static void an_answer_without_a_verdict_is_unknown(void **state)
{
    AUTO(arena_free) struct arena *arena = arena_new();
    struct server *server = server_start(answer, NULL);
    AUTO(http_close) struct http *http = NULL;
    AUTO(kube_close) struct kube *kube = NULL;
    struct review_rules rules = { .namespace = "istio-system" };
    struct review *reviews;
    size_t count;
    const struct grant *grants = needed(&count, arena);
    struct err err;
    char file[] = "/tmp/weft-review-XXXXXX";
    FILE *config = fdopen(mkstemp(file), "w");
    const struct kube_source source = { .kubeconfig = file, .allow_insecure = true };

    (void)state;
    fprintf(config,
            "apiVersion: v1\nkind: Config\ncurrent-context: a\ncontexts: [{name: a, context: "
            "{cluster: a, user: a}}]\nclusters: [{name: a, cluster: {server: "
            "'http://127.0.0.1:%d'}}]\nusers: [{name: a, user: {}}]\n",
            server_port(server));
    fclose(config);
    assert_int_equal(http_open(&http, "weft", &err), 0);
    assert_int_equal(kube_open(&kube, &source, http, &err), 0);
    remove(file);
    reviews = ARENA_NEW(arena, struct review, count);
    for (size_t i = 0; i < count; i++)
        reviews[i] = (struct review){ .kube = kube, .grant = &grants[i] };
    review_all(reviews, count, arena);
    for (size_t i = 0; i < count; i++) {
        const bool secret = text_equal(grants[i].resource, "secrets");

        assert_int_equal(reviews[i].known, !secret);
        assert_int_equal(reviews[i].allowed, text_equal(grants[i].resource, "namespaces"));
        assert_int_equal(!*reviews[i].why, !secret);
    }
    rules.kube = kube;
    review_rules_all(&rules, 1, arena);
    assert_false(rules.known);
    server_stop(server);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(excess_is_what_no_grant_covers),
        cmocka_unit_test(an_answer_without_a_verdict_is_unknown),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
