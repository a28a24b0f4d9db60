/* k8s-job/messages.h - every sentence about an API server that reaches an operator: remarks on
 * restarts and on clusters that cannot be observed, cuts of a status, and warnings in the log,
 * under the id that statuses, tests and docs/operations.md use.  A format that becomes a finding or
 * the text of a status_post gives it the id of its name: K3 of K3_RESTARTS_STOPPED.  A format for
 * the log ends with its id.  What is %s alone is the reason as an error gave it.  Decisions are
 * made from enums, never from these texts. */
#ifndef WEFT_K8S_JOB_MESSAGES_H
#define WEFT_K8S_JOB_MESSAGES_H

#include "api/status.h"

/* --- restarts: spec.mtlsConfig.autoRestartPods (k8s-job/restart/) --- */
#define K1_RESTARTS_ON                                                                             \
    "autoRestartPods is on: when certificates change, all pods of the mesh are restarted, the "    \
    "control plane first. Do not use it in production: services may be unavailable for a short "   \
    "time. Without it istiod and the proxies take new certificates while they run."
#define K2_RESTARTS_NO_SERVER "autoRestartPods: nothing is restarted in cluster %s: %s"
#define K2_NO_SERVER_CONFIGURED "it has no API server under clusters in the configuration"
#define K3_RESTARTS_STOPPED "restarts in cluster %s: %s"
#define K4_RESTARTS_UNFINISHED "restarts in cluster %s: %s"
#define K5_RESTARTS_UNKNOWN "restarts in cluster %s: %s"

#define K30_RESTARTS_WAIT "restarts in cluster %s wait until %s for rotation.windows and freeze"

/* Without autoRestartPods: what an operator must restart.  The text is K6_ISTIOD with a reason for
 * each group of clusters, the remedy K6_COMMAND. */
#define K6_RESTART_NEEDED "%s" REMEDY "%s"
#define K6_ISTIOD "istiod of %s must be restarted once: %s"
#define RESTART_TEXT_FIRST                                                                         \
    "it reads its first cacerts only when it starts, and has signed with a CA of its own so far"
#define RESTART_TEXT_SWAPPED                                                                       \
    "the roots are replaced at once, which no istiod accepts while it runs, and workloads under "  \
    "different roots refuse each other until they have new certificates"
#define RESTART_TEXT_SINGLE_ROOT                                                                   \
    "it runs without ISTIO_MULTIROOT_MESH=true and therefore ignores every change of the roots, "  \
    "and the new intermediate with it"
#define RESTART_TEXT_OLD_ISTIOD                                                                    \
    "its version of Istio does not reload these certificates while it runs (roots since 1.20, "    \
    "intermediates since 1.18)"
#define RESTART_TEXT_NOT_OBSERVED                                                                  \
    "weft has not observed whether it runs with ISTIO_MULTIROOT_MESH=true; without that, it "      \
    "ignores every change of the roots"
#define RESTART_TEXT_NOTHING "no istiod needs a restart"
/* The namespace of istiod, what to set, what else to restart, which proxies, the lifetime of a
 * leaf. */
#define K6_COMMAND                                                                                 \
    "once the new cacerts is in the cluster, run kubectl -n %s rollout restart "                   \
    "deployment/istiod%s%s; %s new certificates and the new roots by themselves within %s"
#define RESTART_TEXT_WORKLOADS ", then restart the gateways and the workloads"
#define RESTART_TEXT_MULTI_ROOT                                                                    \
    " (set ISTIO_MULTIROOT_MESH=true, and later changes need no restart)"
#define RESTART_TEXT_PROXIES "proxies fetch"
#define RESTART_TEXT_PROXIES_OTHER "all other proxies fetch"

/* --- clusters that cannot be observed (app/pass/reach.h) --- */
/* The text is part of the state of versions before FACT_UNREACHABLE: it must not change. */
#define K7_UNREACHABLE "cluster %s does not answer"
#define K8_REFUSES "cluster %s answers, but denies weft access: %s"

/* --- trust domains of the specs beside those of the clusters (app/pass/trust_domain.h) --- */
#define K18_OTHER_TRUST_DOMAIN                                                                     \
    "istiod of cluster %s runs with trust domain %s, but spec.istio.trustDomain of the Mesh is "   \
    "%s, so certificates and AccessPolicies name identities that the cluster does not have" REMEDY \
    "correct spec.istio.trustDomain, or trustDomain in the MeshConfig of the cluster"
#define K19_REFUSED_TRUST_DOMAINS                                                                  \
    "sidecars of cluster %s refuse peers of %s %s" REMEDY                                          \
    "add %s to trustDomainAliases in the MeshConfig of the cluster, or set "                       \
    "PILOT_SKIP_VALIDATE_TRUST_DOMAIN=true on its istiod"

/* --- the status that an API server stores (k8s-job/apply/status_limit.h) --- */
#define K9_STATUS_CUT "and %zu more: \"weft status\" shows them"

/* --- a status that is not on the management cluster (k8s-job/apply/status.h) --- */
#define K10_NO_CRD                                                                                 \
    "the cluster does not know %s: install the CRD to see statuses there (they are in %s, too)"
#define K11_NO_OBJECT                                                                              \
    "%s is not on the cluster (yet): its status is in %s and will be posted once it is applied"
#define K12_BEING_DELETED "%s is being deleted"
#define K13_STATUS_OWNED                                                                           \
    "the status of %s is written by \"%s\" (its Gloo Mesh?), and weft does not overwrite it; "     \
    "stop "                                                                                        \
    "that controller, then delete the object and let GitOps apply it again, because a field "      \
    "manager keeps its fields until then"
#define K13_FIELDS_OWNED "%s; weft does not overwrite fields of other managers"
#define K14_FORBIDDEN "%s"
#define K15_NOT_POSTED "%s%s"
#define K15_NO_ANSWER "%s: %s"
#define K15_CHANGES_TOO_FAST "; it changes faster than it can be written"
#define K15_OTHER_SCHEMA "; the CRD there is not the one of this weft"
#define K15_NOT_TRIED "not tried"
#define K16_REDUCED "%s; only the fields that every CRD has were written"
#define K17_MANAGEMENT_UNREACHABLE "the status was not posted: %s (K17)"

/* --- evidence that could not be read; for the log (app/pass/observe.c) --- */
#define K20_GITOPS_UNKNOWN "what Argo CD and Flux have applied is not known: %s (K20)"
#define K21_CLUSTER_UNKNOWN "cluster %s: %s (K21)"
#define K22_ISTIOD_UNKNOWN "cluster %s, istiod: %s (K22)"
#define K23_LEAVES_LIVE_LONGER                                                                     \
    "istiod of cluster %s issues workload certificates of up to %s: gates wait that long, not "    \
    "evidence.leafTTL (K23)"
#define K24_ISTIODS_NOT_ASKED "istiods were not asked: %s (K24)"
#define K25_WITHOUT_LEASE "continuing without a lease: %s (K25)"

#endif
