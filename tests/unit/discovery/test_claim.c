/* tests/unit/discovery/test_claim.c - what the specs say about the things of clusters. */
#include "discovery/claim.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>
/* cmocka wants the others first */
#include <cmocka.h>

#define MESH(name, extra, domain)                                                                  \
    "apiVersion: discovery.mesh.gloo.solo.io/v1\nkind: Mesh\nmetadata: {name: " name               \
    ", namespace: g" extra "}\nspec: {istio: {installation: {namespace: i, cluster: k, version: "  \
    "1.30.1}, trustDomain: " domain "}}\n---\n"
#define ANNOTATED(key) ", annotations: {discovery.weft.dev/" key ": 'true'}"

static struct claims claims_of(const char *yaml, struct arena *arena)
{
    struct diags diags = { .arena = arena };
    struct specs_reader *reader = specs_begin(arena, &diags, NULL);
    struct specs *specs = ARENA_NEW(arena, struct specs, 1);

    specs_add(reader, "own.yaml", yaml, strlen(yaml));
    specs_end(specs, reader);
    return claims_of_specs(specs, arena);
}

static const struct row {
    const char *sentence, *yaml;
    enum claim_kind want;
    const char *name;
} rows[] = {
    { "an object replaces", MESH("m", "", "td"), CLAIM_REPLACE, "m" },
    { "one with fields alone completes", MESH("m", ANNOTATED("merge"), "td"), CLAIM_MERGE, "m" },
    { "an exclusion counts before what comes first",
      MESH("a", "", "td") MESH("b", ANNOTATED("exclude"), "td"), CLAIM_EXCLUDE, "b" },
    { "and before what comes after it", MESH("a", ANNOTATED("exclude"), "td") MESH("b", "", "td"),
      CLAIM_EXCLUDE, "a" },
    { "a refused one is known by what it describes", MESH("m", "", "'!'"), CLAIM_REFUSED, "m" },
    { "a good one counts before a refused one", MESH("a", "", "'!'") MESH("b", "", "td"),
      CLAIM_REPLACE, "b" },
};

static void test_claims(void **unused)
{
    (void)unused;
    for (size_t i = 0; i < LENGTH(rows); i++) {
        AUTO(arena_free) struct arena *arena = arena_new();
        const struct claims claims = claims_of(rows[i].yaml, arena);
        const struct cluster_ref thing = { "", "i", "k" }, other = { "", "i", "l" };
        const struct claim *claim = claims_find(&claims, KIND_MESH, thing);

        if (!claim || claim->kind != rows[i].want || strcmp(claim->ref.name, rows[i].name) != 0)
            fail_msg("%s", rows[i].sentence);
        assert_int_equal(claims_exclude(&claims, KIND_MESH, thing), rows[i].want == CLAIM_EXCLUDE);
        assert_null(claims_find(&claims, KIND_MESH, other));
        assert_null(claims_find(&claims, KIND_WORKLOAD, thing));
        assert_true(claims_name(&claims, KIND_MESH, (struct object_ref){ rows[i].name, "g" }));
        assert_false(claims_name(&claims, KIND_MESH, (struct object_ref){ "other", "g" }));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = { cmocka_unit_test(test_claims) };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
