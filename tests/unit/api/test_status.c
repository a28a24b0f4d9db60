/* tests/unit/api/test_status.c - statuses as the API writes them, and that every enum's table has
 * no hole. */
#include "api/cert_options.h"
#include "base/write_json.h"
#include "tests/lib/specs_sample.h"

#include "api/status.h"
#include "base/write.h"

static const char *json(struct node *node, struct arena *arena)
{
    AUTO_TEXT text = { 0 };

    write_json(&text, node, false);
    return arena_text(arena, text.bytes);
}

static void test_empty(void **state)
{
    AUTO(arena_free) struct arena *arena = arena_new();
    const struct vm_status status = { .ref = { "a", "b" } };
    const struct policy_status policy = { .ref = { "a", "b" } };

    (void)state;
    assert_string_equal(json(status_encode_virtual_mesh(&status, true, arena), arena), "{}");
    assert_string_equal(json(status_encode_policy(&policy, arena), arena), "{}");
}

static struct vm_status full_status(struct arena *arena)
{
    struct vm_status status = { .observed_generation = 4,
                                .state = APPROVAL_INVALID,
                                .mesh_count = 2,
                                .destination_count = 4,
                                .condition_count = 2 };
    struct rotation_condition *conditions = ARENA_NEW(arena, struct rotation_condition, 2);
    struct shared_trust *trust = ARENA_NEW(arena, struct shared_trust, 1);

    messages_add(&status.errors, arena, "mesh %s is taken", "x");
    messages_add(&status.errors, arena, "another");
    messages_add(&status.warnings, arena, "a remark");
    status.meshes = ARENA_NEW(arena, struct target_status, 2);
    status.meshes[0] = (struct target_status){ .key = "b.ns.", .state = APPROVAL_ACCEPTED };
    status.meshes[1] = (struct target_status){ .key = "a.ns.", .state = APPROVAL_FAILED };
    messages_add(&status.meshes[1].errors, arena, "no gateway");
    status.destinations = ARENA_NEW(arena, struct target_status, 4);
    status.destinations[0] = (struct target_status){ .key = "d1.ns.", .state = APPROVAL_ACCEPTED };
    status.destinations[1] = (struct target_status){ .key = "d3.ns.", .state = APPROVAL_ACCEPTED };
    messages_add(&status.destinations[1].warnings, arena, "UDP is left out");
    status.destinations[2] = (struct target_status){ .key = "d2.ns.", .state = APPROVAL_PENDING };
    status.destinations[3] = (struct target_status){ .key = "d0.ns.",
                                                     .state = APPROVAL_ACCEPTED,
                                                     .acceptance_order = 2 };
    conditions[0] =
        (struct rotation_condition){ 1795431600, ROTATION_ADDING_NEW_ROOT, "begun", "R11", { 0 } };
    conditions[1] = (struct rotation_condition){ 1795431660, ROTATION_FAILED, "", "", { 0 } };
    messages_add(&conditions[1].errors, arena, "no evidence");
    status.conditions = conditions;
    trust->intermediate = cert_options_fill((struct cert_options){ 0 }, CERT_INTERMEDIATE_ORG);
    status.deployed = trust;
    return status;
}

#define BEFORE                                                                                     \
    "{\"observedGeneration\":4,\"state\":\"INVALID\",\"errors\":[\"mesh x is "                     \
    "taken\",\"another\"],"                                                                        \
    "\"warnings\":[\"a remark\"],\"meshes\":{\"a.ns.\":{\"state\":\"FAILED\",\"errors\":[\"no "    \
    "gateway\"]},"                                                                                 \
    "\"b.ns.\":{\"state\":\"ACCEPTED\"}},\"destinations\":{\"d0.ns.\":{\"acceptanceOrder\":2,"     \
    "\"state\":\"ACCEPTED\"},"
#define AFTER                                                                                      \
    "\"d2.ns.\":{},\"d3.ns.\":{\"state\":\"ACCEPTED\",\"warnings\":[\"UDP is left out\"]}},"       \
    "\"conditions\":[{\"timestamp\":\"2026-11-23T11:00:00Z\",\"state\":\"ADDING_NEW_ROOT\","       \
    "\"message\":\"begun\",\"reason\":\"R11\"},{\"timestamp\":\"2026-11-23T11:01:00Z\",\"state\":" \
    "\"FAILED\","                                                                                  \
    "\"errors\":[\"no evidence\"]}],\"deployedSharedTrust\":{\"intermediateCertOptions\":{"        \
    "\"ttlDays\":365,\"rsaKeySizeBytes\":4096,\"orgName\":\"Istio\","                              \
    "\"secretRotationGracePeriodRatio\":0.1}}}"

