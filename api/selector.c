/* api/selector.c - decodes selectors.  Must not decide what they match: that is match.c. */
#include "api/selector.h"
#include "base/decode_value.h"

#include "api/field.h"

#define NAMESPACES_HINT "write the names of namespaces, or leave namespaces out for any"
#define CLUSTERS_HINT "write the names of KubernetesClusters, or leave clusters out for any"
#define PRINCIPALS_HINT "write principals as issuer/subject, or leave it out"
#define ACCOUNTS_HINT                                                                              \
    "write name, namespace and clusterName of each service account, or leave "                     \
    "kubeServiceAccountRefs out"

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
    field_fill(&labels, "write the labels of the Services, or leave it out for any");
    matcher->labels = at_pairs(&labels, FIELD_LIST_MAX, &matcher->label_count);
    field_fill(&namespaces, NAMESPACES_HINT);
    matcher->namespaces = at_texts(&namespaces, FIELD_LIST_MAX, &matcher->namespace_count);
    field_fill(&clusters, CLUSTERS_HINT);
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
    if (field_is_hollow(at_present(&services) ? &services : &at))
        at_warn(
            at_present(&services) ? &services : &at,
            "is empty and so selects no Service; write name, namespace and clusterName of each");
    selector->service_count = at_count(&services, FIELD_LIST_MAX);
    refs = ARENA_NEW(at.with->arena, struct cluster_ref, selector->service_count);
    places = ARENA_NEW(at.with->arena, struct place, selector->service_count);
    for (size_t i = 0; i < selector->service_count; i++) {
        struct at item = at_item(&services, i);

        refs[i] = cluster_ref_decode(item, true);
        places[i] = field_place(&item);
    }
    selector->services = refs;
    selector->service_places = places;
}

struct destination_selector destination_selector_decode(struct at at)
{
    static const char *const keys[] = { "kubeServiceMatcher", "kubeServiceRefs", NULL };
    struct destination_selector selector = { .place = field_place(&at) };

    if (!at_only(&at, keys))
        return selector;
    selector.matcher = decode_service_matcher(at_key(&at, "kubeServiceMatcher"));
    decode_service_refs(&selector, at_key(&at, "kubeServiceRefs"));
    return selector;
}

struct destination_selector *destination_selector_decode_all(struct at at, size_t *count)
{
    struct destination_selector *selectors;

    *count = at_count(&at, FIELD_LIST_MAX);
    selectors = ARENA_NEW(at.with->arena, struct destination_selector, *count);
    for (size_t i = 0; i < *count; i++)
        selectors[i] = destination_selector_decode(field_item(&at, i));
    return selectors;
}

struct ingress_gateway_selector ingress_gateway_selector_decode(struct at at)
{
    static const char *const keys[] = { "destinationSelectors", "portName", NULL };
    struct at port = at_key(&at, "portName");
    struct ingress_gateway_selector selector = { .port_name = "tls", .place = field_place(&at) };

    if (!at_only(&at, keys))
        return selector;
    selector.destinations = destination_selector_decode_all(at_key(&at, "destinationSelectors"),
                                                            &selector.destination_count);
    selector.port_name = at_text(&port, "tls");
    if (!*selector.port_name)
        selector.port_name = "tls";
    return selector;
}

/* A member that is null counts as left out, so that fewer conditions hold than are written. */
static void refuse_nulls(const struct at *at)
{
    const bool is_map = at->node && at->node->kind == NODE_MAP;

    for (const struct node *member = is_map ? at->node->first : NULL; member; member = member->next)
        if (member->kind == NODE_NULL) {
            const struct at here = at_member(at, member);

            at_error(&here, "is null, which would let in any; say which, or remove it");
        }
}

/* Istio reads a '*' in them, and a '/' would shape the identity. */
static void check_namespaces(const struct at *at, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        const struct at item = at_item(at, i);

        field_namespace_or_empty(&item);
    }
}

static void decode_identity_matcher(struct identity_selector *selector, struct at at)
{
    static const char *const keys[] = { "namespaces", "clusters", NULL };
    struct at namespaces = at_key(&at, "namespaces"), clusters = at_key(&at, "clusters");

    if (!at_present(&at) || !at_only(&at, keys))
        return;
    selector->has_matcher = true;
    refuse_nulls(&at);
    field_fill(&at,
               "write namespaces or clusters, or leave it out; an entry {} lets in any caller");
    selector->namespaces = field_texts(&namespaces, NAMESPACES_HINT, &selector->namespace_count);
    check_namespaces(&namespaces, selector->namespace_count);
    selector->clusters = field_texts(&clusters, CLUSTERS_HINT, &selector->cluster_count);
    selector->namespace_places = field_places(&namespaces, selector->namespace_count);
}

/* A map whose members are all null or empty texts. */
static bool names_nothing(const struct node *node)
{
    if (!node || node->kind != NODE_MAP)
        return false;
    for (const struct node *member = node->first; member; member = member->next) {
        const char *text = node_text(member);

        if (member->kind != NODE_NULL && !(text && !*text))
            return false;
    }
    return true;
}

/* kubeServiceAccountRefs: { serviceAccounts: [...] } */
static void decode_accounts(struct identity_selector *selector, struct at at)
{
    static const char *const keys[] = { "serviceAccounts", NULL };
    struct at accounts = at_key(&at, "serviceAccounts");
    struct cluster_ref *refs;

    if (!at_only(&at, keys))
        return;
    field_fill(&at, ACCOUNTS_HINT);
    field_fill(&accounts, ACCOUNTS_HINT);
    selector->account_count = at_count(&accounts, FIELD_LIST_MAX);
    refs = ARENA_NEW(at.with->arena, struct cluster_ref, selector->account_count);
    for (size_t i = 0; i < selector->account_count; i++) {
        const struct at item = field_item(&accounts, i);

        refs[i] = cluster_ref_decode(item, false);
        if (names_nothing(item.node))
            at_error(&item, "names no part of a service account, which would let in every account "
                            "of every mesh; give its name and namespace, or a namespace, or a "
                            "clusterName");
    }
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
    refuse_nulls(&at);
    field_fill(&at, PRINCIPALS_HINT);
    selector->principals = field_texts(&with, PRINCIPALS_HINT, &selector->principal_count);
    selector->not_principals =
        field_texts(&without, PRINCIPALS_HINT, &selector->not_principal_count);
}

struct identity_selector identity_selector_decode(struct at at)
{
    static const char *const keys[] = { "kubeIdentityMatcher", "kubeServiceAccountRefs",
                                        "requestIdentityMatcher", NULL };
    struct identity_selector selector = { .place = field_place(&at) };

    if (!at_only(&at, keys))
        return selector;
    refuse_nulls(&at);
    decode_identity_matcher(&selector, at_key(&at, "kubeIdentityMatcher"));
    decode_accounts(&selector, at_key(&at, "kubeServiceAccountRefs"));
    decode_request_identity(&selector, at_key(&at, "requestIdentityMatcher"));
    return selector;
}
