/* tests/unit/pki/test_state_key.c - which files are taken for the state key, and that none is ever
 * overwritten. */
#include "base/compiler.h"
#include "pki/state_key.h"
#include "tests/lib/scratch.h"
#include <errno.h>
#include <sys/stat.h>
#include <unistd.h>

#define HEX "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f"
#define BASE64 "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8="
#define RAW                                                                                        \
    "\x00\x01\x02\x03\x04\x05\x06\x07\x08\x09\x0a\x0b\x0c\x0d\x0e\x0f\x10\x11\x12\x13\x14\x15\x16" \
    "\x17\x18\x19\x1a\x1b\x1c\x1d\x1e\x1f"

/* clang-format off */
static const struct {
    const char *sentence;
    const char *bytes;
    size_t len;
    const char *refused; /* a part of the err; NULL: taken, and it is the key 00..1f */
} contents[] = {
    { "32 raw bytes are a key", RAW, 32, NULL },
    { "64 hex digits are a key", HEX, 64, NULL },
    { "hex digits may be upper case", "000102030405060708090A0B0C0D0E0F101112131415161718191A1B1C1D1E1F", 64, NULL },
    { "a newline after the hex digits is fine", HEX "\n", 65, NULL },
    { "base64 of 32 bytes is a key", BASE64, 44, NULL },
    { "a newline after the base64 is fine", BASE64 "\r\n", 46, NULL },
    { "an empty file is none", "", 0, "0 bytes that are no key" },
    { "16 bytes in hex are too short, though they are 32 bytes", "000102030405060708090a0b0c0d0e0f", 32, "are no key" },
    { "33 raw bytes are none", RAW "\n", 33, "are no key" },
    { "hex with a wrong digit is none", "g00102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f", 64, "are no key" },
    { "base64 of 31 bytes is none", "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHg==", 44, "are no key" },
    { "32 times the same byte is no secret", "\x07\x07\x07\x07\x07\x07\x07\x07\x07\x07\x07\x07\x07\x07\x07\x07"
      "\x07\x07\x07\x07\x07\x07\x07\x07\x07\x07\x07\x07\x07\x07\x07\x07", 32, "no secret" },
};
/* clang-format on */

static void test_contents(void **state)
{
    (void)state;
    for (size_t i = 0; i < LENGTH(contents); i++) {
        AUTO(secret_free)
        struct secret *content = secret_copy(contents[i].bytes, contents[i].len);
        AUTO(secret_free) struct secret *key = NULL;
        struct err err = { 0 };
        int result = state_key_decode(&key, content, "k", &err);

        print_message("%s\n", contents[i].sentence);
        if (contents[i].refused) {
            assert_int_equal(result, -1);
            assert_non_null(strstr(err.text, contents[i].refused));
        } else {
            assert_int_equal(result, 0);
            assert_memory_equal(key->bytes, RAW, 32);
        }
    }
}

/* clang-format off */
static const struct {
    const char *sentence;
    unsigned mode;
    bool taken;
} modes[] = {
    { "readable by its owner alone", 0400, true },
    { "readable and writable by its owner alone", 0600, true },
    { "the group could read it", 0640, false },
    { "others could read it", 0604, false },
};
/* clang-format on */

static void test_modes(void **state)
{
    struct scratch *s = *state;
    const char *path = scratch_path(s, "state.key");
    struct err err;

    assert_int_equal(state_key_create(path, &err), 0);
    for (size_t i = 0; i < LENGTH(modes); i++) {
        AUTO(secret_free) struct secret *key = NULL;

        print_message("%s\n", modes[i].sentence);
        assert_int_equal(chmod(path, modes[i].mode), 0);
        assert_int_equal(state_key_read(&key, path, &err), modes[i].taken ? 0 : -1);
        if (!modes[i].taken) {
            assert_int_equal(err.kind, ERR_REFUSED);
            assert_non_null(strstr(err.text, "chmod 0400")); /* the remedy */
        }
    }
}

