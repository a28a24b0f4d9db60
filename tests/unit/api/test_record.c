/* tests/unit/api/test_record.c - what is written to the output branch reads back, and nothing else
 * does. */
#include "tests/lib/specs_sample.h"

#include "api/record.h"
#include <string.h>

#define DIGEST "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"

static const char whole[] = "{\n"
                            "  \"apiVersion\": \"weft.dev/v1alpha1\",\n"
                            "  \"kind\": \"VirtualMeshRecord\",\n"
                            "  \"virtualMesh\": {\n"
                            "    \"name\": \"retail\",\n"
                            "    \"namespace\": \"gloo-mesh\"\n"
                            "  },\n"
                            "  \"specDigest\": \"" DIGEST "\",\n"
                            "  \"state\": \"ACCEPTED\",\n"
                            "  \"meshes\": [\n"
                            "    \"a.gloo-mesh.\",\n"
                            "    \"b.gloo-mesh.\"\n"
                            "  ],\n"
                            "  \"addresses\": {\n"
                            "    \"cart.shop.svc.eu.global\": \"246.1.2.3\"\n"
                            "  },\n"
                            "  \"acceptedDestinations\": 1,\n"
                            "  \"status\": {\n"
                            "    \"state\": \"ACCEPTED\",\n"
                            "    \"destinations\": {\n"
                            "      \"y.gloo-mesh.\": {\n"
                            "        \"state\": \"INVALID\"\n"
                            "      }\n"
                            "    }\n"
                            "  },\n"
                            "  \"trust\": {\n"
                            "    \"root\": \"ab\"\n"
                            "  }\n"
                            "}\n";

static struct record sample_record(struct arena *arena)
{
    static const char *const meshes[] = { "a.gloo-mesh.", "b.gloo-mesh." };
    static const struct pair addresses[] = { { "cart.shop.svc.eu.global", "246.1.2.3" } };
    static struct target_status targets[] = { { .key = "x.gloo-mesh.", .state = APPROVAL_ACCEPTED },
                                              { .key = "y.gloo-mesh.",
                                                .state = APPROVAL_INVALID } };
    static const struct vm_status status = { .state = APPROVAL_ACCEPTED,
                                             .destinations = targets,
                                             .destination_count = 2 };
    struct node *trust = node_map(arena);

    node_set_text(arena, trust, "root", "ab");
    return (struct record){ .ref = { "retail", "gloo-mesh" },
                            .spec_digest = DIGEST,
                            .state = APPROVAL_ACCEPTED,
                            .meshes = meshes,
                            .mesh_count = 2,
                            .addresses = addresses,
                            .address_count = 1,
                            .status = &status,
                            .accepted_destinations = 1,
                            .trust = trust };
}

static void test_write(void **state)
{
    AUTO(arena_free) struct arena *arena = arena_new();
    struct record record = sample_record(arena);
    AUTO_TEXT out = { 0 };

    (void)state;
    record_write(&out, &record, arena);
    assert_text("all of a record", out.bytes, whole);
    assert_true(text_starts(out.bytes, record_head));
    assert_string_equal(record_path(record.ref, arena), "weft/gloo-mesh.retail.json");
}

static void test_read(void **state)
{
    AUTO(arena_free) struct arena *arena = arena_new();
    struct record record;
    struct err err;

    (void)state;
    if (record_read(&record, whole, strlen(whole), arena, &err) < 0)
        fail_msg("%s", err.text);
    assert_string_equal(record.ref.name, "retail");
    assert_string_equal(record.ref.namespace, "gloo-mesh");
    assert_string_equal(record.spec_digest, DIGEST);
    assert_int_equal(record.state, APPROVAL_ACCEPTED);
    assert_int_equal(record.mesh_count, 2);
    assert_string_equal(record.meshes[1], "b.gloo-mesh.");
    assert_int_equal(record.address_count, 1);
    assert_string_equal(record.addresses[0].value, "246.1.2.3");
    assert_int_equal(record.accepted_destinations, 1);
    assert_null(record.status);
    assert_string_equal(node_get(record.trust, "root", NULL), "ab");
}

static void test_smallest(void **state)
{
    AUTO(arena_free) struct arena *arena = arena_new();
    const struct record record = { .ref = { "a", "b" },
                                   .spec_digest = "",
                                   .state = APPROVAL_PENDING };
    struct record back;
    struct err err;
    AUTO_TEXT out = { 0 };

    (void)state;
    record_write(&out, &record, arena);
    assert_int_equal(record_read(&back, out.bytes, out.len, arena, &err), 0);
    assert_string_equal(back.spec_digest, "");
    assert_int_equal(back.state, APPROVAL_PENDING);
    assert_int_equal(back.mesh_count + back.address_count + back.accepted_destinations, 0);
    assert_null(back.trust);
}

#define HEAD "{\"apiVersion\":\"weft.dev/v1alpha1\",\"kind\":\"VirtualMeshRecord\","
#define REF "\"virtualMesh\":{\"name\":\"a\",\"namespace\":\"b\"},"

