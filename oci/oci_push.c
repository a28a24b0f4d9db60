/* oci/oci_push.c - blobs first, the manifest last, and the proof that it is there.
 *
 * The tag moves with the manifest, in one request, after everything that it names is in the
 * repository: a reader sees the former artifact or the new one.  Digests are ours; what the
 * registry says of them is compared, never taken over.  At the end the
 * registry is asked by the tag, as Flux will ask, and has to answer with the same bytes. */
#include "oci/oci_push.h"
#include "base/http_url.h"

/* Whatever a tag may hold: of a type that a client does not accept, distribution answers 404, as if
 * the tag were free. */
static const char manifest_types[] =
    OCI_MANIFEST_TYPE ", application/vnd.oci.image.index.v1+json"
                      ", application/vnd.docker.distribution.manifest.v2+json"
                      ", application/vnd.docker.distribution.manifest.list.v2+json";

/* --- reading --- */

static const char *manifest_path(const struct oci_reference *at, struct arena *arena)
{
    return arena_printf(arena, "/v2/%s/manifests/%s", at->repository, at->tag);
}

int oci_push_look(struct oci_current *out, struct oci_client *client,
                  const struct oci_reference *at, struct arena *arena, struct err *err)
{
    const struct oci_call call = { .method = "GET",
                                   .path = manifest_path(at, arena),
                                   .repository = at->repository,
                                   .accept = manifest_types };
    struct http_response response;

    *out = (struct oci_current){ .digest = "" };
    if (oci_client_do(&response, client, &call, arena, err) < 0)
        return -1;
    if (response.status == 404)
        return 0;
    if (response.status != 200)
        return oci_client_refused(err, "read what is at the tag", &response, arena);
    oci_manifest_digest(out->digest, response.body, response.body_len);
    out->readable = oci_manifest_read(&out->manifest, response.body, response.body_len, arena);
    return 0;
}

/* --- blobs --- */

struct pushing {
    struct oci_client *client;
    const struct oci_reference *to;
    struct arena *arena;
};

/* What a registry says the digest is, where it says so, is what it has to be. */
static int check_digest(const struct http_response *response, const char *digest, struct err *err)
{
    const char *said = http_header(response, "docker-content-digest");

    if (!said || text_equal(said, digest))
        return 0;
    return err_set(err, ERR_REFUSED, response->status,
                   "the registry took %s for something with another digest (%.80s); it, or a proxy "
                   "before it, changes what is pushed",
                   digest, said);
}

/* A redirect to where the blob is stored proves nothing; then it is sent again. */
static int has_blob(bool *out, const struct pushing *at, const struct oci_blob *blob,
                    struct err *err)
{
    const struct oci_call call = { .method = "HEAD",
                                   .path = arena_printf(at->arena, "/v2/%s/blobs/%s",
                                                        at->to->repository, blob->digest),
                                   .repository = at->to->repository };
    struct http_response response;

    if (oci_client_do(&response, at->client, &call, at->arena, err) < 0)
        return -1;
    *out = response.status == 200;
    return *out ? check_digest(&response, blob->digest, err) : 0;
}

/* Where the upload goes, and what it is called there. */
static int begin_upload(const char **url, const struct pushing *at, const struct oci_blob *blob,
                        struct err *err)
{
    const char *path = arena_printf(at->arena, "/v2/%s/blobs/uploads/", at->to->repository);
    const struct oci_call call = { .method = "POST",
                                   .path = path,
                                   .repository = at->to->repository };
    struct http_response response;
    const char *location, *to;

    if (oci_client_do(&response, at->client, &call, at->arena, err) < 0)
        return -1;
    location = http_header(&response, "location");
    if (response.status != 202 || !location)
        return oci_client_refused(err, "begin an upload", &response, at->arena);
    to = http_url_resolve(arena_printf(at->arena, "%s%s", at->to->base, path), location, at->arena);
    *url = arena_printf(at->arena, "%s%cdigest=%s", to, strchr(to, '?') ? '&' : '?', blob->digest);
    return 0;
}

static int push_blob(const struct pushing *at, const struct oci_blob *blob, struct err *err)
{
    struct oci_call call = { .method = "PUT",
                             .repository = at->to->repository,
                             .type = "application/octet-stream",
                             .body = blob->bytes,
                             .body_len = blob->len };
    struct http_response response;
    bool there;

    if (has_blob(&there, at, blob, err) < 0)
        return -1;
    if (there)
        return 0;
    if (begin_upload(&call.path, at, blob, err) < 0
        || oci_client_do(&response, at->client, &call, at->arena, err) < 0)
        return -1;
    if (response.status != 201)
        return oci_client_refused(err, "upload a blob", &response, at->arena);
    return check_digest(&response, blob->digest, err);
}

/* --- the manifest --- */

static int push_manifest(const struct pushing *at, const struct text *manifest, const char *digest,
                         struct err *err)
{
    const struct oci_call call = { .method = "PUT",
                                   .path = manifest_path(at->to, at->arena),
                                   .repository = at->to->repository,
                                   .type = OCI_MANIFEST_TYPE,
                                   .body = manifest->bytes,
                                   .body_len = manifest->len };
    struct http_response response;

    if (oci_client_do(&response, at->client, &call, at->arena, err) < 0)
        return -1;
    if (response.status != 201)
        return oci_client_refused(err, "push the manifest", &response, at->arena);
    return check_digest(&response, digest, err);
}

static int read_back(const struct pushing *at, const char *digest, struct err *err)
{
    struct oci_current current;

    if (oci_push_look(&current, at->client, at->to, at->arena, err) < 0)
        return -1;
    if (text_equal(current.digest, digest))
        return 0;
    return err_set(err, ERR_REFUSED, 0,
                   "the tag holds %s after %s was pushed: another writer pushes there, or the "
                   "registry changes what it gets",
                   *current.digest ? current.digest : "nothing", digest);
}

int oci_push(char digest[OCI_DIGEST_SIZE], struct oci_client *client,
             const struct oci_reference *to, const struct oci_blob *config,
             const struct oci_blob *layer, const struct oci_origin *origin, struct arena *arena,
             struct err *err)
{
    const struct pushing at = { client, to, arena };
    AUTO_TEXT manifest = { 0 };

    oci_manifest_write(&manifest, config, layer, origin);
    oci_manifest_digest(digest, manifest.bytes, manifest.len);
    if (push_blob(&at, config, err) < 0 || push_blob(&at, layer, err) < 0
        || push_manifest(&at, &manifest, digest, err) < 0)
        return -1;
    return read_back(&at, digest, err);
}