static void test_vm_status(void **state)
{
    AUTO(arena_free) struct arena *arena = arena_new();
    struct vm_status status = full_status(arena);

    (void)state;
    assert_string_equal(json(status_encode_virtual_mesh(&status, true, arena), arena),
                        BEFORE "\"d1.ns.\":{\"state\":\"ACCEPTED\"}," AFTER);
    assert_string_equal(json(status_encode_virtual_mesh(&status, false, arena), arena),
                        BEFORE AFTER);
}

static void test_nothing_to_show(void **state)
{
    AUTO(arena_free) struct arena *arena = arena_new();
    struct target_status accepted = { .key = "d.ns.", .state = APPROVAL_ACCEPTED };
    const struct vm_status status = { .state = APPROVAL_ACCEPTED,
                                      .destinations = &accepted,
                                      .destination_count = 1 };

    (void)state;
    assert_string_equal(json(status_encode_virtual_mesh(&status, false, arena), arena),
                        "{\"state\":\"ACCEPTED\"}");
    assert_true(status_target_accepted(&accepted));
}

static void test_policy_status(void **state)
{
    AUTO(arena_free) struct arena *arena = arena_new();
    const char *workloads[] = { "w.ns." };
    struct target_status targets[] = {
        { .key = "z.ns.", .state = APPROVAL_ACCEPTED, .acceptance_order = 1 },
        { .key = "a.ns.", .state = APPROVAL_ACCEPTED }
    };
    struct policy_status status = { .observed_generation = 1,
                                    .state = APPROVAL_FAILED,
                                    .destinations = targets,
                                    .destination_count = 2,
                                    .workloads = workloads,
                                    .workload_count = 1 };

    (void)state;
    messages_add(&status.errors, arena, "write error");
    messages_add(&status.warnings, arena, "a remark");
    assert_string_equal(json(status_encode_policy(&status, arena), arena),
                        "{\"observedGeneration\":1,\"state\":\"FAILED\",\"destinations\":{"
                        "\"a.ns.\":{\"state\":\"ACCEPTED\"},"
                        "\"z.ns.\":{\"acceptanceOrder\":1,\"state\":\"ACCEPTED\"}},"
                        "\"workloads\":[\"w.ns.\"],\"errors\":[\"write error\"],"
                        "\"warnings\":[\"a remark\"]}");
}

static void test_enum(void **state)
{
    static const struct {
        const struct enum_table *table;
        size_t count;
        const char *last;
    } tables[] = {
        { &approval_states, 4, "FAILED" },          { &rotation_states, 10, "FAILED" },
        { &rotation_strategies, 2, "NONE" },        { &service_types, 4, "EXTERNAL_NAME" },
        { &tls_modes, 4, "ISTIO_MUTUAL" },          { &enforcement_modes, 4, "STRICT" },
        { &global_access_policies, 3, "DISABLED" },
    };

    (void)state;
    for (size_t i = 0; i < LENGTH(tables); i++) {
        assert_int_equal(tables[i].table->count, tables[i].count);
        for (size_t value = 0; value < tables[i].count; value++) {
            assert_non_null(tables[i].table->names[value]);
            assert_int_equal(enums_find(tables[i].table, enums_name(tables[i].table, (int)value)),
                             value);
        }
        assert_string_equal(enums_name(tables[i].table, (int)tables[i].count - 1), tables[i].last);
    }
    for (int kind = 0; kind < KIND_COUNT; kind++)
        assert_true(object_kind_name((enum object_kind)kind)[0]);
}

/* The CRD refuses a condition that has neither state nor type. */
static void test_condition_always_has_its_state(void **state)
{
    struct arena *arena = arena_new();
    const struct rotation_condition condition = {
        1795431600, ROTATION_NOT_ROTATING, "m", NULL, { 0 }
    };
    const struct vm_status status = { .conditions = &condition, .condition_count = 1 };
    const struct node *list =
        node_find(status_encode_virtual_mesh(&status, true, arena), "conditions");

    (void)state;
    assert_string_equal(node_get(list->first, "state", NULL), "NOT_ROTATING");
    arena_free(arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_empty),
        cmocka_unit_test(test_vm_status),
        cmocka_unit_test(test_nothing_to_show),
        cmocka_unit_test(test_policy_status),
        cmocka_unit_test(test_enum),
        cmocka_unit_test(test_condition_always_has_its_state),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
