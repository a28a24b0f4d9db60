/* tests/unit/k8s-job/client/test_exec_plugin.c - exec plugins: real programs are run, and what they
 * print is judged. */
#include "base/files.h"
#include "base/parse.h"
#include "base/parse_json.h"
#include "base/process.h"
#include "k8s-job/client/credential.h"
#include "k8s-job/client/exec_plugin.h"
#include "tests/lib/workplace.h"

#include <fcntl.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

#define V1 "client.authentication.k8s.io/v1"

static int setup(void **state)
{
    struct workplace *place = calloc(1, sizeof *place);

    workplace_open(place);
    *state = place;
    return 0;
}

static int teardown(void **state)
{
    workplace_close(*state);
    free(*state);
    return 0;
}

struct output {
    const char *sentence, *json, *said; /* said NULL: taken */
};

#define SAYS(status) "{\"kind\":\"ExecCredential\",\"apiVersion\":\"" V1 "\",\"status\":" status "}"

/* clang-format off */
static const struct output outputs[] = {
    { "a token", SAYS("{\"token\":\"secret\"}"), NULL },
    { "a token that expires", SAYS("{\"token\":\"secret\",\"expirationTimestamp\":\"2026-11-23T12:00:00Z\"}"), NULL },
    { "a certificate", SAYS("{\"clientCertificateData\":\"secret\",\"clientKeyData\":\"secret\"}"), NULL },
    { "no JSON", "secret", "did not print JSON" },
    { "another version", "{\"kind\":\"ExecCredential\",\"apiVersion\":\"client.authentication.k8s.io/v1beta1\",\"status\":{\"token\":\"secret\"}}", "ExecCredential of " V1 },
    { "another kind", "{\"kind\":\"Secret\",\"apiVersion\":\"" V1 "\",\"status\":{\"token\":\"secret\"}}", "ExecCredential" },
    { "no status", "{\"kind\":\"ExecCredential\",\"apiVersion\":\"" V1 "\"}", "neither a token nor" },
    { "an empty token", SAYS("{\"token\":\"\"}"), "neither a token nor" },
    { "a null token", SAYS("{\"token\":null}"), "neither a token nor" },
    { "a certificate without key", SAYS("{\"token\":\"secret\",\"clientCertificateData\":\"secret\"}"), "without its key" },
    { "a time that is none", SAYS("{\"token\":\"secret\",\"expirationTimestamp\":\"soon\"}"), "is not a time" },
};
/* clang-format on */

static void what_a_plugin_prints_is_judged(void **state)
{
    struct workplace *place = *state;

    for (size_t i = 0; i < LENGTH(outputs); i++) {
        struct plugin_answer answer;
        struct err err = { .text = "" };
        int result = exec_plugin_decode(&answer, outputs[i].json, strlen(outputs[i].json), V1,
                                        place->arena, &err);

        if ((result == 0) != (outputs[i].said == NULL) || strstr(err.text, "secret")
            || (outputs[i].said && !strstr(err.text, outputs[i].said)))
            fail_msg("%s: got \"%s\"", outputs[i].sentence, err.text);
    }
}

/* The script prints what it was given; nothing is lost on the way, no descriptor is inherited. */
static void a_plugin_gets_its_question_and_nothing_else(void **state)
{
    struct workplace *place = *state;
    const char *env[] = { "EXTRA=more", NULL }, *args[] = { "one", "two words", NULL };
    struct exec_plugin plugin = {
        .api_version = V1, .args = args, .env = env, .hint = "", .cluster_info = true
    };
    struct target target = { .server = "https://api", .ca_pem = "-----BEGIN X", .label = "l" };
    struct plugin_answer answer;
    struct err err = { .text = "" };
    const struct node *told;
    int open_fd = open("/dev/null", O_RDONLY); /* not close-on-exec */

    plugin.command = workplace_script(
        place, "plugin",
        arena_printf(
            place->arena,
            "#!/bin/sh\n"
            "printf %%s \"$KUBERNETES_EXEC_INFO\" > %s/told\n"
            "[ \"$EXTRA\" = more ] && [ \"$2\" = 'two words' ] || exit 3\n"
            "[ -e /proc/self/fd/%d ] && exit 4\n"
            "read line && exit 5\n"
            "echo '" SAYS(
                "{\"token\":\"t1\",\"expirationTimestamp\":\"2026-11-23T12:00:00Z\"}") "'\n",
            place->folder, open_fd));
    if (exec_plugin_run(&answer, &plugin, &target, place->arena, &err) < 0)
        fail_msg("%s", err.text);
    close(open_fd);
    assert_string_equal(answer.token, "t1");
    assert_int_equal(answer.expires, 1795435200);
    {
        const char *question = exec_plugin_request(&plugin, &target, place->arena);

        assert_int_equal(parse_json(&told, question, strlen(question), place->arena, &err), 0);
        assert_string_equal(node_get(told, "spec", "interactive", NULL), "false");
        assert_string_equal(node_get(told, "spec", "cluster", "server", NULL), "https://api");
        assert_string_equal(node_get(told, "spec", "cluster", "certificate-authority-data", NULL),
                            "LS0tLS1CRUdJTiBY");
    }
}

