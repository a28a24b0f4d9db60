/* tests/unit/translate/test_likely_gateway.c - which Service is meant when none is the gateway. */
#include "translate/likely_gateway.h"

#include "tests/lib/translated.h"

#define PORT(name, number) "    ports: [{name: " name ", port: " number ", protocol: TCP}]\n"
#define EASTWEST "    workloadSelectorLabels: {istio: eastwestgateway}\n"

static const struct {
    const char *sentence;
    const char *a; /* further lines of the Service edge */
    const char *b; /* of the Service front */
    const char *found;
    const char *port;
} cases[] = {
    { "ports of an application", PORT("http", "80"), PORT("https", "443"), NULL, NULL },
    { "the port of Istio's chart", PORT("http", "80"), PORT("mtls", "15443"), "front", "mtls" },
    { "a port named tls", PORT("tls", "8443"), PORT("http", "80"), "edge", "tls" },
    { "the number says more than a name", PORT("tls", "8443"), PORT("mtls", "15443"), "front",
      "mtls" },
    { "the label says more than the number", EASTWEST PORT("tls", "8443"), PORT("tls", "15443"),
      "edge", "tls" },
    { "a label without such a port", EASTWEST PORT("http", "80"), PORT("http", "80"), NULL, NULL },
    { "a name for a host elsewhere", "    serviceType: EXTERNAL_NAME\n" PORT("tls", "15443"),
      PORT("http", "80"), NULL, NULL },
};

static void add_service(struct translated *world, const char *name, const char *more)
{
    translated_add(world,
                   "apiVersion: discovery.mesh.gloo.solo.io/v1\n"
                   "kind: Destination\n"
                   "metadata: {name: %s-shop-a, namespace: gloo-mesh}\n"
                   "spec:\n"
                   "  mesh: {name: istiod-a, namespace: gloo-mesh}\n"
                   "  kubeService:\n"
                   "    ref: {name: %s, namespace: shop, clusterName: a}\n%s",
                   name, name, more);
}

static void likely_gateway_find__takes_what_looks_most_like_one(void **state)
{
    (void)state;
    for (size_t i = 0; i < LENGTH(cases); i++) {
        struct translated world;
        const struct service_port *port = NULL;
        const struct destination *found;

        translated_begin(&world);
        translated_mesh(&world, "a", "td.example", "");
        add_service(&world, "edge", cases[i].a);
        add_service(&world, "front", cases[i].b);
        translated_run(&world);
        found = likely_gateway_find(translated_resolved_mesh(&world, "a"), &port);
        if (!text_equal(found ? found->service->ref.name : NULL, cases[i].found)
            || !text_equal(port ? port->name : NULL, cases[i].port))
            fail_msg("%s: %s", cases[i].sentence, found ? found->service->ref.name : "none");
        translated_free(&world);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(likely_gateway_find__takes_what_looks_most_like_one),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
