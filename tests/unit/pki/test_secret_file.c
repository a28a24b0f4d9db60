/* tests/unit/pki/test_secret_file.c - who may read the file of a key. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "pki/secret_file.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static void modes_and_sizes(void **state)
{
    static const struct {
        unsigned mode;
        size_t max;
        int kind; /* of the err; -1: it is read */
    } files[] = {
        { 0600, 100, -1 },          { 0400, 100, -1 },          { 0400, 3, -1 },
        { 0400, 2, ERR_INPUT },     { 0440, 100, ERR_REFUSED }, { 0604, 100, ERR_REFUSED },
        { 0620, 100, ERR_REFUSED },
    };
    char path[] = "/tmp/test_secret_file.XXXXXX";
    int fd = mkstemp(path);

    (void)state;
    assert_int_equal(write(fd, "key", 3), 3);
    close(fd);
    for (size_t i = 0; i < LENGTH(files); i++) {
        AUTO(secret_free) struct secret *secret = NULL;
        struct err err = { 0 };
        int result;

        chmod(path, files[i].mode);
        result = secret_file_read(&secret, "signing key", path, files[i].max, &err);
        if (files[i].kind < 0) {
            assert_int_equal(result, 0);
            assert_int_equal(secret->len, 3);
            assert_memory_equal(secret->bytes, "key", 3);
        } else {
            assert_int_equal(result, -1);
            assert_int_equal(err.kind, files[i].kind);
            assert_non_null(strstr(err.text, "signing key"));
            assert_non_null(strstr(err.text, path));
        }
    }
    unlink(path);
}

static void what_is_no_file(void **state)
{
    struct secret *secret = NULL;
    struct err err = { 0 };

    (void)state;
    assert_int_equal(secret_file_read(&secret, "signing key", "/dev/null", 10, &err), -1);
    assert_int_equal(err.kind, ERR_INPUT);
    assert_int_equal(secret_file_read(&secret, "signing key", "/nowhere", 10, &err), -1);
    assert_int_equal(err.kind, ERR_SYSTEM);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(modes_and_sizes),
        cmocka_unit_test(what_is_no_file),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
