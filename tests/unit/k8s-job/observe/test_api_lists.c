/* tests/unit/k8s-job/observe/test_api_lists.c - lists of API servers: when one is complete, and who
 * is to blame when it is not. */
#include "k8s-job/observe/api_lists.h"
#include "tests/lib/script.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define LIST(kind, token, items)                                                                   \
    {                                                                                              \
        .status = 200, .text = "{\"kind\":\"" kind "\",\"apiVersion\":\"v1\",\"metadata\":{"       \
                               "\"continue\":\"" token "\"},\"items\":[" items "]}"                \
    }
#define ITEM(name) "{\"metadata\":{\"name\":\"" name "\"}}"
#define GONE                                                                                       \
    {                                                                                              \
        .status = 410, .text = STATUS(410, "Expired", "too old")                                   \
    }
#define FORBIDDEN                                                                                  \
    {                                                                                              \
        .status = 403, .text = STATUS(403, "Forbidden", "User w cannot list it")                   \
    }
#define NOT_FOUND                                                                                  \
    {                                                                                              \
        .status = 404, .type = "text/plain; charset=utf-8", .text = "404 page not found\n"         \
    }
#define PROXY(code)                                                                                \
    {                                                                                              \
        .status = code, .type = "text/html", .text = "<html>"                                      \
    }

struct row {
    const char *sentence;
    const char *resource, *namespace, *object;
    struct exchange answers[6];
    enum api_list_end end;
    const char *items;     /* each name with a space; those before a restart are dropped */
    const char *last_path; /* NULL: whatever */
    const char *why;       /* a part of it */
};

/* clang-format off */
static const struct row rows[] = {
    { "one page", "services", NULL, NULL, { LIST("ServiceList", "", ITEM("a") "," ITEM("b")) }, API_LIST_COMPLETE, "a b ", "/api/v1/services?limit=500", "" },
    { "pages", "deployments", NULL, NULL, { LIST("DeploymentList", "t/1", ITEM("a")), LIST("DeploymentList", "", ITEM("b")) }, API_LIST_COMPLETE, "a b ", "/apis/apps/v1/deployments?limit=500&continue=t%2F1", "" },
    { "injectors alone", "mutatingwebhookconfigurations", NULL, NULL, { LIST("MutatingWebhookConfigurationList", "", "") }, API_LIST_COMPLETE, "", "/apis/admissionregistration.k8s.io/v1/mutatingwebhookconfigurations?labelSelector=app%3Dsidecar-injector&limit=500", "" },
    { "a token that is too old: from the beginning", "services", NULL, NULL, { LIST("ServiceList", "t1", ITEM("a")), GONE, LIST("ServiceList", "", ITEM("c")) }, API_LIST_COMPLETE, "c ", "/api/v1/services?limit=500", "" },
    { "a page that is lost", "services", NULL, NULL, { LIST("ServiceList", "t1", ITEM("a")), PROXY(404) }, API_LIST_UNREAD, "a ", NULL, "not from the Kubernetes API" },
    { "a page that names itself", "services", NULL, NULL, { LIST("ServiceList", "t1", ITEM("a")), LIST("ServiceList", "t1", ITEM("a")) }, API_LIST_UNREAD, NULL, NULL, "names itself" },
    { "another kind", "services", NULL, NULL, { LIST("PodList", "", ITEM("a")) }, API_LIST_UNREAD, "", NULL, "not a ServiceList" },
    { "an object of a namespace, in one piece", "configmaps", "istio-system", "istio-1-30", { LIST("ConfigMapList", "", ITEM("istio-1-30")) }, API_LIST_COMPLETE, "istio-1-30 ", "/api/v1/namespaces/istio-system/configmaps?fieldSelector=metadata.name%3Distio-1-30", "" },
    { "a part never starts again", "services", "shop", NULL, { GONE, LIST("ServiceList", "", ITEM("a")) }, API_LIST_UNREAD, "", "/api/v1/namespaces/shop/services", "too old" },
    { "a right is missing", "deployments", NULL, NULL, { FORBIDDEN }, API_LIST_REFUSED, "", NULL, "{apiGroups: ['apps'], resources: [deployments], verbs: [list]}" },
    { "the right to one object", "configmaps", "istio-system", "istio", { FORBIDDEN }, API_LIST_REFUSED, "", NULL, "{apiGroups: [''], resources: [configmaps], resourceNames: [\"istio\"], verbs: [list]} in namespace istio-system" },
    { "the credential is refused", "services", NULL, NULL, { DENIED }, API_LIST_REFUSED, "", NULL, "credential" },
    { "a proxy's 403 says nothing of rights", "services", NULL, NULL, { PROXY(403) }, API_LIST_UNREAD, "", NULL, "not from the Kubernetes API" },
    { "an API that may be absent", "gateways", NULL, NULL, { NOT_FOUND }, API_LIST_COMPLETE, "", NULL, "" },
    { "a proxy does not know what is absent", "gateways", NULL, NULL, { PROXY(404) }, API_LIST_UNREAD, "", NULL, "not from the Kubernetes API" },
    { "an API that every Kubernetes has", "deployments", NULL, NULL, { NOT_FOUND }, API_LIST_UNREAD, "", NULL, "does not know this API" },
    { "a Kubernetes that is too old for EndpointSlices", "endpointslices", NULL, NULL, { NOT_FOUND }, API_LIST_UNREAD, "", NULL, "upgrade it to Kubernetes 1.21" },
    { "no answer", "services", NULL, NULL, { { .action = SERVER_RESET } }, API_LIST_UNREAD, "", NULL, "" },
};
/* clang-format on */

