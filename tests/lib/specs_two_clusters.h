/* tests/lib/specs_two_clusters.h - a set of specs in several files: Meshes and Services of clusters
 * a and b, one object that is refused, one Service and one Mesh that are given twice. */
#ifndef WEFT_TESTS_LIB_SPECS_TWO_CLUSTERS_H
#define WEFT_TESTS_LIB_SPECS_TWO_CLUSTERS_H

#include "tests/lib/specs_sample.h"

#define MESH(name, cluster)                                                                        \
    "apiVersion: discovery.mesh.gloo.solo.io/v1\nkind: Mesh\nmetadata: {name: " name               \
    ", namespace: gloo-mesh}\nspec: {istio: {installation: {namespace: istio-system, "             \
    "cluster: " cluster "}}}\n"
#define SERVICE(object, name, cluster)                                                             \
    "apiVersion: discovery.mesh.gloo.solo.io/v1\nkind: Destination\nmetadata: {name: " object      \
    ", namespace: gloo-mesh}\nspec: {kubeService: {ref: {name: " name                              \
    ", namespace: shop, clusterName: " cluster "}}}\n"
#define NEXT "---\n"

static const struct sample_file files[] = {
    { "b.yaml",
      MESH("istiod-b", "b") NEXT SERVICE("cart-b", "cart", "b") NEXT SERVICE("a-pay", "pay", "b") },
    { "a.yaml",
      MESH("istiod-a", "a") NEXT SERVICE("cart-a", "cart", "a") NEXT MESH("istiod-ab", "ab") },
    { "bad.yaml", "apiVersion: discovery.mesh.gloo.solo.io/v1\nkind: Mesh\nmetadata: {name: bad, "
                  "namespace: gloo-mesh}\n"
                  "spec: {istio: {installation: {namespace: x}}}\n---\n" MESH("istiod-c", "c") },
    { "twice.yaml", SERVICE("cart-b2", "cart", "b") },
    { "again.yaml", MESH("istiod-d", "d") },
    { "other.yaml", MESH("istiod-d", "e") },
};

#endif
