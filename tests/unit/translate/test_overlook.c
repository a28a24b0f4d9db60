/* tests/unit/translate/test_overlook.c - what the author of an AccessPolicy may overlook. */
#include "translate/overlook.h"

#include "tests/lib/translated.h"

#define NAMED                                                                                      \
    "    ports: [{name: http, port: 80, protocol: TCP, targetPortName: web}]\n"                    \
    "    endpointSubsets: [{endpoints: [{ipAddress: 10.0.0.1, labels: {app: web}}], ports: "       \
    "[{name: "                                                                                     \
    "http, port: 8080, protocol: TCP}]}]\n"
#define TCP                                                                                        \
    "    ports: [{name: tcp, port: 90, protocol: TCP, targetPortNumber: 9090}, {name: http, "      \
    "port: "                                                                                       \
    "80, protocol: TCP, targetPortNumber: 8080}]\n"
#define TOKEN "{requestIdentityMatcher: {requestPrincipals: [a/b]}}"

static const struct {
    const char *sentence;
    const char *more; /* of the Service */
    const char *policy;
    const char *findings;
} cases[] = {
    { "the port of the Service", "", "  allowedPorts: [80]\n", "W32" },
    { "the port of the container", "", "  allowedPorts: [8080]\n", "" },
    { "both ports", "", "  allowedPorts: [80, 8080]\n", "" },
    { "a port of neither", "", "  allowedPorts: [9090]\n", "" },
    { "the port of the Service, and the container's has a name", NAMED, "  allowedPorts: [80]\n",
      "W32" },
    { "the container's port that has a name", NAMED, "  allowedPorts: [8080]\n", "" },
    { "methods at a TCP port", TCP, "  allowedMethods: [GET]\n", "W62" },
    { "paths at a TCP port", TCP, "  allowedPaths: [/a]\n", "W62" },
    { "methods at other ports", TCP, "  allowedMethods: [GET]\n  allowedPorts: [8080]\n", "" },
    { "all need a token at a TCP port", TCP, "  sourceSelector: [" TOKEN "]\n", "W62" },
    { "some need a token at a TCP port", TCP, "  sourceSelector: [" TOKEN ", {}]\n", "" },
    { "nothing of HTTP at a TCP port", TCP, "  sourceSelector: [{}]\n", "" },
    { "a path template", "", "  allowedPaths: [\"/a/{*}\"]\n", "" },
};

static void overlook_target__compares_ports_of_containers(void **state)
{
    (void)state;
    for (size_t i = 0; i < LENGTH(cases); i++) {
        struct translated world;

        translated_begin(&world);
        translated_mesh(&world, "a", "td.example", "");
        translated_service(&world, "web", "shop", "a", cases[i].more);
        translated_policy(&world, "p", cases[i].policy);
        translated_run(&world);
        if (!text_equal(translated_findings(&world), cases[i].findings))
            fail_msg("%s: %s", cases[i].sentence, translated_findings(&world));
        translated_free(&world);
    }
}

static void named_sources(struct translated *world, const char *mode, const char *federation)
{
    translated_begin(world);
    translated_mesh(world, "a", "td.example", "");
    translated_service(world, "web", "shop", "a", "");
    translated_virtual_mesh(world, "vm", "a", federation);
    translated_add(
        world,
        "apiVersion: settings.mesh.gloo.solo.io/v1\nkind: Settings\n"
        "metadata: {name: settings, namespace: gloo-mesh}\nspec: {mtls: {istio: {tlsMode: %s}}}\n",
        mode);
    translated_policy(world, "p",
                      "  sourceSelector: [{kubeIdentityMatcher: {namespaces: [shop]}}]\n");
    translated_run(world);
}

static void overlook_policy__warns_where_callers_have_no_identity(void **state)
{
    struct translated world;

    (void)state;
    named_sources(&world, "SIMPLE", "");
    assert_string_equal(translated_findings(&world), "W33");
    translated_free(&world);
    named_sources(&world, "ISTIO_MUTUAL", "");
    assert_string_equal(translated_findings(&world), "");
    translated_free(&world);
    named_sources(&world, "DISABLE",
                  "  federation: {tlsEnforcementSettings: {enforcementMode: DISABLE}}\n");
    assert_string_equal(translated_findings(&world), "W33 W34");
    translated_free(&world);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(overlook_target__compares_ports_of_containers),
        cmocka_unit_test(overlook_policy__warns_where_callers_have_no_identity),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
