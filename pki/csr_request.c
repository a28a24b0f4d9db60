/* pki/csr_request.c - the agent's request as text and back.  Judges neither key nor token.
 *
 * The token covers the bytes of the text, not what a reader makes of them, so there is no canonical
 * form that two programs could disagree about. */
#include "pki/csr_request.h"

#include "base/clock.h"
#include "base/digest.h"
#include "base/parse_json.h"
#include "base/text.h"
#include "base/write_json.h"

static struct node *holds_node(const struct csr_holds *holds, struct arena *arena)
{
    struct node *out = node_map(arena);

    node_set_int(arena, out, "serial", holds->serial);
    node_set_text(arena, out, "spki", holds->spki);
    node_set_text(arena, out, "caCert", holds->ca_cert);
    node_set_text(arena, out, "certChain", holds->cert_chain);
    node_set_text(arena, out, "rootCert", holds->root_cert);
    return out;
}

const char *csr_request_text(const struct csr_request *request, struct arena *arena)
{
    struct node *out = node_map(arena), *part;
    AUTO_TEXT text = { 0 };

    node_set_int(arena, out, "version", CSR_REQUEST_VERSION);
    node_set_text(arena, out, "cluster", request->cluster);
    node_set_text(arena, out, "namespace", request->namespace);
    node_set_text(arena, out, "agent", request->agent);
    node_set_text(arena, out, "made", clock_text(request->made, arena));
    part = node_set(out, "spare", node_map(arena));
    node_set_text(arena, part, "csr", request->csr);
    if (!text_empty(request->spki))
        node_set_text(arena, part, "spki", request->spki);
    if (request->holds.serial > 0)
        node_set(out, "holds", holds_node(&request->holds, arena));
    if (request->cannot_serial > 0) {
        part = node_set(out, "cannot", node_map(arena));
        node_set_int(arena, part, "serial", request->cannot_serial);
        node_set_text(arena, part, "reason", request->cannot);
    }
    write_json(&text, out, true);
    return arena_bytes(arena, text.bytes, text.len);
}

static int unreadable(struct err *err, const char *field)
{
    return csr_fault_set(err, CSR_UNREADABLE, "its %s is missing or not what it should be", field);
}

static int read_text(const char **out, const struct node *map, const char *key, size_t max,
                     struct arena *arena, struct err *err)
{
    const struct node *found = node_find(map, key);

    if (!found || found->kind != NODE_STRING || found->len == 0 || found->len > max
        || memchr(found->text, '\0', found->len))
        return unreadable(err, key);
    *out = arena_text(arena, found->text);
    return 0;
}

static int read_int(int64_t *out, const struct node *map, const char *key, struct err *err)
{
    const struct node *found = node_find(map, key);

    if (!found || found->kind != NODE_NUMBER || !parse_int(found->text, 1, INT64_MAX, out))
        return unreadable(err, key);
    return 0;
}

static int read_holds(struct csr_holds *out, const struct node *holds, struct arena *arena,
                      struct err *err)
{
    enum { HEX = 64 };

    *out = (struct csr_holds){ 0, "", "", "", "" };
    if (!holds)
        return 0;
    if (read_int(&out->serial, holds, "serial", err) < 0
        || read_text(&out->spki, holds, "spki", HEX, arena, err) < 0
        || read_text(&out->ca_cert, holds, "caCert", HEX, arena, err) < 0
        || read_text(&out->cert_chain, holds, "certChain", HEX, arena, err) < 0)
        return -1;
    return read_text(&out->root_cert, holds, "rootCert", HEX, arena, err);
}

static int read_cannot(struct csr_request *out, const struct node *cannot, struct arena *arena,
                       struct err *err)
{
    out->cannot = "";
    if (!cannot)
        return 0;
    if (read_int(&out->cannot_serial, cannot, "serial", err) < 0)
        return -1;
    return read_text(&out->cannot, cannot, "reason", 1024, arena, err);
}

static int read_fields(struct csr_request *out, const struct node *from, struct arena *arena,
                       struct err *err)
{
    enum { NAME = 253, CSR = 16 * 1024 };
    const char *made = node_get(from, "made", NULL);
    int64_t version = 0;

    if (read_int(&version, from, "version", err) < 0)
        return -1;
    if (version != CSR_REQUEST_VERSION)
        return csr_fault_set(err, CSR_VERSION,
                             "it has version %lld of the format and this weft knows %d; run weft "
                             "and its agents in the same version",
                             (long long)version, CSR_REQUEST_VERSION);
    if (read_text(&out->cluster, from, "cluster", NAME, arena, err) < 0
        || read_text(&out->namespace, from, "namespace", NAME, arena, err) < 0
        || read_text(&out->agent, from, "agent", NAME, arena, err) < 0
        || read_text(&out->csr, node_find(from, "spare"), "csr", CSR, arena, err) < 0
        || read_holds(&out->holds, node_find(from, "holds"), arena, err) < 0)
        return -1;
    out->spki = arena_text(arena, node_get(from, "spare", "spki", NULL));
    if (!made || !clock_parse(made, &out->made))
        return unreadable(err, "made");
    return read_cannot(out, node_find(from, "cannot"), arena, err);
}

int csr_request_read(struct csr_request *out, const char *bytes, size_t len, struct arena *arena,
                     struct err *err)
{
    const struct node *from;
    struct err why;

    *out = (struct csr_request){ 0 };
    if (len > CSR_REQUEST_MAX)
        return csr_fault_set(err, CSR_UNREADABLE, "it has more than %d bytes", CSR_REQUEST_MAX);
    if (parse_json(&from, bytes, len, arena, &why) < 0)
        return csr_fault_set(err, CSR_UNREADABLE, "%s", why.text);
    return read_fields(out, from, arena, err);
}

const char *csr_request_audience(const char *bytes, size_t len, struct arena *arena)
{
    char digest[65];

    sha256_hex(digest, bytes, len);
    return arena_printf(arena, CSR_AUDIENCE_PREFIX "%s", digest);
}
