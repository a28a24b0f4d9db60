/* tests/unit/app/test_vault_login.c - which servers get credentials of weft, and which credentials.
 */
#include "app/vault_login.h"
#include "base/files.h"
#include "tests/lib/workplace.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

/* A Vault that takes any login, and an API server with one Secret. */
struct login_world {
    struct workplace place;
    struct server *vault, *api;
    struct http *http;
    struct arena *arena;
    struct config config;
    struct config_vault entry;
    struct servers servers;
    struct vault_ca at;
    char token[128], body[512], path[128]; /* of the last request to Vault */
    const char *secret;                    /* data of the Secret, JSON */
    char folder[64];
};

static void play_vault(struct exchange *exchange, void *context)
{
    struct login_world *world = context;

    snprintf(world->path, sizeof world->path, "%s", exchange->path);
    snprintf(world->body, sizeof world->body, "%s", exchange->body ? exchange->body : "");
    if (!exchange_header(exchange, "Authorization", world->token, sizeof world->token))
        *world->token = '\0';
    exchange->status = 200;
    exchange->text = "{\"auth\":{\"client_token\":\"hvs.x\"},\"data\":{}}";
}

static void play_api(struct exchange *exchange, void *context)
{
    const struct login_world *world = context;

    exchange->status = 200;
    exchange->text = world->secret;
}

static void put(struct login_world *world, const char *name, const char *text, mode_t mode)
{
    const char *path = arena_printf(world->arena, "%s/%s", world->folder, name);
    FILE *file = fopen(path, "we");

    assert_non_null(file);
    fputs(text, file);
    fclose(file);
    assert_int_equal(chmod(path, mode), 0);
}

static const char *in_folder(struct login_world *world, const char *name)
{
    return arena_printf(world->arena, "%s/%s", world->folder, name);
}

static int setup(void **state)
{
    static struct login_world world;
    struct err err;

    world = (struct login_world){ .arena = arena_new(), .folder = "/tmp/weft-vault-XXXXXX" };
    workplace_open(&world.place);
    assert_non_null(mkdtemp(world.folder));
    assert_int_equal(http_open(&world.http, "test", &err), 0);
    world.vault = server_start(play_vault, &world);
    world.api = server_start(play_api, &world);
    world.entry.server = arena_printf(world.arena, "http://127.0.0.1:%d", server_port(world.vault));
    world.config = (struct config){ .vaults = &world.entry, .vault_count = 1 };
    world.servers = (struct servers){ .config = &world.config };
    world.at =
        (struct vault_ca){ .server = world.entry.server,
                           .namespace = "",
                           .login = VAULT_TOKEN,
                           .token_secret = { "vault", "mesh" },
                           .mount_path = "/v1/auth/kubernetes/",
                           .role = "weft",
                           .secret_token_key = "token",
                           .mounted_sa_path = "/var/run/secrets/kubernetes.io/serviceaccount" };
    *state = &world;
    return 0;
}

static int teardown(void **state)
{
    struct login_world *world = *state;
    struct err err;

    if (world->servers.management)
        kube_close(world->servers.management);
    server_stop(world->vault);
    server_stop(world->api);
    http_close(world->http);
    assert_int_equal(file_remove_folders(world->folder, &err), 0);
    workplace_close(&world->place);
    arena_free(world->arena);
    return 0;
}

static int log_in(struct login_world *world, struct err *err)
{
    const struct vault_server server = { .url = world->entry.server,
                                         .namespace = "",
                                         .plain_http = true };
    struct vault_client *client = vault_client_open(world->http, &server);
    int result = vault_login_do(client, &world->entry, &world->at, &world->servers, err);

    vault_client_close(client);
    return result;
}

/* clang-format off */
static const struct {
    const char *listed, *named;
    bool allowed;
} servers[] = {
    { "https://vault.example.com:8200", "https://vault.example.com:8200", true },
    { "https://vault.example.com:8200/", "https://vault.example.com:8200", true },
    { "https://vault.example.com:8200", "https://vault.example.com:8200/", true },
    { "https://vault.example.com:8200", "https://vault.example.com", false },
    { "https://vault.example.com:8200", "http://vault.example.com:8200", false },
    { "https://vault.example.com:8200", "https://vault.example.com:8200.evil.example", false },
    { "https://vault.example.com", "https://vault.example.com.evil.example", false },
    { "https://vault.example.com/a", "https://vault.example.com/b", false },
};
/* clang-format on */

