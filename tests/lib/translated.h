/* tests/lib/translated.h - small fleets in a few lines, and what translation makes of them: for the
 * unit tests of translate/. */
#ifndef WEFT_TESTS_LIB_TRANSLATED_H
#define WEFT_TESTS_LIB_TRANSLATED_H

#include "tests/lib/check.h"

#include "translate/previous.h"
#include "translate/resolved.h"
#include "world.h"

struct translated {
    struct arena *arena;
    struct files specs;  /* of the next run */
    struct files before; /* the output branch that it finds: what the run before wrote */
    struct translate_options options;
    struct pass pass;
};

void translated_begin(struct translated *world);
void translated_free(struct translated *world);

/* Adds a file of specs. */
void translated_add(struct translated *world, const char *fmt, ...) PRINTF_LIKE(2, 3);
/* A Mesh "istiod-<cluster>" with trust domain and version "1.22.3"; more: further lines of
 * spec.istio, or "". */
void translated_mesh(struct translated *world, const char *cluster, const char *domain,
                     const char *more);
/* The ingress gateway of the cluster, with an address. */
void translated_gateway(struct translated *world, const char *cluster, const char *address);
/* A Service with pod selector {app: <name>} and label team: <name>, port 80 to 8080; more: further
 * lines of spec.kubeService, or "". */
void translated_service(struct translated *world, const char *name, const char *namespace,
                        const char *cluster, const char *more);
/* A Workload with labels {app: <name>} and this service account. */
void translated_workload(struct translated *world, const char *name, const char *namespace,
                         const char *cluster, const char *account);
/* VirtualMesh gloo-mesh/<name> of clusters "a b"; more: further lines of spec. */
void translated_virtual_mesh(struct translated *world, const char *name, const char *clusters,
                             const char *more);
/* AccessPolicy gloo-mesh/<name>. */
void translated_policy(struct translated *world, const char *name, const char *spec);

/* A whole pass over the specs; its output is what the next one finds. */
void translated_run(struct translated *world);
/* Drops the specs, not the output. */
void translated_clear(struct translated *world);

/* A document of a cluster; NULL: there is none. */
const struct previous_document *translated_document(const struct translated *world,
                                                    const char *cluster, const char *kind,
                                                    const char *name);
/* How many documents of a kind the cluster has. */
size_t translated_count(const struct translated *world, const char *cluster, const char *kind);
/* Whether a file of the output has the text. */
bool translated_has(const struct translated *world, const char *path, const char *text);
/* The ids of all findings of translation, sorted, each once, "A2 W40". */
const char *translated_findings(const struct translated *world);
/* The resolved Mesh of a cluster. */
struct resolved_mesh *translated_resolved_mesh(const struct translated *world, const char *cluster);

#endif
