/* tests/unit/app/pass/test_trust_domain.c - trust domains of the specs beside those of MeshConfig.
 */
#include "app/pass/trust_domain.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static const char *both[] = { "two.example.com", "three.example.com" };
static const char *one_of_them[] = { "two.example.com" };

static const struct {
    const char *name;
    struct istiod_facts istiod;
    const char *id;   /* of the warning; NULL: there is none */
    const char *says; /* a part of it */
} rows[] = {
    { "no istiod was read", { .found = false }, NULL, NULL },
    { "its MeshConfig may not be read", { .found = true }, NULL, NULL },
    { "another trust domain than the Mesh says",
      { .found = true, .trust_domain = "cluster.local", .any_trust_domain = true },
      "K18",
      "cluster.local" },
    { "no aliases",
      { .found = true, .trust_domain = "one.example.com" },
      "K19",
      "trust domains two.example.com, three.example.com;" },
    { "an alias is missing",
      { .found = true,
        .trust_domain = "one.example.com",
        .aliases = one_of_them,
        .alias_count = 1 },
      "K19",
      "trust domain three.example.com;" },
    { "all aliases are there",
      { .found = true, .trust_domain = "one.example.com", .aliases = both, .alias_count = 2 },
      NULL,
      NULL },
    { "istiod does not validate trust domains",
      { .found = true, .trust_domain = "one.example.com", .any_trust_domain = true },
      NULL,
      NULL },
};

static void each_mesh_config_beside_its_mesh(void **state)
{
    struct mesh_identity meshes[] = {
        { .key = "a.ns.", .name = "a", .spiffe_id = "spiffe://one.example.com/ns/i/sa/istiod" },
        { .key = "b.ns.", .name = "b", .spiffe_id = "spiffe://two.example.com/ns/i/sa/istiod" },
        { .key = "c.ns.", .name = "c", .spiffe_id = "spiffe://three.example.com/ns/i/sa/istiod" },
        { .key = "d.ns.", .name = "d", .spiffe_id = "spiffe://three.example.com/ns/i/sa/istiod" },
    };
    const struct trust_request trust = { .name = "ns/us", .meshes = meshes, .mesh_count = 4 };
    struct planned_virtual_mesh planned[] = { { .trust = NULL }, { .trust = &trust } };
    const struct plan plan = { .virtual_meshes = planned, .virtual_mesh_count = 2 };

    (void)state;
    planned[1].status.ref = (struct object_ref){ "us", "ns" };
    for (size_t i = 0; i < LENGTH(rows); i++) {
        struct arena *arena = arena_new();
        struct findings remarks = { .arena = arena };
        struct observation seen = {
            .virtual_mesh = "ns/us", .mesh = "a.ns.", .cluster = "c1", .istiod = rows[i].istiod
        };
        const struct observed observed = { .observations = &seen, .count = 1 };

        print_message("%s\n", rows[i].name);
        trust_domain_remark(&remarks, &plan, &observed);
        assert_int_equal(remarks.count, rows[i].id ? 1 : 0);
        if (rows[i].id) {
            assert_string_equal(remarks.items[0].id, rows[i].id);
            assert_non_null(strstr(remarks.items[0].text, rows[i].says));
            assert_string_not_equal(remarks.items[0].remedy, "");
            assert_string_equal(remarks.items[0].target_kind, "Mesh");
            assert_string_equal(remarks.items[0].target.name, "a");
            assert_string_equal(remarks.items[0].target.namespace, "ns");
        }
        arena_free(arena);
    }
}

/* W30 asks for settings that the specs do not show; once all istiods have shown them it is done. */
static void differing_trust_domains_are_settled_by_observation(void **state)
{
    static const struct istiod_facts shown = { .found = true, .trust_domain = "one.example.com" };
    struct mesh_identity meshes[] = { { .key = "a.ns." }, { .key = "b.ns." } };
    const struct trust_request trust = { .name = "ns/us", .meshes = meshes, .mesh_count = 2 };
    struct observation seen[] = {
        { .virtual_mesh = "ns/us", .mesh = "a.ns.", .istiod = shown },
        { .virtual_mesh = "ns/us", .mesh = "b.ns.", .istiod = shown },
        { .virtual_mesh = "ns/other", .mesh = "c.ns." },
    };
    const struct observed observed = { .observations = seen, .count = 3 }, none = { 0 };
    struct planned_virtual_mesh planned = { .trust = &trust };
    const struct plan plan = { .virtual_meshes = &planned, .virtual_mesh_count = 1 };
    struct arena *arena = arena_new();
    struct plan out;

    (void)state;
    messages_share(&planned.status.warnings, arena, (struct origin){ .id = "W30" }, "differ");
    messages_share(&planned.status.warnings, arena, (struct origin){ .id = "W50" }, "stays");
    out = trust_domain_settle(&plan, &observed, arena);
    assert_int_equal(out.virtual_meshes[0].status.warnings.count, 1);
    assert_string_equal(messages_origin(&out.virtual_meshes[0].status.warnings, 0).id, "W50");
    assert_int_equal(planned.status.warnings.count, 2);
    out = trust_domain_settle(&plan, &none, arena);
    assert_int_equal(out.virtual_meshes[0].status.warnings.count, 2);
    seen[1].istiod.trust_domain = NULL; /* its MeshConfig may not be read */
    out = trust_domain_settle(&plan, &observed, arena);
    assert_int_equal(out.virtual_meshes[0].status.warnings.count, 2);
    arena_free(arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_mesh_config_beside_its_mesh),
        cmocka_unit_test(differing_trust_domains_are_settled_by_observation),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
