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
      "two.example.com, three.example.com" },
    { "an alias is missing",
      { .found = true,
        .trust_domain = "one.example.com",
        .aliases = one_of_them,
        .alias_count = 1 },
      "K19",
      "domains three.example.com:" },
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
        { .key = "a", .name = "a", .spiffe_id = "spiffe://one.example.com/ns/i/sa/istiod" },
        { .key = "b", .name = "b", .spiffe_id = "spiffe://two.example.com/ns/i/sa/istiod" },
        { .key = "c", .name = "c", .spiffe_id = "spiffe://three.example.com/ns/i/sa/istiod" },
        { .key = "d", .name = "d", .spiffe_id = "spiffe://three.example.com/ns/i/sa/istiod" },
    };
    const struct trust_request trust = { .name = "ns/us", .meshes = meshes, .mesh_count = 4 };
    struct planned_virtual_mesh planned[] = { { .trust = NULL }, { .trust = &trust } };
    const struct plan plan = { .meshes = planned, .mesh_count = 2 };

    (void)state;
    planned[1].status.ref = (struct object_ref){ "us", "ns" };
    for (size_t i = 0; i < LENGTH(rows); i++) {
        struct arena *arena = arena_new();
        struct findings remarks = { .arena = arena };
        struct observation seen = {
            .virtual_mesh = "ns/us", .mesh = "a", .cluster = "c1", .istiod = rows[i].istiod
        };
        const struct observed observed = { .observations = &seen, .count = 1 };

        print_message("%s\n", rows[i].name);
        trust_domain_remark(&remarks, &plan, &observed);
        assert_int_equal(remarks.count, rows[i].id ? 1 : 0);
        if (rows[i].id) {
            assert_string_equal(remarks.items[0].id, rows[i].id);
            assert_non_null(strstr(remarks.items[0].text, rows[i].says));
        }
        arena_free(arena);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = { cmocka_unit_test(each_mesh_config_beside_its_mesh) };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
