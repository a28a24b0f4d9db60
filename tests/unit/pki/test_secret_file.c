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

/* As systemd gives credentials to a unit of another user than root: by an ACL, whose mask stat
 * shows as bits of the group. */
static void a_credential_of_systemd(void **state)
{
    static const struct {
        const char *sentence;
        const char *file; /* below the folder */
        unsigned folder_mode, mode;
        bool given, read;
    } cases[] = {
        { "of root's alone", "state.key", 0500, 0400, true, true },
        { "opened to the unit's user", "state.key", 0550, 0440, true, true },
        { "not in the folder of credentials", "state.key", 0550, 0440, false, false },
        { "in a folder of that folder", "more/state.key", 0550, 0440, true, false },
        { "that others may read", "state.key", 0550, 0444, true, false },
        { "that the group may write", "state.key", 0550, 0460, true, false },
        { "in a folder that others may enter", "state.key", 0551, 0440, true, false },
        { "in a folder that the group may change", "state.key", 0570, 0440, true, false },
    };

    (void)state;
    for (size_t i = 0; i < LENGTH(cases); i++) {
        char folder[] = "/tmp/test_secret_file.XXXXXX", path[64], more[64];
        AUTO(secret_free) struct secret *secret = NULL;
        struct err err = { 0 };
        int fd;

        print_message("a credential %s\n", cases[i].sentence);
        assert_non_null(mkdtemp(folder));
        snprintf(more, sizeof more, "%s/more", folder);
        assert_int_equal(mkdir(more, 0700), 0);
        snprintf(path, sizeof path, "%s/%s", folder, cases[i].file);
        fd = open(path, O_CREAT | O_WRONLY | O_CLOEXEC, 0600);
        assert_int_equal(write(fd, "key", 3), 3);
        fchmod(fd, cases[i].mode);
        close(fd);
        chmod(folder, cases[i].folder_mode);
        setenv("CREDENTIALS_DIRECTORY", cases[i].given ? folder : "/run/credentials/other", 1);
        assert_int_equal(secret_file_read(&secret, "state key", path, 10, &err),
                         cases[i].read ? 0 : -1);
        if (!cases[i].read)
            assert_int_equal(err.kind, ERR_REFUSED);
        unsetenv("CREDENTIALS_DIRECTORY");
        chmod(folder, 0700);
        unlink(path);
        rmdir(more);
        rmdir(folder);
    }
}

static void a_credential_where_there_are_none(void **state)
{
    struct secret *secret = NULL;
    struct err err = { 0 };

    (void)state;
    assert_int_equal(
        secret_file_read(&secret, "state key", "$CREDENTIALS_DIRECTORY/state.key", 10, &err), -1);
    assert_int_equal(err.kind, ERR_SYSTEM);
    assert_non_null(strstr(err.text, "LoadCredentialEncrypted=state.key"));
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
        cmocka_unit_test(a_credential_of_systemd),
        cmocka_unit_test(a_credential_where_there_are_none),
        cmocka_unit_test(what_is_no_file),
        cmocka_unit_test(a_mounted_file_that_cannot_be_opened),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
