/* api/selector.c - decodes selectors.  Must not decide what they match: that is match.c. */
#include "api/selector.h"

#include "api/field.h"

/* at_pairs sorts by key. */
static const struct place *pair_places(const struct at *map, const struct pair *pairs, size_t count)
{
    struct place *places = ARENA_NEW(map->with->arena, struct place, count);

    for (size_t i = 0; i < count; i++) {
        struct at value = at_key(map, pairs[i].key);

        places[i] = field_place(&value);
    }
    return places;
}

static const struct service_matcher *decode_service_matcher(struct at at)
{
    static const char *const keys[] = { "labels", "namespaces", "clusters", NULL };
    struct at labels = at_key(&at, "labels"), namespaces = at_key(&at, "namespaces");
    struct at clusters = at_key(&at, "clusters");
    struct service_matcher *matcher;

    if (!at_present(&at) || !at_only(&at, keys))
        return NULL;
    matcher = ARENA_NEW(at.with->arena, struct service_matcher, 1);
    matcher->labels = at_pairs(&labels, FIELD_LIST_MAX, &matcher->label_count);
    matcher->namespaces = at_texts(&namespaces, FIELD_LIST_MAX, &matcher->namespace_count);
    matcher->clusters = at_texts(&clusters, FIELD_LIST_MAX, &matcher->cluster_count);
    matcher->label_places = pair_places(&labels, matcher->labels, matcher->label_count);
    matcher->namespace_places = field_places(&namespaces, matcher->namespace_count);
    matcher->cluster_places = field_places(&clusters, matcher->cluster_count);
    matcher->place = field_place(&at);
    return matcher;
}

/* kubeServiceRefs: { services: [...] } */
static void decode_service_refs(struct destination_selector *selector, struct at at)
{
    static const char *const keys[] = { "services", NULL };
    struct at services = at_key(&at, "services");
    struct cluster_ref *refs;
    struct place *places;

    if (!at_only(&at, keys))
        return;
    selector->service_count = at_count(&services, FIELD_LIST_MAX);
    refs = ARENA_NEW(at.with->arena, struct cluster_ref, selector->service_count);
    places = ARENA_NEW(at.with->arena, struct place, selector->service_count);
    for (size_t i = 0; i < selector->service_count; i++) {
        struct at item = at_item(&services, i);

        refs[i] = decode_cluster_ref(item, true);
        places[i] = field_place(&item);
    }
    selector->services = refs;
    selector->service_places = places;
}

struct destination_selector decode_destination_selector(struct at at)
{
    static const char *const keys[] = { "kubeServiceMatcher", "kubeServiceRefs", NULL };
    struct destination_selector selector = { .place = field_place(&at) };

    if (!at_only(&at, keys))
        return selector;
    selector.matcher = decode_service_matcher(at_key(&at, "kubeServiceMatcher"));
    decode_service_refs(&selector, at_key(&at, "kubeServiceRefs"));
    return selector;
}

struct destination_selector *decode_destination_selectors(struct at at, size_t *count)
{
    struct destination_selector *selectors;

    *count = at_count(&at, FIELD_LIST_MAX);
    selectors = ARENA_NEW(at.with->arena, struct destination_selector, *count);
    for (size_t i = 0; i < *count; i++)
        selectors[i] = decode_destination_selector(field_item(&at, i));
    return selectors;
}

struct ingress_gateway_selector decode_ingress_gateway_selector(struct at at)
{
    static const char *const keys[] = { "destinationSelectors", "portName", NULL };
    struct at port = at_key(&at, "portName");
    struct ingress_gateway_selector selector = { .port_name = "tls", .place = field_place(&at) };

    if (!at_only(&at, keys))
        return selector;
    selector.destinations = decode_destination_selectors(at_key(&at, "destinationSelectors"),
                                                         &selector.destination_count);
    selector.port_name = at_text(&port, "tls");
    if (!*selector.port_name)
        selector.port_name = "tls";
    return selector;
}

static void decode_identity_matcher(struct identity_selector *selector, struct at at)
{
    static const char *const keys[] = { "namespaces", "clusters", NULL };
    struct at namespaces = at_key(&at, "namespaces"), clusters = at_key(&at, "clusters");

    if (!at_present(&at) || !at_only(&at, keys))
        return;
    selector->has_matcher = true;
    selector->namespaces = at_texts(&namespaces, FIELD_LIST_MAX, &selector->namespace_count);
    selector->clusters = at_texts(&clusters, FIELD_LIST_MAX, &selector->cluster_count);
    selector->namespace_places = field_places(&namespaces, selector->namespace_count);
}

/* kubeServiceAccountRefs: { serviceAccounts: [...] } */
static void decode_accounts(struct identity_selector *selector, struct at at)
{
    static const char *const keys[] = { "serviceAccounts", NULL };
    struct at accounts = at_key(&at, "serviceAccounts");
    struct cluster_ref *refs;

    if (!at_only(&at, keys))
        return;
    selector->account_count = at_count(&accounts, FIELD_LIST_MAX);
    refs = ARENA_NEW(at.with->arena, struct cluster_ref, selector->account_count);
    for (size_t i = 0; i < selector->account_count; i++)
        refs[i] = decode_cluster_ref(field_item(&accounts, i), false);
    selector->accounts = refs;
    selector->account_places = field_places(&accounts, selector->account_count);
}

static void decode_request_identity(struct identity_selector *selector, struct at at)
{
    static const char *const keys[] = { "requestPrincipals", "notRequestPrincipals", NULL };
    struct at with = at_key(&at, "requestPrincipals"),
              without = at_key(&at, "notRequestPrincipals");

    if (!at_only(&at, keys))
        return;
    selector->principals = at_texts(&with, FIELD_LIST_MAX, &selector->principal_count);
    selector->not_principals = at_texts(&without, FIELD_LIST_MAX, &selector->not_principal_count);
}

struct identity_selector decode_identity_selector(struct at at)
{
    static const char *const keys[] = { "kubeIdentityMatcher", "kubeServiceAccountRefs",
                                        "requestIdentityMatcher", NULL };
    struct identity_selector selector = { .place = field_place(&at) };

    if (!at_only(&at, keys))
        return selector;
    decode_identity_matcher(&selector, at_key(&at, "kubeIdentityMatcher"));
    decode_accounts(&selector, at_key(&at, "kubeServiceAccountRefs"));
    decode_request_identity(&selector, at_key(&at, "requestIdentityMatcher"));
    return selector;
}
