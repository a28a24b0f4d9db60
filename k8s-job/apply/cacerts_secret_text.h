/* k8s-job/apply/cacerts_secret_text.h - the part of an answer to the write of a Secret that may be
 * shown. docs/kubernetes.md */
#ifndef WEFT_K8S_JOB_APPLY_CACERTS_SECRET_TEXT_H
#define WEFT_K8S_JOB_APPLY_CACERTS_SECRET_TEXT_H

#include "k8s-job/client/kube.h"

/* Fills err: the status, and the reason, the audit id and the fields of causes as far as they are
 * terms of the Kubernetes API or names of ours (keys: of the Secret, ended by NULL).  Nothing else
 * of the answer, for it may quote what was sent in any form.  Returns -1. */
int cacerts_secret_text_of(struct err *err, const struct kube_answer *answer, const char *what,
                           const char *const *keys);
/* Whether the name of a field manager may be shown after the write of a Secret: short, and of the
 * characters of such names. */
bool cacerts_secret_text_is_plain(const char *name);

#endif