struct failing {
    const char *sentence, *script, *said;
};

static const struct failing failings[] = {
    { "ends with a status", "#!/bin/sh\necho secret\nexit 7\n", "ended with status 7" },
    { "is killed", "#!/bin/sh\nkill -9 $$\n", "ended with signal 9" },
    { "prints rubbish", "#!/bin/sh\necho secret\n", "did not print JSON" },
    { "prints without end", "#!/bin/sh\nexec cat /dev/zero\n", "printed more than 1048576 bytes" },
    { "is no program", "secret", "could not be started" },
};

static void a_failing_plugin_is_named_with_its_hint(void **state)
{
    struct workplace *place = *state;

    for (size_t i = 0; i < LENGTH(failings); i++) {
        const char *none[] = { NULL };
        struct exec_plugin plugin = {
            .api_version = V1, .args = none, .env = none, .hint = "install it from example.com"
        };
        struct plugin_answer answer;
        struct err err = { .text = "" };

        plugin.command = workplace_script(place, "plugin", failings[i].script);
        assert_int_equal(
            exec_plugin_run(&answer, &plugin, &(struct target){ 0 }, place->arena, &err), -1);
        if (!strstr(err.text, failings[i].said) || !strstr(err.text, "install it from example.com")
            || strstr(err.text, "secret"))
            fail_msg("%s: got \"%s\"", failings[i].sentence, err.text);
    }
}

/* It may cost its whole time limit, and a pass asks for a credential often. */
static void a_plugin_that_failed_is_not_asked_again(void **state)
{
    struct workplace *place = *state;
    const char *none[] = { NULL };
    const char *runs = arena_printf(place->arena, "%s/runs", place->folder);
    struct exec_plugin plugin = { .api_version = V1, .args = none, .env = none, .hint = "" };
    struct target target = { .exec = &plugin };
    struct credential credential = { .target = &target, .arena = place->arena };
    struct stat about;

    plugin.command = workplace_script(
        place, "plugin", arena_printf(place->arena, "#!/bin/sh\nprintf x >>%s\nexit 7\n", runs));
    for (int i = 0; i < 3; i++) {
        struct err err = { .text = "" };

        assert_int_equal(credential_fresh(&credential, i == 2, i, &err), -1);
        assert_non_null(strstr(err.text, "ended with status 7"));
    }
    assert_int_equal(stat(runs, &about), 0);
    assert_int_equal(about.st_size, 1);
}

/* Each waits for the other ones: one after the other, none would ever end. */
static void plugins_run_side_by_side(void **state)
{
    enum { PLUGINS = 4 };
    struct workplace *place = *state;
    const char *none[] = { NULL };
    struct exec_plugin plugins[PLUGINS];
    struct target targets[PLUGINS];
    struct credential all[PLUGINS], *list[PLUGINS];
    struct err err = { .text = "" };

    for (int i = 0; i < PLUGINS; i++) {
        plugins[i] =
            (struct exec_plugin){ .api_version = V1, .args = none, .env = none, .hint = "" };
        plugins[i].command = workplace_script(
            place, arena_printf(place->arena, "plugin%d", i),
            arena_printf(place->arena,
                         "#!/bin/sh\n>%s/here%d\nwhile ! [ -e %s/here%d ]; do sleep 0.05; done\n"
                         "echo '" SAYS("{\"token\":\"t%d\"}") "'\n",
                         place->folder, i, place->folder, (i + 1) % PLUGINS, i));
        targets[i] = (struct target){ .exec = &plugins[i] };
        all[i] = (struct credential){ .target = &targets[i], .arena = place->arena };
        list[i] = &all[i];
    }
    credential_fetch_all(list, PLUGINS, 1);
    for (int i = 0; i < PLUGINS; i++) {
        if (credential_fresh(&all[i], false, 1, &err) < 0)
            fail_msg("%s", err.text);
        assert_string_equal(all[i].token, arena_printf(place->arena, "t%d", i));
        credential_wipe(&all[i]);
    }
}

static void a_token_file_may_have_a_byte_order_mark(void **state)
{
    char token[] = "\xEF\xBB\xBF"
                   "abc\r\n";

    (void)state;
    assert_true(credential_clean_token(token));
    assert_string_equal(token, "abc");
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(what_a_plugin_prints_is_judged),
        TEST(a_plugin_gets_its_question_and_nothing_else),
        TEST(a_failing_plugin_is_named_with_its_hint),
        TEST(a_plugin_that_failed_is_not_asked_again),
        TEST(plugins_run_side_by_side),
        cmocka_unit_test(a_token_file_may_have_a_byte_order_mark),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
