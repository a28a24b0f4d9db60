/* tests/unit/translate/test_port_limit.c - ports of policies for Services that share pods. */
#include "translate/port_limit.h"

#include "tests/lib/translated.h"

#define NAMED "    ports: [{name: http, port: 80, protocol: TCP, targetPortName: web}]\n"
#define PORT(number)                                                                               \
    "    ports: [{name: a, port: 1, protocol: TCP, targetPortNumber: " #number "}]\n"
#define POD(name, number)                                                                          \
    "    endpointSubsets: [{endpoints: [{ipAddress: 10.0.0." #name ", labels: {app: web}}], "      \
    "ports: [{name: http, port: " #number ", protocol: TCP}]}]\n"
#define ONLY(name)                                                                                 \
    "  destinationSelector: [{kubeServiceRefs: {services: [{name: " name                           \
    ", namespace: shop, clusterName: a}]}}]\n"

static const struct {
    const char *sentence;
    const char *web, *other; /* of the two Services, further lines */
    const char *policy;      /* selects shop/web */
    const char *ports;       /* of the rules; "": all */
    const char *findings;
} rows[] = {
    { "nothing is foreign", PORT(8080), PORT(8080), ONLY("web"), "", "" },
    { "a foreign port", PORT(8080), PORT(9090), ONLY("web"), "8080", "W59" },
    { "a foreign port that the policy opens elsewhere", PORT(8080), PORT(9090),
      "  destinationSelector: [{kubeServiceMatcher: {}}]\n", "", "" },
    { "allowed ports without the foreign one", PORT(8080), PORT(9090),
      ONLY("web") "  allowedPorts: [9090, 15020]\n", "15020", "W59 W61" },
    { "allowed ports that are not foreign", PORT(8080), PORT(9090),
      ONLY("web") "  allowedPorts: [8080]\n", "8080", "W59" },
    { "only foreign ports are allowed", PORT(8080), PORT(9090),
      ONLY("web") "  allowedPorts: [9090]\n", "-", "A10" },
    { "a port that is known from a pod", NAMED POD(1, 8081), PORT(9090), ONLY("web"), "8081",
      "W59" },
    { "a port of no known number", NAMED, PORT(9090), ONLY("web"), "-", "A10" },
    { "a foreign port of no known number", PORT(8080), NAMED, ONLY("web"), "8080", "W59" },
    { "a UDP port is not foreign", PORT(8080),
      "    ports: [{name: dns, port: 53, protocol: UDP}]\n", ONLY("web"), "", "" },
};

static const char *ports_of(const struct translated *world)
{
    const struct resolved *resolved = world->pass.plan.resolved;
    AUTO_TEXT text = { 0 };

    for (size_t i = 0; i < resolved->target_count; i++) {
        const struct policy_target *target = &resolved->targets[i];

        if (!text_equal(target->destination->service->ref.name, "web"))
            continue;
        assert_int_equal(target->grant_count, 1);
        if (!target->grants[0].rules)
            return "-";
        for (size_t k = 0; k < target->grants[0].port_count; k++)
            text_addf(&text, "%s%u", k ? " " : "", target->grants[0].ports[k]);
    }
    return text.len ? arena_text(world->arena, text.bytes) : "";
}

static void add_other(struct translated *world, const char *more)
{
    translated_add(world,
                   "apiVersion: discovery.mesh.gloo.solo.io/v1\nkind: Destination\n"
                   "metadata: {name: other, namespace: gloo-mesh}\nspec:\n"
                   "  mesh: {name: istiod-a, namespace: gloo-mesh}\n  kubeService:\n"
                   "    ref: {name: other, namespace: shop, clusterName: a}\n"
                   "    workloadSelectorLabels: {app: web}\n%s",
                   more);
}

static void port_limit_find__leaves_foreign_ports_closed(void **state)
{
    (void)state;
    for (size_t i = 0; i < LENGTH(rows); i++) {
        struct translated world;

        translated_begin(&world);
        translated_mesh(&world, "a", "td.example", "");
        translated_add(&world,
                       "apiVersion: discovery.mesh.gloo.solo.io/v1\nkind: Destination\n"
                       "metadata: {name: web, namespace: gloo-mesh}\nspec:\n"
                       "  mesh: {name: istiod-a, namespace: gloo-mesh}\n  kubeService:\n"
                       "    ref: {name: web, namespace: shop, clusterName: a}\n"
                       "    workloadSelectorLabels: {app: web}\n%s",
                       rows[i].web);
        add_other(&world, rows[i].other);
        translated_policy(&world, "p", rows[i].policy);
        translated_run(&world);
        if (!text_equal(ports_of(&world), rows[i].ports)
            || !text_equal(translated_findings(&world), rows[i].findings))
            fail_msg("%s: %s, %s", rows[i].sentence, ports_of(&world), translated_findings(&world));
        translated_free(&world);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(port_limit_find__leaves_foreign_ports_closed),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
