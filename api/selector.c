/* api/selector.c - the fields of selectors.  Must not decide what they match: selector_match.c
 * does.
 *
 * Selectors decide who is let in and what is exposed. What each of them means when it is empty is
 * part of the API and differs: `{}` as a selector of callers is any caller, as a selector of
 * Destinations none, and as a matcher of Services every one. Such a map must be written as such.
 * An empty list, an empty text or a null inside of one is refused where it would count as a
 * condition that is left out: that widens the selection, and is what a template without values
 * leaves. */
#include "api/selector.h"
#include "api/field.h"
#include "api/schema.h"

#define NAMESPACES_HINT "write the names of namespaces, or leave namespaces out for any"
#define CLUSTERS_HINT "write the names of KubernetesClusters, or leave clusters out for any"
#define PRINCIPALS_HINT "write principals as issuer/subject, or leave it out"
#define ACCOUNTS_HINT                                                                              \
    "write name, namespace and clusterName of each service account, or leave "                     \
    "kubeServiceAccountRefs out"

static void check_matched_namespace(const struct at *at, const char *text)
{
    if (!*text)
        at_error(at, "is an empty text; " NAMESPACES_HINT);
}

static void check_cluster(const struct at *at, const char *text)
{
    if (!*text)
        at_error(at, "is an empty text; " CLUSTERS_HINT);
}

static const struct schema_field service_matcher_fields[] = {
    ROW_PAIRS(struct service_matcher, "labels", labels, label_count,
              .places = SCHEMA_OPTIONAL(struct service_matcher, label_places),
              .fill = "write the labels of the Services, or leave it out for any", .absent = "any",
              .doc = "Labels that the Service itself has, all of them."),
    ROW_TEXTS(struct service_matcher, "namespaces", namespaces, namespace_count,
              .places = SCHEMA_OPTIONAL(struct service_matcher, namespace_places),
              .fill = NAMESPACES_HINT, .check_text = check_matched_namespace, .absent = "any",
              .doc = "Namespaces of the Service."),
    ROW_TEXTS(struct service_matcher, "clusters", clusters, cluster_count,
              .places = SCHEMA_OPTIONAL(struct service_matcher, cluster_places),
              .fill = CLUSTERS_HINT, .check_text = check_cluster, .absent = "any",
              .doc = "Names of the KubernetesClusters that the Service runs in."),
};
static const struct schema service_matcher_schema = {
    .name = "KubeServiceMatcher",
    .doc = "Services that meet all three conditions; `{}` is every Service.",
    .size = sizeof(struct service_matcher),
    SCHEMA_FIELDS(service_matcher_fields),
    .place = SCHEMA_OPTIONAL(struct service_matcher, place),
    .no_nulls = true,
};

static void check_service_refs(const struct at *at, void *object)
{
    const struct at services = at_key(at, "services");
    const struct at *given = at_present(&services) ? &services : at;

    (void)object;
    if (field_is_hollow(given))
        at_warn(given, "is empty and so selects no Service; write name, namespace and clusterName "
                       "of each");
}

static const struct schema_field service_refs_fields[] = {
    ROW_LIST(struct destination_selector, "services", services, service_count, cluster_ref_schema,
             .places = SCHEMA_OPTIONAL(struct destination_selector, service_places),
             .doc = "The Services, each by all three parts of its reference."),
};
static const struct schema service_refs_schema = {
    .name = "KubeServiceRefs",
    .doc = "Services by reference.",
    .size = sizeof(struct destination_selector),
    SCHEMA_FIELDS(service_refs_fields),
    .check = check_service_refs,
};

static const struct schema_field destination_selector_fields[] = {
    ROW_POINTER(struct destination_selector, "kubeServiceMatcher", matcher, service_matcher_schema,
                .doc = "Services by their labels, namespaces and clusters."),
    ROW_FLAT("kubeServiceRefs", service_refs_schema, .doc = "Services by reference."),
};

static void check_destination(const struct at *at, void *object)
{
    const struct at matcher = at_key(at, "kubeServiceMatcher");
    const struct at refs = at_key(at, "kubeServiceRefs");

    (void)object;
    if (!at_present(&matcher) && !at_present(&refs))
        at_warn(at, "has neither kubeServiceMatcher nor kubeServiceRefs and so selects no Service; "
                    "write one of them (kubeServiceMatcher: {} selects every Service)");
}

const struct schema destination_selector_schema = {
    .name = "DestinationSelector",
    .doc = "Destinations that one of the two members selects; `{}` selects none.",
    .size = sizeof(struct destination_selector),
    SCHEMA_FIELDS(destination_selector_fields),
    .place = SCHEMA_OPTIONAL(struct destination_selector, place),
    .check = check_destination,
};

static const struct schema_field gateway_fields[] = {
    ROW_LIST(struct ingress_gateway_selector, "destinationSelectors", destinations,
             destination_count, destination_selector_schema,
             .fill = "select the Services of the gateways, or leave it out for the default gateway "
                     "of each mesh",
             .absent = "the default gateway of each mesh",
             .doc = "The Services of the gateways; entries are ORed."),
    ROW_TEXT(struct ingress_gateway_selector, "portName", port_name, .text = "tls",
             .doc = "Name of the Service port that takes TLS from other clusters."),
};

