/* translate/name.c - names of objects and hosts.  Pure text. */
#include "translate/name.h"

#include "api/object_name.h"
#include "base/digest.h"
#include <inttypes.h>
#include <string.h>

enum { OBJECT_NAME_MAX = 253, PORT_NAME_MAX = 62 };

const char *name_gateway(struct object_ref destination, struct arena *arena)
{
    return object_name_sanitise(
        arena_printf(arena, "%s-%s", destination.name, destination.namespace), arena);
}

/* FNV-1, 64 bits. */
static uint64_t fnv64(const unsigned char *bytes, size_t len)
{
    uint64_t hash = 14695981039346656037U;

    for (size_t i = 0; i < len; i++)
        hash = hash * 1099511628211U ^ bytes[i];
    return hash;
}

const char *name_allow_gateway(struct object_ref destination, struct arena *arena)
{
    const char *long_name =
        arena_printf(arena, "allow-ingress-gateway-%s-%s", destination.name, destination.namespace);
    const char *name = object_name_sanitise(long_name, arena);
    unsigned char bytes[8];
    uint64_t hash;

    if (strlen(name) < OBJECT_NAME_SANITISED_MAX)
        return name;
    hash = fnv64((const unsigned char *)name, strlen(name));
    for (size_t i = 0; i < sizeof bytes; i++)
        bytes[i] = (unsigned char)(hash >> 8 * i);
    return arena_printf(arena, "allow-ingress-gateway-%" PRIu64, fnv64(bytes, sizeof bytes));
}

const char *name_remote_rule(struct cluster_ref service, bool marked, struct arena *arena)
{
    const char *name =
        arena_printf(arena, "%s-%s-%s", service.name, service.namespace, service.cluster);
    const char *key;
    char hex[65];
    size_t len;

    if (!marked && strlen(name) <= OBJECT_NAME_MAX)
        return name;
    key = cluster_ref_key(service, arena);
    sha256_hex(hex, key, strlen(key));
    len = strlen(name) < OBJECT_NAME_MAX - 9 ? strlen(name) : OBJECT_NAME_MAX - 9;
    while (!is_alnum(name[len - 1])) /* cut behind a dot it would be no name */
        len--;
    return arena_printf(arena, "%.*s-%.8s", (int)len, name, hex);
}

bool name_is_under(const char *name, const char *domain)
{
    const size_t len = strlen(name), domain_len = strlen(domain);

    if (len <= domain_len)
        return text_equal(name, domain);
    return name[len - domain_len - 1] == '.' && text_equal(name + len - domain_len, domain);
}

const char *name_port(const char *port, struct arena *arena)
{
    char hex[65];

    if (strlen(port) <= PORT_NAME_MAX)
        return port;
    sha256_hex(hex, port, strlen(port));
    return arena_printf(arena, "%.*s-%.8s", PORT_NAME_MAX - 9, port, hex);
}

const char *name_local(struct cluster_ref service, const char *domain, struct arena *arena)
{
    return arena_printf(arena, "%s.%s.svc.%s", service.name, service.namespace, domain);
}

const char *name_federated(struct cluster_ref service, const char *suffix, struct arena *arena)
{
    return arena_printf(arena, "%s.%s.svc.%s.%s", service.name, service.namespace, service.cluster,
                        suffix);
}
