/* tests/unit/oci/test_oci_push.c - an artifact through a registry in memory, which may lose, change
 * or misreport what it gets. */
#include "base/digest.h"
#include "base/text.h"
#include "oci/oci_push.h"
#include "tests/lib/api_server.h"
#include "tests/lib/check.h"

enum { REQUESTS_MAX = 32 };

enum fault {
    FAULT_NONE,
    FAULT_UPLOAD_ELSEWHERE, /* Location leads to another server */
    FAULT_NO_LOCATION,
    FAULT_BLOB_DIGEST,     /* another digest is said of a blob */
    FAULT_MANIFEST_DIGEST, /* and of the manifest */
    FAULT_SWALLOW,         /* the manifest is taken and not kept */
    FAULT_REFUSE,          /* the manifest is refused */
    FAULT_REDIRECT_HEAD    /* blobs are kept elsewhere: HEAD redirects */
};

struct push_world {
    enum fault fault;
    bool blobs; /* the repository has every blob already */
    char manifest[4096];
    const char *type; /* of the manifest at the tag; NULL: that of an artifact */
    char said[256];
    char lines[REQUESTS_MAX][16];
    int count;
    struct server *server;
    struct http *http;
    struct oci_client *client;
    struct arena *arena;
    struct oci_reference to;
    struct err err;
};

static void answer_blob(struct exchange *exchange, struct push_world *world)
{
    if (strcmp(exchange->method, "HEAD") == 0) {
        exchange->status = world->fault == FAULT_REDIRECT_HEAD ? 307 : world->blobs ? 200 : 404;
        exchange->extra = "Location: https://storage.example/x\r\n";
    } else if (strcmp(exchange->method, "POST") == 0) {
        exchange->status = 202;
        exchange->extra = world->fault == FAULT_UPLOAD_ELSEWHERE
                              ? "Location: http://localhost:1/v2/m/c/blobs/uploads/1\r\n"
                          : world->fault == FAULT_NO_LOCATION
                              ? NULL
                              : "Location: /v2/m/c/blobs/uploads/1?state=x\r\n";
    } else {
        assert_non_null(strstr(exchange->path, "uploads/1?state=x&digest=sha256:"));
        exchange->status = 201;
        exchange->extra =
            world->fault == FAULT_BLOB_DIGEST ? "Docker-Content-Digest: sha256:00\r\n" : NULL;
    }
}

/* As distribution does it, a manifest of a type that is not accepted is unknown. */
static bool is_accepted(const struct exchange *exchange, const struct push_world *world)
{
    char types[1024];

    return !world->type
           || (exchange_header(exchange, "Accept", types, sizeof types)
               && strstr(types, world->type) != NULL);
}

static void answer_manifest(struct exchange *exchange, struct push_world *world)
{
    exchange->status = *world->manifest && is_accepted(exchange, world) ? 200 : 404;
    exchange->text = world->manifest;
    if (strcmp(exchange->method, "PUT") != 0)
        return;
    exchange->status = world->fault == FAULT_REFUSE ? 400 : 201;
    exchange->text = "{\"errors\":[{\"code\":\"MANIFEST_INVALID\"}]}";
    exchange->extra =
        world->fault == FAULT_MANIFEST_DIGEST ? "Docker-Content-Digest: sha256:00\r\n" : NULL;
    if (exchange->status == 201 && world->fault != FAULT_SWALLOW)
        snprintf(world->manifest, sizeof world->manifest, "%s", exchange->body);
}

static void answer(struct exchange *exchange, void *context)
{
    struct push_world *world = context;

    snprintf(world->lines[world->count++ % REQUESTS_MAX], sizeof world->lines[0], "%s",
             exchange->method);
    if (strstr(exchange->path, "/blobs/"))
        answer_blob(exchange, world);
    else
        answer_manifest(exchange, world);
}

static int setup(void **state)
{
    static struct push_world world;
    struct oci_server at = { .plain_http = true };
    struct err err;

    world = (struct push_world){ .arena = arena_new() };
    world.server = server_start(answer, &world);
    assert_int_equal(http_open(&world.http, "test", &err), 0);
    assert_int_equal(oci_reference_make(&world.to,
                                        arena_printf(world.arena, "oci://127.0.0.1:%d/m",
                                                     server_port(world.server)),
                                        "c", "latest", true, world.arena, &err),
                     0);
    at.base = world.to.base;
    world.client = oci_client_open(world.http, &at);
    *state = &world;
    return 0;
}

static int teardown(void **state)
{
    struct push_world *world = *state;

    oci_client_close(world->client);
    http_close(world->http);
    server_stop(world->server);
    arena_free(world->arena);
    return 0;
}

static struct oci_blob blob(const char *bytes)
{
    struct oci_blob out = { .bytes = bytes, .len = strlen(bytes) };

    oci_manifest_digest(out.digest, bytes, out.len);
    return out;
}