static void place_port(const struct at *at, void *object)
{
    struct ingress_gateway_selector *selector = object;
    const struct at port = at_key(at, "portName");

    selector->port_place = field_place(port.node ? &port : at);
}

const struct schema ingress_gateway_selector_schema = {
    .name = "IngressGatewaySelector",
    .doc = "Services that act as gateways for connections from other clusters.",
    .size = sizeof(struct ingress_gateway_selector),
    SCHEMA_FIELDS(gateway_fields),
    .place = SCHEMA_OPTIONAL(struct ingress_gateway_selector, place),
    .check = place_port,
};

/* Istio reads a '*' in them, and a '/' would shape the identity. */
static void check_namespace(const struct at *at, const char *text)
{
    if (*text)
        field_namespace_or_empty(at);
    else
        at_error(at, "is an empty text; " NAMESPACES_HINT);
}

static void check_principal(const struct at *at, const char *text)
{
    if (!*text)
        at_error(at, "is an empty text; " PRINCIPALS_HINT);
}

static const struct schema_field identity_matcher_fields[] = {
    ROW_TEXTS(struct identity_selector, "namespaces", namespaces, namespace_count,
              .places = SCHEMA_OPTIONAL(struct identity_selector, namespace_places),
              .fill = NAMESPACES_HINT, .check_text = check_namespace, .absent = "any",
              .doc = "Namespaces of the caller."),
    ROW_TEXTS(struct identity_selector, "clusters", clusters, cluster_count, .fill = CLUSTERS_HINT,
              .check_text = check_cluster, .absent = "any",
              .doc = "Names of the KubernetesClusters that the caller runs in."),
};
static const struct schema identity_matcher_schema = {
    .name = "KubeIdentityMatcher",
    .doc = "Callers that meet both conditions.",
    .size = sizeof(struct identity_selector),
    SCHEMA_FIELDS(identity_matcher_fields),
    .no_nulls = true,
};

/* Members that are null or empty texts are refused by themselves. */
static bool names_nothing(const struct node *node)
{
    return node && node->kind == NODE_MAP && !node->count;
}

static void check_accounts(const struct at *at, const void *object)
{
    const struct identity_selector *selector = object;

    for (size_t i = 0; i < selector->account_count; i++) {
        const struct at item = at_item(at, i);

        if (names_nothing(item.node))
            at_error(&item, "names no part of a service account, which would let in every account "
                            "of every mesh; give its name and namespace, or a namespace, or a "
                            "clusterName");
    }
}

static const struct schema_field accounts_fields[] = {
    ROW_LIST(
        struct identity_selector, "serviceAccounts", accounts, account_count, account_ref_schema,
        .places = SCHEMA_OPTIONAL(struct identity_selector, account_places), .fill = ACCOUNTS_HINT,
        .check = check_accounts, .doc = "The service accounts; a part that is left out is any."),
};
static const struct schema accounts_schema = {
    .name = "KubeServiceAccountRefs",
    .doc = "Callers by their service accounts.",
    .size = sizeof(struct identity_selector),
    SCHEMA_FIELDS(accounts_fields),
};

static const struct schema_field request_fields[] = {
    ROW_TEXTS(struct identity_selector, "requestPrincipals", principals, principal_count,
              .fill = PRINCIPALS_HINT, .check_text = check_principal, .absent = "any",
              .doc = "Principals of the request's JWT that are allowed, as issuer/subject."),
    ROW_TEXTS(struct identity_selector, "notRequestPrincipals", not_principals, not_principal_count,
              .fill = PRINCIPALS_HINT, .check_text = check_principal, .absent = "none",
              .doc = "Principals of the request's JWT that are excluded."),
};
static const struct schema request_schema = {
    .name = "RequestIdentityMatcher",
    .doc = "Requests by the principal of their JWT.",
    .size = sizeof(struct identity_selector),
    SCHEMA_FIELDS(request_fields),
    .no_nulls = true,
};

static const struct schema_field identity_fields[] = {
    ROW_FLAT("kubeIdentityMatcher", identity_matcher_schema,
             .given = SCHEMA_OPTIONAL(struct identity_selector, has_matcher),
             .fill =
                 "write namespaces or clusters, or leave it out; an entry {} lets in any caller",
             .doc = "Callers by their namespaces and clusters."),
    ROW_FLAT("kubeServiceAccountRefs", accounts_schema, .fill = ACCOUNTS_HINT,
             .doc = "Callers by their service accounts."),
    ROW_FLAT("requestIdentityMatcher", request_schema, .fill = PRINCIPALS_HINT,
             .doc = "Requests by the principal of their JWT."),
};
const struct schema identity_selector_schema = {
    .name = "IdentitySelector",
    .doc = "Callers that meet all members that are given; `{}` is any caller.",
    .size = sizeof(struct identity_selector),
    SCHEMA_FIELDS(identity_fields),
    .place = SCHEMA_OPTIONAL(struct identity_selector, place),
    .no_nulls = true,
};
