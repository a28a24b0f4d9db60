/* tests/unit/app/audit/test_attestation.c - statements follow from commits alone, and notes that
 * are no attestations are none. */
#include "app/audit/attestation.h"
#include "tests/lib/check.h"
#include <string.h>

#define ID "0123456789abcdef0123456789abcdef01234567"
#define TREE "89abcdef0123456789abcdef0123456789abcdef"

static const struct history_commit commit = { .id = ID, .ours = true };

static struct audit_entry entry_of(const char *inventory, const char *previous)
{
    return (struct audit_entry){ .commit = &commit,
                                 .source = "https://h/specs.git",
                                 .source_commit = TREE,
                                 .signer = "",
                                 .inventory = inventory,
                                 .version = "1.2.3",
                                 .digest = "sha256:aa",
                                 .state = "0011",
                                 .certificates = "",
                                 .previous = previous,
                                 .counter = 7 };
}

static const char *statement_of(const struct audit_entry *entry, struct arena *arena)
{
    AUTO_TEXT out = { 0 };

    attestation_statement(&out, entry, TREE, "rendered", arena);
    return arena_bytes(arena, out.bytes, out.len);
}

#define SOURCE "\"uri\":\"git+https://h/specs.git\",\"digest\":{\"gitCommit\":\"" TREE "\"}"

static void the_statement_is_what_the_commit_says(void **state)
{
    struct arena *arena = arena_new();
    const struct audit_entry first = entry_of("", "none"), second = entry_of(ID, ID);

    (void)state;
    assert_string_equal(
        statement_of(&first, arena),
        "{\"_type\":\"https://in-toto.io/Statement/v1\",\"subject\":[{\"name\":\"rendered\","
        "\"digest\":{\"gitCommit\":\"" ID "\",\"gitTree\":\"" TREE
        "\"}}],\"predicateType\":\"https://slsa.dev/provenance/v1\",\"predicate\":{"
        "\"buildDefinition\":{\"buildType\":\"https://weft.dev/render/v1\","
        "\"externalParameters\":{\"source\":{" SOURCE "}},\"internalParameters\":{"
        "\"planDigest\":\"sha256:aa\"},\"resolvedDependencies\":[{" SOURCE
        "}]},\"runDetails\":{\"builder\":{\"id\":\"https://weft.dev/weft\",\"version\":{"
        "\"weft\":\"1.2.3\"}},\"metadata\":{\"invocationId\":\"0011/7\"}}}}\n");
    assert_non_null(strstr(statement_of(&second, arena),
                           "},{\"name\":\"inventory\",\"digest\":{\"gitCommit\":\"" ID
                           "\"}},{\"name\":\"previous\",\"digest\":{\"gitCommit\":\"" ID "\"}}]"));
    arena_free(arena);
}

static void an_envelope_comes_back_as_it_went_in(void **state)
{
    struct arena *arena = arena_new();
    struct attestation found;
    AUTO_TEXT out = { 0 }, bytes = { 0 };

    (void)state;
    attestation_envelope(&out, "{\"a\":1}\n", 8, "SHA256:x", "armored\n", arena);
    assert_true(attestation_read(&found, out.bytes, out.len, arena));
    assert_int_equal(found.len, 8);
    assert_memory_equal(found.payload, "{\"a\":1}\n", 8);
    assert_string_equal(found.signature, "armored\n");
    attestation_signed(&bytes, found.payload, found.len);
    assert_string_equal(bytes.bytes, "DSSEv1 28 application/vnd.in-toto+json 8 {\"a\":1}\n");
    arena_free(arena);
}

#define ENVELOPE(type, payload, signatures)                                                        \
    "{\"payloadType\":\"" type "\",\"payload\":\"" payload "\",\"signatures\":" signatures "}"
#define ONE "{\"keyid\":\"\",\"sig\":\"eA==\"}"

static void what_is_no_attestation_is_refused(void **state)
{
    static const struct {
        const char *sentence, *bytes;
        bool good;
    } rows[] = {
        { "an envelope", ENVELOPE(ATTESTATION_TYPE, "eA==", "[" ONE "]"), true },
        { "a bare statement", "{\"_type\":\"x\"}", true },
        { "nothing", "", false },
        { "no JSON", "hello", false },
        { "a list", "[]", false },
        { "another type", ENVELOPE("text/plain", "eA==", "[" ONE "]"), false },
        { "no base64", ENVELOPE(ATTESTATION_TYPE, "e", "[" ONE "]"), false },
        { "an empty payload", ENVELOPE(ATTESTATION_TYPE, "", "[" ONE "]"), false },
        { "no signature", ENVELOPE(ATTESTATION_TYPE, "eA==", "[]"), false },
        { "two signatures", ENVELOPE(ATTESTATION_TYPE, "eA==", "[" ONE "," ONE "]"), false },
        { "signatures that are none", ENVELOPE(ATTESTATION_TYPE, "eA==", "7"), false },
        { "a NUL in the signature", ENVELOPE(ATTESTATION_TYPE, "eA==", "[{\"sig\":\"eAB4\"}]"),
          false },
    };
    struct arena *arena = arena_new();

    (void)state;
    for (size_t i = 0; i < LENGTH(rows); i++) {
        struct attestation found;

        CASE(rows[i].sentence);
        assert_int_equal(attestation_read(&found, rows[i].bytes, strlen(rows[i].bytes), arena),
                         rows[i].good);
    }
    arena_free(arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_statement_is_what_the_commit_says),
        cmocka_unit_test(an_envelope_comes_back_as_it_went_in),
        cmocka_unit_test(what_is_no_attestation_is_refused),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
