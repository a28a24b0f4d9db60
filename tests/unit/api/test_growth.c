/* tests/unit/api/test_growth.c - inputs cost what they weigh: twice the input is twice the work.
 *
 * This program has its own copy of base, api and translate, compiled so that each basic block calls
 * the counter below.  Counted work does not depend on the machine, so a loop that is quadratic is
 * seen for certain: of four times the input it makes sixteen times the work. */
#include "base/parse_json.h"
#include "translate/findings.h"
#include "translate/resolve.h"
#include "translate/translate.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdlib.h>
#include <string.h>

static size_t work;

#ifdef __clang__
#define NOT_COUNTED __attribute__((no_sanitize("coverage")))
#else
#define NOT_COUNTED __attribute__((no_sanitize_coverage))
#endif

/* What the compiler calls (-fsanitize-coverage=trace-pc). */
void __sanitizer_cov_trace_pc(void);
NOT_COUNTED void __sanitizer_cov_trace_pc(void) { work++; }

/* The C library's would look through a file without a count: an eighth of a byte is a block. */
NOT_COUNTED void *memmem(const void *where, size_t len, const void *what, size_t what_len)
{
    const char *at = where, *end = at + len;

    work += len / 8;
    for (; (size_t)(end - at) >= what_len; at++) {
        at = memchr(at, *(const char *)what, (size_t)(end - at) - what_len + 1);
        if (!at || memcmp(at, what, what_len) == 0)
            return (void *)(uintptr_t)at;
    }
    return NULL;
}

#define NETWORKING "apiVersion: networking.mesh.gloo.solo.io/v1\nkind: "
#define DISCOVERY "apiVersion: discovery.mesh.gloo.solo.io/v1\nkind: "
#define NAMED(name) "metadata: {name: " name ", namespace: gloo-mesh}\n"
#define VIRTUAL_MESH NETWORKING "VirtualMesh\n" NAMED("vm")
#define POLICY NETWORKING "AccessPolicy\n" NAMED("policy")
#define DESTINATION                                                                                \
    DISCOVERY "Destination\n" NAMED("d%zu") "spec: {kubeService: {ref: {name: d%zu, namespace: "   \
                                            "shop, clusterName: a}}}\n---\n"
#define MESH                                                                                       \
    DISCOVERY "Mesh\n" NAMED("m%zu") "spec: {istio: {trustDomain: t%zu, installation: "            \
                                     "{namespace: istio-system, cluster: c%zu}}}\n---\n"

/* A text of once, then many times each, then an end.  %zu in each is the number, thrice at most. */
static const struct shape {
    const char *sentence, *once, *each, *end;
} shapes[] = {
    { "keys of a map", "", "k%zu: 1\n", "" },
    { "items of a list", "a:\n", "- x%zu\n", "" },
    { "a key given again", "a: 1\n", "a: %zu\n", "" },
    { "anchors", "", "k%zu: &a%zu 1\n", "" },
    { "aliases", "a: &a {b: 1}\n", "k%zu: *a\n", "" },
    { "merges", "a: &a {b: 1}\n", "k%zu: {<<: *a, c: 1}\n", "" },
    { "maps of one merge", "a: {<<: [", "{k%zu: 1},", "{}]}\n" },
    { "directives", "", "%%TAG !a%zu! x\n", "--- {}\n" },
    { "unknown tags", "", "k%zu: !x 1\n", "" },
    { "braces", "a: [\n", "  {{ %zu\n", "" },
    { "blanks", "a: [", "                                ", "{{" },
    { "documents that are none", "", "--- %zu\n", "" },
    { "documents that are no objects", "", "---\nx: %zu\n", "" },
    { "items of a List that are no objects", "apiVersion: v1\nkind: List\nitems:\n", "- {}\n", "" },
    { "documents of other kinds", "",
      "---\napiVersion: v1\nkind: ConfigMap\nmetadata: {name: c%zu}\n", "" },
    { "one object again and again", "", DISCOVERY "Mesh\n" NAMED("m") "spec: {}\n---\n", "" },
    { "unknown fields", VIRTUAL_MESH "spec:\n", "  meshs%zu: 1\n", "" },
    { "annotations",
      NETWORKING "VirtualMesh\nmetadata:\n  name: a\n  namespace: b\n  annotations:\n",
      "    weft.dev/x%zu: y\n", "" },
    { "items of a List", "apiVersion: v1\nkind: List\nitems:\n",
      "- apiVersion: v1\n  kind: ConfigMap\n  metadata: {name: c%zu}\n", "" },
    { "items of a List with mistakes", "apiVersion: v1\nkind: List\nitems:\n",
      "- apiVersion: v1\n  kind: ConfigMap\n  metadata: {name: !x c%zu}\n", "" },
    { "meshes of a VirtualMesh, which are not there", VIRTUAL_MESH "spec:\n  meshes:\n",
      "  - {name: m%zu, namespace: gloo-mesh}\n", "" },
    { "meshes of a VirtualMesh, which cannot be used", VIRTUAL_MESH "spec:\n  meshes:\n",
      "  - {name: m%zu, namespace: gloo-mesh}\n---\n" DISCOVERY
      "Mesh\nmetadata: {name: m%zu, namespace: gloo-mesh}\nspec: {}\n---\n" NETWORKING
      "VirtualMesh\nmetadata: {name: v%zu, namespace: gloo-mesh}\nspec:\n  meshes:\n",
      "  []\n" },
    { "meshes of a federation selector, which are not there",
      VIRTUAL_MESH "spec:\n  federation:\n    selectors:\n",
      "    - {meshes: [{name: m%zu, namespace: gloo-mesh}]}\n", "" },
    { "VirtualMeshes", "", NETWORKING "VirtualMesh\n" NAMED("v%zu") "spec: {}\n---\n", "" },
    { "policies", "", NETWORKING "AccessPolicy\n" NAMED("p%zu") "spec: {}\n---\n", "" },
    { "meshes without a VirtualMesh", "", MESH, "" },
    { "Destinations", "", DESTINATION, "" },
    { "Destinations of one policy", POLICY "spec: {}\n---\n", DESTINATION, "" },
    { "Services of a policy, which are not there",
      POLICY "spec:\n  destinationSelector:\n  - kubeServiceRefs:\n      services:\n",
      "      - {name: s%zu, namespace: shop, clusterName: a}\n", "" },
    { "selectors of a policy", POLICY "spec:\n  destinationSelector:\n",
      "  - kubeServiceMatcher: {namespaces: [n%zu]}\n", "" },
    { "namespaces of a selector",
      POLICY "spec:\n  destinationSelector:\n  - kubeServiceMatcher:\n      namespaces:\n",
      "      - n%zu\n", "" },
    { "accounts of a policy",
      POLICY "spec:\n  sourceSelector:\n  - kubeServiceAccountRefs:\n      serviceAccounts:\n",
      "      - {name: s%zu, namespace: shop, clusterName: a}\n", "" },
};