struct items {
    char names[256];
    int forgotten;
};

static void take(void *context, const struct node *item)
{
    struct items *items = context;

    if (item) {
        strcat(items->names, node_get(item, "metadata", "name", NULL));
        strcat(items->names, " ");
        return;
    }
    items->names[0] = '\0';
    items->forgotten++;
}

static void try_row(const struct row *row)
{
    struct items items = { "", 0 };
    struct api_list list = { .resource = row->resource,
                             .namespace = row->namespace,
                             .object = row->object,
                             .each = take,
                             .context = &items };
    struct script *script;
    void *state;

    script_setup(&state);
    script = state;
    while (script->count < 6
           && (row->answers[script->count].status || row->answers[script->count].action)) {
        script->answers[script->count] = row->answers[script->count];
        script->count++;
    }
    list.kube = script_kube(script, "token: t");
    api_lists_read(&list, 1, script->place.arena);
    if (list.end != row->end || (row->items && strcmp(items.names, row->items) != 0)
        || !strstr(list.why, row->why) || (list.end == API_LIST_COMPLETE) != !*list.why)
        fail_msg("%s: %d, \"%s\", \"%s\"", row->sentence, (int)list.end, items.names, list.why);
    if (row->last_path && strcmp(row->last_path, script->last_path) != 0)
        fail_msg("%s: asked for %s", row->sentence, script->last_path);
    kube_close(list.kube);
    script_teardown(&state);
}

static void a_list_is_complete_or_says_why_not(void **state)
{
    (void)state;
    for (size_t i = 0; i < LENGTH(rows); i++)
        try_row(&rows[i]);
}

static void play_good(struct exchange *exchange, void *context)
{
    static const struct exchange page = LIST("ServiceList", "", ITEM("a"));

    (void)context;
    exchange->status = page.status;
    exchange->text = page.text;
}

static void play_silent(struct exchange *exchange, void *context)
{
    (void)context;
    exchange->action = SERVER_RESET;
}

static void servers_do_not_share_their_fate(void **state)
{
    struct script *script = *state;
    struct server *good = server_start(play_good, NULL), *bad = server_start(play_silent, NULL);
    struct items items[2] = { { "", 0 }, { "", 0 } };
    struct api_list lists[2] = { { .resource = "services", .each = take, .context = &items[0] },
                                 { .resource = "services", .each = take, .context = &items[1] } };

    lists[0].kube = workplace_kube(&script->place, server_port(bad), "token: t");
    lists[1].kube = workplace_kube(&script->place, server_port(good), "token: t");
    api_lists_read(lists, 2, script->place.arena);
    assert_int_equal(lists[0].end, API_LIST_UNREAD);
    assert_int_equal(lists[1].end, API_LIST_COMPLETE);
    assert_string_equal(items[1].names, "a ");
    assert_int_equal(kube_server_time(lists[0].kube), 0); /* no answer at all */
    kube_close(lists[0].kube);
    kube_close(lists[1].kube);
    server_stop(bad);
    server_stop(good);
}

static void secrets_and_pods_are_none_of_its_lists(void **state)
{
    (void)state;
    assert_true(api_lists_knows("services"));
    assert_false(api_lists_knows("secrets"));
    assert_false(api_lists_knows("pods"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_list_is_complete_or_says_why_not),
        TEST(servers_do_not_share_their_fate),
        cmocka_unit_test(secrets_and_pods_are_none_of_its_lists),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