static void only_listed_servers_get_credentials(void **state)
{
    struct login_world *world = *state;

    for (size_t i = 0; i < LENGTH(servers); i++) {
        world->entry.server = servers[i].listed;
        world->at.server = servers[i].named;
        if ((vault_login_allowed(&world->config, &world->at, world->arena) != NULL)
            != servers[i].allowed)
            fail_msg("%s for %s", servers[i].named, servers[i].listed);
    }
    world->config.vault_count = 0;
    assert_null(vault_login_allowed(&world->config, &world->at, world->arena));
}

static void a_token_comes_from_its_secret(void **state)
{
    struct login_world *world = *state;
    struct err err;

    assert_int_equal(log_in(world, &err), -1); /* no management cluster */
    assert_non_null(strstr(err.text, "tokenFile"));
    world->config.management.present = true;
    world->servers.management = workplace_kube(&world->place, server_port(world->api), "token: t");
    world->secret = "{\"kind\":\"Secret\",\"metadata\":{\"name\":\"vault\"},\"data\":{\"token\":"
                    "\"aHZzLnNlY3JldAo=\"}}"; /* with a newline */
    assert_int_equal(log_in(world, &err), 0);
    assert_string_equal(world->token, "Bearer hvs.secret");
    world->secret = "{\"kind\":\"Secret\",\"metadata\":{\"name\":\"vault\"},\"data\":{\"other\":"
                    "\"aHZzLnNlY3JldAo=\"}}";
    assert_int_equal(log_in(world, &err), -1);
    world->secret = "{\"kind\":\"Secret\",\"metadata\":{\"name\":\"vault\"},\"data\":{\"token\":"
                    "\"YQpYLU1vcmU6IGI=\"}}"; /* a header within */
    assert_int_equal(log_in(world, &err), -1);
    assert_int_equal(server_requests(world->vault), 1);
}

static void a_file_of_a_token_is_weft_s_alone(void **state)
{
    struct login_world *world = *state;
    struct err err;

    put(world, "token", "hvs.file\n", 0600);
    world->entry.token_file = in_folder(world, "token");
    assert_int_equal(log_in(world, &err), 0);
    assert_string_equal(world->token, "Bearer hvs.file");
    put(world, "token", "hvs.file\n", 0644);
    assert_int_equal(log_in(world, &err), -1);
    assert_int_equal(err.kind, ERR_REFUSED);
    put(world, "token", "two\nlines\n", 0600);
    assert_int_equal(log_in(world, &err), -1);
    assert_null(strstr(err.text, "lines"));
    assert_int_equal(server_requests(world->vault), 1);
}

/* A spec cannot have another file sent than the token of the folder that the configuration names.
 */
static void a_service_account_is_the_configuration_s(void **state)
{
    struct login_world *world = *state;
    struct err err;

    put(world, "token", "the.jwt", 0644); /* as the kubelet mounts it */
    world->at.login = VAULT_KUBERNETES_AUTH;
    world->entry.account_folder = world->folder;
    assert_int_equal(log_in(world, &err), 0);
    assert_string_equal(world->body, ""); /* of revoke-self, the last request */
    assert_string_equal(world->path, "/v1/auth/token/revoke-self");
    assert_int_equal(server_requests(world->vault), 2);
    world->at.mounted_sa_path = world->folder;
    assert_int_equal(log_in(world, &err), 0);
    world->at.mounted_sa_path = "/etc";
    assert_int_equal(log_in(world, &err), -1);
    assert_non_null(strstr(err.text, "serviceAccountFolder"));
    world->at.mounted_sa_path = world->folder;
    world->at.secret_token_key = "../weft-state-key";
    assert_int_equal(log_in(world, &err), -1);
    world->at.secret_token_key = "..";
    assert_int_equal(log_in(world, &err), -1);
    assert_int_equal(server_requests(world->vault), 4);
}

static void an_app_role_comes_from_two_files(void **state)
{
    struct login_world *world = *state;
    struct err err;

    put(world, "role", "r-1\n", 0600);
    put(world, "secret", "s-1\n", 0600);
    world->entry.app_role = (struct config_app_role){ "auth/approle", in_folder(world, "role"),
                                                      in_folder(world, "secret") };
    assert_int_equal(log_in(world, &err), 0);
    assert_int_equal(server_requests(world->vault), 2);
    put(world, "secret", "s-1\n", 0640);
    assert_int_equal(log_in(world, &err), -1);
    assert_int_equal(server_requests(world->vault), 2);
}

#define CASE(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(only_listed_servers_get_credentials), CASE(a_token_comes_from_its_secret),
        CASE(a_file_of_a_token_is_weft_s_alone),   CASE(a_service_account_is_the_configuration_s),
        CASE(an_app_role_comes_from_two_files),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