/* As the kubelet lays a Secret out: state.key -> ..data/state.key, ..data -> ..2026. */
static const char *mount(struct scratch *s, unsigned mode)
{
    struct err err;

    assert_int_equal(mkdir(scratch_path(s, "..2026"), 0755), 0);
    assert_int_equal(state_key_create(scratch_path(s, "..2026/state.key"), &err), 0);
    assert_int_equal(chmod(scratch_path(s, "..2026/state.key"), mode), 0);
    assert_int_equal(symlink("..2026", scratch_path(s, "..data")), 0);
    assert_int_equal(symlink("..data/state.key", scratch_path(s, "state.key")), 0);
    return scratch_path(s, "state.key");
}

static void test_secret_volumes(void **state)
{
    AUTO(secret_free) struct secret *first = NULL, *second = NULL;
    const char *path = mount(*state, 0644);
    struct err err;

    assert_int_equal(state_key_read(&first, path, &err), -1);
    assert_int_equal(err.kind, ERR_REFUSED);
    assert_non_null(strstr(err.text, "defaultMode: 0400"));
    assert_null(strstr(err.text, "chmod"));
    assert_int_equal(chmod(path, 0440), 0); /* root:fsGroup */
    assert_int_equal(state_key_read(&second, path, &err), geteuid() == 0 ? 0 : -1);
}

static void test_missing_and_existing(void **state)
{
    struct scratch *s = *state;
    const char *path = scratch_path(s, "state.key");
    AUTO(secret_free) struct secret *key = NULL, *again = NULL, *none = NULL;
    struct err err;

    assert_int_equal(state_key_read(&none, path, &err), -1);
    assert_int_equal(err.code, ENOENT);
    assert_int_equal(state_key_create(path, &err), 0);
    assert_int_equal(state_key_read(&key, path, &err), 0);
    assert_int_equal(state_key_create(path, &err), -1);
    assert_int_equal(err.code, EEXIST);
    assert_int_equal(state_key_read(&again, path, &err), 0);
    assert_true(secret_equal(key, again));
    assert_int_equal(state_key_read(&none, s->folder, &err), -1);
    assert_int_equal(err.kind, ERR_INPUT);
    assert_int_equal(truncate(path, 1000), 0); /* what it holds cannot be a key */
    assert_int_equal(state_key_read(&none, path, &err), -1);
    assert_int_equal(err.kind, ERR_INPUT);
}

/* No link leads a new key elsewhere, and two keys are never the same. */
static void test_created(void **state)
{
    struct scratch *s = *state;
    AUTO(secret_free) struct secret *one = NULL, *two = NULL;
    struct stat st;
    struct err err;

    assert_int_equal(symlink(scratch_path(s, "elsewhere"), scratch_path(s, "link")), 0);
    assert_int_equal(state_key_create(scratch_path(s, "link"), &err), -1);
    assert_int_equal(stat(scratch_path(s, "elsewhere"), &st), -1);
    assert_int_equal(state_key_create(scratch_path(s, "one"), &err), 0);
    assert_int_equal(state_key_create(scratch_path(s, "two"), &err), 0);
    assert_int_equal(stat(scratch_path(s, "one"), &st), 0);
    assert_int_equal(st.st_mode & 07777, 0600);
    assert_int_equal(state_key_read(&one, scratch_path(s, "one"), &err), 0);
    assert_int_equal(state_key_read(&two, scratch_path(s, "two"), &err), 0);
    assert_false(secret_equal(one, two));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_contents),   SCRATCH_TEST(test_modes),
        SCRATCH_TEST(test_secret_volumes), SCRATCH_TEST(test_missing_and_existing),
        SCRATCH_TEST(test_created),
    };

    return cmocka_run_group_tests_name("pki/state_key", tests, NULL, NULL);
}
