/* tests/unit/app/test_server_pool.c - a Secret of the management cluster that cannot be read: what
 * is said of it gets into Git, so it must be the same in each pass. */
#include "app/server_pool.h"
#include "k8s-job/client/scheduler.h"
#include "tests/lib/workplace.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define STATUS(code, reason, message)                                                              \
    "{\"kind\":\"Status\",\"code\":" #code ",\"reason\":\"" reason "\",\"message\":\"" message "\"}"

struct row {
    const char *sentence;
    struct exchange answer;
    int code; /* of the err; -1: it is read */
    const char *text, *told;
};

#define UNREAD "the Secret mesh/ca could not be read from the management cluster; the log tells why"

/* clang-format off */
static const struct row rows[] = {
    { "a right is missing", { .status = 403, .text = STATUS(403, "Forbidden", "User w cannot get it") }, 403, "the Secret mesh/ca of the management cluster may not be read: weft needs get on it", "User w cannot get it" },
    { "it is not there", { .status = 404, .text = STATUS(404, "NotFound", "secrets ca not found") }, 404, "there is no Secret mesh/ca on the management cluster", "secrets ca not found" },
    { "a proxy's 404 says nothing of the Secret", { .status = 404, .type = "text/html", .text = "<html>" }, 0, UNREAD, "not from the Kubernetes API" },
    { "a proxy's 403 says nothing of rights", { .status = 403, .type = "text/html", .text = "<html>" }, 0, UNREAD, "not from the Kubernetes API" },
    { "the credential is refused", { .status = 401, .text = STATUS(401, "Unauthorized", "Unauthorized") }, 0, UNREAD, "HTTP 401" },
    { "the server is broken", { .status = 500, .text = STATUS(500, "InternalError", "etcd leader changed") }, 0, UNREAD, "etcd leader changed" },
    { "it does not answer", { .action = SERVER_RESET }, 0, UNREAD, "tried 5 times" },
    { "no JSON", { .status = 200, .text = "{oops" }, 0, UNREAD, "HTTP 200" },
    { "a value that is no base64", { .status = 200, .text = "{\"kind\":\"Secret\",\"metadata\":{\"name\":\"ca\"},\"data\":{\"key.pem\":\"?\"}}" }, 0, "Secret mesh/ca: its key key.pem is not base64", "" },
    { "it is read", { .status = 200, .text = "{\"kind\":\"Secret\",\"metadata\":{\"name\":\"ca\"},\"data\":{\"key.pem\":\"YQ==\"}}" }, -1, "", "" },
};
/* clang-format on */

static void play(struct exchange *exchange, void *context)
{
    const struct row *row = context;

    exchange->action = row->answer.action;
    exchange->status = row->answer.status;
    exchange->type = row->answer.type;
    exchange->text = row->answer.text;
}

static void listen_to(void *context, const char *text) { strncat(context, text, 2000); }

/* One pass; said is emptied first. */
static void pass(const struct row *row, struct servers *servers, char *said)
{
    const struct root_reader reader = servers_root_reader(servers);
    AUTO_ROOT_FILES files = { .count = 0 };
    struct err err = { .text = "" };
    int result = reader.read(reader.context, &files, (struct object_ref){ "ca", "mesh" }, &err);

    if ((result == 0) != (row->code < 0) || strcmp(err.text, row->text) != 0
        || (result < 0 && err.code != row->code))
        fail_msg("%s: %d \"%s\"", row->sentence, err.code, err.text);
    if (said && (!strstr(said, row->told) || (!*row->told && *said)))
        fail_msg("%s: told \"%s\"", row->sentence, said);
}

/* The server counts its audit ids: the second pass gets another one. */
static void what_is_said_is_the_same_in_each_pass(void **state)
{
    struct workplace place;

    (void)state;
    workplace_open(&place);
    for (size_t i = 0; i < LENGTH(rows); i++) {
        struct server *server = server_start(play, (void *)(uintptr_t)&rows[i]);
        char said[8192] = "";
        struct servers servers = {
            .management = workplace_kube(&place, server_port(server), "token: t"),
            .tell = listen_to,
            .tell_context = said,
        };

        pass(&rows[i], &servers, said);
        pass(&rows[i], &servers, said);
        if (rows[i].code > 0)
            assert_true(strstr(said, "audit-1") && strstr(said, "audit-2"));
        servers.tell = NULL;
        pass(&rows[i], &servers, NULL);
        kube_close(servers.management);
        server_stop(server);
    }
    workplace_close(&place);
}

/* Silence that an earlier question of the same pass met is the same silence. */
static void a_server_that_was_silent_before_is_worded_alike(void **state)
{
    static const struct row row = { "silent", { 0 }, 0, UNREAD, "did not answer earlier" };
    struct workplace place;
    char said[8192] = "";
    struct servers servers = { .management_silent = true, .tell = listen_to, .tell_context = said };

    (void)state;
    workplace_open(&place);
    servers.management = workplace_kube(&place, 1, "token: t");
    pass(&row, &servers, said);
    kube_close(servers.management);
    workplace_close(&place);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_said_is_the_same_in_each_pass),
        cmocka_unit_test(a_server_that_was_silent_before_is_worded_alike),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
