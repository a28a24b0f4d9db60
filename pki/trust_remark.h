/* pki/trust_remark.h - findings about the trust of a virtual mesh or of one of its meshes, with the
 * ids of a message catalogue. */
#ifndef WEFT_PKI_TRUST_REMARK_H
#define WEFT_PKI_TRUST_REMARK_H

#include "api/finding.h"
#include "pki/trust_request.h"

/* Adds a finding (trust_remark_on, trust_remark_on_mesh) with a formatted text.  The format is a
 * constant of a catalogue (pki/messages.h, delivery/messages.h), which gives the finding its id:
 * T3_STATE_BEHIND makes "T3". */
#define TRUST_REMARK(findings, about, ...)                                                         \
    findings_format(findings, about, #__VA_ARGS__, __VA_ARGS__)

/* About a virtual mesh as a whole: an error makes an ACCEPTED one FAILED. */
struct finding trust_remark_on(const struct trust_request *request, enum severity severity);
/* An error about one mesh, by the key of its Mesh object: it gets the state, and so does an
 * ACCEPTED virtual mesh. */
struct finding trust_remark_on_mesh(const struct trust_request *request, const char *mesh,
                                    enum approval_state state, struct arena *arena);

#endif
