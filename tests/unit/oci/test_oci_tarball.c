/* tests/unit/oci/test_oci_tarball.c - the bytes of a tarball, by constants and by tar itself. */
#include "base/arena.h"
#include "base/gunzip.h"
#include "oci/oci_tarball.h"
#include "tests/lib/check.h"
#include <stdio.h>
#include <stdlib.h>

enum { PACKED_MAX = 1 << 20 };

static const char *repeated(char c, size_t len, struct arena *arena)
{
    char *out = arena_alloc(arena, len + 1, 1);

    memset(out, c, len);
    out[len] = '\0';
    return out;
}

static void the_same_files_are_the_same_bytes(void **state)
{
    static const unsigned char head[] = { 0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 255 };
    char hex[2][65];

    (void)state;
    for (size_t i = 0; i < 2; i++) {
        AUTO(oci_tarball_free) struct oci_tarball *tarball = oci_tarball_new();
        const struct text *packed;
        struct sha256 plain;

        oci_tarball_add_folder(tarball, "mesh");
        oci_tarball_add_file(tarball, "mesh/a.yaml", "a: 1\n", 5);
        packed = oci_tarball_end(tarball, &plain);
        assert_memory_equal(packed->bytes, head, sizeof head);
        sha256_hex(hex[i], packed->bytes, packed->len);
    }
    assert_string_equal(hex[0], hex[1]);
}

static void the_unpacked_bytes_are_constant(void **state)
{
    AUTO(arena_free) struct arena *arena = arena_new();
    AUTO(oci_tarball_free) struct oci_tarball *tarball = oci_tarball_new();
    const struct text *packed;
    struct sha256 plain, again;
    char *bytes;
    size_t len;

    (void)state;
    oci_tarball_add_folder(tarball, "mesh");
    oci_tarball_add_file(tarball, "mesh/a.yaml", "a: 1\n", 5);
    packed = oci_tarball_end(tarball, &plain);
    assert_int_equal(gunzip(&bytes, &len, packed->bytes, packed->len, PACKED_MAX, arena),
                     GUNZIP_OK);
    again = sha256_of(bytes, len);
    assert_memory_equal(&plain, &again, sizeof plain);
    assert_int_equal(len, 5 * 512); /* two headers, one block, two blocks of zeros */
    assert_string_equal(bytes, "mesh");
    assert_memory_equal(bytes + 100, "0000755\0000000000\0000000000\00000000000000\00000000000000",
                        48);
    assert_memory_equal(bytes + 156, "5", 1);
    assert_memory_equal(bytes + 257, "ustar\00000", 8);
    assert_string_equal(bytes + 512, "mesh/a.yaml");
    assert_memory_equal(bytes + 512 + 100, "0000644", 8);
    assert_memory_equal(bytes + 512 + 124, "00000000005", 12);
    assert_memory_equal(bytes + 1024, "a: 1\n\0", 6);
}

/* What the tar program lists and extracts. */
static void tar_reads(const char *path, const struct text *packed, const char *content,
                      struct arena *arena)
{
    char name[] = "/tmp/tarball.XXXXXX", line[1024] = "";
    FILE *file, *pipe;
    int fd = mkstemp(name);

    assert_true(fd >= 0);
    file = fdopen(fd, "w");
    assert_int_equal(fwrite(packed->bytes, 1, packed->len, file), packed->len);
    assert_int_equal(fclose(file), 0);
    pipe = popen(arena_printf(arena, "tar -tzf %s", name), "r");
    assert_non_null(fgets(line, sizeof line, pipe));
    line[strcspn(line, "\n")] = '\0';
    assert_string_equal(line, path);
    assert_int_equal(pclose(pipe), 0);
    pipe = popen(arena_printf(arena, "tar -xOzf %s", name), "r");
    assert_non_null(fgets(line, sizeof line, pipe));
    assert_string_equal(line, content);
    assert_int_equal(pclose(pipe), 0);
    remove(name);
}

/* Around each limit of a header: 100 bytes, 155 before a slash, and beyond both. */
static void paths_of_any_length_come_back(void **state)
{
    static const size_t lengths[][2] = { { 1, 97 },   { 1, 98 },    { 1, 99 },
                                         { 50, 100 }, { 50, 101 },  { 155, 100 },
                                         { 156, 10 }, { 160, 101 }, { 200, 39 } };

    (void)state;
    for (size_t i = 0; i < LENGTH(lengths); i++) {
        AUTO(arena_free) struct arena *arena = arena_new();
        AUTO(oci_tarball_free) struct oci_tarball *tarball = oci_tarball_new();
        const char *path = arena_printf(arena, "%s/%s", repeated('d', lengths[i][0], arena),
                                        repeated('f', lengths[i][1], arena));
        struct sha256 plain;

        oci_tarball_add_file(tarball, path, "content\n", 8);
        tar_reads(path, oci_tarball_end(tarball, &plain), "content\n", arena);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_same_files_are_the_same_bytes),
        cmocka_unit_test(the_unpacked_bytes_are_constant),
        cmocka_unit_test(paths_of_any_length_come_back),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
