/* delivery/method.c - the table of delivery methods.  Data only.  A new way is a value of
 * delivery_mode, a row here, and a file for its format.
 *
 * What differs between methods is in the row: whether weft encrypts (format) or writes (writes),
 * where the file is on the branch, what kind of recipient the ledger stores, how much a receipt
 * proves, and where its keys can be stolen (exposure). Only a method that reads back what it wrote,
 * or whose agent reports that, proves anything; a file in Git proves that it was committed. Code
 * elsewhere asks the row and never the mode. */
#include "delivery/method.h"

#include "delivery/format.h"
#include "delivery/path.h"
#include "pki/receipts.h"
#include <assert.h>

static const char *const delivery_mode_names[] = {
    [DELIVER_SEALED_SECRET] = "sealed-secret",
    [DELIVER_DIRECT] = "direct",
    [DELIVER_SOPS] = "sops",
    [DELIVER_CSR] = "csr",
};
const struct enum_table delivery_modes = ENUM_TABLE(delivery_mode_names);

static const struct delivery_method methods[] = {
    [DELIVER_SEALED_SECRET] = { .name = "sealed-secret",
                                .format = &format_sealed_secret,
                                .writes = false,
                                .path = delivery_path,
                                .recipient = RECIPIENT_KEY,
                                .receipt = EVIDENCE_NONE,
                                .exposure = {
                                    .copies = "the history of the output branch, encrypted "
                                              "(SealedSecret)",
                                    .holders = "the cluster's sealed-secrets controller, its "
                                               "backups",
                                    .keys = "Secrets in the namespace of the cluster's "
                                            "sealed-secrets controller",
                                    .key_readers = "readers of these Secrets and of the cluster's "
                                                   "etcd, backups of them",
                                } },
    [DELIVER_DIRECT] = { .name = "direct",
                         .format = NULL,
                         .writes = true,
                         .path = receipts_path,
                         .recipient = RECIPIENT_CLUSTER,
                         .receipt = EVIDENCE_SYNCED,
                         .exposure = { .holders = "weft's credential for the cluster" } },
    [DELIVER_SOPS] = { .name = "sops",
                       .format = &format_sops,
                       .writes = false,
                       .path = delivery_path,
                       .recipient = RECIPIENT_AGE,
                       .receipt = EVIDENCE_NONE,
                       .exposure = {
                           .copies = "the history of the output branch, encrypted (SOPS)",
                           .holders = "the holders of the cluster's age identities",
                           .keys = "wherever the age identities of clusters[].ageRecipients are "
                                   "kept",
                           .key_readers = "holders of these identities; the cluster's "
                                          "kustomize-controller has one",
                       } },
    [DELIVER_CSR] = { .name = "csr",
                      .format = &format_csr,
                      .writes = false,
                      .path = delivery_path,
                      .recipient = RECIPIENT_AGENT,
                      .receipt = EVIDENCE_SYNCED,
                      .exposure = {
                          .copies = "Secret weft-agent-keys in the namespace of the cluster's agent",
                          .holders = "readers of the agent's Secret, and its account",
                      } },
};
static_assert(LENGTH(methods) == LENGTH(delivery_mode_names), "every mode has a row");

const struct delivery_method *delivery_method_of(enum delivery_mode mode) { return &methods[mode]; }
