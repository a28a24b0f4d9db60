/* tests/unit/base/test_environment.c - which variables a started program gets. */
#include "base/environment.h"
#include "tests/lib/scratch.h"

#include <stdlib.h>
#include <string.h>

static const struct {
    const char *sentence, *variable;
    bool risky;
} variables[] = {
    { "a library that is loaded first", "LD_PRELOAD=/tmp/x.so", true },
    { "libraries from elsewhere", "LD_LIBRARY_PATH=/tmp", true },
    { "code by way of auditing", "LD_AUDIT=/tmp/x.so", true },
    { "nss_wrapper", "LD_PRELOAD=/usr/lib64/libnss_wrapper.so", false },
    { "nss_wrapper with a version", "LD_PRELOAD=/usr/lib/libnss_wrapper.so.0", false },
    { "nss_wrapper and another one", "LD_PRELOAD=/usr/lib/libnss_wrapper.so:/tmp/x.so", true },
    { "another one and nss_wrapper", "LD_PRELOAD=/tmp/x.so /usr/lib/libnss_wrapper.so", true },
    { "nss_wrapper of whatever folder", "LD_PRELOAD=libnss_wrapper.so", true },
    { "nss_wrapper as a folder", "LD_PRELOAD=/tmp/libnss_wrapper.so/x.so", true },
    { "its path in another variable", "LD_AUDIT=/usr/lib64/libnss_wrapper.so", true },
    { "a script that bash reads first", "BASH_ENV=/tmp/x", true },
    { "a function of bash", "BASH_FUNC_aws%%=() { evil; }", true },
    { "a command that git runs", "GIT_SSH_COMMAND=evil", true },
    { "modules of Python", "PYTHONPATH=/tmp", true },
    { "a resolver's aliases", "HOSTALIASES=/tmp/x", true },
    { "what only begins like it", "ENVIRONMENT=prod", false },
    { "a name without a value", "IFS", true },
    { "a path", "PATH=/usr/bin", false },
    { "a plugin's own", "AWS_PROFILE=prod", false },
    { "a proxy", "HTTPS_PROXY=http://proxy:3128", false },
    { "the trust of OpenSSL", "SSL_CERT_FILE=/etc/ca.pem", false },
};

static void risky_variables_are_known(void **state)
{
    (void)state;
    for (size_t i = 0; i < LENGTH(variables); i++) {
        CASE(variables[i].sentence);
        assert_int_equal(environment_is_risky(variables[i].variable), variables[i].risky);
    }
}

/* How often the list has a variable of this name; *value is that of the last one. */
static int find(const char **value, const char *const *list, const char *name)
{
    size_t len = strlen(name);
    int count = 0;

    *value = "";
    for (; *list; list++)
        if (strncmp(*list, name, len) == 0 && (*list)[len] == '=') {
            *value = *list + len + 1;
            count++;
        }
    return count;
}

/* Also those that a program keeps by name, unless they are given. */
static void risky_variables_stay_behind(void **state)
{
    static const char *const keep[] = { "KEPT", "LD_PRELOAD", NULL };
    static const char *const given[] = { "GIT_DIR=/given", "BOTH=given", NULL };
    const char **all, **some, *value;

    (void)state;
    setenv("LD_PRELOAD", "", 1); /* an empty one: this process starts others */
    setenv("GIT_DIR", "/ours", 1);
    setenv("BASH_ENV", "/ours", 1);
    setenv("KEPT", "kept", 1);
    setenv("OTHER", "other", 1);
    setenv("BOTH", "ours", 1);
    all = environment_for(given, NULL);
    some = environment_for(NULL, keep);
    assert_int_equal(find(&value, all, "LD_PRELOAD"), 0);
    assert_int_equal(find(&value, all, "BASH_ENV"), 0);
    assert_int_equal(find(&value, all, "GIT_DIR"), 1);
    assert_string_equal(value, "/given");
    assert_int_equal(find(&value, all, "BOTH"), 1);
    assert_string_equal(value, "given");
    assert_int_equal(find(&value, all, "OTHER"), 1);
    assert_string_equal(some[0], "KEPT=kept");
    assert_null(some[1]);
    free(all);
    free(some);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(risky_variables_are_known),
        cmocka_unit_test(risky_variables_stay_behind),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
