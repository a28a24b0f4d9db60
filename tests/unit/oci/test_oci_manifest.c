/* tests/unit/oci/test_oci_manifest.c - the JSON of an artifact, and what is taken for one. */
#include "base/arena.h"
#include "oci/oci_manifest.h"
#include "tests/lib/check.h"

#define DIGEST_A "sha256:aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
#define DIGEST_B "sha256:bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb"

static const char whole[] =
    "{\"schemaVersion\":2,\"mediaType\":\"" OCI_MANIFEST_TYPE "\","
    "\"config\":{\"mediaType\":\"" OCI_CONFIG_TYPE "\",\"digest\":\"" DIGEST_A "\",\"size\":7},"
    "\"layers\":[{\"mediaType\":\"" OCI_LAYER_TYPE "\",\"digest\":\"" DIGEST_B "\",\"size\":9}],"
    "\"annotations\":{\"org.opencontainers.image.created\":\"2026-11-23T11:00:00Z\","
    "\"org.opencontainers.image.revision\":\"rendered@sha1:0123\","
    "\"org.opencontainers.image.source\":\"https://git.example.com/m.git\"}}";

static void a_manifest_is_written_and_read(void **state)
{
    AUTO(arena_free) struct arena *arena = arena_new();
    const struct oci_origin origin = { "https://git.example.com/m.git", "rendered@sha1:0123",
                                       "2026-11-23T11:00:00Z" };
    const struct oci_blob config = { .len = 7, .digest = DIGEST_A };
    const struct oci_blob layer = { .len = 9, .digest = DIGEST_B };
    struct oci_manifest manifest;
    AUTO_TEXT text = { 0 };

    (void)state;
    oci_manifest_write(&text, &config, &layer, &origin);
    assert_string_equal(text.bytes, whole);
    assert_true(oci_manifest_read(&manifest, text.bytes, text.len, arena));
    assert_string_equal(manifest.config, DIGEST_A);
    assert_string_equal(manifest.layer, DIGEST_B);
    assert_string_equal(manifest.source, origin.source);
    assert_string_equal(manifest.revision, origin.revision);
}

static void a_config_names_the_layer_before_gzip(void **state)
{
    const struct sha256 plain = { { 0xab } };
    AUTO_TEXT text = { 0 };

    (void)state;
    oci_manifest_config(&text, &plain);
    assert_string_equal(
        text.bytes,
        "{\"architecture\":\"\",\"os\":\"\",\"config\":{},\"rootfs\":{\"type\":\"layers\","
        "\"diff_ids\":[\"sha256:ab00000000000000000000000000000000000000000000000000000000000000\""
        "]}}");
}

/* Each is the manifest above with one text replaced, or a text of its own. */
static void other_things_are_none(void **state)
{
    static const char *const rows[] = {
        "",
        "{",
        "[]",
        "null",
        "{\"config\":1}",
        "{\"config\":{},\"layers\":{}}",
        "{\"config\":{\"mediaType\":\"" OCI_CONFIG_TYPE "\"},\"layers\":[]}",
        "{\"config\":{\"mediaType\":\"application/vnd.oci.image.config.v1+json\"},"
        "\"layers\":[{\"mediaType\":\"" OCI_LAYER_TYPE "\"}]}",
        "{\"config\":{\"mediaType\":\"" OCI_CONFIG_TYPE "\"},"
        "\"layers\":[{\"mediaType\":\"application/gzip\"}]}",
        "{\"config\":{\"mediaType\":\"" OCI_CONFIG_TYPE "\"},\"layers\":["
        "{\"mediaType\":\"" OCI_LAYER_TYPE "\"},{\"mediaType\":\"" OCI_LAYER_TYPE "\"}]}",
    };
    AUTO(arena_free) struct arena *arena = arena_new();
    struct oci_manifest manifest;

    (void)state;
    for (size_t i = 0; i < LENGTH(rows); i++)
        assert_false(oci_manifest_read(&manifest, rows[i], strlen(rows[i]), arena));
    for (size_t cut = 0; cut + 1 < sizeof whole; cut++)
        assert_false(oci_manifest_read(&manifest, whole, cut, arena));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_manifest_is_written_and_read),
        cmocka_unit_test(a_config_names_the_layer_before_gzip),
        cmocka_unit_test(other_things_are_none),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
