/* translate/findings.h - what decoding and resolution had to say, as one list. */
#ifndef WEFT_TRANSLATE_FINDINGS_H
#define WEFT_TRANSLATE_FINDINGS_H

#include "api/finding.h"
#include "translate/translate.h"

/* Diagnostics of the files, then the messages of each VirtualMesh and of each AccessPolicy with
 * those of their Meshes and Destinations. */
void findings_gather(struct findings *out, const struct diags *diags, const struct specs *specs,
                     const struct plan *plan);
/* An error that only says what becomes of an object because of another error, which is in the list
 * with its own place. */
bool finding_follows(const struct finding *finding);

#endif
