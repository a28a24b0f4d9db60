/* delivery/issuance.c - the ConfigMap weft-issuance, written and read.
 *
 * The files are those of the Secret, under the same names, so that an operator can compare them
 * with what istiod mounts.  A serial in front of them lets an agent tell a branch that was reverted
 * from a step forward: it never goes back to a lower one. */
#include "delivery/issuance.h"

#include "base/digest.h"
#include "base/parse_json.h"
#include "base/parse_yaml.h"
#include "base/text.h"
#include "base/write_json.h"

#define FACTS_FILE "issuance.json"
enum { ISSUANCE_VERSION = 1 };

static const char *facts_text(const struct issuance *issuance, struct arena *arena)
{
    struct node *facts = node_map(arena);
    AUTO_TEXT text = { 0 };

    node_set_int(arena, facts, "version", ISSUANCE_VERSION);
    node_set_text(arena, facts, "cluster", issuance->cluster);
    node_set_text(arena, facts, "namespace", issuance->namespace);
    node_set_int(arena, facts, "serial", issuance->serial);
    node_set_text(arena, facts, "spki", issuance->spki);
    if (!text_empty(issuance->refused))
        node_set_text(arena, facts, "refused", issuance->refused);
    write_json(&text, facts, true);
    return arena_bytes(arena, text.bytes, text.len);
}

struct node *issuance_object(const struct issuance *issuance, const struct secret_object *object,
                             struct arena *arena)
{
    struct node *out = node_map(arena), *data;

    node_set_text(arena, out, "apiVersion", "v1");
    node_set_text(arena, out, "kind", "ConfigMap");
    secret_object_metadata(out, object, arena);
    data = node_set(out, "data", node_map(arena));
    node_set_text(arena, data, "ca-cert.pem", issuance->files.ca_cert);
    node_set_text(arena, data, "cert-chain.pem", issuance->files.cert_chain);
    node_set_text(arena, data, FACTS_FILE, facts_text(issuance, arena));
    node_set_text(arena, data, "root-cert.pem", issuance->files.root_cert);
    return out;
}

static int read_file(const char **out, const struct node *data, const char *name,
                     struct arena *arena, struct err *err)
{
    const struct node *found = node_find(data, name);

    if (!found || found->kind != NODE_STRING || found->len == 0
        || memchr(found->text, '\0', found->len))
        return err_set(err, ERR_INPUT, 0, "the issuance holds no %s", name);
    *out = arena_text(arena, found->text);
    return 0;
}

static int read_facts(struct issuance *out, const char *text, struct arena *arena, struct err *err)
{
    const struct node *facts;
    const char *serial, *version, *refused;
    int64_t number;

    if (parse_json(&facts, text, strlen(text), arena, err) < 0)
        return err_wrap(err, FACTS_FILE);
    version = node_get(facts, "version", NULL);
    serial = node_get(facts, "serial", NULL);
    if (!version || !parse_int(version, 1, INT64_MAX, &number) || number != ISSUANCE_VERSION)
        return err_set(err, ERR_INPUT, 0,
                       "the issuance is in another version of the format; run weft and its agents "
                       "in the same version");
    out->cluster = arena_text(arena, node_get(facts, "cluster", NULL));
    out->namespace = arena_text(arena, node_get(facts, "namespace", NULL));
    out->spki = arena_text(arena, node_get(facts, "spki", NULL));
    refused = node_get(facts, "refused", NULL);
    out->refused = refused ? arena_text(arena, refused) : "";
    if (text_empty(out->cluster) || text_empty(out->namespace) || text_empty(out->spki) || !serial
        || !parse_int(serial, 1, INT64_MAX, &out->serial))
        return err_set(err, ERR_INPUT, 0, "the issuance lacks a field in " FACTS_FILE);
    return 0;
}

int issuance_read(struct issuance *out, const struct node *object, struct arena *arena,
                  struct err *err)
{
    const struct node *data = node_find(object, "data");
    const char *facts = "";

    *out = (struct issuance){ 0 };
    if (read_file(&facts, data, FACTS_FILE, arena, err) < 0
        || read_file(&out->files.ca_cert, data, "ca-cert.pem", arena, err) < 0
        || read_file(&out->files.cert_chain, data, "cert-chain.pem", arena, err) < 0
        || read_file(&out->files.root_cert, data, "root-cert.pem", arena, err) < 0)
        return -1;
    return read_facts(out, facts, arena, err);
}

static bool read_manifest(struct issuance *out, const char *manifest, struct arena *arena)
{
    struct diags diags = { .arena = arena };
    const struct node *root;
    struct err err;

    return manifest && parse_yaml(&root, "issuance", manifest, strlen(manifest), arena, &diags) == 0
           && text_equal(node_get(root, "kind", NULL), "ConfigMap")
           && issuance_read(out, root, arena, &err) == 0;
}

int64_t issuance_serial(const char *manifest, struct arena *arena)
{
    struct issuance found;

    return read_manifest(&found, manifest, arena) ? found.serial : 0;
}

const char *issuance_refused(const char *manifest, struct arena *arena)
{
    struct issuance found;

    return read_manifest(&found, manifest, arena) ? found.refused : "";
}

static const char *digest_of(const char *file, struct arena *arena)
{
    char *out = ARENA_NEW(arena, char, 65);

    sha256_hex(out, file, strlen(file));
    return out;
}

struct csr_holds issuance_holds(const struct issuance *issuance, struct arena *arena)
{
    return (struct csr_holds){ issuance->serial, issuance->spki,
                               digest_of(issuance->files.ca_cert, arena),
                               digest_of(issuance->files.cert_chain, arena),
                               digest_of(issuance->files.root_cert, arena) };
}

static bool has_digest(const char *file, const char *digest)
{
    char hex[65];

    sha256_hex(hex, file, strlen(file));
    return text_equal(hex, digest);
}

bool issuance_is_held(const struct issuance *issuance, const struct csr_holds *holds)
{
    return text_equal(issuance->spki, holds->spki)
           && has_digest(issuance->files.ca_cert, holds->ca_cert)
           && has_digest(issuance->files.cert_chain, holds->cert_chain)
           && has_digest(issuance->files.root_cert, holds->root_cert);
}
