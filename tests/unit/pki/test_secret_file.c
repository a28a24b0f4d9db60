/* tests/unit/pki/test_secret_file.c - who may read the file of a key. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "pki/secret_file.h"
#include <errno.h>
#include <fcntl.h>
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

/* As the kubelet mounts a Secret that a pod may not read: in a folder with a link named ..data. */
static void a_mounted_file_that_cannot_be_opened(void **state)
{
    char folder[] = "/tmp/test_secret_file.XXXXXX", path[64], link[64];
    struct secret *secret = NULL;
    struct err mounted = { 0 }, plain = { 0 };
    const uid_t user = geteuid();
    int results[2];

    (void)state;
    assert_non_null(mkdtemp(folder));
    snprintf(path, sizeof path, "%s/key", folder);
    snprintf(link, sizeof link, "%s/..data", folder);
    close(creat(path, 0));
    assert_int_equal(chmod(folder, 0755), 0);
    assert_int_equal(symlink(".", link), 0);
    assert_int_equal(seteuid(user == 0 ? 65534 : user), 0); /* root may open every file */
    results[0] = secret_file_read(&secret, "signing key", path, 10, &mounted);
    assert_int_equal(seteuid(user), 0);
    assert_int_equal(unlink(link), 0);
    assert_int_equal(seteuid(user == 0 ? 65534 : user), 0);
    results[1] = secret_file_read(&secret, "signing key", path, 10, &plain);
    assert_int_equal(seteuid(user), 0);
    unlink(path);
    rmdir(folder);
    assert_int_equal(results[0], -1);
    assert_int_equal(mounted.code, EACCES);
    assert_non_null(strstr(mounted.text, "securityContext.fsGroup"));
    assert_int_equal(results[1], -1);
    assert_int_equal(plain.code, EACCES);
    assert_null(strstr(plain.text, "securityContext.fsGroup"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(modes_and_sizes),
        cmocka_unit_test(what_is_no_file),
        cmocka_unit_test(a_mounted_file_that_cannot_be_opened),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