static int push(struct push_world *world, char digest[OCI_DIGEST_SIZE])
{
    const struct oci_origin origin = { "https://git.example.com/m.git", "rendered@sha1:0123",
                                       "2026-11-23T11:00:00Z" };
    const struct oci_blob config = blob("{}"), layer = blob("layer");

    return oci_push(digest, world->client, &world->to, &config, &layer, &origin, world->arena,
                    &world->err);
}

/* The methods of all requests, in order. */
static const char *methods(const struct push_world *world)
{
    const char *out = "";

    for (int i = 0; i < world->count && i < REQUESTS_MAX; i++)
        out = arena_printf(world->arena, "%s%s%s", out, i ? " " : "", world->lines[i]);
    return out;
}

static void blobs_come_before_the_manifest_and_it_is_read_back(void **state)
{
    struct push_world *world = *state;
    struct oci_current current;
    char digest[OCI_DIGEST_SIZE];

    assert_int_equal(push(world, digest), 0);
    assert_string_equal(methods(world), "HEAD POST PUT HEAD POST PUT PUT GET");
    assert_int_equal(oci_push_look(&current, world->client, &world->to, world->arena, &world->err),
                     0);
    assert_string_equal(current.digest, digest);
    assert_true(current.readable);
    assert_string_equal(current.manifest.revision, "rendered@sha1:0123");
}

static void what_is_there_is_not_sent_again(void **state)
{
    struct push_world *world = *state;
    char digest[OCI_DIGEST_SIZE];

    world->blobs = true;
    assert_int_equal(push(world, digest), 0);
    assert_string_equal(methods(world), "HEAD HEAD PUT GET");
}

static void a_redirected_head_proves_nothing(void **state)
{
    struct push_world *world = *state;
    char digest[OCI_DIGEST_SIZE];

    world->fault = FAULT_REDIRECT_HEAD;
    assert_int_equal(push(world, digest), 0);
    assert_string_equal(methods(world), "HEAD POST PUT HEAD POST PUT PUT GET");
}

static void an_empty_tag_is_no_error(void **state)
{
    struct push_world *world = *state;
    struct oci_current current;

    assert_int_equal(oci_push_look(&current, world->client, &world->to, world->arena, &world->err),
                     0);
    assert_string_equal(current.digest, "");
    assert_false(current.readable);
}

static void a_tag_with_an_image_or_an_index_is_not_free(void **state)
{
    static const char *const types[] = {
        "application/vnd.oci.image.index.v1+json",
        "application/vnd.docker.distribution.manifest.v2+json",
        "application/vnd.docker.distribution.manifest.list.v2+json",
    };
    struct push_world *world = *state;
    struct oci_current current;

    for (size_t i = 0; i < LENGTH(types); i++) {
        world->type = types[i];
        snprintf(world->manifest, sizeof world->manifest,
                 "{\"schemaVersion\":2,\"mediaType\":\"%s\"}", types[i]);
        assert_int_equal(
            oci_push_look(&current, world->client, &world->to, world->arena, &world->err), 0);
        assert_string_not_equal(current.digest, "");
        assert_false(current.readable);
    }
}

static void no_lie_of_a_registry_passes(void **state)
{
    static const struct {
        enum fault fault;
        enum err_kind kind;
        const char *methods;
    } rows[] = {
        { FAULT_UPLOAD_ELSEWHERE, ERR_REFUSED, "HEAD POST" },
        { FAULT_NO_LOCATION, ERR_HTTP, "HEAD POST" },
        { FAULT_BLOB_DIGEST, ERR_REFUSED, "HEAD POST PUT" },
        { FAULT_MANIFEST_DIGEST, ERR_REFUSED, "HEAD POST PUT HEAD POST PUT PUT" },
        { FAULT_SWALLOW, ERR_REFUSED, "HEAD POST PUT HEAD POST PUT PUT GET" },
        { FAULT_REFUSE, ERR_HTTP, "HEAD POST PUT HEAD POST PUT PUT" },
    };
    struct push_world *world = *state;
    char digest[OCI_DIGEST_SIZE];

    for (size_t i = 0; i < LENGTH(rows); i++) {
        world->fault = rows[i].fault;
        world->count = 0;
        *world->manifest = '\0';
        assert_int_equal(push(world, digest), -1);
        assert_int_equal(world->err.kind, rows[i].kind);
        assert_string_equal(methods(world), rows[i].methods);
    }
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
    const struct CMUnitTest tests[] = {
        TEST(blobs_come_before_the_manifest_and_it_is_read_back),
        TEST(what_is_there_is_not_sent_again),
        TEST(a_redirected_head_proves_nothing),
        TEST(an_empty_tag_is_no_error),
        TEST(a_tag_with_an_image_or_an_index_is_not_free),
        TEST(no_lie_of_a_registry_passes),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