static char *text_of(const struct shape *shape, size_t count, struct arena *arena)
{
    AUTO_TEXT text = { 0 };

    text_adds(&text, shape->once);
    for (size_t i = 0; i < count; i++) {
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
        text_addf(&text, shape->each, i, i, i);
#pragma GCC diagnostic pop
    }
    text_adds(&text, shape->end);
    return arena_text(arena, text.bytes);
}

/* Work and memory of reading and resolving it. */
static void measure(size_t *worked, size_t *bytes, const struct shape *shape, size_t count)
{
    AUTO(arena_free) struct arena *arena = arena_new(), *texts = arena_new();
    const struct translate_options options = { .program = "weft" };
    struct diags diags = { .arena = arena };
    const char *text = text_of(shape, count, texts);
    struct findings findings = { .arena = arena };
    struct specs_reader *reader;
    struct specs specs;
    struct plan plan;
    struct err err;

    work = 0;
    reader = specs_begin(arena, &diags, NULL);
    specs_add(reader, "a.yaml", text, strlen(text));
    specs_end(&specs, reader);
    diags_sort(&diags);
    assert_int_equal(translate_resolve(&plan, &specs, &options, &tree_reader_empty, arena, &err),
                     0);
    findings_gather(&findings, &diags, &specs, &plan);
    *worked = work;
    *bytes = arena_used(arena);
}

enum { COUNT = 1000, TIMES = 4, SLACK = 6 /* n log n, tables that double */ };

static void inputs_cost_what_they_weigh(void **state)
{
    size_t bad = 0;

    (void)state;
    for (size_t i = 0; i < LENGTH(shapes); i++) {
        size_t small, large, small_bytes, large_bytes;

        measure(&small, &small_bytes, &shapes[i], COUNT);
        measure(&large, &large_bytes, &shapes[i], TIMES * COUNT);
        assert_true(small > 100);
        if (large <= SLACK * small && large_bytes <= SLACK * small_bytes + 65536)
            continue;
        print_error("%s: work %zu, of %d times as many %zu; bytes %zu, %zu\n", shapes[i].sentence,
                    small, TIMES, large, small_bytes, large_bytes);
        bad++;
    }
    assert_int_equal(bad, 0);
}

static void json_costs_what_it_weighs(void **state)
{
    size_t worked[2];

    (void)state;
    for (size_t i = 0; i < LENGTH(worked); i++) {
        AUTO(arena_free) struct arena *arena = arena_new();
        AUTO_TEXT text = { 0 };
        const struct node *node;
        struct err err;

        text_adds(&text, "{");
        for (size_t k = 0; k < (i ? TIMES : 1) * COUNT; k++)
            text_addf(&text, "%s\"k%zu\":[%zu]", k ? "," : "", k, k);
        text_adds(&text, "}");
        work = 0;
        assert_int_equal(parse_json(&node, text.bytes, text.len, arena, &err), 0);
        worked[i] = work;
    }
    assert_true(worked[1] <= SLACK * worked[0]);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(inputs_cost_what_they_weigh),
        cmocka_unit_test(json_costs_what_it_weighs),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
