/* tests/lib/trust_fixture.c - what the tests of pki share. */
#include "tests/lib/trust_fixture.h"
#include "pki/profile.h"
#include "pki/state_key.h"

#include "base/files.h"
#include "pki/certificate.h"
#include <openssl/pem.h>
#include <stdlib.h>

void fixture_open(struct fixture *fixture)
{
    char folder[] = "/tmp/weft-pki-XXXXXX";
    struct err err;

    fixture->arena = arena_new();
    assert_non_null(mkdtemp(folder));
    fixture->folder = arena_text(fixture->arena, folder);
    if (state_key_create(arena_printf(fixture->arena, "%s/state.key", folder), &err) < 0
        || custody_open(&fixture->custody, arena_printf(fixture->arena, "%s/state.key", folder),
                        &err)
               < 0)
        fail_msg("%s", err.text);
    fixture->ledger = (struct ledger){ .arena = fixture->arena };
}

void fixture_close(struct fixture *fixture)
{
    struct err err;

    custody_close(fixture->custody);
    if (file_remove_folders(fixture->folder, &err) < 0)
        fail_msg("%s", err.text);
    arena_free(fixture->arena);
}

int fixture_setup(void **state)
{
    static struct fixture fixture;

    fixture_open(&fixture);
    *state = &fixture;
    return 0;
}

int fixture_teardown(void **state)
{
    fixture_close(*state);
    return 0;
}

static struct mesh_identity mesh_of(struct arena *arena, const char *cluster)
{
    return (struct mesh_identity){
        .name = arena_printf(arena, "istiod-istio-system-%s", cluster),
        .key = arena_printf(arena, "istiod-istio-system-%s.gloo-mesh.", cluster),
        .cluster = cluster,
        .namespace = "istio-system",
        .spiffe_id = arena_printf(arena, "spiffe://%s.example/ns/istio-system/sa/istiod", cluster),
    };
}

struct trust_request *fixture_request(struct fixture *fixture, const char *name, const char *prefix,
                                      size_t count)
{
    struct arena *arena = fixture->arena;
    struct trust_request *request = ARENA_NEW(arena, struct trust_request, 1);
    struct virtual_mesh *mesh = ARENA_NEW(arena, struct virtual_mesh, 1);
    struct shared_trust *shared = &mesh->mtls.shared;

    mesh->meta.name = arena_text(arena, name);
    mesh->meta.namespace = "gloo-mesh";
    mesh->mtls.model = TRUST_SHARED;
    shared->kind = CA_ROOT;
    shared->source = ROOT_GENERATED;
    shared->generated = (struct cert_options){ 3650, 4096, "acme", 0.1 };
    shared->intermediate = (struct cert_options){ 90, 4096, "Istio", 0.1 };
    *request = (struct trust_request){ .virtual_mesh = mesh,
                                       .name = arena_printf(arena, "gloo-mesh/%s", name),
                                       .shared = shared,
                                       .meshes = ARENA_NEW(arena, struct mesh_identity, count),
                                       .mesh_count = count };
    for (size_t i = 0; i < count; i++)
        request->meshes[i] = mesh_of(arena, arena_printf(arena, "%s%zu", prefix, i + 1));
    return request;
}

int fixture_pass(struct issue_result *out, struct fixture *fixture,
                 const struct trust_request *const *requests, size_t count,
                 const struct issue_options *options, struct err *err)
{
    struct trust_plan plan;

    trust_plan(&plan, &fixture->ledger, requests, count, fixture->custody, options,
               fixture->ledger.arena);
    return trust_apply(out, &plan, &fixture->ledger, fixture->custody, err);
}

struct issue_result fixture_issue(struct fixture *fixture,
                                  const struct trust_request *const *requests, size_t count,
                                  int64_t now)
{
    const struct issue_options options = { .key_type = KEY_EC_P256, .now = now };
    struct issue_result result;
    struct err err;

    if (fixture_pass(&result, fixture, requests, count, &options, &err) < 0)
        fail_msg("%s", err.text);
    return result;
}

const char *fixture_sealing_certificate(struct fixture *fixture, EVP_PKEY *key, int64_t not_before,
                                        int64_t not_after)
{
    const struct ca_profile profile = { .org = "sealed-secrets",
                                        .common_name = "controller",
                                        .path_length = CA_PATH_UNLIMITED,
                                        .not_before = not_before,
                                        .not_after = not_after };
    AUTO(X509_free) X509 *cert = NULL;
    const char *pem = NULL;
    struct err err;

    if (profile_certificate_make(&cert, &profile, key, NULL, key, &err) < 0
        || certificate_pem(&pem, cert, fixture->arena, &err) < 0)
        fail_msg("%s", err.text);
    return pem;
}
