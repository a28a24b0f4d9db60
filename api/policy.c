/* api/policy.c - decodes AccessPolicies.  Must not decide what they apply to. */
#include "api/policy.h"

#include "api/field.h"
#include <string.h>

/* Istio knows a '*' at the end or at the start; anywhere else it is taken literally. */
static void check_path(const struct at *at, const char *path)
{
    size_t len = strlen(path);
    const char *star = strchr(path, '*');

    if (!len)
        at_error(
            at,
            "must not be empty; write a path such as /cart, a prefix /cart* or a suffix *.html");
    else if (star && (star != path || strchr(star + 1, '*')) && star != path + len - 1)
        at_warn(at, "has a '*' that is neither its first nor its only last character: it is taken "
                    "literally");
}

static const char *const *decode_paths(struct at at, size_t *count)
{
    size_t items = at.node && at.node->kind == NODE_LIST ? at.node->count : 0;

    for (size_t i = 0; i < items; i++) {
        struct at item = at_item(&at, i);
        const char *path = node_text(item.node);

        if (path)
            check_path(&item, path);
    }
    return at_texts(&at, FIELD_LIST_MAX, count);
}

static bool has_lower(const char *text)
{
    for (; text && *text; text++)
        if (is_lower(*text))
            return true;
    return false;
}

static const char *const *decode_methods(struct at at, size_t *count)
{
    size_t items = at.node && at.node->kind == NODE_LIST ? at.node->count : 0;

    for (size_t i = 0; i < items; i++) {
        struct at item = at_item(&at, i);

        if (has_lower(node_text(item.node)))
            at_warn(&item,
                    "is compared as written, and HTTP methods are upper case: write GET, not get");
    }
    return at_texts(&at, FIELD_LIST_MAX, count);
}

static const uint32_t *decode_ports(struct at at, size_t *count)
{
    uint32_t *ports;

    *count = at_count(&at, FIELD_LIST_MAX);
    ports = ARENA_NEW(at.with->arena, uint32_t, *count);
    for (size_t i = 0; i < *count; i++) {
        struct at item = at_item(&at, i);

        ports[i] = field_port(&item);
    }
    return ports;
}

static const struct identity_selector *decode_sources(struct at at, size_t *count)
{
    struct identity_selector *sources;

    *count = at_count(&at, FIELD_LIST_MAX);
    sources = ARENA_NEW(at.with->arena, struct identity_selector, *count);
    for (size_t i = 0; i < *count; i++)
        sources[i] = decode_identity_selector(field_item(&at, i));
    return sources;
}

struct access_policy decode_access_policy(struct at at)
{
    static const char *const keys[] = { "sourceSelector", "destinationSelector", "allowedPaths",
                                        "allowedMethods", "allowedPorts",        NULL };
    struct at spec = at_key(&at, "spec");
    struct access_policy policy = { .meta = decode_meta(at) };

    field_need_spec(&spec);
    if (!at_only(&spec, keys))
        return policy;
    policy.sources = decode_sources(at_key(&spec, "sourceSelector"), &policy.source_count);
    policy.destinations = decode_destination_selectors(at_key(&spec, "destinationSelector"),
                                                       &policy.destination_count);
    policy.paths = decode_paths(at_key(&spec, "allowedPaths"), &policy.path_count);
    policy.methods = decode_methods(at_key(&spec, "allowedMethods"), &policy.method_count);
    policy.ports = decode_ports(at_key(&spec, "allowedPorts"), &policy.port_count);
    return policy;
}
