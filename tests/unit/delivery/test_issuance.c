/* tests/unit/delivery/test_issuance.c - what a cluster with keys of its own is given comes back as
 * it was, and anything else is refused. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/text.h"
#include "base/write.h"
#include "base/write_yaml.h"
#include "delivery/issuance.h"
#include <string.h>

static const struct issuance sample = {
    .cluster = "east",
    .namespace = "istio-system",
    .serial = 17,
    .spki = "ab",
    .files = { "CERT\n", "CERT\nROOT\n", "ROOT\n", NULL },
};
static const struct secret_object object = {
    .name = "weft-issuance", .namespace = "weft-agent", .owner = "weft", .parents = "{}"
};

static void it_comes_back(void **state)
{
    struct arena *arena = arena_new();
    struct node *node = issuance_object(&sample, &object, arena);
    AUTO_TEXT manifest = { 0 };
    struct issuance got;
    struct err err;

    (void)state;
    assert_int_equal(issuance_read(&got, node, arena, &err), 0);
    assert_string_equal(got.cluster, "east");
    assert_string_equal(got.namespace, "istio-system");
    assert_int_equal(got.serial, 17);
    assert_string_equal(got.files.cert_chain, sample.files.cert_chain);
    assert_string_equal(node_get(node, "metadata", "namespace", NULL), "weft-agent");
    write_yaml(&manifest, node);
    assert_int_equal(issuance_serial(manifest.bytes, arena), 17);
    assert_int_equal(issuance_serial("kind: SealedSecret\n", arena), 0);
    assert_int_equal(issuance_serial(NULL, arena), 0);
    arena_free(arena);
}

/* Others keep the bytes that they had before there was such a field. */
static void a_refused_key_is_named_only_where_there_is_one(void **state)
{
    struct arena *arena = arena_new();
    struct issuance refusing = sample, got;
    AUTO_TEXT with = { 0 }, without = { 0 };
    struct node *node;
    struct err err;

    (void)state;
    refusing.refused = "";
    node = issuance_object(&refusing, &object, arena);
    write_yaml(&without, node);
    assert_null(strstr(without.bytes, "refused"));
    assert_int_equal(issuance_read(&got, node, arena, &err), 0);
    assert_string_equal(got.refused, "");
    assert_string_equal(issuance_refused(without.bytes, arena), "");
    refusing.refused = "cd";
    node = issuance_object(&refusing, &object, arena);
    write_yaml(&with, node);
    assert_int_equal(issuance_read(&got, node, arena, &err), 0);
    assert_string_equal(got.refused, "cd");
    assert_string_equal(got.spki, "ab");
    assert_string_equal(issuance_refused(with.bytes, arena), "cd");
    assert_string_equal(issuance_refused("kind: SealedSecret\n", arena), "");
    arena_free(arena);
}

static void what_is_held_is_compared_by_content(void **state)
{
    struct arena *arena = arena_new();
    struct csr_holds holds = issuance_holds(&sample, arena);
    struct issuance other = sample;

    (void)state;
    assert_true(issuance_is_held(&sample, &holds));
    other.serial = 18; /* the same files */
    assert_true(issuance_is_held(&other, &holds));
    other.files.root_cert = "ROOT\nROOT2\n";
    assert_false(issuance_is_held(&other, &holds));
    holds.spki = "cd";
    assert_false(issuance_is_held(&sample, &holds));
    arena_free(arena);
}

static void what_is_no_issuance_is_refused(void **state)
{
    static const char *const facts[] = {
        "",
        "[]",
        "{\"version\":2,\"cluster\":\"a\",\"namespace\":\"n\",\"serial\":1,\"spki\":\"s\"}",
        "{\"version\":1,\"cluster\":\"a\",\"namespace\":\"n\",\"serial\":0,\"spki\":\"s\"}",
        "{\"version\":1,\"cluster\":\"\",\"namespace\":\"n\",\"serial\":1,\"spki\":\"s\"}",
        "{\"version\":1,\"namespace\":\"n\",\"serial\":1,\"spki\":\"s\"}",
    };
    struct arena *arena = arena_new();
    struct issuance got;
    struct err err;

    (void)state;
    assert_int_equal(issuance_read(&got, node_map(arena), arena, &err), -1);
    for (size_t i = 0; i < LENGTH(facts); i++) {
        struct node *node = node_map(arena), *data = node_set(node, "data", node_map(arena));

        node_set_text(arena, data, "ca-cert.pem", "a");
        node_set_text(arena, data, "cert-chain.pem", "a");
        node_set_text(arena, data, "root-cert.pem", "a");
        node_set_text(arena, data, "issuance.json", facts[i]);
        assert_int_equal(issuance_read(&got, node, arena, &err), -1);
    }
    arena_free(arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(it_comes_back),
        cmocka_unit_test(a_refused_key_is_named_only_where_there_is_one),
        cmocka_unit_test(what_is_held_is_compared_by_content),
        cmocka_unit_test(what_is_no_issuance_is_refused),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
