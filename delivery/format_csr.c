/* delivery/format_csr.c - delivery to the agent of a cluster that makes its own keys: the public
 * files of a cacerts as a ConfigMap.  Nothing is encrypted, for nothing is secret.
 *
 * What an operator gives for such a cluster is the keys that its API server signs tokens with, by
 * which requests of its agent are judged (pki/csr_proof.h).  A delivery does not depend on them:
 * when the API server changes its keys, the files stay as they are. */
#include "delivery/format.h"
#include "delivery/method.h"

#include "base/digest.h"
#include "base/memory.h"
#include "base/text.h"
#include "delivery/issuance.h"
#include "pki/jwks.h"
#include <stdlib.h>

struct agent {
    struct arena *arena;
    const char *cluster, *namespace;
    char fingerprint[65];
};

static void close_agent(void *key)
{
    struct agent *agent = key;

    if (agent)
        arena_free(agent->arena);
    free(agent);
}
AUTO_DEFINE(struct agent, close_agent)

static int open_agent(void **out, const struct recipient_file *file, int64_t now, struct err *err)
{
    AUTO(close_agent) struct agent *made = memory_grow(NULL, sizeof *made);
    AUTO_JWKS keys = { .count = 0 };
    const char *place;

    (void)now; /* such keys have no end */
    *made = (struct agent){ .arena = arena_new() };
    if (jwks_read(&keys, file->path, file->bytes, file->len, made->arena, err) < 0)
        return err_wrap(err, "serviceAccountKeys of cluster %s", file->cluster);
    made->cluster = arena_text(made->arena, file->cluster);
    made->namespace = arena_text(made->arena, file->agent_namespace);
    place = arena_printf(made->arena, "%s\n%s", made->cluster, made->namespace);
    sha256_hex(made->fingerprint, place, strlen(place));
    *out = TAKE(made);
    return 0;
}

static const char *fingerprint(const void *key) { return ((const struct agent *)key)->fingerprint; }

static int render(struct node **out, const void *key, const struct secret_object *object,
                  const struct cacerts *cacerts, struct arena *arena, struct err *err)
{
    const struct agent *agent = key;
    const struct issuance issuance = {
        .cluster = arena_text(arena, agent->cluster),
        .namespace = object->namespace,
        .serial = object->serial,
        .spki = object->spki,
        .refused = object->refused,
        .files = *cacerts,
    };
    struct secret_object map = *object;

    if (cacerts->ca_key)
        return err_set(err, ERR_REFUSED, 0, "a private key is never given to an agent");
    map.name = CSR_ISSUANCE_NAME;
    map.namespace = arena_text(arena, agent->namespace);
    *out = issuance_object(&issuance, &map, arena);
    return 0;
}

const struct delivery_format format_csr = {
    .file_name = "service-account keys",
    .how_to_get = "fetch them with `kubectl get --raw /openid/v1/jwks`",
    .open = open_agent,
    .close = close_agent,
    .fingerprint = fingerprint,
    .render = render,
};
