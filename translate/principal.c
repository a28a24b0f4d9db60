/* translate/principal.c - identities as AuthorizationPolicies write them.  Pure text. */
#include "translate/principal.h"

#include "translate/words.h"

static void add_once(const char ***texts, size_t *count, const char *text, struct arena *arena)
{
    for (size_t i = 0; i < *count; i++)
        if (text_equal((*texts)[i], text))
            return;
    *ARENA_PUSH(arena, *texts, *count) = text;
}

static bool says_already(const struct messages *messages, const char *text)
{
    for (size_t i = 0; i < messages->count; i++)
        if (text_equal(messages->texts[i], text))
            return true;
    return false;
}

static void say_once(struct messages *messages, const char *text, struct arena *arena)
{
    if (!says_already(messages, text))
        messages_add(messages, arena, "%s", text);
}

static const char *pattern(const char *domain, const char *namespace, const char *account,
                           struct arena *arena)
{
    if (text_empty(namespace))
        return arena_printf(arena, "%s/ns/*", domain);
    return arena_printf(arena, "%s/ns/%s/sa/%s", domain, namespace,
                        text_empty(account) ? "*" : account);
}

/* That of its Istio Mesh; of several the last in key order.  NULL: none. */
static const char *trust_domain_of(const struct resolved *resolved, const char *cluster)
{
    const char *domain = NULL;

    for (size_t i = 0; i < resolved->site_count; i++)
        if (resolved->sites[i].mesh->istio && text_equal(resolved->sites[i].cluster, cluster))
            domain = resolved->sites[i].mesh->trust_domain;
    return text_empty(domain) ? NULL : domain;
}

static bool is_listed(const char *const *clusters, size_t count, const char *cluster)
{
    for (size_t i = 0; i < count; i++)
        if (text_equal(clusters[i], cluster))
            return true;
    return false;
}

/* A principal cannot tell clusters with one trust domain apart (Q44). */
static void warn_shared(struct principals *out, const struct resolved *resolved,
                        const char *const *clusters, size_t count, const char *cluster,
                        const char *domain, struct arena *arena)
{
    for (size_t i = 0; i < resolved->site_count; i++) {
        const struct site *site = &resolved->sites[i];

        if (!site->mesh->istio || is_listed(clusters, count, site->cluster)
            || !text_equal(site->mesh->trust_domain, domain))
            continue;
        say_once(out->warnings,
                 arena_printf(arena, W12_SHARED_TRUST_DOMAIN, cluster, site->cluster, domain),
                 arena);
        return;
    }
}

static void add_all(struct principals *out, const struct resolved *resolved, const char *namespace,
                    const char *account, struct arena *arena)
{
    const size_t before = out->count;

    for (size_t i = 0; i < resolved->site_count; i++) {
        const struct mesh *mesh = resolved->sites[i].mesh;

        if (!mesh->istio)
            continue;
        if (text_empty(mesh->trust_domain))
            say_once(out->warnings,
                     arena_printf(arena, W13_TRUST_DOMAIN_SKIPPED, mesh->meta.namespace,
                                  mesh->meta.name),
                     arena);
        else
            add_once(&out->texts, &out->count,
                     pattern(mesh->trust_domain, namespace, account, arena), arena);
    }
    if (out->count == before && !before)
        say_once(out->errors, A1_NO_TRUST_DOMAINS, arena);
}

void principals_add(struct principals *out, const struct resolved *resolved,
                    const char *const *clusters, size_t cluster_count, const char *namespace,
                    const char *account, struct arena *arena)
{
    if (cluster_count == 0 || (cluster_count == 1 && text_empty(clusters[0]))) {
        add_all(out, resolved, namespace, account, arena);
        return;
    }
    for (size_t i = 0; i < cluster_count; i++) {
        const char *domain = trust_domain_of(resolved, clusters[i]);

        if (!domain) {
            say_once(out->errors, arena_printf(arena, A1_NO_TRUST_DOMAIN, clusters[i]), arena);
            continue;
        }
        warn_shared(out, resolved, clusters, cluster_count, clusters[i], domain, arena);
        add_once(&out->texts, &out->count, pattern(domain, namespace, account, arena), arena);
    }
}
