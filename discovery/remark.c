/* discovery/remark.c - the findings of discovery, a row each.  Pure.  Every text says what was
 * found and what to do; names of the cluster's objects come as arguments.
 *
 * Ids I1 to I33 are an interface: alerts and pages of runbooks name them, so a row keeps its id
 * and new ones come at the end. Formats and arguments are matched by position without the
 * compiler's help; tests reach each row. A row with REMEDY says what to do after the mark. */
#include "discovery/remark.h"

static const struct {
    const char *id;
    enum severity severity;
    const char *format;
} rows[] = {
    [REMARK_KEPT] = { "I1", SEVERITY_ERROR, "the cluster could not be read, so %s: %s" },
    [REMARK_NO_ISTIOD] = { "I2", SEVERITY_WARNING,
                           "the sidecar injector's webhook leads to namespace %s, where no istiod "
                           "runs: its workloads are in no mesh" REMEDY
                           "describe an external control plane "
                           "as a Mesh in the specs" },
    [REMARK_LOOKALIKE] = { "I3", SEVERITY_WARNING,
                           "looks like istiod, but no webhook of the sidecar injector leads to "
                           "namespace %s: it is not trusted" REMEDY "list the namespace in "
                           "discovery.istioNamespaces when it is one" },
    [REMARK_NO_MESH_CONFIG] = { "I4", SEVERITY_WARNING,
                                "there is no ConfigMap %s with key mesh for revision %s: %s" },
    [REMARK_SHARED_CONFIG] = { "I5", SEVERITY_WARNING,
                               "revision %s of istiod merges a second MeshConfig "
                               "(SHARED_MESH_CONFIG), which is not read" REMEDY
                               "write what it changes "
                               "into "
                               "ConfigMap %s" },
    [REMARK_CLUSTER_ID] = { "I6", SEVERITY_WARNING,
                            "istiod of revision %s calls this cluster %s (CLUSTER_ID), the "
                            "configuration calls it %s" REMEDY "give both the same name" },
    [REMARK_SEVERAL_MESHES] = { "I7", SEVERITY_WARNING,
                                "belongs to %s as much as to others; it counts for that one" REMEDY
                                "let "
                                "one revision's labels select it" },
    [REMARK_MIXED_DATAPLANE] = { "I8", SEVERITY_WARNING,
                                 "some of its workloads are ambient (%s): requests from other "
                                 "clusters reach only those with a sidecar" },
    [REMARK_PARTLY_IN_MESH] = { "I9", SEVERITY_WARNING,
                                "some of its workloads are in no mesh (%s): requests from other "
                                "clusters fail there" },
    [REMARK_HEADLESS] = { "I10", SEVERITY_WARNING,
                          "is headless: other clusters get one virtual IP for all of its pods, and "
                          "no names of single pods" },
    [REMARK_NAME_TAKEN] = { "I11", SEVERITY_WARNING,
                            "the name %s is taken by another object, so this one is called %s" },
    [REMARK_NO_GATEWAY] = { "I12", SEVERITY_WARNING,
                            "no east-west gateway was found in %s: other clusters cannot reach "
                            "this mesh" REMEDY
                            "label its Service topology.istio.io/network, or select it in "
                            "spec.federation.ingressGatewaySelectors of the VirtualMesh" },
    [REMARK_GATEWAY_NOT_TRUSTED] = { "I13", SEVERITY_WARNING,
                                     "looks like an east-west gateway, but namespace %s is not "
                                     "trusted with one" REMEDY
                                     "list it in discovery.gatewayNamespaces "
                                     "when "
                                     "it is one" },
    [REMARK_GATEWAY_NO_ADDRESS] = { "I14", SEVERITY_WARNING,
                                    "is an east-west gateway without an address: %s" },
    [REMARK_GATEWAY_NO_PORT] = { "I15", SEVERITY_WARNING,
                                 "has the labels of an east-west gateway, but no port %u" REMEDY
                                 "give it "
                                 "one, or name its port in label networking.istio.io/gatewayPort" },
    [REMARK_GATEWAY_HBONE] = { "I16", SEVERITY_WARNING,
                               "is a gateway of class %s, which speaks HBONE alone and cannot pass "
                               "on requests by SNI" REMEDY "add one with a port 15443" },
    [REMARK_ADDRESS_REFUSED] = { "I17", SEVERITY_WARNING,
                                 "says that it is reached at %s, which leads other clusters "
                                 "nowhere; the address is left out" },
    [REMARK_ADDRESS_MIXED] = { "I18", SEVERITY_WARNING,
                               "is reached by host name and by IPv6 address, which one "
                               "ServiceEntry "
                               "cannot hold; the names stay" },
    [REMARK_TARGET_PORT] = { "I19", SEVERITY_WARNING,
                             "its port %u leads to the container port named %s, which %s" REMEDY
                             "write a "
                             "number as targetPort" },
    [REMARK_ADDRESS_KEPT] = { "I20", SEVERITY_WARNING,
                              "no longer says that it is reached at %s; the address %s" },
    [REMARK_OBJECT_KEPT] = { "I21", SEVERITY_WARNING, "is no longer in the cluster; %s" },
    [REMARK_HELD] = { "I22", SEVERITY_ERROR,
                      "%s" REMEDY
                      "allow it with \"weft run --allow-removals %s\" or with the trailer "
                      "\"Weft-Allow-Removals: %s\" on the specs commit" },
    [REMARK_LIST_UNREAD] = { "I23", SEVERITY_WARNING,
                             "the list of %s could not be read, so what depends on it %s: %s" },
    [REMARK_ACCOUNT_DIFFERS] = { "I24", SEVERITY_WARNING,
                                 "istiod runs as service account %s; the inventory keeps %s, for "
                                 "another name would re-issue the intermediate" REMEDY
                                 "write a Mesh into "
                                 "the specs to change it" },
    [REMARK_INVALID] = { "I25", SEVERITY_WARNING, "is left out, for the API would refuse it: %s" },
    [REMARK_SPECS_PORT] = { "I26", SEVERITY_WARNING,
                            "the specs say port %s, and cluster %s has %s; the specs count" REMEDY
                            "correct them, or delete the object there, for the inventory has it" },
    [REMARK_SPECS_SELECTOR] = { "I27", SEVERITY_WARNING,
                                "the specs say selector %s, and cluster %s has %s; the specs "
                                "count" REMEDY "correct them, or delete the object there, for the "
                                "inventory has it" },
    [REMARK_SPECS_ACCOUNT] = { "I28", SEVERITY_WARNING,
                               "the specs say service account %s, and cluster %s has %s; the specs "
                               "count" REMEDY "correct them, or delete the object there, for the "
                               "inventory has it" },
    [REMARK_SPECS_TRUST_DOMAIN] = { "I29", SEVERITY_WARNING,
                                    "the specs say trust domain %s, and cluster %s has %s; the "
                                    "specs count" REMEDY "correct them, or delete the object "
                                    "there, for the inventory has it" },
    [REMARK_NAME_OF_SPECS] = { "I30", SEVERITY_WARNING,
                               "an object of this name in the specs describes something else, so "
                               "%s %s of cluster %s is left out" REMEDY
                               "rename the object in the specs" },
    [REMARK_SPECS_UNSURE] = { "I31", SEVERITY_WARNING,
                              "what the specs exclude from the inventory is not known: what is "
                              "deployed for %zu Services that were found stays as it is" REMEDY
                              "correct the errors of the specs" },
    [REMARK_LEFT] = { "I32", SEVERITY_WARNING,
                      "cluster %s is not read any more by this configuration: what was found there "
                      "leaves the inventory" },
    [REMARK_STALE] = { "I33", SEVERITY_ERROR,
                       "its inventory is stale: %s, and discovery.staleAfter is %s; all of it is "
                       "still served" REMEDY "let weft read the cluster, or take it out of the "
                       "configuration if it is gone" },
};
_Static_assert(LENGTH(rows) == REMARK_COUNT, "every remark has a row");

const char *remark_id(enum remark remark) { return rows[remark].id; }

void remark_add(struct findings *out, enum remark remark, const char *kind, struct object_ref ref,
                ...)
{
    struct messages message = { 0 };
    va_list args;
    const char *text;

    va_start(args, ref);
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
    text = arena_vprintf(out->arena, rows[remark].format, args);
#pragma GCC diagnostic pop
    va_end(args);
    messages_format(&message, false, out->arena, "", "%s", text);
    findings_add(out, (struct finding){ .severity = rows[remark].severity,
                                        .id = rows[remark].id,
                                        .kind = kind,
                                        .ref = ref,
                                        .target_kind = "",
                                        .target = { "", "" },
                                        .field = "",
                                        .text = message.texts[0],
                                        .remedy = messages_origin(&message, 0).remedy });
}

void remark_place(struct findings *out, struct place place, const char *field)
{
    out->items[out->count - 1].place = place;
    out->items[out->count - 1].field = field;
}