/* clang-format off */
static const struct {
    const char *sentence, *bytes, *error; /* error: a part of it */
} refusals[] = {
    { "an empty file", "", "read record: " },
    { "no JSON", "state: ACCEPTED\n", "read record: " },
    { "half of it", HEAD, "read record: " },
    { "a list", "[]", "file is not a record of weft (kind is '', not VirtualMeshRecord)" },
    { "another kind", "{\"apiVersion\":\"weft.dev/v1alpha1\",\"kind\":\"Plan\"}", "kind is 'Plan', not VirtualMeshRecord" },
    { "a later version", "{\"apiVersion\":\"weft.dev/v2\",\"kind\":\"VirtualMeshRecord\"}",
      "record has apiVersion 'weft.dev/v2', and this weft knows weft.dev/v1alpha1 only; use the weft that wrote it" },
    { "an unknown member", HEAD REF "\"state\":\"ACCEPTED\",\"more\":1}", "more: unknown field" },
    { "no name", HEAD "\"state\":\"ACCEPTED\"}", "virtualMesh.name: is required" },
    { "a name that is a path", HEAD "\"virtualMesh\":{\"name\":\"../a\",\"namespace\":\"b\"},\"state\":\"ACCEPTED\"}",
      "virtualMesh.name: must be a DNS name" },
    { "no state", HEAD REF "\"meshes\":[]}", "state: is required" },
    { "an unknown state", HEAD REF "\"state\":\"GOOD\"}", "state: \"GOOD\" is not one of" },
    { "a digest that is none", HEAD REF "\"state\":\"ACCEPTED\",\"specDigest\":\"abc\"}", "specDigest: must be a SHA-256" },
    { "a digest in upper case", HEAD REF "\"state\":\"ACCEPTED\",\"specDigest\":"
      "\"ABCDEF6789abcdef0123456789abcdef0123456789abcdef0123456789abcdef\"}", "specDigest: must be a SHA-256" },
    { "meshes that are no list", HEAD REF "\"state\":\"ACCEPTED\",\"meshes\":\"a\"}", "meshes: must be a list" },
    { "addresses that are no map", HEAD REF "\"state\":\"ACCEPTED\",\"addresses\":[]}", "addresses: must be a map" },
    { "a count below zero", HEAD REF "\"state\":\"ACCEPTED\",\"acceptedDestinations\":-1}", "acceptedDestinations: must be" },
    { "a status that is no map", HEAD REF "\"state\":\"ACCEPTED\",\"status\":1}", "status: must be a map" },
    { "a trust that is no map", HEAD REF "\"state\":\"ACCEPTED\",\"trust\":[]}", "trust: must be a map" },
};
/* clang-format on */

static void test_refusals(void **state)
{
    (void)state;
    for (size_t i = 0; i < LENGTH(refusals); i++) {
        AUTO(arena_free) struct arena *arena = arena_new();
        struct record record;
        struct err err = { 0 };

        if (record_read(&record, refusals[i].bytes, strlen(refusals[i].bytes), arena, &err) == 0)
            fail_msg("%s was taken", refusals[i].sentence);
        assert_int_equal(err.kind, ERR_INPUT);
        if (!strstr(err.text, refusals[i].error))
            fail_msg("%s: '%s' is not in '%s'", refusals[i].sentence, refusals[i].error, err.text);
    }
}

/* No cut of a record is a record. */
static const struct {
    const char *name, *a, *b;
    bool same;
} facts[] = {
    { "another warning", "{\"status\": {\"state\": \"A\", \"warnings\": [\"x\"]}}",
      "{\"status\": {\"state\": \"A\", \"warnings\": [\"y\", \"z\"]}}", true },
    { "no warning any more", "{\"status\": {\"state\": \"A\", \"warnings\": [\"x\"]}}",
      "{\"status\": {\"state\": \"A\"}}", true },
    { "a warning of a mesh", "{\"meshes\": {\"m\": {\"warnings\": [\"x\"]}}}", "{\"meshes\": {}}",
      true },
    { "the counter", "{\"stateCounter\": 1}", "{\"stateCounter\": 2}", true },
    { "the message of a condition", "{\"c\": [{\"state\": \"A\", \"message\": \"x\"}]}",
      "{\"c\": [{\"state\": \"A\", \"message\": \"y\"}]}", true },
    { "another state", "{\"status\": {\"state\": \"A\", \"errors\": [\"x\"]}}",
      "{\"status\": {\"state\": \"B\", \"errors\": [\"x\"]}}", false },
    { "another condition", "{\"c\": [{\"state\": \"A\"}]}",
      "{\"c\": [{\"state\": \"A\"}, {\"state\": \"A\"}]}", false },
    { "another serial", "{\"trust\": {\"serial\": \"1\"}}", "{\"trust\": {\"serial\": \"2\"}}",
      false },
    { "damaged", "{", "{", false },
};

static void test_same_facts(void **state)
{
    struct arena *arena = arena_new();

    (void)state;
    for (size_t i = 0; i < LENGTH(facts); i++) {
        print_message("%s\n", facts[i].name);
        assert_int_equal(record_same_facts(facts[i].a, facts[i].b, arena), facts[i].same);
    }
    arena_free(arena);
}

static void test_cut_short(void **state)
{
    (void)state;
    for (size_t len = 0; len < sizeof whole - 3; len++) {
        AUTO(arena_free) struct arena *arena = arena_new();
        struct record record;
        struct err err;

        assert_int_equal(record_read(&record, whole, len, arena, &err), -1);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_write),     cmocka_unit_test(test_read),
        cmocka_unit_test(test_smallest),  cmocka_unit_test(test_refusals),
        cmocka_unit_test(test_cut_short), cmocka_unit_test(test_same_facts),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
